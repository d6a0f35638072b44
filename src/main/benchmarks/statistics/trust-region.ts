/**
 * Least squares within bounds, by a trust region that is reflected at them (Branch, Coleman & Li 1999), as
 * scipy.optimize.least_squares does it with method "trf": variables are scaled by their distance to the bound that the
 * gradient points to, so that steps bend away before they reach it. curve_fit takes this one where there are bounds.
 */
import type { FitLimits, Residuals } from './levenberg-marquardt.ts';

export interface Bounds {
    readonly low: readonly number[];
    readonly high: readonly number[];
}

const epsilon = 2 ** -52;

/**
 * The fitted x; undefined where it does not converge within the evaluations allowed. The start lies within the bounds.
 */
export function boundedLeastSquares(
    residuals: Residuals,
    start: readonly number[],
    M: number,
    bounds: Bounds,
    { tolerance, evaluations }: FitLimits,
): Float64Array | undefined {
    const N = start.length;
    const at = (x: Float64Array): Float64Array => {
        const f = new Float64Array(M);
        residuals(x, f);
        return f;
    };
    let x = inside(Float64Array.from(start), bounds, 1e-10);
    let f = at(x);
    let cost = 0.5 * dot(f, f);
    let J = differences(at, x, f, bounds);
    let gradient = J.map((column) => dot(column, f));
    let used = 1;
    let radius = length(x.map((value, i) => value / Math.sqrt(distance(x, gradient, bounds, i).v))) || 1;
    let damping = 0;
    for (let hasSettled = false; ;) {
        const scaling = gradient.map((_, i) => distance(x, gradient, bounds, i));
        const slope = Math.max(...gradient.map((value, i) => Math.abs(value * scaling[i]!.v)));
        if (slope < tolerance) hasSettled = true;
        if (hasSettled) return x;
        if (used >= evaluations || Number.isNaN(slope)) return undefined;
        // everything below is in scaled variables: x = d · x̂
        const d = scaling.map(({ v }) => Math.sqrt(v));
        const curvature = gradient.map((value, i) => value * scaling[i]!.dv); // ≥ 0, a diagonal added to JᵀJ
        const model: Model = {
            J: J.map((column, i) => column.map((value) => value * d[i]!)),
            gradient: gradient.map((value, i) => value * d[i]!),
            diagonal: curvature,
        };
        const augmented = model.J.map((column, i) => {
            const longer = new Float64Array(M + N);
            longer.set(column);
            longer[M + i] = Math.sqrt(curvature[i]!);
            return longer;
        });
        const decomposed = singularValues(augmented, f);
        const theta = Math.max(0.995, 1 - slope);
        let isBetter = false;
        while (!isBetter && used < evaluations) {
            const found = stepWithin(decomposed, M, radius, damping);
            damping = found.damping;
            const chosen = chooseStep(x, model, found.step, d, radius, bounds, theta);
            const step = chosen.step.map((value, i) => value * d[i]!);
            const moved = inside(
                Float64Array.from(x, (value, i) => value + step[i]!),
                bounds,
                0,
            );
            const next = at(moved);
            used++;
            const stepLength = length(chosen.step);
            if (!next.every(Number.isFinite)) {
                radius = 0.25 * stepLength;
                continue;
            }
            const nextCost = 0.5 * dot(next, next);
            const actual = cost - nextCost;
            const ratio = chosen.gain > 0 ? actual / chosen.gain : chosen.gain === 0 && actual === 0 ? 1 : 0;
            let nextRadius = radius;
            if (ratio < 0.25) nextRadius = 0.25 * stepLength;
            else if (ratio > 0.75 && stepLength > 0.95 * radius) nextRadius = 2 * radius;
            isBetter = actual > 0;
            hasSettled =
                (actual < tolerance * cost && ratio > 0.25) || length(step) < tolerance * (tolerance + length(x));
            if (isBetter) {
                [x, f, cost] = [moved, next, nextCost];
                J = differences(at, x, f, bounds);
                gradient = J.map((column) => dot(column, f));
            }
            if (hasSettled) break;
            damping *= radius / nextRadius;
            radius = nextRadius;
        }
    }
}

