/** Correlations of values and of ranks. Undefined where one side does not vary: there is nothing to go along with. */

/** Ranks from 1; equal values share the mean of theirs, as in scipy.stats.rankdata. values: (N) → (N) */
export function averageRanks(values: ArrayLike<number>): Float64Array {
    const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
    const ranks = new Float64Array(values.length);
    for (let from = 0; from < order.length;) {
        let to = from + 1;
        while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
        for (let place = from; place < to; place++) ranks[order[place]!] = (from + 1 + to) / 2;
        from = to;
    }
    return ranks;
}

/** Pearson's r. a, b: (N) */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
    const n = a.length;
    let [meanA, meanB] = [0, 0];
    for (let i = 0; i < n; i++) {
        meanA += a[i]! / n;
        meanB += b[i]! / n;
    }
    let [aa, bb, ab] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
        const [da, db] = [a[i]! - meanA, b[i]! - meanB];
        aa += da * da;
        bb += db * db;
        ab += da * db;
    }
    if (isConstant(a) || isConstant(b)) return undefined;
    return Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
}

/** Spearman's rho: the correlation of the ranks. a, b: (N) */
export const rankCorrelation = (a: ArrayLike<number>, b: ArrayLike<number>): number | undefined =>
    correlation(averageRanks(a), averageRanks(b));

function isConstant(values: ArrayLike<number>): boolean {
    for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
    return true;
}
