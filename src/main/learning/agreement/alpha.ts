/**
 * Krippendorff's alpha for any number of raters, with gaps (Krippendorff 2011, "Computing Krippendorff's
 * Alpha-Reliability"): 1 − observed/expected disagreement over the values of stories that at least two raters scored.
 *
 * The ordinal difference of two values c < k, Σ_{g=c…k} n_g − (n_c + n_k)/2, equals the difference of their mid-ranks
 * among all paired values. So the ordinal alpha is the interval alpha of mid-ranks, and neither needs a coincidence
 * matrix.
 */
import { midRanks, type DrawMeasure, type Panel } from './panel.ts';

/** In the order in which `alphaMeasure` writes them. */
export const alphaStatistics = ['ordinal', 'interval'] as const;

/** Alpha of the given columns; NaN where no two raters share a story, or all values are equal. */
export function alphaMeasure(panel: Panel, columns: readonly number[]): DrawMeasure {
    const rows = Array.from({ length: panel.rows }, (_, row) =>
        columns.map((column) => panel.columns[column]![row]!).filter((level) => level >= 0),
    );
    const levelCounts = new Float64Array(panel.levels.length);
    const ranks = new Float64Array(panel.levels.length);
    return {
        size: alphaStatistics.length,
        measure(counts, out) {
            levelCounts.fill(0);
            rows.forEach((levels, row) => {
                if (levels.length >= 2) for (const level of levels) levelCounts[level]! += counts[row]!;
            });
            const n = midRanks(levelCounts, ranks);
            out[0] = alphaOf(rows, counts, levelCounts, ranks, n);
            out[1] = alphaOf(rows, counts, levelCounts, panel.levels, n);
        },
    };
}

/** values: (L), what each level counts as; differences are squared. n: number of paired values */
function alphaOf(
    rows: readonly (readonly number[])[],
    counts: Float64Array,
    levelCounts: Float64Array,
    values: Float64Array,
    n: number,
): number {
    if (n === 0) return Number.NaN;
    const centre = values.reduce((sum, value, level) => sum + value * levelCounts[level]!, 0) / n;
    const expected = 2 * n * values.reduce((sum, value, level) => sum + levelCounts[level]! * (value - centre) ** 2, 0);
    let used = 0;
    for (const count of levelCounts) if (count > 0) used++;
    if (used < 2) return Number.NaN;
    let observed = 0;
    rows.forEach((levels, row) => {
        if (levels.length < 2 || counts[row] === 0) return;
        let [sum, squares] = [0, 0];
        for (const level of levels) {
            const value = values[level]! - centre;
            sum += value;
            squares += value * value;
        }
        // Σ over ordered pairs of (v − w)² = 2(mΣv² − (Σv)²)
        observed += (counts[row]! * 2 * (levels.length * squares - sum * sum)) / (levels.length - 1);
    });
    return 1 - ((n - 1) * observed) / expected;
}
