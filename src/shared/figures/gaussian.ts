/** Gaussian smoothing as scipy's `gaussian_filter1d` does it, with which the published curves were drawn. */

/** What stands beyond the ends: the last value, or the values once more, the last one not doubled. */
export type Beyond = 'nearest' | 'mirror';

/** values: (N) → (N). @param sigma in places of the list; weights end at four of it */
export function gaussianSmoothed(values: readonly number[], sigma: number, beyond: Beyond): number[] {
    const radius = Math.floor(4 * sigma + 0.5);
    const weights = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return values.map((_, at) => {
        let sum = 0;
        for (let i = -radius; i <= radius; i++)
            sum += weights[i + radius]! * values[placeOf(at + i, values.length, beyond)]!;
        return sum / total;
    });
}

function placeOf(at: number, length: number, beyond: Beyond): number {
    if (beyond === 'nearest' || length === 1) return Math.min(length - 1, Math.max(0, at));
    const period = 2 * (length - 1);
    const within = ((at % period) + period) % period;
    return within < length ? within : period - within;
}
