/** Mean, standard deviation and quantiles of a list. */

/** Arithmetic mean. @throws an error for an empty list */
export function mean(values: ArrayLike<number>): number {
    if (values.length === 0) throw new RangeError('nothing to average');
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i]!;
    return sum / values.length;
}

/** The sample's standard deviation (n − 1). @throws an error for fewer than two values */
export function standardDeviation(values: ArrayLike<number>): number {
    if (values.length < 2) throw new RangeError('a spread needs at least two values');
    const centre = mean(values);
    let squares = 0;
    for (let i = 0; i < values.length; i++) squares += (values[i]! - centre) ** 2;
    return Math.sqrt(squares / (values.length - 1));
}

/**
 * The value below which a fraction of a sorted list lies, with linear interpolation (Hyndman & Fan's type 7).
 * @throws a RangeError where the list is empty
 */
export function quantile(sorted: ArrayLike<number>, fraction: number): number {
    if (sorted.length === 0) throw new RangeError('an empty list has no quantiles');
    const position = fraction * (sorted.length - 1);
    const below = Math.floor(position);
    const lower = sorted[below]!;
    const upper = sorted[Math.min(below + 1, sorted.length - 1)]!;
    return lower + (position - below) * (upper - lower);
}
