/**
 * Least squares without bounds, by Levenberg and Marquardt as MINPACK's lmdif does it (Moré 1978, "The
 * Levenberg–Marquardt algorithm: implementation and theory"): differences forwards, columns scaled by the longest they
 * ever were, a trust region whose radius is met by a parameter. It is what scipy.optimize.curve_fit uses where there
 * are no bounds, step by step, since a fit that stops early stops at the same place only if it came the same way.
 */

/** Writes the residuals (M) at x (N) to `into`. */
export type Residuals = (x: Float64Array, into: Float64Array) => void;

export interface FitLimits {
    readonly tolerance: number; // of the sum of squares and of x, relative
    readonly evaluations: number;
}

const epsilon = 2 ** -52;
const smallest = 2 ** -1022;
const firstRadius = 100; // in lengths of the scaled start

/** The fitted x, or undefined where it did not settle within the evaluations allowed. */
export function levenbergMarquardt(
    residuals: Residuals,
    start: readonly number[],
    M: number,
    { tolerance, evaluations }: FitLimits,
): Float64Array | undefined {
    const N = start.length;
    let x = Float64Array.from(start);
    let f = new Float64Array(M);
    residuals(x, f);
    let used = 1;
    let norm = length(f);
    let [parameter, radius, scaledLength] = [0, 0, 0];
    const scale = new Float64Array(N);
    for (let round = 1; ;) {
        const J = forwardDifferences(residuals, x, f);
        used += N;
        const { R, order, lengths } = pivotedQR(J, f);
        if (round === 1) {
            for (let j = 0; j < N; j++) scale[j] = lengths[j] === 0 ? 1 : lengths[j]!;
            scaledLength = length(x.map((value, j) => value * scale[j]!));
            radius = firstRadius * scaledLength || firstRadius;
        }
        const Qf = R.map((_, j) => R[j]![N]!); // the first N of Qᵀf
        if (norm === 0 || steepest(R, Qf, order, lengths, norm) <= 0) return x;
        for (let j = 0; j < N; j++) scale[j] = Math.max(scale[j]!, lengths[j]!);
        for (let ratio = 0; ratio < 1e-4;) {
            const found = stepWithin(R, order, scale, Qf, radius, parameter);
            parameter = found.parameter;
            const step = found.step.map((value) => -value);
            const moved = x.map((value, j) => value + step[j]!);
            const stepLength = length(step.map((value, j) => value * scale[j]!));
            if (round === 1) radius = Math.min(radius, stepLength);
            const next = new Float64Array(M);
            residuals(moved, next);
            used++;
            const nextNorm = length(next);
            const actual = 0.1 * nextNorm < norm ? 1 - (nextNorm / norm) ** 2 : -1;
            const linear = length(alongColumns(R, order, step)) / norm;
            const damping = (Math.sqrt(parameter) * stepLength) / norm;
            const predicted = linear ** 2 + damping ** 2 / 0.5;
            const slope = -(linear ** 2 + damping ** 2);
            ratio = predicted === 0 ? 0 : actual / predicted;
            if (ratio <= 0.25) {
                let shrink = actual >= 0 ? 0.5 : (0.5 * slope) / (slope + 0.5 * actual);
                if (0.1 * nextNorm >= norm || shrink < 0.1) shrink = 0.1;
                radius = shrink * Math.min(radius, stepLength / 0.1);
                parameter /= shrink;
            } else if (parameter === 0 || ratio >= 0.75) {
                radius = stepLength / 0.5;
                parameter *= 0.5;
            }
            if (ratio >= 1e-4) {
                [x, f, norm] = [moved, next, nextNorm];
                scaledLength = length(x.map((value, j) => value * scale[j]!));
                round++;
            }
            const isFlat = Math.abs(actual) <= tolerance && predicted <= tolerance && 0.5 * ratio <= 1;
            if (isFlat || radius <= tolerance * scaledLength) return x;
            // the last also ends a search in which numbers stopped being finite
            if (used >= evaluations || radius <= epsilon * scaledLength || Number.isNaN(ratio)) return undefined;
        }
    }
}

/** (M, N) by columns. */
function forwardDifferences(residuals: Residuals, x: Float64Array, f: Float64Array): Float64Array[] {
    return Array.from(x, (value, j) => {
        const h = Math.sqrt(epsilon) * Math.abs(value) || Math.sqrt(epsilon);
        const moved = x.slice();
        moved[j] = value + h;
        const column = new Float64Array(f.length);
        residuals(moved, column);
        for (let i = 0; i < f.length; i++) column[i] = (column[i]! - f[i]!) / h;
        return column;
    });
}

