/**
 * Scores of several readings as if all stories had been equally long. A score is taken to be the reading's own level
 * plus what a story of its length gets more or less than others: y = a(reading) + g(bin of five words) + rest, by
 * least squares over all readings (two-way layout with unequal cells, Yates 1934). Length is told apart from learning
 * only by stories of the same reading, so a student that writes ever longer is not taken for one that writes better.
 */

const binWords = 5;
/** Added to every count of the equations: of all solutions, which differ by a constant, it takes the shortest. */
const ridge = 1e-9;

/** A story's length and total. */
export interface MeasuredStory {
    readonly words: number;
    readonly total: number;
}

/** readings: (K) of (N). Returns the totals less what is paid for their lengths, which is 0 on average over all. */
export function atEqualLength(readings: readonly (readonly MeasuredStory[])[]): readonly (readonly number[])[] {
    const all = readings.flat();
    const held = new Set(all.map(binOf));
    const indexOf = new Map([...held].sort((a, b) => a - b).map((bin, index) => [bin, index]));
    const paid = effectsOf(readings, (story) => indexOf.get(binOf(story))!, held.size); // (B)
    const paidFor = (story: MeasuredStory): number => paid[indexOf.get(binOf(story))!]!;
    const average = all.reduce((sum, story) => sum + paidFor(story), 0) / Math.max(1, all.length);
    return readings.map((stories) => stories.map((story) => story.total - (paidFor(story) - average)));
}

export const lengthBin = (words: number): number => Math.floor(words / binWords);
const binOf = ({ words }: MeasuredStory): number => lengthBin(words);

/** The normal equations of g, once each reading's level is eliminated from them: (N − Σ n nᵀ/n.) g = Σ (y − ȳ). */
function effectsOf(
    readings: readonly (readonly MeasuredStory[])[],
    indexOf: (story: MeasuredStory) => number,
    bins: number,
): Float64Array {
    const matrix = Array.from({ length: bins }, () => new Float64Array(bins));
    const right = new Float64Array(bins);
    for (const stories of readings) {
        if (stories.length === 0) continue;
        const counts = new Float64Array(bins);
        const mean = stories.reduce((sum, { total }) => sum + total, 0) / stories.length;
        for (const story of stories) {
            counts[indexOf(story)]!++;
            right[indexOf(story)]! += story.total - mean;
        }
        for (let i = 0; i < bins; i++) {
            if (counts[i] === 0) continue;
            matrix[i]![i]! += counts[i]!;
            for (let j = 0; j < bins; j++) matrix[i]![j]! -= (counts[i]! * counts[j]!) / stories.length;
        }
    }
    for (let i = 0; i < bins; i++) matrix[i]![i]! += ridge;
    return solved(matrix, right);
}

/** Gauss's elimination without a choice of pivots, which a symmetric positive definite matrix does not need. */
function solved(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
    const size = right.length;
    for (let k = 0; k < size; k++)
        for (let i = k + 1; i < size; i++) {
            const factor = matrix[i]![k]! / matrix[k]![k]!;
            if (factor === 0) continue;
            for (let j = k; j < size; j++) matrix[i]![j]! -= factor * matrix[k]![j]!;
            right[i]! -= factor * right[k]!;
        }
    const x = new Float64Array(size);
    for (let i = size - 1; i >= 0; i--) {
        let sum = right[i]!;
        for (let j = i + 1; j < size; j++) sum -= matrix[i]![j]! * x[j]!;
        x[i] = sum / matrix[i]![i]!;
    }
    return x;
}
