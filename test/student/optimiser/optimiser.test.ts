import { afterAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/main/learning/random.ts';
import type { Parameter } from '../../../src/main/student/gpt2/parameters.ts';
import { createOptimiser } from '../../../src/main/student/optimiser/optimiser.ts';
import { openRuntime } from '../../../src/main/student/runtime/open.ts';
import { loadWeights, readWeights } from '../../../src/main/student/weights.ts';
import { adamw } from '../training/training.ts';

const runtime = await openRuntime({ kind: 'processor', threads: 1 });
afterAll(() => runtime.release());

const random = new RandomStream('optimiser');
const normals = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.normal());
type Matrix = readonly (readonly number[])[];

const multiply = (a: Matrix, b: Matrix): Matrix =>
    a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0)));
const combine = (a: Matrix, s: number, b: Matrix, t: number): Matrix =>
    a.map((row, i) => row.map((x, j) => s * x + t * b[i]![j]!));
const transpose = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
const columns = (a: Matrix, from: number, to: number): Matrix => a.map((row) => row.slice(from, to));
const matrix = (values: Float32Array, rows: number): Matrix =>
    Array.from({ length: rows }, (_, i) => [
        ...values.subarray((i * values.length) / rows, ((i + 1) * values.length) / rows),
    ]);

/** Jordan's iteration in float64, straight from the paper. */
function orthogonal(g: Matrix): Matrix {
    if (g.length > g[0]!.length) return transpose(orthogonal(transpose(g)));
    const norm = Math.sqrt(g.flat().reduce((sum, x) => sum + x * x, 0));
    let x: Matrix = g.map((row) => row.map((value) => value / norm));
    for (let i = 0; i < 5; i++) {
        const a = multiply(x, transpose(x));
        const b = combine(a, -4.775, multiply(a, a), 2.0315);
        x = combine(x, 3.4445, multiply(b, x), 1);
    }
    return x;
}

/** One step from zero weights and zero moments: what it changed, per learning rate. */
async function firstChange(
    parameter: Parameter,
    gradient: Float32Array,
    kind: 'adamw' | 'muon',
): Promise<{ readonly change: Float32Array; readonly moments: readonly string[] }> {
    const weights = loadWeights(runtime, [parameter], new Map([[parameter.name, new Float32Array(gradient.length)]]));
    const optimiser = await createOptimiser(runtime, [parameter], weights, { ...adamw, kind, clip: null });
    optimiser.gradients.get(parameter.name)!.write(gradient);
    await optimiser.step({ lr: 1, gradientScale: 1 });
    const change = readWeights(weights)
        .get(parameter.name)!
        .map((x) => -x);
    const moments = Object.keys(optimiser.moments);
    optimiser.release();
    return { change, moments };
}

describe('muon', () => {
    it.each([
        { name: 'mlp.c_fc', dims: [6, 24], pieces: 1 },
        { name: 'mlp.c_proj', dims: [24, 6], pieces: 1 },
        { name: 'attn.c_attn', dims: [8, 24], pieces: 3 },
    ])('moves $name along its orthogonalised momentum', async ({ name, dims, pieces }) => {
        const [rows, width] = dims as [number, number];
        const gradient = normals(rows * width);
        const parameter: Parameter = { name: `transformer.h.0.${name}.weight`, dims, start: 'normal' };
        const { change, moments } = await firstChange(parameter, gradient, 'muon');
        const found = matrix(change, rows);
        for (let piece = 0; piece < pieces; piece++) {
            const [from, to] = [(piece * width) / pieces, ((piece + 1) * width) / pieces];
            const expected = orthogonal(columns(matrix(gradient, rows), from, to));
            const scale = 0.2 * Math.sqrt(Math.max(rows, to - from));
            for (const [i, row] of columns(found, from, to).entries()) {
                for (const [j, x] of row.entries()) expect(x).toBeCloseTo(scale * expected[i]![j]!, 4);
            }
        }
        expect(moments).toEqual([`momentum:${parameter.name}`]);
    });

    it('leaves embeddings and vectors to AdamW', async () => {
        for (const [name, dims] of [
            ['transformer.wte.weight', [4, 3]],
            ['transformer.h.0.ln_1.weight', [12]],
        ] as const) {
            const gradient = normals(12);
            const parameter: Parameter = { name, dims, start: 'normal' };
            const muon = await firstChange(parameter, gradient, 'muon');
            expect(muon).toEqual(await firstChange(parameter, gradient, 'adamw'));
            // Adam's first step
            for (const [i, x] of muon.change.entries()) expect(x).toBeCloseTo(Math.sign(gradient[i]!), 4);
        }
    });
});