interface Triangle {
    readonly R: Float64Array[]; // (N)(N + 1) rows of the upper triangle, and Qᵀf in the last column
    readonly order: readonly number[]; // (N) which column of J stands at each place
    readonly lengths: readonly number[]; // (N) of the columns of J
}

/** J's columns are reflected to a triangle, the longest that is left first (Businger & Golub 1965), and f with them. */
function pivotedQR(J: Float64Array[], f: Float64Array): Triangle {
    const N = J.length;
    const lengths = J.map(length);
    const columns = J.map((column) => column.slice());
    const last = f.slice();
    const order = columns.map((_, j) => j);
    const left = lengths.slice(); // lengths below the rows that are done
    const exact = lengths.slice(); // … when they were last computed in full
    const R = columns.map(() => new Float64Array(N + 1));
    const diagonal = new Float64Array(N);
    for (let j = 0; j < N; j++) {
        let longest = j;
        for (let k = j; k < N; k++) if (left[k]! > left[longest]!) longest = k;
        if (longest !== j) {
            [columns[j], columns[longest]] = [columns[longest]!, columns[j]!];
            [order[j], order[longest]] = [order[longest]!, order[j]!];
            [left[longest], exact[longest]] = [left[j]!, exact[j]!];
        }
        const v = columns[j]!.subarray(j);
        const sign = v[0]! < 0 ? -1 : 1;
        const size = length(v) * sign;
        diagonal[j] = -size;
        if (size === 0) continue;
        for (let i = 0; i < v.length; i++) v[i]! /= size;
        v[0]! += 1;
        for (let k = j + 1; k < N; k++) {
            reflectBy(v, columns[k]!.subarray(j));
            if (left[k] === 0) continue;
            left[k]! *= Math.sqrt(Math.max(0, 1 - (columns[k]![j]! / left[k]!) ** 2));
            if (0.05 * (left[k]! / exact[k]!) ** 2 <= epsilon) left[k] = exact[k] = length(columns[k]!.subarray(j + 1));
        }
        reflectBy(v, last.subarray(j));
    }
    for (let i = 0; i < N; i++) {
        for (let j = i + 1; j < N; j++) R[i]![j] = columns[j]![i]!;
        R[i]![i] = diagonal[i]!;
        R[i]![N] = last[i]!;
    }
    return { R, order, lengths };
}

function reflectBy(v: Float64Array, column: Float64Array): void {
    let sum = 0;
    for (let i = 0; i < v.length; i++) sum += v[i]! * column[i]!;
    const factor = sum / v[0]!;
    for (let i = 0; i < v.length; i++) column[i]! -= factor * v[i]!;
}

/** The cosine of the angle between the residuals and the column that is nearest to them. */
function steepest(
    R: readonly Float64Array[],
    Qf: readonly number[],
    order: readonly number[],
    lengths: readonly number[],
    norm: number,
): number {
    let most = 0;
    for (let j = 0; j < order.length; j++) {
        const size = lengths[order[j]!]!;
        if (size === 0) continue;
        let sum = 0;
        for (let i = 0; i <= j; i++) sum += R[i]![j]! * (Qf[i]! / norm);
        most = Math.max(most, Math.abs(sum / size));
    }
    return most;
}

/** R times a step whose entries are in the order of J's columns. */
function alongColumns(R: readonly Float64Array[], order: readonly number[], step: Float64Array): Float64Array {
    const product = new Float64Array(order.length);
    for (let j = 0; j < order.length; j++) for (let i = 0; i <= j; i++) product[i]! += R[i]![j]! * step[order[j]!]!;
    return product;
}

