import { afterAll, describe, expect, it } from 'vitest';
import { maskOfLengths } from '../../../src/main/learning/ppo/story-mask.ts';
import { ppoLoss } from '../../oracles/ppo-loss.ts';
import { openRuntime } from '../../../src/main/student/runtime/open.ts';
import type { Runtime } from '../../../src/main/student/runtime/runtime.ts';
import { valueHeadBias, valueHeadWeight } from '../../../src/main/student/gpt2/parameters.ts';
import { createScorer } from '../../../src/main/student/scoring/scorer.ts';
import { config, episodesOf, largestDifference, limits, ppoOn, snapshot, storiesOf } from './training.ts';

const oneThread = await openRuntime({ kind: 'processor', threads: 1 });
const twoThreads = await openRuntime({ kind: 'processor', threads: 2 });
const oracle = await openRuntime({ kind: 'official', threads: 2 });
afterAll(() => [oneThread, twoThreads, oracle].forEach((runtime) => runtime.release()));

const stories = storiesOf(14);
const episodes = episodesOf(stories);
const minibatches = [
    [3, 1, 7, 12, 0, 9, 5, 2, 13, 10],
    [11, 4, 6, 8, 1, 3, 5, 7, 0, 2],
];

async function optimised(
    runtime: Runtime,
    options: Parameters<typeof ppoOn>[1] = {},
): Promise<Map<string, Float32Array>> {
    const { weights, ppo } = await ppoOn(runtime, options);
    for (const minibatch of [...minibatches, ...minibatches]) await ppo.step(episodes, minibatch, 1e-3);
    const result = snapshot(weights);
    ppo.release();
    return result;
}

describe('PPO optimiser', () => {
    it('gives bitwise equal weights run to run, for one thread or two, and in place or not', async () => {
        const weights = await optimised(twoThreads);
        expect(largestDifference(weights, await optimised(twoThreads))).toBe(0);
        expect(largestDifference(weights, await optimised(oneThread))).toBe(0);
        expect(largestDifference(weights, await optimised(oracle))).toBe(0);
    });

    it('micro-batches never change the mathematics', async () => {
        const whole = await optimised(twoThreads);
        for (const microBatch of [4, 3]) {
            expect(largestDifference(whole, await optimised(twoThreads, { microBatch }))).toBeLessThan(2e-5);
        }
        expect(
            largestDifference(
                await optimised(twoThreads, { microBatch: 3 }),
                await optimised(oracle, { microBatch: 3 }),
            ),
        ).toBe(0);
    });

    it('measures what the float64 reference says of the same scores', async () => {
        const { weights, ppo } = await ppoOn(twoThreads, { microBatch: 4 });
        const scorer = createScorer(twoThreads, config, { ...limits, microBatch: 5 });
        const current = await scorer.score(weights, stories);
        const mask = maskOfLengths(
            stories.map(({ story }) => story.length),
            limits.longestStory,
        );
        const { logprobs, values, advantages, returns } = episodes;
        const expected = ppoLoss(mask, { logprobs, values, advantages, returns }, current, {
            clipRange: 0.2,
            valueClipRange: 0.2,
            valueWeight: 0.1,
            ratioThreshold: 10,
        });
        const found = await ppo.step(episodes, stories.keys(), 1e-3);
        const names = [
            'loss', 'policyLoss', 'valueLoss', 'meanRatio', 'clipFraction', 'valueClipFraction', 'approximateKl', 'policyKl', 'valueError',
        ] as const; // prettier-ignore
        for (const name of names) expect(found[name], name).toBeCloseTo(expected[name], 5);
        scorer.release();
        ppo.release();
    });

    it.each([
        { lossMean: 'stories', ratio: 'story', klLoss: null },
        { lossMean: 'stories', ratio: 'token', klLoss: 'k3' },
        { lossMean: 'constant', ratio: 'token', klLoss: 'k3' },
        { lossMean: 'tokens', ratio: 'story', klLoss: 'k2' },
    ] as const)(
        'adds up $ratio ratios over $lossMean, KL $klLoss, as the formulas do, in any micro-batches',
        async ({ lossMean, ratio, klLoss }) => {
            const options = { lossMean, ranges: { ratio, klLoss, valueWeight: 0 } } as const;
            const { weights, ppo } = await ppoOn(twoThreads, { ...options, microBatch: 4 });
            const scorer = createScorer(twoThreads, config, { ...limits, microBatch: 5 });
            const { logprobs } = await scorer.score(weights, stories);
            const tokens = stories.reduce((sum, { story }) => sum + story.length, 0);
            let [policyLoss, drift] = [0, 0];
            stories.forEach(({ story: { length } }, b) => {
                const cells = Array.from({ length }, (_, t) => b * limits.longestStory + t);
                const weight =
                    lossMean === 'tokens'
                        ? 1 / tokens
                        : 1 / (stories.length * (lossMean === 'stories' ? length : limits.longestStory));
                const change = cells.map((i) => logprobs[i]! - episodes.logprobs[i]!);
                const whole = change.reduce((sum, each) => sum + each, 0);
                cells.forEach((i, t) => {
                    const moved = Math.exp(ratio === 'story' ? whole : change[t]!);
                    const gain = episodes.advantages[i]!;
                    const held = Math.min(Math.max(moved, 0.8), 1.2);
                    policyLoss += weight * -Math.min(gain * moved, gain * held);
                    const d = logprobs[i]! - episodes.reference!.logprobs[i]!;
                    const k = klLoss === 'k2' ? d ** 2 / 2 : Math.exp(-d) - 1 + d;
                    drift += klLoss === null ? 0 : weight * episodes.reference!.coefficient * k;
                });
            });
            const before = snapshot(weights);
            const found = await ppo.step(episodes, stories.keys(), 1e-3);
            expect(found.policyLoss).toBeCloseTo(policyLoss, 4);
            expect(found.klLoss).toBeCloseTo(drift, 5);
            expect(found.loss).toBeCloseTo(policyLoss + drift, 4);
            const after = snapshot(weights);
            for (const name of [valueHeadWeight, valueHeadBias])
                expect([...after.get(name)!], name).toEqual([...before.get(name)!]); // weight 0: it never learns
            expect(largestDifference(before, after)).toBeGreaterThan(0);
            scorer.release();
            ppo.release();
            expect(
                largestDifference(
                    await optimised(twoThreads, options),
                    await optimised(twoThreads, { ...options, microBatch: 3 }),
                ),
            ).toBeLessThan(2e-5);
        },
    );

    it('above the ratio threshold still takes the step, with the gradient struck out', async () => {
        const { weights, ppo } = await ppoOn(twoThreads, { ratioThreshold: 0.01 });
        const before = snapshot(weights);
        const { aboveThreshold, loss, gradientNorm } = await ppo.step(episodes, minibatches[0]!, 1e-3);
        expect(aboveThreshold).toBe(true);
        expect(loss).toBe(0);
        expect(gradientNorm).toBeGreaterThan(0);
        expect(ppo.optimiser.stepsTaken).toBe(1);
        expect(largestDifference(before, snapshot(weights))).toBe(0);
        expect([...snapshot(ppo.optimiser.moments).values()].every((values) => values.every((x) => x === 0))).toBe(
            true,
        );
        ppo.release();
    });

    it('refuses stories that do not fit', async () => {
        const { ppo } = await ppoOn(oneThread);
        const long = [{ prompt: stories[0]!.prompt, story: new Int32Array(21) }];
        await expect(ppo.step(episodesOf(long), [0], 1e-3)).rejects.toThrow('stories of 1 to 20 tokens fit');
        ppo.release();
    });
});
