/**
 * How well two raters agree, from the contingency table of their scores. The formulas and their sources are in
 * docs/agreement.md. A statistic that does not exist is NaN here and null in a report, never 0: a rater who used a
 * single value correlates with nothing.
 */
import { pairStatistics, type PairStatistic } from '../../../shared/ratings/agreement.ts';
import { midRanks, type DrawMeasure, type Panel } from './panel.ts';

/** The contingency table of two columns: the stories both scored, by the first's and the second's score. */
interface ScoreTable {
    readonly first: ScoreAxis;
    readonly second: ScoreAxis;
    /** Distinct pairs of scores, by the first and then by the second score: their indices on the two axes. (cells) */
    readonly firstOf: Int32Array;
    readonly secondOf: Int32Array;
    /** The cell of each row of the panel; −1 where either score is missing. (P) */
    readonly cellOf: Int32Array;
}

/** One rater's scores of the shared stories; everything but `scores` belongs to the current draw. */
interface ScoreAxis {
    readonly scores: Float64Array; // ascending
    readonly counts: Float64Array;
    readonly ranks: Float64Array;
    n: number;
    /** Number of different scores. */
    used: number;
    mean: number;
    /** Number of pairs of stories with equal scores. */
    tiedPairs: number;
    /** Σ (rank − mean rank)² */
    rankSquares: number;
}

/** The index of each statistic in the array of results. */
const at = Object.fromEntries(pairStatistics.map((name, i) => [name, i])) as Record<PairStatistic, number>;

/** Agreement of two columns of the panel, in the order of `pairStatistics`. */
export function pairMeasure(panel: Panel, first: number, second: number): DrawMeasure {
    const table = tableOf(panel, first, second);
    const { firstOf, secondOf, cellOf, first: x, second: y } = table;
    const cells = firstOf.length;
    const cellCounts = new Float64Array(cells);
    const concordance = concordanceOf(table);
    const areCategories = [...x.scores, ...y.scores].every(Number.isInteger);
    const sameInSecond = x.scores.map((score) => y.scores.indexOf(score)); // −1: the second never gave it
    return {
        size: pairStatistics.length,
        measure(counts, out) {
            cellCounts.fill(0);
            for (let row = 0; row < cellOf.length; row++)
                if (cellOf[row]! >= 0) cellCounts[cellOf[row]!]! += counts[row]!;
            x.counts.fill(0);
            y.counts.fill(0);
            for (let cell = 0; cell < cells; cell++) {
                x.counts[firstOf[cell]!]! += cellCounts[cell]!;
                y.counts[secondOf[cell]!]! += cellCounts[cell]!;
            }
            const { n } = summarise(x);
            summarise(y);
            out.fill(Number.NaN, 0, pairStatistics.length);
            if (n === 0) return;
            const middle = (n + 1) / 2;
            let squares = 0;
            let products = 0;
            let rankProducts = 0;
            let exact = 0;
            let within1 = 0;
            for (let cell = 0; cell < cells; cell++) {
                const count = cellCounts[cell]!;
                if (count === 0) continue;
                const a = x.scores[firstOf[cell]!]!;
                const b = y.scores[secondOf[cell]!]!;
                squares += count * (a - b) ** 2;
                products += count * (a - x.mean) * (b - y.mean);
                rankProducts += count * (x.ranks[firstOf[cell]!]! - middle) * (y.ranks[secondOf[cell]!]! - middle);
                if (a === b) exact += count;
                if (Math.abs(a - b) <= 1 + 1e-9) within1 += count;
            }
            out[at.bias] = y.mean - x.mean;
            if (areCategories) out[at.exact] = exact / n;
            out[at.within1] = within1 / n;
            if (x.used < 2 || y.used < 2) return;
            // 2·cov/(var + var + Δmean²): the denominator is the mean square of differences plus twice the covariance
            out[at.qwk] = (2 * products) / (squares + 2 * products);
            if (areCategories) {
                let chance = 0;
                sameInSecond.forEach((same, level) => {
                    if (same >= 0) chance += (x.counts[level]! * y.counts[same]!) / n ** 2;
                });
                out[at.kappa] = (exact / n - chance) / (1 - chance);
            }
            out[at.spearman] = rankProducts / Math.sqrt(x.rankSquares * y.rankSquares);
            const pairs = (n * (n - 1)) / 2;
            out[at.kendall] = concordance(cellCounts) / Math.sqrt((pairs - x.tiedPairs) * (pairs - y.tiedPairs));
        },
    };
}

