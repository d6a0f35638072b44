/** The clean comparison of two students: the same seeds, the same teacher. */
import { totalScore, type Criterion, type CriterionId } from '../../../shared/ratings/rubric.ts';
import { standardDeviation } from './descriptive.ts';
import { bootstrap, type BootstrapOptions, type IntervalEstimate } from './bootstrap.ts';
import type { RatedStory, StoryPairs } from './pairs.ts';

export interface Change {
    readonly before: IntervalEstimate;
    readonly after: IntervalEstimate;
    /** Mean of after − before over pairs, with the interval of that mean. */
    readonly difference: IntervalEstimate;
    /** The difference in sample standard deviations of the before-scores; null where these do not vary. */
    readonly gainInDeviations: number | null;
}

export interface BeforeAfter {
    readonly pairs: number;
    readonly unreadablePairs: number;
    /** Weighted sum of the criteria (published: 0–9). */
    readonly total: Change;
    readonly perCriterion: Readonly<Record<CriterionId, Change>>;
}

/**
 * Paired bootstrap by seed: a pair is drawn or left out as a whole, so what its two stories share cancels out.
 * @throws bad input for fewer than 2000 resamples
 */
export function compareBeforeAfter(
    criteria: readonly Criterion[],
    { pairs, unreadable }: StoryPairs,
    options: BootstrapOptions,
): BeforeAfter {
    const total = (story: RatedStory): number => totalScore(criteria, story.scores); // throws for a missing criterion
    const single =
        ({ id }: Criterion) =>
        (story: RatedStory): number =>
            story.scores[id]!;
    const columns = [total, ...criteria.map(single)].map((read) => {
        const before = Float64Array.from(pairs, (pair) => read(pair.before)); // (N)
        const after = Float64Array.from(pairs, (pair) => read(pair.after)); // (N)
        return { before, after, difference: after.map((score, i) => score - before[i]!) };
    });
    const measured = columns.flatMap(({ before, after, difference }) => [before, after, difference]);
    const measure = (rows: Uint32Array): readonly number[] => measured.map((values) => meanOfRows(values, rows));
    const estimates = bootstrap(pairs.length, measure, options)!; // a mean can always be measured
    const [totalChange, ...changes] = columns.map(({ before }, which): Change => {
        const [early, late, difference] = estimates.slice(3 * which, 3 * which + 3);
        return {
            before: early!,
            after: late!,
            difference: difference!,
            gainInDeviations: inDeviations(difference!.mean, before),
        };
    });
    return {
        pairs: pairs.length,
        unreadablePairs: unreadable,
        total: totalChange!,
        perCriterion: Object.fromEntries(criteria.map(({ id }, i) => [id, changes[i]!])),
    };
}

/** values: (N) */
function meanOfRows(values: Float64Array, rows: Uint32Array): number {
    let sum = 0;
    for (let i = 0; i < rows.length; i++) sum += values[rows[i]!]!;
    return sum / rows.length;
}

function inDeviations(gain: number, before: Float64Array): number | null {
    const first = before[0]!;
    if (before.every((score) => score === first)) return null;
    return gain / standardDeviation(before);
}
