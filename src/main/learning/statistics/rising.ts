/**
 * The rising line closest to values in (weighted) mean square, by pooling adjacent violators (Ayer et al. 1955; Barlow
 * et al. 1972, §1.2): neighbours that fall are put together at their mean until nothing falls any more.
 */

/** Neighbours that share one height, the mean `sum / weight`; `first` and `last` count from 0, both included. */
export interface Pool {
    readonly first: number;
    readonly last: number;
    readonly sum: number;
    readonly weight: number;
}

/** sums: (N) values times their weights, in order; weights: (N), above 0 */
export function risingPools(sums: readonly number[], weights: readonly number[]): readonly Pool[] {
    const pools: Pool[] = [];
    for (let i = 0; i < sums.length; i++) {
        pools.push({ first: i, last: i, sum: sums[i]!, weight: weights[i]! });
        for (;;) {
            const [before, last] = pools.slice(-2);
            if (!last || before!.sum / before!.weight < last.sum / last.weight) break;
            pools.splice(-2, 2, {
                first: before!.first,
                last: last.last,
                sum: before!.sum + last.sum,
                weight: before!.weight + last.weight,
            });
        }
    }
    return pools;
}

/** (N) values → (N) heights of the line that never falls */
export function risingHeights(values: readonly number[], weights: readonly number[]): number[] {
    const heights = new Array<number>(values.length);
    const pools = risingPools(
        values.map((value, i) => value * weights[i]!),
        weights,
    );
    for (const { first, last, sum, weight } of pools) heights.fill(sum / weight, first, last + 1);
    return heights;
}