/** How far x is from the bound that the gradient drives it to, and how that changes with x; 1 and 0 where none does. */
function distance(
    x: Float64Array,
    gradient: readonly number[],
    { low, high }: Bounds,
    i: number,
): { readonly v: number; readonly dv: number } {
    if (gradient[i]! < 0 && Number.isFinite(high[i]!)) return { v: high[i]! - x[i]!, dv: -1 };
    if (gradient[i]! > 0 && Number.isFinite(low[i]!)) return { v: x[i]! - low[i]!, dv: 1 };
    return { v: 1, dv: 0 };
}

/** Forward differences; backwards where a bound is in the way. (N)(M) */
function differences(
    at: (x: Float64Array) => Float64Array,
    x: Float64Array,
    f: Float64Array,
    { low, high }: Bounds,
): Float64Array[] {
    return Array.from(x, (value, i) => {
        let h = Math.sqrt(epsilon) * (value >= 0 ? 1 : -1) * Math.max(1, Math.abs(value));
        const [below, above] = [value - low[i]!, high[i]! - value];
        if (value + h < low[i]! || value + h > high[i]!) {
            if (Math.abs(h) <= Math.max(below, above)) h = -h;
        }
        if (Math.abs(h) > Math.max(below, above)) h = above >= below ? above : -below;
        const moved = x.slice();
        moved[i] = value + h;
        const taken = moved[i] - value;
        return at(moved).map((next, m) => (next - f[m]!) / taken);
    });
}

/** Strictly inside: by a relative margin, or for a margin of 0 by the next number there is. */
function inside(x: Float64Array, { low, high }: Bounds, margin: number): Float64Array {
    return x.map((value, i) => {
        const [l, h] = [low[i]!, high[i]!];
        let [isLow, isHigh] = [value <= l, value >= h];
        if (margin > 0) {
            isLow = value - l <= Math.min(h - value, margin * Math.max(1, Math.abs(l)));
            isHigh = h - value <= Math.min(value - l, margin * Math.max(1, Math.abs(h)));
        }
        let moved = value;
        if (isLow) moved = margin > 0 ? l + margin * Math.max(1, Math.abs(l)) : nextTo(l, 1);
        if (isHigh) moved = margin > 0 ? h - margin * Math.max(1, Math.abs(h)) : nextTo(h, -1);
        return moved < l || moved > h ? 0.5 * (l + h) : moved;
    });
}

/** The next number up or down. */
function nextTo(value: number, direction: 1 | -1): number {
    if (value === 0) return direction * Number.MIN_VALUE;
    const bits = new BigInt64Array(1);
    const number = new Float64Array(bits.buffer);
    number[0] = value;
    bits[0]! += BigInt(direction * Math.sign(value));
    return number[0];
}

interface Decomposed {
    readonly s: readonly number[]; // (N) singular values, the largest first
    readonly V: readonly Float64Array[]; // (N)(N) columns
    readonly Uf: readonly number[]; // (N) Uᵀf
}

/** By rotating pairs of columns until all are at right angles (Hestenes 1958). columns: (N)(M + N); f: (M) */
function singularValues(columns: readonly Float64Array[], f: Float64Array): Decomposed {
    const N = columns.length;
    const A = columns.map((column) => column.slice());
    const V = columns.map((_, j) => Float64Array.from({ length: N }, (_, i) => (i === j ? 1 : 0)));
    for (let sweep = 0, isDone = false; sweep < 60 && !isDone; sweep++) {
        isDone = true;
        for (let p = 0; p < N - 1; p++)
            for (let q = p + 1; q < N; q++) {
                const [pp, qq, pq] = [dot(A[p]!, A[p]!), dot(A[q]!, A[q]!), dot(A[p]!, A[q]!)];
                if (Math.abs(pq) <= 1e-15 * Math.sqrt(pp * qq)) continue;
                isDone = false;
                const zeta = (qq - pp) / (2 * pq);
                const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
                const cos = 1 / Math.sqrt(1 + t * t);
                for (const matrix of [A, V]) rotate(matrix[p]!, matrix[q]!, cos, cos * t);
            }
    }
    const sizes = A.map(length);
    const order = sizes.map((_, j) => j).sort((a, b) => sizes[b]! - sizes[a]!);
    return {
        s: order.map((j) => sizes[j]!),
        V: order.map((j) => V[j]!),
        Uf: order.map((j) => (sizes[j] === 0 ? 0 : dot(f, A[j]!) / sizes[j]!)), // f is 0 below its end
    };
}

