import { describe, expect, it } from 'vitest';
import { ppoLoss, type Current, type PpoLossOptions, type Recorded } from './ppo-loss.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { maskOfLengths } from '../../src/main/learning/ppo/story-mask.ts';

const options: PpoLossOptions = { clipRange: 0.2, valueClipRange: 0.2, valueWeight: 0.1, ratioThreshold: 10 };
const mask = maskOfLengths([5, 1, 7, 3], 7);
const cells = mask.cells.length;

/** A minibatch that moved far enough for every branch of both clips to occur. */
function minibatch(random: RandomStream): {
    readonly recorded: Recorded;
    readonly current: { logprobs: Float64Array; values: Float64Array };
} {
    const draw = (scale: number, around = 0): Float64Array =>
        Float64Array.from({ length: cells }, () => around + scale * random.normal());
    const recorded = { logprobs: draw(1, -3), values: draw(0.5), advantages: draw(1), returns: draw(0.5) };
    const moved = (from: Float64Array, by: Float64Array): Float64Array => from.map((value, i) => value + by[i]!);
    return {
        recorded,
        current: { logprobs: moved(recorded.logprobs, draw(0.3)), values: moved(recorded.values, draw(0.3)) },
    };
}

describe('the PPO losses', () => {
    it('have the gradients that finite differences find, at every cell, on every branch', () => {
        const branches = new Set<string>();
        for (let trial = 0; trial < 20; trial++) {
            const { recorded, current } = minibatch(new RandomStream('finite differences', trial));
            const { logprobGradients, valueGradients } = ppoLoss(mask, recorded, current, options);
            for (const [which, gradients] of [
                ['logprobs', logprobGradients],
                ['values', valueGradients],
            ] as const)
                for (let i = 0; i < cells; i++) {
                    const at = (shift: number): number => {
                        const nudged: Current = {
                            ...current,
                            [which]: current[which].map((value, j) => (j === i ? value + shift : value)),
                        };
                        return ppoLoss(mask, recorded, nudged, options).loss;
                    };
                    expect(
                        Math.abs((at(1e-6) - at(-1e-6)) / 2e-6 - gradients[i]!),
                        `${which} ${i} of trial ${trial}`,
                    ).toBeLessThan(1e-8);
                    branches.add(`${which} ${mask.cells[i] === 0 ? 'padding' : gradients[i] === 0 ? 'held' : 'free'}`);
                }
        }
        expect([...branches].sort()).toEqual([
            'logprobs free',
            'logprobs held',
            'logprobs padding',
            'values free',
            'values held',
            'values padding',
        ]);
    });

    it('at the rollout’s own policy are −mean advantage, with ratio 1 and nothing clipped', () => {
        const { recorded } = minibatch(new RandomStream('same policy'));
        const loss = ppoLoss(mask, recorded, recorded, options);
        const stories = Array.from(recorded.advantages).filter((_, i) => mask.cells[i] === 1);
        expect(loss.policyLoss).toBeCloseTo(-stories.reduce((sum, advantage) => sum + advantage, 0) / mask.tokens, 12);
        expect(loss).toMatchObject({
            meanRatio: 1,
            clipFraction: 0,
            valueClipFraction: 0,
            approximateKl: 0,
            aboveThreshold: false,
        });
        expect(loss.policyKl).toBeCloseTo(0, 15);
    });

    it('lose their gradients above the ratio threshold and keep saying what happened', () => {
        const { recorded, current } = minibatch(new RandomStream('far away'));
        const far = { ...current, logprobs: current.logprobs.map((logprob) => logprob + 3) };
        const loss = ppoLoss(mask, recorded, far, options);
        expect(loss.meanRatio).toBeGreaterThan(10);
        expect([loss.loss, loss.aboveThreshold]).toEqual([0, true]);
        expect(loss.policyLoss).not.toBe(0);
        expect([...loss.logprobGradients, ...loss.valueGradients].every((gradient) => gradient === 0)).toBe(true);
    });

    it('never read padding', () => {
        const { recorded, current } = minibatch(new RandomStream('padding'));
        const poison = (values: ArrayLike<number>): Float64Array =>
            Float64Array.from(values, (value, i) => (mask.cells[i] === 1 ? value : Number.NaN));
        const poisoned = ppoLoss(
            mask,
            {
                logprobs: poison(recorded.logprobs),
                values: poison(recorded.values),
                advantages: poison(recorded.advantages),
                returns: poison(recorded.returns),
            },
            { logprobs: poison(current.logprobs), values: poison(current.values) },
            options,
        );
        expect(poisoned).toEqual(ppoLoss(mask, recorded, current, options));
    });
});
