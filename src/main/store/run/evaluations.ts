/** Clean evaluations: stories from fixed seeds, before and after, so that two of them differ in nothing but weights. */
import { badInput } from '../../../shared/faults.ts';
import {
    evaluationSchema,
    sampleSchema,
    type EvaluationRecord,
    type RatingRecord,
    type SampleRecord,
} from '../../../shared/record.ts';
import { openedAttempt } from './attempts.ts';
import { bytesOf } from '../connection/blobs.ts';
import { underLease, type Lease } from '../connection/lease.ts';
import { promptRow } from './prompts.ts';
import { insertRatings } from './ratings.ts';
import { readAll, readOne, write } from '../connection/statements.ts';
import type { RunDatabase } from '../connection/statements.ts';
import type { Recorded } from './updates.ts';

export type RecordedEvaluation = EvaluationRecord & { readonly id: number; readonly attempt: number };

/** The stories of one seed in two evaluations. */
export interface SamplePair {
    readonly seed: number;
    readonly prompt: string;
    readonly first: SampleSide;
    readonly second: SampleSide;
}
export interface SampleSide {
    readonly sample: number;
    readonly story: string;
    readonly words: number;
    readonly finished: boolean;
    /** The teacher's sum of the criteria; null where the rating was unreadable or there is none. */
    readonly total: number | null;
}

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

/** The evaluations that count: of each phase and update the latest, in the order of words spent. */
export function evaluations(db: RunDatabase): readonly RecordedEvaluation[] {
    const sql = `SELECT ${evaluationColumns} FROM current_evaluation ORDER BY update_number, id`;
    return readAll<EvaluationRow>(db, sql).map(toEvaluation);
}

/** The one of the newest weights; undefined before the first. */
export function lastEvaluation(db: RunDatabase): RecordedEvaluation | undefined {
    const sql = `SELECT ${evaluationColumns} FROM current_evaluation ORDER BY update_number DESC, id DESC LIMIT 1`;
    const row = readOne<EvaluationRow>(db, sql);
    return row && toEvaluation(row);
}

/** Stories of the same seed from two evaluations, in the order of their seeds. */
export function samplePairs(db: RunDatabase, first: number, second: number): readonly SamplePair[] {
    const rows = readAll<PairRow>(
        db,
        `SELECT a.seed, prompt.text AS prompt,
                a.id AS firstSample, a.story AS firstStory, a.words AS firstWords, a.finished AS firstFinished,
                b.id AS secondSample, b.story AS secondStory, b.words AS secondWords, b.finished AS secondFinished,
                a.total AS firstTotal, b.total AS secondTotal
         FROM rated_sample AS a
         JOIN rated_sample AS b ON b.seed = a.seed AND b.prompt = a.prompt
         JOIN prompt ON prompt.id = a.prompt
         WHERE a.evaluation = @first AND b.evaluation = @second
         ORDER BY a.seed`,
        { first, second },
    );
    return rows.map((row) => ({
        seed: row.seed,
        prompt: row.prompt,
        first: {
            sample: row.firstSample,
            story: row.firstStory,
            words: row.firstWords,
            finished: row.firstFinished === 1,
            total: row.firstTotal,
        },
        second: {
            sample: row.secondSample,
            story: row.secondStory,
            words: row.secondWords,
            finished: row.secondFinished === 1,
            total: row.secondTotal,
        },
    }));
}

/** One story of an evaluation with what its teacher said. */
export interface RatedSample {
    readonly seed: number;
    readonly words: number;
    readonly story: string;
    /** Null: the rating was unreadable. */
    readonly scores: Readonly<Record<string, number>> | null;
}

/** The stories of an evaluation with the teacher's scores, in the order of their seeds. */
export function ratedSamples(db: RunDatabase, evaluation: number): readonly RatedSample[] {
    const rows = readAll<Omit<RatedSample, 'scores'> & { readonly scores: string; readonly total: number | null }>(
        db,
        `SELECT sample.seed, sample.words, sample.story, rating.total,
                json_group_object(score.criterion, score.value) FILTER (WHERE score.criterion IS NOT NULL) AS scores
         FROM rated_sample AS sample
         JOIN rating ON rating.id = sample.rating
         LEFT JOIN score ON score.rating = rating.id
         WHERE sample.evaluation = @evaluation
         GROUP BY rating.id
         ORDER BY sample.seed`,
        { evaluation },
    );
    return rows.map(({ total, scores, ...row }) => ({
        ...row,
        scores: total === null ? null : (JSON.parse(scores) as Record<string, number>),
    }));
}

interface PairRow {
    readonly seed: number;
    readonly prompt: string;
    readonly firstSample: number;
    readonly firstStory: string;
    readonly firstWords: number;
    readonly firstFinished: number;
    readonly firstTotal: number | null;
    readonly secondSample: number;
    readonly secondStory: string;
    readonly secondWords: number;
    readonly secondFinished: number;
    readonly secondTotal: number | null;
}

type EvaluationRow = Omit<RecordedEvaluation, 'results'> & { readonly results: string };

function toEvaluation({ results, ...row }: EvaluationRow): RecordedEvaluation {
    return { ...row, results: JSON.parse(results) as Record<string, number> };
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