function rotate(p: Float64Array, q: Float64Array, cos: number, sin: number): void {
    for (let i = 0; i < p.length; i++) {
        const [a, b] = [p[i]!, q[i]!];
        p[i] = cos * a - sin * b;
        q[i] = sin * a + cos * b;
    }
}

/** The Gauss–Newton step if it lies within the radius, else a damped one that meets it (within 1 %, then exactly). */
function stepWithin(
    { s, V, Uf }: Decomposed,
    M: number,
    radius: number,
    before: number,
): { readonly step: number[]; readonly damping: number } {
    const N = s.length;
    const combine = (weights: readonly number[]): number[] =>
        Array.from({ length: N }, (_, i) => -weights.reduce((sum, weight, j) => sum + V[j]![i]! * weight, 0));
    const isFull = s[N - 1]! > epsilon * M * s[0]!;
    if (isFull) {
        const step = combine(Uf.map((value, j) => value / s[j]!));
        if (length(step) <= radius) return { step, damping: 0 };
    }
    const sUf = s.map((value, j) => value * Uf[j]!);
    const excess = (damping: number): { readonly phi: number; readonly slope: number } => {
        const size = length(sUf.map((value, j) => value / (s[j]! ** 2 + damping)));
        const sum = sUf.reduce((total, value, j) => total + value ** 2 / (s[j]! ** 2 + damping) ** 3, 0);
        return { phi: size - radius, slope: -sum / size };
    };
    let upper = length(sUf) / radius;
    let lower = 0;
    if (isFull) {
        const { phi, slope } = excess(0);
        lower = -phi / slope;
    }
    const middle = (): number => Math.max(0.001 * upper, Math.sqrt(lower * upper));
    let damping = !isFull && before === 0 ? middle() : before;
    for (let round = 0; round < 10; round++) {
        if (damping < lower || damping > upper) damping = middle();
        const { phi, slope } = excess(damping);
        if (phi < 0) upper = damping;
        const ratio = phi / slope;
        lower = Math.max(lower, damping - ratio);
        damping -= ((phi + radius) * ratio) / radius;
        if (Math.abs(phi) < 0.01 * radius) break;
    }
    const step = combine(sUf.map((value, j) => value / (s[j]! ** 2 + damping)));
    const size = length(step);
    return { step: step.map((value) => (value * radius) / size), damping };
}

/** ½ŝᵀ(JᵀJ + diagonal)ŝ + gradientᵀŝ: how the cost is thought to change with a step in scaled variables. */
interface Model {
    readonly J: readonly Float64Array[]; // (N)(M)
    readonly gradient: readonly number[];
    readonly diagonal: readonly number[];
}

/** In scaled variables; `gain`: by how much the cost should fall. */
interface Step {
    readonly step: readonly number[];
    readonly gain: number;
}

/**
 * The step if it stays within the bounds; else the best of it cut short, it reflected at the bound, and steepest
 * descent.
 */
