import { afterAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/main/learning/random.ts';
import { dropoutKeys, dropoutMask, dropoutMasks, dropoutSites } from '../../../src/main/student/gpt2/dropout.ts';
import type { DropoutSite } from '../../../src/main/student/gpt2/dropout.ts';
import { predictionGradientsGraph } from '../../../src/main/student/gpt2/graphs.ts';
import { Graph } from '../../../src/main/student/onnx/graph.ts';
import { openRuntime } from '../../../src/main/student/runtime/open.ts';
import { config, largestDifference, pretrainerOn, rowsOf, sequence, snapshot } from '../training/training.ts';

const runtime = await openRuntime({ kind: 'processor', threads: 1 });
afterAll(() => runtime.release());

const [ROWS, PLACES, LAYERS, RATE] = [24, 64 * 96, 2, 0.1];
const KEPT = 1 / (1 - RATE);
const sites: readonly DropoutSite[] = [
    'embedding',
    ...[0, 1].flatMap((layer) => (['probabilities', 'attention', 'inner'] as const).map((part) => ({ layer, part }))),
];
const random = new RandomStream('dropout');

/** 1 where an element was dropped: one array per step, site and row, in that order. */
async function dropped(steps: number): Promise<readonly Float64Array[]> {
    const graph = new Graph('masks');
    const keys = graph.input('keys', [ROWS, dropoutSites(LAYERS)], 'int32');
    for (const [i, site] of sites.entries())
        graph.output(`mask ${i}`, dropoutMask(graph, keys, site, { dims: [64, 96], rate: RATE, kept: KEPT }));
    const program = await runtime.compile(graph.model());
    const input = runtime.tensor('int32', keys.dims);
    const outputs = Object.fromEntries(graph.outputs.map(({ name, dims }) => [name, runtime.tensor('float32', dims)]));
    const binding = program.bind({ keys: input }, outputs);
    const found: Float64Array[] = [];
    for (let step = 0; step < steps; step++) {
        input.write(dropoutKeys(random, step, Array(ROWS).keys(), dropoutSites(LAYERS)));
        await binding.run();
        for (const tensor of Object.values(outputs)) {
            const mask = tensor.read() as Float32Array;
            for (let row = 0; row < ROWS; row++) {
                found.push(
                    Float64Array.from(mask.subarray(row * PLACES, (row + 1) * PLACES), (x) => (x === 0 ? 1 : 0)),
                );
            }
        }
    }
    return found;
}

const mean = (x: Float64Array): number => x.reduce((sum, value) => sum + value, 0) / x.length;

/** In standard errors of an independent pair: beyond 5 would be seen once in millions. */
function correlation(a: Float64Array, b: Float64Array): number {
    let both = 0;
    for (const [i, x] of a.entries()) both += (x - RATE) * (b[i]! - RATE);
    return both / (RATE * (1 - RATE) * Math.sqrt(a.length));
}

describe('dropout masks', () => {
    it('drop at the rate and scale what is left', async () => {
        const masks = await dropped(4);
        const all = mean(Float64Array.from(masks, mean));
        const count = masks.length * PLACES; // 4 × 7 × 24 × 6,144 = 4.1 million
        expect(Math.abs(all - RATE)).toBeLessThan(4 * Math.sqrt((RATE * (1 - RATE)) / count));
        const deviations = masks.map((mask) => (mean(mask) - RATE) / Math.sqrt((RATE * (1 - RATE)) / PLACES));
        expect(Math.max(...deviations.map(Math.abs))).toBeLessThan(5);
        expect(mean(Float64Array.from(deviations, (x) => x * x))).toBeCloseTo(1, 0); // as spread as chance, no less
    });

    it('show no correlation between rows, sites, steps, or neighbouring places', async () => {
        const masks = await dropped(2);
        const pairs: number[] = [];
        for (let i = 0; i < masks.length; i += 7) {
            for (let j = 0; j < i; j++) pairs.push(correlation(masks[i]!, masks[j]!));
        }
        expect(pairs.length).toBeGreaterThan(7000);
        expect(Math.max(...pairs.map(Math.abs))).toBeLessThan(5.5);
        expect(mean(Float64Array.from(pairs, (x) => x * x))).toBeCloseTo(1, 1);
        for (const lag of [1, 2, 32, 96]) {
            const lagged = masks.map((mask) => correlation(mask.subarray(0, PLACES - lag), mask.subarray(lag)));
            expect(Math.max(...lagged.map(Math.abs)), `lag ${lag}`).toBeLessThan(5);
            expect(mean(Float64Array.from(lagged, (x) => x * x)), `lag ${lag}`).toBeCloseTo(1, 0);
        }
    });

    it('of the same key are the same, of any other key others', async () => {
        const [first, again] = [await dropped(1), await dropped(1)];
        expect(first).toEqual(again);
        expect(new Set(first.map((mask) => mask.join(''))).size).toBe(first.length);
    });
});

it('masks of several sites at once are those of each alone, and a part of an array has its own elements', async () => {
    const graph = new Graph('both');
    const keys = graph.input('keys', [3, dropoutSites(LAYERS)], 'int32');
    const attended = [0, 1].map((layer) => ({ layer, part: 'probabilities' }) as const);
    const [dims, within, rate] = [[2, 7, 33], [2, 40, 40], RATE];
    const together = dropoutMasks(graph, keys, attended, { dims, within, rate, kept: KEPT });
    for (const [i, site] of attended.entries()) {
        graph.output(`together ${i}`, together[i]!);
        graph.output(`alone ${i}`, dropoutMask(graph, keys, site, { dims, within, rate, kept: KEPT }));
        const whole = dropoutMask(graph, keys, site, { dims: within, rate, kept: KEPT }); // (3, 2, 40, 40)
        graph.output(`part ${i}`, graph.slice(graph.slice(whole, 2, 0, 7), 3, 0, 33));
    }
    const input = runtime.tensor('int32', keys.dims);
    input.write(dropoutKeys(random, 5, Array(3).keys(), dropoutSites(LAYERS)));
    const outputs = Object.fromEntries(graph.outputs.map(({ name, dims }) => [name, runtime.tensor('float32', dims)]));
    await (await runtime.compile(graph.model())).bind({ keys: input }, outputs).run();
    for (const i of attended.keys()) {
        const mask = outputs[`alone ${i}`]!.read() as Float32Array;
        expect(outputs[`together ${i}`]!.read()).toEqual(mask);
        expect(outputs[`part ${i}`]!.read()).toEqual(mask);
        expect(new Set(mask).size).toBe(2);
    }
});

it('masks are those of the formula', async () => {
    const graph = new Graph('formula');
    const keys = graph.input('keys', [1, dropoutSites(LAYERS)], 'int32');
    graph.output('mask', dropoutMask(graph, keys, 'embedding', { dims: [64, 96], rate: RATE, kept: KEPT }));
    const input = runtime.tensor('int32', keys.dims);
    const [key] = dropoutKeys(random, 7, [0], dropoutSites(LAYERS)) as unknown as readonly [number];
    input.write(dropoutKeys(random, 7, [0], dropoutSites(LAYERS)));
    const mask = runtime.tensor('float32', [1, 64, 96]);
    await (await runtime.compile(graph.model())).bind({ keys: input }, { mask }).run();
    expect(mask.read()).toEqual(
        Float32Array.from({ length: PLACES }, (_, i) => {
            const index = BigInt(lowbias32(i));
            const hash = (index + BigInt(key)) * (0x9e3779b1n * index + 0x85ebca6an * BigInt(key));
            return BigInt.asUintN(32, hash) < BigInt(Math.round(RATE * 2 ** 32)) ? 0 : KEPT;
        }),
    );
});

/** C. Wellons, "Prospecting for Hash Functions". */
function lowbias32(index: number): number {
    let x = index;
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return (x ^ (x >>> 15)) >>> 0;
}

describe('training with dropout', () => {
    const dropout = { rate: RATE, random };

    async function trained(microBatch: number, resumeAt: number | null): Promise<Map<string, Float32Array>> {
        let pretrainer = await pretrainerOn(runtime, { microBatch, dropout });
        for (let step = 0; step < 6; step++) {
            if (step === resumeAt) {
                const [weights, moments] = [snapshot(pretrainer.weights), snapshot(pretrainer.optimiser.moments)];
                pretrainer.release();
                pretrainer = await pretrainerOn(runtime, { microBatch, dropout });
                for (const [name, values] of weights) pretrainer.weights[name]!.write(values);
                for (const [name, values] of moments) pretrainer.optimiser.moments[name]!.write(values);
                pretrainer.optimiser.stepsTaken = step;
            }
            await pretrainer.step(rowsOf(12, step), 1e-3);
        }
        const weights = snapshot(pretrainer.weights);
        pretrainer.release();
        return weights;
    }

    it('is the same for any micro-batch, and after a resume', async () => {
        const whole = await trained(12, null);
        expect(largestDifference(whole, await trained(12, 3))).toBe(0);
        expect(largestDifference(whole, await trained(5, null))).toBeLessThan(2e-5);
    });

    it('at rate 0 leaves no trace in the graph, above it does', () => {
        const graph = (dropoutRate: number): string => {
            const shape = { batch: 2, length: sequence };
            return Buffer.from(
                predictionGradientsGraph(config, shape, { accumulate: false, dropoutRate }).model(),
            ).toString('latin1');
        };
        expect(graph(0)).not.toContain('dropoutKeys');
        expect(graph(0)).not.toContain('GreaterOrEqual');
        expect(graph(0.1)).toContain('GreaterOrEqual');
    });
});
