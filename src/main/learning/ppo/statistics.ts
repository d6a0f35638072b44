/** Means and spreads of lists, of the story cells of a batch, and of each story. */
import { requireCells, type StoryMask } from './story-mask.ts';

/** Arithmetic mean. @throws an error for an empty list */
export function mean(values: ArrayLike<number>): number {
    if (values.length === 0) throw new RangeError('nothing to average');
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i]!;
    return sum / values.length;
}

/** The sample's standard deviation (n − 1). @throws an error for fewer than two values */
export function standardDeviation(values: ArrayLike<number>): number {
    if (values.length < 2) throw new RangeError('a spread needs at least two values');
    const centre = mean(values);
    let squares = 0;
    for (let i = 0; i < values.length; i++) squares += (values[i]! - centre) ** 2;
    return Math.sqrt(squares / (values.length - 1));
}

/**
 * The value below which a fraction of a sorted list lies, with linear interpolation (Hyndman & Fan's type 7).
 * @throws a RangeError where the list is empty
 */
export function quantile(sorted: ArrayLike<number>, fraction: number): number {
    if (sorted.length === 0) throw new RangeError('an empty list has no quantiles');
    const position = fraction * (sorted.length - 1);
    const below = Math.floor(position);
    const lower = sorted[below]!;
    const upper = sorted[Math.min(below + 1, sorted.length - 1)]!;
    return lower + (position - below) * (upper - lower);
}

/** Mean over story cells, so that long stories weigh more than short ones. values: (B, T) */
export function maskedMean(values: ArrayLike<number>, mask: StoryMask): number {
    requireCells(mask, 'values', values);
    let sum = 0;
    for (let i = 0; i < values.length; i++) if (mask.cells[i] === 1) sum += values[i]!;
    return sum / mask.tokens;
}

/**
 * Variance over story cells, divided by n − 1 (Bessel). values: (B, T)
 * @throws a RangeError where there are fewer than two story cells
 */
export function maskedVariance(values: ArrayLike<number>, mask: StoryMask): number {
    if (mask.tokens < 2) throw new RangeError('a variance needs at least two story tokens');
    const centre = maskedMean(values, mask);
    let squares = 0;
    for (let i = 0; i < values.length; i++) if (mask.cells[i] === 1) squares += (values[i]! - centre) ** 2;
    return squares / (mask.tokens - 1);
}

/**
 * Shifts story cells to mean 0 and scales them to variance 1; 0 elsewhere (TRL 0.9.4 masked_whiten). (B, T) → (B, T)
 */
export function whiten(values: ArrayLike<number>, mask: StoryMask): Float64Array {
    const centre = maskedMean(values, mask);
    const scale = 1 / Math.sqrt(maskedVariance(values, mask) + 1e-8); // 1e-8: equal values become 0, not NaN
    return Float64Array.from(mask.cells, (inside, i) => (inside === 1 ? (values[i]! - centre) * scale : 0));
}

/** Sum over each story's cells. (B, T) → (B) */
export function storySums(values: ArrayLike<number>, mask: StoryMask): Float64Array {
    requireCells(mask, 'values', values);
    const sums = new Float64Array(mask.B);
    for (let i = 0; i < values.length; i++) if (mask.cells[i] === 1) sums[Math.floor(i / mask.T)]! += values[i]!;
    return sums;
}