function chooseStep(
    x: Float64Array,
    model: Model,
    step: readonly number[],
    d: readonly number[],
    radius: number,
    bounds: Bounds,
    theta: number,
): Step {
    const inX = (scaled: readonly number[]): number[] => scaled.map((value, i) => value * d[i]!);
    const moved = inX(step).map((value, i) => x[i]! + value);
    if (moved.every((value, i) => value >= bounds.low[i]! && value <= bounds.high[i]!))
        return { step, gain: -valueAt(model, step) };
    const { stride, hits } = strideToBound(x, inX(step), bounds);
    const cut = step.map((value) => value * stride);
    const choices: Step[] = [];
    const reflected = reflect();
    const short = cut.map((value) => value * theta);
    choices.push({ step: short, gain: -valueAt(model, short) });
    if (reflected !== null) choices.push(reflected);
    choices.push(descend());
    return choices.reduce((best, choice) => (choice.gain > best.gain ? choice : best), choices.at(-1)!);

    function reflect(): Step | null {
        const direction = step.map((value, i) => (hits[i] ? -value : value));
        const onBound = Float64Array.from(inX(cut), (value, i) => x[i]! + value);
        const toRegion = strideToRegion(cut, direction, radius);
        const toBound = strideToBound(onBound, inX(direction), bounds).stride;
        const longest = Math.min(toBound, toRegion);
        if (longest <= 0) return null;
        const from = ((1 - theta) * stride) / longest;
        const to = longest === toBound ? theta * toBound : toRegion;
        if (from > to) return null;
        const best = lowest(model, direction, from, to, cut);
        return { step: direction.map((value, i) => cut[i]! + best.stride * value), gain: -best.value };
    }

    function descend(): Step {
        const direction = model.gradient.map((value) => -value);
        const toRegion = radius / length(direction);
        const toBound = strideToBound(x, inX(direction), bounds).stride;
        const best = lowest(model, direction, 0, toBound < toRegion ? theta * toBound : toRegion, null);
        return { step: direction.map((value) => value * best.stride), gain: -best.value };
    }
}

/** How many steps lead to the nearest bound, and which bounds that is. */
function strideToBound(
    x: Float64Array,
    step: readonly number[],
    { low, high }: Bounds,
): { readonly stride: number; readonly hits: readonly boolean[] } {
    const strides = step.map((value, i) =>
        value === 0 ? Infinity : Math.max((low[i]! - x[i]!) / value, (high[i]! - x[i]!) / value),
    );
    const stride = Math.min(...strides);
    return { stride, hits: strides.map((each, i) => each === stride && step[i] !== 0) };
}

/** How far along `direction` from `at` the trust region ends. */
function strideToRegion(at: readonly number[], direction: readonly number[], radius: number): number {
    const a = dot(direction, direction);
    const b = dot(at, direction);
    const c = dot(at, at) - radius ** 2;
    const root = Math.sqrt(b * b - a * c);
    const q = -(b + (b < 0 || Object.is(b, -0) ? -root : root));
    return Math.max(q / a, c / q);
}

/** Where between two strides along a direction (from `start`, or from 0) the model is lowest. */
function lowest(
    model: Model,
    direction: readonly number[],
    from: number,
    to: number,
    start: readonly number[] | null,
): { readonly stride: number; readonly value: number } {
    const along = alongJ(model, direction);
    let a = 0.5 * (dot(along, along) + weighted(model, direction, direction));
    let b = dot(model.gradient, direction);
    let c = 0;
    if (start !== null) {
        const before = alongJ(model, start);
        b += dot(before, along) + weighted(model, start, direction);
        c = 0.5 * dot(before, before) + dot(model.gradient, start) + 0.5 * weighted(model, start, start);
    }
    if (Number.isNaN(a)) a = 0;
    const candidates = [from, to];
    if (a !== 0) {
        const extremum = (-0.5 * b) / a;
        if (from < extremum && extremum < to) candidates.push(extremum);
    }
    const values = candidates.map((stride) => stride * (a * stride + b) + c);
    const which = values.indexOf(Math.min(...values));
    return { stride: candidates[which]!, value: values[which]! };
}

function valueAt(model: Model, step: readonly number[]): number {
    const along = alongJ(model, step);
    return 0.5 * (dot(along, along) + weighted(model, step, step)) + dot(model.gradient, step);
}

function alongJ({ J }: Model, step: readonly number[]): Float64Array {
    const product = new Float64Array(J[0]!.length);
    for (const [j, column] of J.entries()) for (let i = 0; i < column.length; i++) product[i]! += column[i]! * step[j]!;
    return product;
}

const weighted = ({ diagonal }: Model, a: readonly number[], b: readonly number[]): number =>
    diagonal.reduce((sum, weight, i) => sum + weight * a[i]! * b[i]!, 0);

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
    return sum;
}

const length = (values: ArrayLike<number>): number => Math.sqrt(dot(values, values));