describe('adamw', () => {
    it('steps a large matrix in pieces as formulas in float64 step it whole', async () => {
        const count = 3 * 2 ** 17 + 12_345; // three whole pieces and a rest
        const parameters: readonly Parameter[] = [
            { name: 'large', dims: [count, 1], start: 'normal' },
            { name: 'small', dims: [7], start: 'zeros' },
        ];
        const start = new Map(parameters.map(({ name, dims }) => [name, normals(dims[0]!)]));
        const weights = loadWeights(runtime, parameters, start);
        const optimiser = await createOptimiser(runtime, parameters, weights, { ...adamw, clip: null });
        const lr = 0.01;
        const { beta1, beta2, epsilon, weightDecay } = adamw;
        const expected = parameters.map(({ name, dims }) => ({
            name,
            decay: dims.length > 1 ? 1 - lr * weightDecay : 1, // vectors do not decay
            weights: Float64Array.from(start.get(name)!),
            momentum: new Float64Array(dims[0]!),
            variance: new Float64Array(dims[0]!),
        }));
        for (let step = 1; step <= 3; step++) {
            for (const { name, decay, weights: w, momentum: m, variance: v } of expected) {
                const gradient = normals(w.length);
                optimiser.gradients.get(name)!.write(gradient);
                for (const [i, g] of gradient.entries()) {
                    m[i] = beta1 * m[i]! + (1 - beta1) * g;
                    v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
                    const deviation = Math.sqrt(v[i] / (1 - beta2 ** step)) + epsilon;
                    w[i] = decay * w[i]! - (lr * m[i]) / (1 - beta1 ** step) / deviation;
                }
            }
            await optimiser.step({ lr, gradientScale: 1 });
        }
        const found = readWeights(weights);
        for (const { name, weights: w } of expected) {
            const worst = w.reduce((most, x, i) => Math.max(most, Math.abs(x - found.get(name)![i]!)), 0);
            expect(worst, name).toBeLessThan(2e-6);
        }
        optimiser.release();
    });
});

describe('clipping', () => {
    it('keeps the global norm, over all parameters together', async () => {
        const parameters: readonly Parameter[] = [
            { name: 'a', dims: [3, 4], start: 'normal' },
            { name: 'b', dims: [5], start: 'zeros' },
        ];
        const values = new Map([['a', new Float32Array(12)], ['b', new Float32Array(5)]]); // prettier-ignore
        const weights = loadWeights(runtime, parameters, values);
        const optimiser = await createOptimiser(runtime, parameters, weights, { ...adamw, clip: 0.5 });
        const gradients = new Map([['a', normals(12)], ['b', normals(5)]]); // prettier-ignore
        for (const [name, gradient] of gradients) optimiser.gradients.get(name)!.write(gradient);
        const norm = await optimiser.step({ lr: 0, gradientScale: 1 });
        const square = (arrays: Iterable<Float32Array>): number =>
            [...arrays].flatMap((x) => [...x]).reduce((sum, x) => sum + x * x, 0);
        expect(norm).toBeCloseTo(Math.sqrt(square(gradients.values())), 5);
        const momenta = ['a', 'b'].map((name) => optimiser.moments[`momentum:${name}`]!.read() as Float32Array);
        expect(Math.sqrt(square(momenta))).toBeCloseTo(0.5, 5); // kept divided by 1 − β: the clipped gradient itself
        optimiser.release();
    });
});
