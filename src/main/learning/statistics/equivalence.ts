/**
 * How much reading a student would have needed to be as good as feedback made it. Scores of checkpoints that only read
 * make a curve over the words read; feedback's score is looked up on it.
 *
 * The curve is the rising line closest to the scores (rising.ts) and straight between checkpoints over the logarithm of
 * words. That reading does not make a student worse is the only shape that is assumed: a power law or an S would reach
 * beyond the sweep, and by its shape alone. Where scores rise anyway the line is just what was measured.
 */
import { mean, quantile } from './descriptive.ts';
import type { RandomStream } from '../random.ts';
import { risingHeights } from './rising.ts';

/** Places in the list of scores: a taught checkpoint, its run's start, and the checkpoint that this was made from. */
export interface TaughtFrom {
    readonly at: number;
    readonly start: number;
    readonly reading: number;
}

/** Checkpoints at about the same number of words, one for each seed of training. */
export interface ReadingPoint {
    readonly words: number; // above 0
    /** Places in the list of scores. */
    readonly members: readonly number[];
}

/** The same, of students that learned from feedback. */
export interface TaughtPoint {
    readonly members: readonly number[];
}

export interface SweepScores {
    /** (P) one for each checkpoint. */
    readonly measured: readonly number[];
    /** (draws, P) the same on stories or items drawn anew, all checkpoints on the same draw. */
    readonly drawn: readonly (readonly number[])[];
}

/**
 * Words of reading, in all, after which reading alone is as good. −Infinity: the sweep's first checkpoint is better
 * already; Infinity: its last is not as good. `low` and `high` hold the middle 95 %.
 */
export interface EquivalentWords {
    readonly words: number;
    readonly low: number;
    readonly high: number;
}

/**
 * The same scores, with those of taught checkpoints as what reading had reached plus what learning changed since its
 * run's start. A run starts with a temperature folded into its weights, which alone moves a score and which checkpoints
 * that only read do not have.
 */
export function levelWithReading({ measured, drawn }: SweepScores, taught: readonly TaughtFrom[]): SweepScores {
    const level = (scores: readonly number[]): readonly number[] => {
        const levelled = [...scores];
        for (const { at, start, reading } of taught) levelled[at] = scores[reading]! + scores[at]! - scores[start]!;
        return levelled;
    };
    return { measured: level(measured), drawn: drawn.map(level) };
}

/** words: (N) rising, above 0; heights: (N) never falling. The first place where the line reaches the score. */
export function wordsWhere(words: readonly number[], heights: readonly number[], score: number): number {
    if (score < heights[0]!) return -Infinity;
    const next = heights.findIndex((height) => height >= score);
    if (next === -1) return Infinity;
    if (next === 0) return words[0]!;
    const [low, high] = [heights[next - 1]!, heights[next]!];
    const part = (score - low) / (high - low);
    return Math.exp(Math.log(words[next - 1]!) * (1 - part) + Math.log(words[next]!) * part);
}

/** The curve's height at each of its points. */
export function readingCurve(points: readonly ReadingPoint[], scores: readonly number[]): number[] {
    return risingHeights(
        points.map(({ members }) => meanOf(scores, members)),
        points.map(({ members }) => members.length),
    );
}

/**
 * The equivalent of each taught point. In every draw the curve is fitted anew and every score looked up anew, so an
 * interval knows of both. Where a point has several seeds, what they differ in beyond the stories is drawn, too, by
 * Student's t with as many degrees of freedom as seeds allow.
 */
export function equivalentWords(
    points: readonly ReadingPoint[],
    taught: readonly TaughtPoint[],
    { measured, drawn }: SweepScores,
    random: RandomStream,
): readonly EquivalentWords[] {
    const words = points.map((point) => point.words);
    const lookUp = (curve: readonly number[], scores: readonly number[]): number[] => {
        const heights = risingHeights(
            curve,
            points.map(({ members }) => members.length),
        );
        return scores.map((score) => wordsWhere(words, heights, score));
    };
    const at = lookUp(
        points.map(({ members }) => meanOf(measured, members)),
        taught.map(({ members }) => meanOf(measured, members)),
    );
    const spreads = [...points, ...taught].map(({ members }) => spreadOfSeeds(members, { measured, drawn }));
    const found = taught.map(() => new Float64Array(drawn.length));
    drawn.forEach((scores, draw) => {
        const again = [...points, ...taught].map(
            ({ members }, i) => meanOf(scores, members) + spreads[i]! * drawT(members.length - 1, random),
        );
        const reached = lookUp(again.slice(0, points.length), again.slice(points.length));
        reached.forEach((value, i) => (found[i]![draw] = value));
    });
    return at.map((value, i) => ({ words: value, ...middle(found[i]!) }));
}

/**
 * The error of a mean over seeds beyond what its stories explain: the spread between seeds, less what each seed's own
 * stories add to it, over the square root of seeds.
 */
function spreadOfSeeds(members: readonly number[], { measured, drawn }: SweepScores): number {
    const seeds = members.length;
    if (seeds < 2) return 0;
    const between = varianceOf(members.map((member) => measured[member]!));
    // in every draw the members differ by their seeds, and by stories twice: once as measured, once as drawn
    const again = mean(drawn.map((scores) => varianceOf(members.map((member) => scores[member]!))));
    const ofStories = Math.max(0, again - between);
    return Math.sqrt(Math.max(0, between - ofStories) / seeds);
}

function meanOf(scores: readonly number[], members: readonly number[]): number {
    let sum = 0;
    for (const member of members) sum += scores[member]!;
    return sum / members.length;
}

function varianceOf(values: readonly number[]): number {
    const centre = mean(values);
    return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

function drawT(freedom: number, random: RandomStream): number {
    if (freedom < 1) return 0;
    let squares = 0;
    for (let i = 0; i < freedom; i++) squares += random.normal() ** 2;
    return random.normal() / Math.sqrt(squares / freedom);
}

/** The middle 95 %; between an end that was reached and one beyond the sweep there is nothing to interpolate. */
function middle(found: Float64Array): { readonly low: number; readonly high: number } {
    const sorted = found.toSorted();
    const [low, high] = [Math.floor(0.025 * (sorted.length - 1)), Math.ceil(0.975 * (sorted.length - 1))];
    const isFinite = Number.isFinite(sorted[low]!) && Number.isFinite(sorted[high]!);
    return isFinite
        ? { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) }
        : { low: sorted[low]!, high: sorted[high]! };
}
