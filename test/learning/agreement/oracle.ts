/** The textbook formulas, word for word and as slow as they come: what the fast ones are held against. */

export function naiveKappa(
    a: readonly number[],
    b: readonly number[],
    weight: (x: number, y: number) => number,
): number {
    const levels = [...new Set([...a, ...b])];
    const n = a.length;
    const share = (x: number | null, y: number | null): number =>
        a.filter((_, i) => (x === null || a[i] === x) && (y === null || b[i] === y)).length / n;
    let [observed, expected] = [0, 0];
    for (const x of levels)
        for (const y of levels) {
            observed += weight(x, y) * share(x, y);
            expected += weight(x, y) * share(x, null) * share(null, y);
        }
    return 1 - observed / expected;
}

export const quadratic = (x: number, y: number): number => (x - y) ** 2;
export const unweighted = (x: number, y: number): number => Number(x !== y);

export function naiveSpearman(a: readonly number[], b: readonly number[]): number {
    const rank = (values: readonly number[]): number[] =>
        values.map(
            (value) => values.filter((v) => v < value).length + (values.filter((v) => v === value).length + 1) / 2,
        );
    return pearson(rank(a), rank(b));
}

export function pearson(a: readonly number[], b: readonly number[]): number {
    const mean = (values: readonly number[]): number => values.reduce((s, v) => s + v, 0) / values.length;
    const [ma, mb] = [mean(a), mean(b)];
    const product = a.reduce((s, v, i) => s + (v - ma) * (b[i]! - mb), 0);
    const spread = (values: readonly number[], m: number): number => values.reduce((s, v) => s + (v - m) ** 2, 0);
    return product / Math.sqrt(spread(a, ma) * spread(b, mb));
}

export function naiveKendall(a: readonly number[], b: readonly number[]): number {
    let [difference, untiedA, untiedB] = [0, 0, 0];
    for (let i = 0; i < a.length; i++)
        for (let j = 0; j < i; j++) {
            difference += Math.sign(a[i]! - a[j]!) * Math.sign(b[i]! - b[j]!);
            untiedA += Number(a[i] !== a[j]);
            untiedB += Number(b[i] !== b[j]);
        }
    return difference / Math.sqrt(untiedA * untiedB);
}

/** By the matrix of coincidences and the printed metric (Krippendorff 2011). units: scores per story, without gaps */
export function naiveAlpha(units: readonly (readonly number[])[], metric: 'ordinal' | 'interval'): number {
    const paired = units.filter((unit) => unit.length >= 2);
    const levels = [...new Set(paired.flat())].sort((p, q) => p - q);
    const at = (c: number, k: number): number =>
        paired.reduce((sum, unit) => {
            let pairs = 0;
            unit.forEach((v, i) => unit.forEach((w, j) => (pairs += Number(i !== j && v === c && w === k))));
            return sum + pairs / (unit.length - 1);
        }, 0);
    const coincidences = levels.map((c) => levels.map((k) => at(c, k)));
    const marginals = coincidences.map((row) => row.reduce((s, v) => s + v, 0));
    const n = marginals.reduce((s, v) => s + v, 0);
    const distance = (c: number, k: number): number => {
        if (metric === 'interval') return (levels[c]! - levels[k]!) ** 2;
        const [low, high] = [Math.min(c, k), Math.max(c, k)];
        const between = marginals.slice(low, high + 1).reduce((s, v) => s + v, 0);
        return (between - (marginals[low]! + marginals[high]!) / 2) ** 2;
    };
    let [observed, expected] = [0, 0];
    levels.forEach((_, c) =>
        levels.forEach((__, k) => {
            observed += coincidences[c]![k]! * distance(c, k);
            expected += marginals[c]! * marginals[k]! * distance(c, k);
        }),
    );
    return 1 - ((n - 1) * observed) / expected;
}