/** The step that solves the damped problem, damped so that its scaled length meets the radius within 10 %. */
function stepWithin(
    R: readonly Float64Array[],
    order: readonly number[],
    scale: Float64Array,
    Qf: readonly number[],
    radius: number,
    before: number,
): { readonly step: Float64Array; readonly parameter: number } {
    const N = order.length;
    const rank = R.findIndex((row, j) => row[j] === 0);
    const isFull = rank === -1;
    const solution = new Float64Array(N);
    for (let j = (isFull ? N : rank) - 1; j >= 0; j--) {
        let sum = Qf[j]!;
        for (let k = j + 1; k < (isFull ? N : rank); k++) sum -= R[j]![k]! * solution[k]!;
        solution[j] = sum / R[j]![j]!;
    }
    let step = unordered(solution, order);
    let scaled = step.map((value, j) => value * scale[j]!);
    let size = length(scaled);
    let excess = size - radius;
    if (excess <= 0.1 * radius) return { step, parameter: 0 };
    const towards = (): Float64Array => Float64Array.from(order, (column) => scale[column]! * (scaled[column]! / size));
    let lower = 0;
    if (isFull) {
        const w = towards();
        for (let j = 0; j < N; j++) {
            for (let i = 0; i < j; i++) w[j]! -= R[i]![j]! * w[i]!;
            w[j]! /= R[j]![j]!;
        }
        lower = excess / radius / length(w) ** 2;
    }
    const gradient = Float64Array.from(order, (column, j) => {
        let sum = 0;
        for (let i = 0; i <= j; i++) sum += R[i]![j]! * Qf[i]!;
        return sum / scale[column]!;
    });
    let upper = length(gradient) / radius || smallest / Math.min(radius, 0.1);
    let parameter = Math.min(Math.max(before, lower), upper) || length(gradient) / size;
    for (let round = 1; ; round++) {
        if (parameter === 0) parameter = Math.max(smallest, 0.001 * upper);
        const damped = dampedSolution(R, order, scale, Qf, Math.sqrt(parameter));
        step = damped.step;
        scaled = step.map((value, j) => value * scale[j]!);
        size = length(scaled);
        const previous = excess;
        excess = size - radius;
        const isMet = Math.abs(excess) <= 0.1 * radius || (lower === 0 && excess <= previous && previous < 0);
        if (isMet || round === 10 || Number.isNaN(excess)) return { step, parameter };
        const w = towards();
        for (let j = 0; j < N; j++) {
            w[j]! /= damped.S[j]![j]!;
            for (let i = j + 1; i < N; i++) w[i]! -= damped.S[j]![i]! * w[j]!;
        }
        const correction = excess / radius / length(w) ** 2;
        if (excess > 0) lower = Math.max(lower, parameter);
        if (excess < 0) upper = Math.min(upper, parameter);
        parameter = Math.max(lower, parameter + correction);
    }
}

/** Least squares of [R; root·scale] against [Qf; 0], by rotations; S (N)(N) is the triangle that they leave. */
function dampedSolution(
    R: readonly Float64Array[],
    order: readonly number[],
    scale: Float64Array,
    Qf: readonly number[],
    root: number,
): { readonly step: Float64Array; readonly S: readonly Float64Array[] } {
    const N = order.length;
    const S = R.map((row) => row.slice(0, N));
    const right = Float64Array.from(Qf);
    for (let j = 0; j < N; j++) {
        const row = new Float64Array(N);
        row[j] = root * scale[order[j]!]!;
        if (row[j] === 0) continue;
        let extra = 0;
        for (let k = j; k < N; k++) {
            if (row[k] === 0) continue;
            const [own, other] = [S[k]![k]!, row[k]!];
            let [cos, sin] = [0, 0];
            if (Math.abs(own) < Math.abs(other)) {
                const cotangent = own / other;
                sin = 0.5 / Math.sqrt(0.25 + 0.25 * cotangent ** 2);
                cos = sin * cotangent;
            } else {
                const tangent = other / own;
                cos = 0.5 / Math.sqrt(0.25 + 0.25 * tangent ** 2);
                sin = cos * tangent;
            }
            for (let i = k; i < N; i++) {
                const kept = cos * S[k]![i]! + sin * row[i]!;
                row[i] = -sin * S[k]![i]! + cos * row[i]!;
                S[k]![i] = kept;
            }
            const kept = cos * right[k]! + sin * extra;
            extra = -sin * right[k]! + cos * extra;
            right[k] = kept;
        }
    }
    const singular = S.findIndex((row, j) => row[j] === 0);
    const rank = singular === -1 ? N : singular;
    const solution = new Float64Array(N);
    for (let j = rank - 1; j >= 0; j--) {
        let sum = right[j]!;
        for (let k = j + 1; k < rank; k++) sum -= S[j]![k]! * solution[k]!;
        solution[j] = sum / S[j]![j]!;
    }
    return { step: unordered(solution, order), S };
}

function unordered(values: Float64Array, order: readonly number[]): Float64Array {
    const into = new Float64Array(values.length);
    for (let j = 0; j < order.length; j++) into[order[j]!] = values[j]!;
    return into;
}

function length(values: ArrayLike<number>): number {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
    return Math.sqrt(sum);
}
