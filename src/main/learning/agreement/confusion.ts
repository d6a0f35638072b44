/** Confusion counts: which score of one rater coincided with which score of the other. */
import type { Confusion } from '../../../shared/ratings/agreement.ts';
import type { Criterion } from '../../../shared/ratings/rubric.ts';

/** The widest scale counted score by score: a table of a million cells. */
export const widestScale = 1000;

/**
 * Scores that are not whole are rounded, halves up. columns: (2)(N), NaN where missing
 * @throws a RangeError where the scale has too many steps to count
 */
export function confusionOf(
    { id, min, max }: Criterion,
    raters: readonly [string, string],
    [a, b]: readonly [Float64Array, Float64Array],
): Confusion {
    const [lowest, highest] = [Math.floor(min), Math.ceil(max)];
    if (!(highest - lowest <= widestScale)) throw new RangeError(`a scale from ${min} to ${max} is too wide to count`);
    const levels = Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i);
    const counts = levels.map(() => levels.map(() => 0));
    a.forEach((score, story) => {
        const other = b[story]!;
        if (!Number.isNaN(score + other)) counts[Math.round(score) - lowest]![Math.round(other) - lowest]!++;
    });
    return { criterion: id, raters, levels, counts };
}