function tableOf(panel: Panel, first: number, second: number): ScoreTable {
    const [a, b] = [panel.columns[first]!, panel.columns[second]!];
    const levels = panel.levels.length;
    const keys = new Set<number>();
    for (let row = 0; row < panel.rows; row++) if (a[row]! >= 0 && b[row]! >= 0) keys.add(a[row]! * levels + b[row]!);
    const sorted = [...keys].sort((p, q) => p - q);
    const used = (levelOf: (key: number) => number): number[] =>
        [...new Set(sorted.map(levelOf))].sort((p, q) => p - q);
    const firstLevels = used((key) => Math.floor(key / levels));
    const secondLevels = used((key) => key % levels);
    const cellAt = new Map(sorted.map((key, cell) => [key, cell]));
    const indexOfEach = (list: readonly number[]): ReadonlyMap<number, number> =>
        new Map(list.map((level, index) => [level, index]));
    const [firstIndex, secondIndex] = [indexOfEach(firstLevels), indexOfEach(secondLevels)];
    const axis = (used: readonly number[]): ScoreAxis => ({
        scores: Float64Array.from(used, (level) => panel.levels[level]!),
        counts: new Float64Array(used.length),
        ranks: new Float64Array(used.length),
        n: 0,
        used: 0,
        mean: 0,
        tiedPairs: 0,
        rankSquares: 0,
    });
    return {
        first: axis(firstLevels),
        second: axis(secondLevels),
        firstOf: Int32Array.from(sorted, (key) => firstIndex.get(Math.floor(key / levels))!),
        secondOf: Int32Array.from(sorted, (key) => secondIndex.get(key % levels)!),
        cellOf: Int32Array.from({ length: panel.rows }, (_, row) =>
            a[row]! >= 0 && b[row]! >= 0 ? cellAt.get(a[row]! * levels + b[row]!)! : -1,
        ),
    };
}

/**
 * Concordant minus discordant pairs of stories (Kendall 1938; counted in one pass as in Knight 1966). Cells are ordered
 * by the first score; a tree of counts (Fenwick 1994) gives the number of earlier stories with a smaller second score.
 */
function concordanceOf({ firstOf, secondOf, second }: ScoreTable): (cellCounts: Float64Array) => number {
    const size = second.scores.length;
    const tree = new Float64Array(size + 1);
    const below = (index: number): number => {
        let sum = 0;
        for (let at = index; at > 0; at -= at & -at) sum += tree[at]!;
        return sum; // over smaller indices
    };
    const add = (index: number, count: number): void => {
        for (let at = index + 1; at <= size; at += at & -at) tree[at]! += count;
    };
    return (cellCounts) => {
        tree.fill(0);
        let seen = 0;
        let difference = 0;
        for (let start = 0, end = 0; start < firstOf.length; start = end) {
            while (end < firstOf.length && firstOf[end] === firstOf[start]) end++;
            for (let cell = start; cell < end; cell++) {
                if (cellCounts[cell] === 0) continue;
                const index = secondOf[cell]!;
                difference += cellCounts[cell]! * (below(index) - (seen - below(index + 1)));
            }
            for (let cell = start; cell < end; cell++) {
                if (cellCounts[cell] === 0) continue;
                add(secondOf[cell]!, cellCounts[cell]!);
                seen += cellCounts[cell]!;
            }
        }
        return difference;
    };
}

/** Computes ranks and sums from the counts of the current draw. */
function summarise(axis: ScoreAxis): ScoreAxis {
    const { scores, counts, ranks } = axis;
    const n = midRanks(counts, ranks);
    const middle = (n + 1) / 2;
    let sum = 0;
    let used = 0;
    let tiedPairs = 0;
    let rankSquares = 0;
    for (let index = 0; index < counts.length; index++) {
        const count = counts[index]!;
        if (count === 0) continue;
        used++;
        sum += count * scores[index]!;
        tiedPairs += (count * (count - 1)) / 2;
        rankSquares += count * (ranks[index]! - middle) ** 2;
    }
    axis.n = n;
    axis.used = used;
    axis.mean = sum / n;
    axis.tiedPairs = tiedPairs;
    axis.rankSquares = rankSquares;
    return axis;
}
