/** Clean evaluations: stories from fixed seeds, before and after, so that two of them differ in nothing but weights. */
import { badInput } from '../../../shared/faults.ts';
import {
    evaluationSchema,
    sampleSchema,
    type EvaluationRecord,
    type RatingRecord,
    type SampleRecord,
} from '../../../shared/run/record.ts';
import { rubricSchema, type Criterion } from '../../../shared/ratings/rubric.ts';
import type { PairedStory, StoryPair } from '../../../shared/views/stories.ts';
import { openedAttempt } from './attempts.ts';
import { bytesOf } from '../connection/blobs.ts';
import { underLease, type Lease } from '../connection/lease.ts';
import { promptRow } from './stories/prompts.ts';
import { insertRatings } from './ratings/ratings.ts';
import { readAll, readOne, write } from '../connection/statements.ts';
import type { RunDatabase } from '../connection/statements.ts';
import type { Recorded } from './updates.ts';

export type RecordedEvaluation = EvaluationRecord & { readonly id: number; readonly attempt: number };

const evaluationColumns =
    'id, attempt, phase, update_number AS "update", at, input_words AS inputWords, digest, results';

/**
 * Records an evaluation with its stories and ratings in one transaction. The same one, by phase, update and digest, is
 * ignored; another result for the same phase and update becomes the one that counts, and the older is kept.
 */
export function recordEvaluation(
    lease: Lease,
    evaluation: EvaluationRecord,
    samples: readonly SampleRecord[],
    ratings: readonly RatingRecord[],
): Recorded {
    const { phase, update, at, inputWords, digest, results } = evaluationSchema.parse(evaluation);
    return underLease(lease, () => {
        const { db } = lease;
        const existing = evaluationOf(db, phase, update);
        if (existing?.digest === digest) return { outcome: 'ignored', attempt: existing.attempt };
        const attempt = openedAttempt(db).number;
        const { id } = write(
            db,
            `INSERT INTO evaluation (attempt, phase, update_number, at, input_words, digest, results)
             VALUES (@attempt, @phase, @update, @at, @inputWords, @digest, @results)`,
            { attempt, phase, update, at, inputWords, digest, results: JSON.stringify(results) },
        );
        insertRatings(db, 'sample', insertSamples(db, id, samples), ratings);
        return { outcome: 'stored', attempt };
    });
}

/** The evaluations that count: the latest of each phase and update, in the order of updates. */
export function evaluations(db: RunDatabase): readonly RecordedEvaluation[] {
    const sql = `SELECT ${evaluationColumns} FROM current_evaluation ORDER BY update_number, id`;
    return readAll<RecordedEvaluation>(db, sql, {}, { results: 'json' });
}

/** The one of the newest weights; undefined before the first. */
export function lastEvaluation(db: RunDatabase): RecordedEvaluation | undefined {
    const sql = `SELECT ${evaluationColumns} FROM current_evaluation ORDER BY update_number DESC, id DESC LIMIT 1`;
    return readOne<RecordedEvaluation>(db, sql, {}, { results: 'json' });
}

/** Stories of the same seed and prompt from two evaluations, in the order of their seeds. */
export function samplePairs(db: RunDatabase, before: number, after: number): readonly StoryPair[] {
    const later = new Map(samplesOf(db, after).map((sample) => [sample.seed, sample]));
    return samplesOf(db, before).flatMap((early) => {
        const late = later.get(early.seed);
        if (late?.prompt !== early.prompt) return [];
        return [{ seed: early.seed, prompt: early.prompt, before: early.paired, after: late.paired }];
    });
}

/** The stories of an evaluation, in the order of their seeds, which differ. */
function samplesOf(
    db: RunDatabase,
    evaluation: number,
): readonly { readonly seed: number; readonly prompt: string; readonly paired: PairedStory }[] {
    return readAll<{ seed: number; prompt: string } & PairedStory>(
        db,
        `SELECT seed, prompt.text AS prompt, sample.id AS sample, story, words, finished, total
         FROM rated_sample AS sample JOIN prompt ON prompt.id = sample.prompt
         WHERE evaluation = @evaluation ORDER BY seed`,
        { evaluation },
        { finished: 'flag' },
    ).map(({ seed, prompt, ...paired }) => ({ seed, prompt, paired }));
}

