/**
 * Compares a measured feature with people's passages. For each feature five quantiles say where those lie; a value
 * among them earns full credit, and credit falls smoothly outside. Each function says on which side.
 */

/** The values below which 5, 25, 50, 75 and 95 % of people's passages lie. */
export type Quantiles = readonly [p5: number, p25: number, p50: number, p75: number, p95: number];
export type Norms<Feature extends string = string> = Readonly<Record<Feature, Quantiles>>;

/** For features that should be low: near 1 at people's 5 %, 0.88 at their median, 1/2 at their 95 %. */
export function likeFew(value: number, [, , p50, , p95]: Quantiles): number {
    return 1 / (1 + Math.exp((2 * (value - p95)) / Math.max(1e-6, p95 - p50)));
}

/** For features that should be high: 1/2 at people's 5 %, 0.88 at their median, near 1 at their 95 %. */
export function likeMany(value: number, [p5, , p50]: Quantiles): number {
    return 1 / (1 + Math.exp((2 * (p5 - value)) / Math.max(1e-6, p50 - p5)));
}

/** For features that should be neither: 1 within people's middle half, 2/3 at their 5 % and their 95 %. */
export function within(value: number, [p5, p25, , p75, p95]: Quantiles): number {
    const above = Math.max(0, value - p75) / Math.max(1e-6, p95 - p75);
    const below = Math.max(0, p25 - value) / Math.max(1e-6, p25 - p5);
    const beyond = Math.max(above, below);
    return 1 / (1 + (beyond * beyond) / 2);
}

/** 1 down to people's 5 %, falling below: what is that smooth is not written by people. */
export function notUnder(value: number, [p5, , p50]: Quantiles): number {
    const beyond = Math.max(0, p5 - value) / Math.max(1e-6, p50 - p5);
    return 1 / (1 + beyond * beyond);
}

/** 1 up to people's 95 %, falling above: what a few people do costs nothing. */
export function notBeyond(value: number, [, , p50, , p95]: Quantiles): number {
    const beyond = Math.max(0, value - p95) / Math.max(1e-6, p95 - p50);
    return 1 / (1 + beyond * beyond);
}

export function clamp(value: number): number {
    return Math.min(1, Math.max(0, value));
}

/** Quantiles by nearest rank; the values need not be sorted. */
export function quantiles(values: readonly number[]): Quantiles {
    const sorted = Float64Array.from(values).sort();
    const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
    return [at(0.05), at(0.25), at(0.5), at(0.75), at(0.95)];
}
