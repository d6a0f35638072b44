/** Prepares a series for a chart: smooths over all points, then thins to what a screen can show. */

export interface Point {
    readonly x: number;
    readonly y: number;
}
/** A value per x; null where nothing was measured. */
export type Values = readonly (number | null)[];

/**
 * The mean of a value and its neighbours, weighted by `keep` to the power of their distance: as much of what came after
 * as of what came before, so that a falling line is not drawn above its own values. `keep` 0 changes nothing; a gap
 * stays a gap and does not count.
 */
export function smoothed(values: Values, keep: number): Values {
    const before = sums(values, keep);
    const after = sums(values.toReversed(), keep).toReversed();
    return values.map((value, i) => {
        if (value === null) return null;
        const [left, right] = [before[i]!, after[i]!];
        return (left.sum + right.sum - value) / (left.weight + right.weight - 1); // itself is in both
    });
}

/** Of each value and all before it, with weights that fade. */
function sums(values: Values, keep: number): readonly { readonly sum: number; readonly weight: number }[] {
    let sum = 0;
    let weight = 0;
    return values.map((value) => {
        if (value !== null) {
            sum = keep * sum + value;
            weight = keep * weight + 1;
        }
        return { sum, weight };
    });
}

/**
 * At most the lowest and the highest point of each of `columns` equal stretches of x, in order: no peak is lost, and
 * drawing costs the same for a thousand updates and a million steps.
 */
export function thinned(xs: readonly number[], values: Values, columns: number): readonly Point[] {
    const points: Point[] = [];
    xs.forEach((x, i) => {
        const y = values[i] ?? null;
        if (y !== null) points.push({ x, y });
    });
    if (points.length <= 2 * columns) return points;
    const from = points[0]!.x;
    const width = (points.at(-1)!.x - from) / columns || 1;
    const kept: Point[] = [];
    for (let i = 0; i < points.length;) {
        const column = Math.floor((points[i]!.x - from) / width);
        let lowest = points[i]!;
        let highest = lowest;
        let [lowestAt, highestAt] = [i, i];
        for (; i < points.length && Math.floor((points[i]!.x - from) / width) === column; i++) {
            const point = points[i]!;
            if (point.y < lowest.y) [lowest, lowestAt] = [point, i];
            if (point.y > highest.y) [highest, highestAt] = [point, i];
        }
        if (lowestAt === highestAt) kept.push(lowest);
        else kept.push(...(lowestAt < highestAt ? [lowest, highest] : [highest, lowest]));
    }
    return kept;
}

/** Whole steps of 1, 2 or 5 · 10ⁿ around [low, high], at least two of them and about `wanted`. */
export function niceTicks(low: number, high: number, wanted: number): readonly number[] {
    const size = Math.max(Math.abs(low), Math.abs(high));
    const span = high - low > 1e-9 * size && size > 1e-12 ? high - low : size > 1e-12 ? size : 1;
    const raw = span / Math.max(1, wanted);
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = power * ([1, 2, 5, 10].find((each) => each * power >= raw * 0.999) ?? 10);
    const first = Math.floor(low / step + 1e-9);
    const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
    return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Ticks inside [low, high] only: an axis of what has happened does not promise more. */
export function ticksWithin(low: number, high: number, wanted: number): readonly number[] {
    return niceTicks(low, high, wanted).filter((tick) => tick >= low - 1e-9 && tick <= high + 1e-9);
}

/** Lowest and highest of what is drawn; outliers of the raw lines (beyond the 1st and 99th percentile) do not count. */
export function rangeOf(raw: readonly Values[], smooth: readonly Values[]): readonly [number, number] | null {
    const all = raw.flatMap((values) => values.filter((value) => value !== null)).sort((a, b) => a - b);
    if (all.length === 0) return null;
    const cut = Math.floor(all.length / 100);
    let [low, high] = [all[cut]!, all[all.length - 1 - cut]!];
    for (const values of smooth)
        for (const value of values) if (value !== null) [low, high] = [Math.min(low, value), Math.max(high, value)];
    return [low, high];
}

/** The index of the x nearest to `to`; xs ascend. */
export function nearest(xs: readonly number[], to: number): number {
    let [low, high] = [0, xs.length - 1];
    while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (xs[middle]! < to) low = middle;
        else high = middle;
    }
    return Math.abs((xs[low] ?? Infinity) - to) <= Math.abs((xs[high] ?? Infinity) - to) ? low : high;
}

/**
 * Heights for names at the ends of lines: in order, at least `gap` apart, as near to their lines as that allows, and
 * none below `lowest` (heights grow downwards), where something else stands.
 */
export function apart(heights: readonly number[], gap: number, lowest = Infinity): readonly number[] {
    const order = heights.map((_, i) => i).sort((a, b) => heights[a]! - heights[b]!);
    const placed = [...heights];
    for (let k = 1; k < order.length; k++)
        placed[order[k]!] = Math.max(placed[order[k]!]!, placed[order[k - 1]!]! + gap);
    for (let [k, limit] = [order.length - 1, lowest]; k >= 0; k--, limit -= gap)
        placed[order[k]!] = Math.min(placed[order[k]!]!, limit);
    return placed;
}
