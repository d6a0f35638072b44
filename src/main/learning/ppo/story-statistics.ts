/** Means and variances over the story cells of a batch, and sums of each story. */
import { requireCells, type StoryMask } from './story-mask.ts';

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
