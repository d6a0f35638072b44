/** Gaussian smoothing of a curve, equal to scipy.ndimage.gaussian_filter1d (truncate 4). */

/** How a curve goes on beyond its ends: `nearest` repeats the end value, `mirror` reflects without repeating it. */
export type Beyond = 'nearest' | 'mirror';

/** values: (n), sigma in samples, > 0 → (n) */
export function gaussianSmooth(values: ArrayLike<number>, sigma: number, beyond: Beyond): Float64Array {
    if (!(sigma > 0)) throw new RangeError(`sigma must be above 0, not ${sigma}`);
    const n = values.length;
    const radius = Math.floor(4 * sigma + 0.5);
    const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, k) =>
        Math.exp(-0.5 * ((k - radius) / sigma) ** 2),
    );
    const total = kernel.reduce((sum, weight) => sum + weight, 0);
    return Float64Array.from({ length: n }, (_, i) => {
        let sum = 0;
        for (let k = -radius; k <= radius; k++) sum += kernel[k + radius]! * values[placeWithin(i + k, n, beyond)]!;
        return sum / total;
    });
}

/** The index inside 0…n−1 whose value stands at index i. */
function placeWithin(i: number, n: number, beyond: Beyond): number {
    if (beyond === 'nearest' || n === 1) return Math.min(Math.max(i, 0), n - 1);
    const period = 2 * (n - 1);
    const place = ((i % period) + period) % period;
    return place < n ? place : period - place;
}
