/**
 * The gain at equal length: how much better are stories after learning than equally long stories before it? Learning
 * rewards length, and teachers like it, so a gain can be length alone. Stories are grouped into bins of five words;
 * within a bin the mean scores of the two sides are compared; bins are averaged with the weight n·m/(n + m), where n
 * and m are the bin's stories on each side (Cochran 1954, Mantel & Haenszel 1959): the weight of the difference of two
 * means. Stories that are longer or shorter than any on the other side are left out, and the result says how many took
 * part.
 *
 * Length is an effect of learning, so this is a description, not the gain that a student of fixed length would show.
 */
import { totalScore, type Criterion } from '../../../shared/ratings/rubric.ts';
import { bootstrap, type BootstrapOptions, type IntervalEstimate } from './bootstrap.ts';
import type { Gain } from './gain.ts';
import type { RatedStory, RatedPair, StoryPairs } from './pairs.ts';

const binWords = 5;
/** With fewer matched stories on either side nothing is claimed. */
const leastMatched = 20;

export interface LengthMatchedGain {
    /** Total score, after − before at equal length; null where fewer than 20 stories of a side have a match. */
    readonly gain: IntervalEstimate | null;
    /** Fraction of each side's stories in bins that hold stories of both sides. */
    readonly matchedBefore: number;
    readonly matchedAfter: number;
}

/** Intervals come from the paired bootstrap; stories are matched again in every draw. */
export function lengthMatchedGain(
    criteria: readonly Criterion[],
    { pairs }: StoryPairs,
    options: BootstrapOptions,
): LengthMatchedGain {
    const { before, after, bins, matched } = binned(criteria, pairs);
    const enough = Math.min(matched.before, matched.after) >= leastMatched;
    const estimate =
        enough &&
        bootstrap(pairs.length, (rows) => measure(fill(before, rows, bins), fill(after, rows, bins)), options);
    return {
        gain: estimate ? estimate[0]! : null,
        matchedBefore: matched.before / pairs.length,
        matchedAfter: matched.after / pairs.length,
    };
}

/**
 * The same as a gain with each pair's share in it, by leaving the pair out (jackknife, Quenouille 1949); null as
 * above.
 */
export function gainAtEqualLength(criteria: readonly Criterion[], { pairs }: StoryPairs): Gain | null {
    const { before, after, bins, matched } = binned(criteria, pairs);
    if (Math.min(matched.before, matched.after) < leastMatched) return null;
    const all = Uint32Array.from(pairs, (_, i) => i);
    const whole = { before: fill(before, all, bins), after: fill(after, all, bins) };
    const gain = measure(whole.before, whole.after)![0];
    const shares = pairs.map(({ seed }, i) => {
        move(whole.before, before, i, -1);
        move(whole.after, after, i, -1);
        const without = measure(whole.before, whole.after)![0];
        move(whole.before, before, i, 1);
        move(whole.after, after, i, 1);
        return [seed, gain - without] as const;
    });
    return { mean: gain, shares: new Map(shares) };
}

/** Both sides' stories in their bins, and how many of each lie in one with stories of both. */
function binned(
    criteria: readonly Criterion[],
    pairs: readonly RatedPair[],
): {
    readonly before: Side;
    readonly after: Side;
    readonly bins: number;
    readonly matched: { readonly before: number; readonly after: number };
} {
    // Only bins that hold a story, the shortest first: never more than there are stories, however long one claims to
    // be.
    const held = new Set(pairs.flatMap(({ before, after }) => [binOf(before), binOf(after)]));
    const indexOfBin = new Map([...held].sort((a, b) => a - b).map((bin, index) => [bin, index]));
    const before = sideOf(criteria, pairs, 'before', indexOfBin);
    const after = sideOf(criteria, pairs, 'after', indexOfBin);
    const bins = indexOfBin.size;
    const all = Uint32Array.from(pairs, (_, i) => i);
    const whole = { before: fill(before, all, bins), after: fill(after, all, bins) };
    const matched = (side: Bins, other: Bins): number =>
        side.stories.reduce((sum, stories, bin) => sum + (other.stories[bin]! > 0 ? stories : 0), 0);
    return {
        before,
        after,
        bins,
        matched: { before: matched(whole.before, whole.after), after: matched(whole.after, whole.before) },
    };
}

interface Side {
    readonly bins: Uint32Array; // (N) each story's bin
    readonly scores: Float64Array; // (N)
}

interface Bins {
    readonly stories: Int32Array; // (bins)
    readonly scores: Float64Array; // (bins) sum
}

const binOf = ({ words }: RatedStory): number => Math.floor(words / binWords);

function sideOf(
    criteria: readonly Criterion[],
    pairs: readonly RatedPair[],
    side: 'before' | 'after',
    indexOfBin: ReadonlyMap<number, number>,
): Side {
    return {
        bins: Uint32Array.from(pairs, (pair) => indexOfBin.get(binOf(pair[side]))!),
        scores: Float64Array.from(pairs, (pair) => totalScore(criteria, pair[side].scores)),
    };
}

function fill(side: Side, rows: Uint32Array, bins: number): Bins {
    const filled = { stories: new Int32Array(bins), scores: new Float64Array(bins) };
    for (let i = 0; i < rows.length; i++) move(filled, side, rows[i]!, 1);
    return filled;
}

/** Puts a story into its bin, or (−1) takes it out. */
function move(filled: Bins, side: Side, row: number, by: 1 | -1): void {
    const bin = side.bins[row]!;
    filled.stories[bin]! += by;
    filled.scores[bin]! += by * side.scores[row]!;
}

/** The weighted mean over bins that both sides share; undefined if they share none. */
function measure(before: Bins, after: Bins): readonly [number] | undefined {
    let gains = 0;
    let weights = 0;
    for (let bin = 0; bin < before.stories.length; bin++) {
        const n = before.stories[bin]!;
        const m = after.stories[bin]!;
        if (n === 0 || m === 0) continue;
        const weight = (n * m) / (n + m);
        gains += weight * (after.scores[bin]! / m - before.scores[bin]! / n);
        weights += weight;
    }
    return weights > 0 ? [gains / weights] : undefined;
}
