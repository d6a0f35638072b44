/**
 * Measures a student's clean score: stories from fixed seeds, written without dropout and rated one by one. They have
 * random streams of their own, so that measuring never changes training.
 */
import { createHash } from 'node:crypto';
import type { EngineEvent } from '../../../shared/contracts/engine.ts';
import type { EvaluationRecord, RatingRecord, SampleRecord } from '../../../shared/run/record.ts';
import { totalScore, type Criterion, type Rating } from '../../../shared/ratings/rubric.ts';
import { bootstrap } from '../../learning/statistics/bootstrap.ts';
import { RandomStream } from '../../learning/random.ts';
import { distinctFraction, normalWords } from '../../text/diversity.ts';
import type { Teacher } from '../../teacher/teacher.ts';
import { rateWhileWriting } from './rate-while-writing.ts';
import { requireRated } from '../teachers/rated-none.ts';
import { selfPraiseResults } from './self-praise.ts';
import { toRatingRecords } from '../teachers/rating-records.ts';
import { evaluationStream } from '../streams.ts';
import type { Reports, TaskClock } from '../supervisor.ts';
import type { StoryWriter } from './writing.ts';

export interface EvaluationPlace {
    readonly phase: EvaluationRecord['phase'];
    readonly update: number;
    readonly inputWords: number;
    /** Identifies the weights that wrote the stories. */
    readonly digest: string;
}

/**
 * Writes and rates the stories of `seeds`.
 * @param onProgress told how much is done, of 1, after each story that is written and each that is rated; may throw in
 * order to stop
 * @throws `teacher-unreadable` where not one story could be rated, so that there is no score
 */
export async function evaluateCleanly(
    writer: StoryWriter,
    teacher: Teacher,
    seeds: readonly number[],
    place: EvaluationPlace,
    supervisor: Reports & TaskClock,
    onProgress: (fraction: number) => void = () => {},
): Promise<Extract<EngineEvent, { type: 'evaluation' }>> {
    const count = seeds.length;
    const announce = (written: number, rated: number): void => {
        // a language model takes minutes over what a student writes in a second
        const isWriting = written < count;
        const phase = isWriting ? 'evaluating' : 'rating clean stories';
        supervisor.send({ type: 'phase', phase, done: isWriting ? written : rated, of: count });
        onProgress((written + rated) / (2 * count));
    };
    announce(0, 0);
    const random = new RandomStream('evaluation', seeds[0]!);
    const { stories, ratings: rated } = await rateWhileWriting(writer, teacher, seeds.map(evaluationStream), {
        context: { update: place.update, training: false, random },
        onProgress: announce,
        seconds: () => supervisor.seconds(),
    });
    requireRated(teacher.facts, rated);
    const at = supervisor.now();

    const samples: SampleRecord[] = stories.map(({ prompt, story, tokens, words, finished }, i) => ({
        seed: seeds[i]!,
        prompt,
        story,
        tokens: Uint16Array.from(tokens),
        words,
        finished,
    }));
    const ratings: RatingRecord[] = rated.flatMap((rating, i) => toRatingRecords(rating, seeds[i]!, teacher.facts, at));
    const storiesDigest = createHash('sha256')
        .update(JSON.stringify(samples.map(({ story }) => story)))
        .digest('hex');
    const selfPraise = await selfPraiseResults(teacher, stories, rated, {
        update: place.update,
        training: false,
        random: new RandomStream('self-praise', seeds[0]!),
    });
    const evaluation: EvaluationRecord = {
        ...place,
        at,
        digest: `${place.digest.slice(0, 32)}-${storiesDigest.slice(0, 32)}`,
        results: {
            ...scoreResults(teacher.facts.rubric.criteria, rated, random),
            ...storyResults(samples),
            ...selfPraise,
        },
    };
    return { type: 'evaluation', evaluation, samples, ratings };
}

/** Means with 95 % intervals: `score`, `score.low`, `score.high`, and the same per criterion. */
function scoreResults(
    criteria: readonly Criterion[],
    ratings: readonly Rating[],
    random: RandomStream,
): Record<string, number> {
    const scored = ratings.flatMap((rating) => (rating.kind === 'scored' ? [rating.scores] : []));
    const results: Record<string, number> = { stories: ratings.length, unreadable: ratings.length - scored.length };
    const columns: readonly (readonly [string, readonly number[]])[] = [
        ['score', scored.map((scores) => totalScore(criteria, scores))],
        ...criteria.map(({ id }) => [`score.${id}`, scored.map((scores) => scores[id]!)] as const),
    ];
    const meanOf = (values: readonly number[], rows: Uint32Array): number =>
        rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;
    const estimates = bootstrap(scored.length, (rows) => columns.map(([, values]) => meanOf(values, rows)), {
        random: random.fork('interval'),
    })!;
    columns.forEach(([name], i) => {
        const { mean, low, high } = estimates[i]!;
        Object.assign(results, { [name]: mean, [`${name}.low`]: low, [`${name}.high`]: high });
    });
    return results;
}

function storyResults(samples: readonly SampleRecord[]): Record<string, number> {
    const average = (read: (sample: SampleRecord) => number): number =>
        samples.reduce((sum, sample) => sum + read(sample), 0) / samples.length;
    return {
        words: average(({ words }) => words),
        tokens: average(({ tokens }) => tokens.length),
        finished: average(({ finished }) => Number(finished)),
        distinct2: distinctFraction(
            samples.map(({ story }) => normalWords(story)),
            2,
        ),
    };
}