/** One story of an evaluation with what its teacher said. */
export interface RatedSample {
    readonly seed: number;
    readonly words: number;
    readonly story: string;
    /** Null: the rating was unreadable. */
    readonly scores: Readonly<Record<string, number>> | null;
}

/** Teachers other than the stories' own that rated stories of both evaluations, in the order of their names. */
export function judgesOf(db: RunDatabase, before: number, after: number): readonly Judge[] {
    const rated = `SELECT DISTINCT rating.rater FROM rated_sample AS sample JOIN rating ON rating.sample = sample.id
                   WHERE rating.id <> sample.rating AND sample.evaluation =`;
    return readAll<Judge>(
        db,
        `SELECT rater.id, rater.name, rubric.criteria FROM rater JOIN rubric ON rubric.hash = rater.rubric
         WHERE rater.kind = 'teacher' AND rater.id IN (${rated} @before) AND rater.id IN (${rated} @after)
         ORDER BY rater.name, rater.id`,
        { before, after },
        { criteria: 'json' },
    ).map((judge) => ({ ...judge, criteria: rubricSchema.shape.criteria.parse(judge.criteria) }));
}

export interface Judge {
    /** Of the rater. */
    readonly id: string;
    readonly name: string;
    readonly criteria: readonly Criterion[];
}

/** The stories of an evaluation that a judge read, with its scores, in the order of their seeds. */
export function judgedSamples(db: RunDatabase, evaluation: number, judge: string): readonly RatedSample[] {
    return readAll<RatedSample>(
        db,
        `SELECT sample.seed, sample.words, sample.story,
                CASE WHEN rating.total IS NOT NULL THEN
                    json_group_object(score.criterion, score.value) FILTER (WHERE score.criterion IS NOT NULL)
                END AS scores
         FROM sample
         JOIN rating ON rating.id = (
             SELECT MIN(id) FROM rating AS first WHERE first.sample = sample.id AND first.rater = @judge
         )
         LEFT JOIN score ON score.rating = rating.id
         WHERE sample.evaluation = @evaluation
         GROUP BY rating.id
         ORDER BY sample.seed`,
        { evaluation, judge },
        { scores: 'json' },
    );
}

/** The stories of an evaluation with the teacher's scores, in the order of their seeds. */
export function ratedSamples(db: RunDatabase, evaluation: number): readonly RatedSample[] {
    return readAll<RatedSample>(
        db,
        `SELECT sample.seed, sample.words, sample.story,
                CASE WHEN rating.total IS NOT NULL THEN
                    (SELECT json_group_object(criterion, value) FROM score WHERE score.rating = rating.id)
                END AS scores
         FROM rated_sample AS sample
         JOIN rating ON rating.id = sample.rating
         WHERE sample.evaluation = @evaluation
         ORDER BY sample.seed`,
        { evaluation },
        { scores: 'json' },
    );
}

function evaluationOf(db: RunDatabase, phase: string, update: number): { attempt: number; digest: string } | undefined {
    const sql = 'SELECT attempt, digest FROM current_evaluation WHERE phase = @phase AND update_number = @update';
    return readOne(db, sql, { phase, update });
}

function insertSamples(
    db: RunDatabase,
    evaluation: number,
    given: readonly SampleRecord[],
): ReadonlyMap<number, number> {
    const rowOf = new Map<number, number>();
    for (const sample of given) {
        const { seed, prompt, story, tokens, words, finished } = sampleSchema.parse(sample);
        if (rowOf.has(seed)) throw badInput(`The seed ${seed} comes twice in one evaluation; nothing was recorded.`);
        const { id } = write(
            db,
            `INSERT INTO sample (evaluation, seed, prompt, story, tokens, words, finished)
             VALUES (@evaluation, @seed, @prompt, @story, @tokens, @words, @finished)`,
            {
                evaluation,
                seed,
                prompt: promptRow(db, prompt),
                story,
                tokens: bytesOf(tokens),
                words,
                finished: Number(finished),
            },
        );
        rowOf.set(seed, id);
    }
    return rowOf;
}
