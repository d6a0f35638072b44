import { afterAll, describe, expect, it } from 'vitest';
import { openRuntime } from '../../../src/main/student/runtime/open.ts';
import type { Runtime } from '../../../src/main/student/runtime/runtime.ts';
import {
    adamw,
    config,
    largestDifference,
    pretrainerOn,
    rowsOf,
    sequence,
    snapshot,
    startingWeights,
} from './training.ts';
import { createPretrainer } from '../../../src/main/student/training/pretrainer.ts';
import { discardWeights } from '../../../src/main/student/weights.ts';

const oneThread = await openRuntime({ kind: 'processor', threads: 1 });
const twoThreads = await openRuntime({ kind: 'processor', threads: 2 });
const oracle = await openRuntime({ kind: 'official', threads: 2 });
afterAll(() => [oneThread, twoThreads, oracle].forEach((runtime) => runtime.release()));

const STEPS = 8;
const ROWS = 12; // 288 ids: more than one chunk of the embedding's gradient

async function trained(
    runtime: Runtime,
    options: Parameters<typeof pretrainerOn>[1] = {},
): Promise<Map<string, Float32Array>> {
    const pretrainer = await pretrainerOn(runtime, options);
    for (let step = 0; step < STEPS; step++) await pretrainer.step(rowsOf(ROWS, step), 1e-3);
    const weights = snapshot(pretrainer.weights);
    pretrainer.release();
    return weights;
}

describe('pretrainer', () => {
    it('gives bitwise equal weights run to run, and for one thread or two', async () => {
        const weights = await trained(twoThreads);
        expect(largestDifference(weights, await trained(twoThreads))).toBe(0);
        expect(largestDifference(weights, await trained(oneThread))).toBe(0);
    });

    it('gives the same with state updated in place as with outputs in fresh memory', async () => {
        expect(largestDifference(await trained(twoThreads), await trained(oracle))).toBe(0);
        const options = { microBatch: 5 };
        expect(largestDifference(await trained(twoThreads, options), await trained(oracle, options))).toBe(0);
    });

    it('micro-batches never change the mathematics', async () => {
        const whole = await trained(twoThreads);
        for (const microBatch of [5, 4, 1]) {
            expect(largestDifference(whole, await trained(twoThreads, { microBatch }))).toBeLessThan(2e-5);
        }
    });

    it('resumes exactly from weights, moments and step count', async () => {
        const whole = await trained(twoThreads);
        const first = await pretrainerOn(twoThreads);
        for (let step = 0; step < 3; step++) await first.step(rowsOf(ROWS, step), 1e-3);
        const kept = snapshot(first.weights);
        const second = await createPretrainer(twoThreads, config, kept, {
            microBatch: ROWS,
            sequence,
            optimiser: adamw,
            dropout: null,
        });
        discardWeights(kept); // they are on the runtime
        expect([...kept.values()].every(({ length }) => length === 0)).toBe(true);
        for (const [name, values] of snapshot(first.optimiser.moments)) second.optimiser.moments[name]!.write(values);
        second.optimiser.stepsTaken = first.optimiser.stepsTaken;
        for (let step = 3; step < STEPS; step++) await second.step(rowsOf(ROWS, step), 1e-3);
        expect(largestDifference(whole, snapshot(second.weights))).toBe(0);
        first.release();
        second.release();
    });

    it('learns: the loss on rows it has seen falls well below chance', async () => {
        const pretrainer = await pretrainerOn(twoThreads);
        const rows = rowsOf(ROWS, 0);
        const chance = Math.log(config.vocabulary);
        const before = await pretrainer.evaluate(rows);
        expect(before.tokens).toBe(ROWS * sequence);
        expect(before.lossSum / before.tokens).toBeCloseTo(chance, 1);
        for (let step = 0; step < 60; step++) await pretrainer.step(rows, 3e-3);
        const after = await pretrainer.evaluate(rows);
        expect(after.lossSum / after.tokens).toBeLessThan(0.6 * chance);
        pretrainer.release();
    });

    it('evaluates what a step reports, whatever the micro-batch', async () => {
        const pretrainer = await pretrainerOn(twoThreads, { microBatch: 5 });
        const rows = rowsOf(ROWS, 1);
        const { lossSum, tokens } = await pretrainer.evaluate(rows);
        const { loss } = await pretrainer.step(rows, 1e-3);
        expect(loss).toBeCloseTo(lossSum / tokens, 5);
        pretrainer.release();
    });

    it('stops with a fault when numbers are no longer finite', async () => {
        const pretrainer = await pretrainerOn(twoThreads);
        await pretrainer.step(rowsOf(ROWS, 0), 1e30);
        await expect(pretrainer.step(rowsOf(ROWS, 1), 1e-3)).rejects.toMatchObject({
            fault: { kind: 'numbers-not-finite' },
        });
        pretrainer.release();
    });

    it('refuses what cannot be, in one sentence', async () => {
        const options = { microBatch: 2, sequence, optimiser: adamw, dropout: null };
        const create = (changed: Partial<typeof config>, more = {}): Promise<unknown> =>
            createPretrainer(oneThread, { ...config, ...changed }, startingWeights(), { ...options, ...more });
        await expect(create({ heads: 5 })).rejects.toThrow('width (32) must be a multiple of its heads (5)');
        await expect(create({ layers: 0 })).rejects.toThrow('layers must be a whole number from 1 to 96, not 0');
        await expect(create({}, { sequence: 33 })).rejects.toThrow('context of 32');
        await expect(create({ vocabulary: 301 })).rejects.toThrow(
            '"transformer.wte.weight" has 9600 numbers instead of 9632',
        );
        const pretrainer = await pretrainerOn(oneThread);
        await expect(pretrainer.step(new Int32Array(7), 1e-3)).rejects.toThrow('Rows must hold 25 tokens each');
        pretrainer.release();
    });
});
