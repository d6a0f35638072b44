/**
 * How much of what is left unexplained one more variable explains: (R²full − R²base) / (1 − R²base), both by ordinary
 * least squares with an intercept.
 *
 * With the columns [1, base…, variable, outcome] brought to an upper triangle R by Householder's reflections, the
 * residual sums of squares of both models stand in the last column: base leaves R(v,o)² + R(o,o)², full leaves R(o,o)².
 * One decomposition in double precision gives both, without normal equations, which would square the condition number.
 */

/** columns: (K)(N), the last two are the variable and the outcome. Undefined where nothing is left to explain. */
export function partialR2(columns: readonly ArrayLike<number>[]): number | undefined {
    const n = columns[0]!.length;
    const work = [new Float64Array(n).fill(1), ...columns.map((column) => standardised(column))]; // (K + 1)(N)
    const variable = work.length - 2;
    if (n < work.length) return undefined; // as many coefficients as rows: everything is explained
    let row = 0;
    for (let k = 0; k < variable; k++) if (reflect(work, k, row)) row++;
    const gained = reflect(work, variable, row) ? work[variable + 1]![row++]! ** 2 : 0;
    let left = 0;
    for (let i = row; i < n; i++) left += work[variable + 1]![i]! ** 2;
    return gained + left > n * 1e-28 ? gained / (gained + left) : undefined;
}

/**
 * The same for rows drawn with repeats, thousands of times: sums of products are kept for every row, so that a draw
 * costs one pass over them and a small Cholesky decomposition. A few digits less exact. columns: (K)(N)
 */
export function repeatedPartialR2(columns: readonly ArrayLike<number>[]): (times: Uint32Array) => number | undefined {
    const N = columns[0]!.length;
    const standard = [new Float64Array(N).fill(1), ...columns.map(standardised)];
    const K = standard.length;
    const pairs = (K * (K + 1)) / 2;
    const products = new Float64Array(N * pairs); // (N, pairs) lower triangles, row by row
    for (let n = 0, at = 0; n < N; n++)
        for (let i = 0; i < K; i++) for (let j = 0; j <= i; j++) products[at++] = standard[i]![n]! * standard[j]![n]!;
    const sums = new Float64Array(pairs);
    return (times) => {
        sums.fill(0);
        for (let n = 0; n < N; n++) {
            const weight = times[n]!;
            if (weight === 0) continue;
            for (let k = 0, at = n * pairs; k < pairs; k++, at++) sums[k]! += weight * products[at]!;
        }
        return fromTriangle(sums, K);
    };
}

/** Cholesky's factor of sums of products, in place: what its last row holds are the two residual sums. */
function fromTriangle(A: Float64Array, K: number): number | undefined {
    const row = (i: number): number => (i * (i + 1)) / 2;
    const total = A[0]!;
    for (let i = 0; i < K; i++)
        for (let j = 0; j <= i; j++) {
            let sum = A[row(i) + j]!;
            for (let k = 0; k < j; k++) sum -= A[row(i) + k]! * A[row(j) + k]!;
            const diagonal = A[row(j) + j]!;
            if (i > j) A[row(i) + j] = diagonal > 0 ? sum / diagonal : 0;
            else A[row(i) + i] = sum > 1e-10 * total ? Math.sqrt(sum) : 0; // 0: those before it say the same already
        }
    const last = row(K - 1);
    const [gained, left] = [A[last + K - 2]! ** 2, A[last + K - 1]! ** 2];
    return gained + left > 0 ? gained / (gained + left) : undefined;
}

/** Mean 0, mean square 1; a column that does not vary becomes 0. */
function standardised(column: ArrayLike<number>): Float64Array {
    const n = column.length;
    let mean = 0;
    for (let i = 0; i < n; i++) mean += column[i]! / n;
    let square = 0;
    for (let i = 0; i < n; i++) square += (column[i]! - mean) ** 2 / n;
    const scale = Math.sqrt(square);
    return Float64Array.from({ length: n }, (_, i) => (scale > 0 ? (column[i]! - mean) / scale : 0));
}

/**
 * The columns after k are reflected so that column k would keep nothing below `row`. False, and nothing done, where the
 * columns before k say the same already: such a column gets no coefficient.
 */
function reflect(work: readonly Float64Array[], k: number, row: number): boolean {
    const v = work[k]!.slice(row);
    let square = 0;
    for (const value of v) square += value * value;
    if (square < work[k]!.length * 1e-24) return false;
    const first = v[0]!;
    v[0] = first + (first > 0 ? Math.sqrt(square) : -Math.sqrt(square));
    const vv = square - first ** 2 + v[0] ** 2;
    for (const later of work.slice(k + 1)) {
        let product = 0;
        for (let i = 0; i < v.length; i++) product += v[i]! * later[row + i]!;
        const factor = (2 * product) / vv;
        for (let i = 0; i < v.length; i++) later[row + i]! -= factor * v[i]!;
    }
    return true;
}
