/**
 * The gain at equal length: how much better are stories after learning than stories before it that are as long?
 * Learning pays for length, and teachers like it, so a gain can be length alone. Stories fall into bins of five words;
 * inside a bin the two sides' mean scores are compared; bins are averaged with the weight n·m/(n + m), n and m being the
 * bin's stories on each side (Cochran 1954, Mantel & Haenszel 1959): the weight of the difference of two means.
 * Stories longer or shorter than any of the other side stay out, and how many took part is said.
 *
 * Length comes after learning, so this is a description, not the gain a student of fixed length would show.
 */
import { totalScore, type Criterion } from '../../../shared/ratings/rubric.ts';
import { bootstrap, type BootstrapOptions, type Estimate } from './bootstrap.ts';
import type { RatedStory, StoryPair, StoryPairs } from './pairs.ts';

const binWords = 5;
/** With fewer matched stories on either side there is nothing to say. */
const leastMatched = 20;

export interface LengthMatchedGain {
    /** Total score, after − before at equal length; null where fewer than 20 stories of a side have a match. */
    readonly gain: Estimate | null;
    /** Fractions of each side's stories that lie in a bin with stories of both sides. */
    readonly matchedBefore: number;
    readonly matchedAfter: number;
}

/** Intervals come from the paired bootstrap; bins are matched anew in every draw. */
export function lengthMatchedGain(
    criteria: readonly Criterion[],
    { pairs }: StoryPairs,
    options: BootstrapOptions,
): LengthMatchedGain {
    // only bins that hold a story, the shortest first: as many as there are stories at most, however long one claims to be
    const held = new Set(pairs.flatMap(({ before, after }) => [binOf(before), binOf(after)]));
    const indexOfBin = new Map([...held].sort((a, b) => a - b).map((bin, index) => [bin, index]));
    const before = sideOf(criteria, pairs, 'before', indexOfBin);
    const after = sideOf(criteria, pairs, 'after', indexOfBin);
    const bins = indexOfBin.size;
    const all = Uint32Array.from(pairs, (_, i) => i);
    const whole = { before: fill(before, all, bins), after: fill(after, all, bins) };
    const matched = (side: Bins, other: Bins): number =>
        side.stories.reduce((sum, stories, bin) => sum + (other.stories[bin]! > 0 ? stories : 0), 0);
    const matchedBefore = matched(whole.before, whole.after);
    const matchedAfter = matched(whole.after, whole.before);
    const enough = Math.min(matchedBefore, matchedAfter) >= leastMatched;
    const estimate =
        enough &&
        bootstrap(pairs.length, (rows) => measure(fill(before, rows, bins), fill(after, rows, bins)), options);
    return {
        gain: estimate ? estimate[0]! : null,
        matchedBefore: matchedBefore / pairs.length,
        matchedAfter: matchedAfter / pairs.length,
    };
}

interface Side {
    readonly bins: Uint32Array; // (N) which bin a story lies in
    readonly scores: Float64Array; // (N)
}

interface Bins {
    readonly stories: Uint32Array; // (bins)
    readonly scores: Float64Array; // (bins) summed
}

const binOf = ({ words }: RatedStory): number => Math.floor(words / binWords);

function sideOf(
    criteria: readonly Criterion[],
    pairs: readonly StoryPair[],
    side: 'before' | 'after',
    indexOfBin: ReadonlyMap<number, number>,
): Side {
    return {
        bins: Uint32Array.from(pairs, (pair) => indexOfBin.get(binOf(pair[side]))!),
        scores: Float64Array.from(pairs, (pair) => totalScore(criteria, pair[side].scores)),
    };
}

function fill(side: Side, rows: Uint32Array, bins: number): Bins {
    const filled = { stories: new Uint32Array(bins), scores: new Float64Array(bins) };
    for (const row of rows) {
        const bin = side.bins[row]!;
        filled.stories[bin]!++;
        filled.scores[bin]! += side.scores[row]!;
    }
    return filled;
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
