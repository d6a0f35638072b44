import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advantagesAndReturns } from '../../src/main/learning/ppo/advantages.ts';
import { maskedMean, maskedVariance, whiten } from '../../src/main/learning/ppo/story-statistics.ts';
import { storyEnds, type Truncation } from '../../src/main/learning/ppo/story-ends.ts';
import { maskOfCells, maskOfLengths } from '../../src/main/learning/ppo/story-mask.ts';
import { tokenKl, tokenRewards } from '../../src/main/learning/ppo/token-rewards.ts';
import { expectClose } from './golden.ts';

const finite = fc.double({ min: -5, max: 5, noNaN: true });
/** A mask of 1–6 stories in 8 columns, with rewards, values and what follows each story. */
const batches = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 6 }).chain((lengths) => {
    const cells = fc.array(finite, { minLength: lengths.length * 8, maxLength: lengths.length * 8 });
    return fc.record({
        mask: fc.constant(maskOfLengths(lengths, 8)),
        rewards: cells,
        values: cells,
        valuesAfter: fc.array(finite, { minLength: lengths.length, maxLength: lengths.length }),
    });
});

describe('advantages', () => {
    it('are, by hand, for two tokens', () => {
        const mask = maskOfLengths([2], 3);
        const { advantages, returns } = advantagesAndReturns(mask, [1, 2, 99], [10, 20, 99], [4], {
            gamma: 0.5,
            lambda: 0.5,
        });
        // δ₁ = 2 + ½·4 − 20 = −16; δ₀ = 1 + ½·20 − 10 = 1; A₀ = 1 + ¼·(−16) = −3; the padding's 99 is never read
        expectClose(advantages, [-3, -16, 0]);
        expectClose(returns, [7, 4, 0]);
    });

    it('are the discounted return minus the value when λ = 1', () => {
        fc.assert(
            fc.property(
                batches,
                fc.double({ min: 0, max: 1, noNaN: true }),
                ({ mask, rewards, values, valuesAfter }, gamma) => {
                    const { advantages } = advantagesAndReturns(mask, rewards, values, valuesAfter, {
                        gamma,
                        lambda: 1,
                    });
                    for (let b = 0; b < mask.B; b++) {
                        let discounted = valuesAfter[b]!;
                        for (let t = mask.last[b]!; t >= 0; t--) {
                            const i = b * mask.T + t;
                            discounted = rewards[i]! + gamma * discounted;
                            expect(advantages[i]).toBeCloseTo(discounted - values[i]!, 9);
                        }
                    }
                },
            ),
        );
    });

    it('are one-step surprises when λ = 0', () => {
        fc.assert(
            fc.property(batches, ({ mask, rewards, values, valuesAfter }) => {
                const { advantages } = advantagesAndReturns(mask, rewards, values, valuesAfter, {
                    gamma: 0.9,
                    lambda: 0,
                });
                for (let b = 0; b < mask.B; b++)
                    for (let t = 0; t <= mask.last[b]!; t++) {
                        const i = b * mask.T + t;
                        const next = t === mask.last[b] ? valuesAfter[b]! : values[i + 1]!;
                        expect(advantages[i]).toBeCloseTo(rewards[i]! + 0.9 * next - values[i]!, 9);
                    }
            }),
        );
    });

    it('do not depend on how wide the batch is padded', () => {
        fc.assert(
            fc.property(batches, ({ mask, rewards, values, valuesAfter }) => {
                const lengths = Array.from(mask.last, (last) => last + 1);
                const wide = maskOfLengths(lengths, mask.T + 3);
                const widen = (narrow: readonly number[]): number[] =>
                    lengths.flatMap((_, b) => [
                        ...narrow.slice(b * mask.T, (b + 1) * mask.T),
                        Number.NaN,
                        Number.NaN,
                        Number.NaN,
                    ]);
                const options = { gamma: 1, lambda: 0.95 };
                const narrow = advantagesAndReturns(mask, rewards, values, valuesAfter, options);
                const padded = advantagesAndReturns(wide, widen(rewards), widen(values), valuesAfter, options);
                const cells = (kept: typeof mask, of: Float64Array): number[] =>
                    [...of].filter((_, i) => kept.cells[i] === 1);
                expect(cells(wide, padded.advantages)).toEqual(cells(mask, narrow.advantages));
                expect(cells(wide, padded.returns)).toEqual(cells(mask, narrow.returns));
            }),
        );
    });
});

describe('whitening', () => {
    it('gives mean 0 and variance 1 to story cells and nothing to the rest', () => {
        fc.assert(
            fc.property(batches, ({ mask, values }) => {
                fc.pre(mask.tokens > 1 && maskedVariance(values, mask) > 1e-2);
                const white = whiten(values, mask);
                expect(maskedMean(white, mask)).toBeCloseTo(0, 9);
                expect(maskedVariance(white, mask)).toBeCloseTo(1, 5); // 1e-8 under the root
                expect([...white].filter((value, i) => mask.cells[i] === 0 && value !== 0)).toEqual([]);
            }),
        );
    });

    it('makes equal advantages 0 and refuses a single token', () => {
        expectClose(whiten([3, 3, 3, 8], maskOfLengths([2, 1], 2)), [0, 0, 0, 0]);
        expect(() => whiten([3], maskOfLengths([1], 1))).toThrow('at least two');
    });
});

describe('drift from the reference', () => {
    it('is estimated without bias by k1 and k3, and k3 is never negative', () => {
        const policy = [0.7, 0.2, 0.1];
        const reference = [0.5, 0.25, 0.25];
        const mask = maskOfLengths([3], 3);
        const log = (probabilities: readonly number[]): number[] => probabilities.map(Math.log);
        const kl = policy.reduce((sum, p, i) => sum + p * Math.log(p / reference[i]!), 0);
        for (const estimator of ['k1', 'k3'] as const) {
            const perToken = tokenKl(estimator, log(policy), log(reference), mask);
            expect(policy.reduce((sum, p, i) => sum + p * perToken[i]!, 0)).toBeCloseTo(kl, 12);
        }
        expect(Math.min(...tokenKl('k1', log(policy), log(reference), mask))).toBeLessThan(0);
        fc.assert(fc.property(finite, finite, (p, q) => tokenKl('k3', [p], [q], maskOfLengths([1], 1))[0]! >= -1e-15));
    });
});

describe('a story cut at its longest', () => {
    const mask = maskOfLengths([3, 3], 3);

    it('is worth its own reward, or the value head’s guess, never both', () => {
        const terminal = storyEnds('terminal', mask, [0.4, 0.6], [true, false], [7, 8]);
        expect([[...terminal.rewards], [...terminal.valuesAfter]]).toEqual([
            [0.4, 0.6],
            [0, 0],
        ]);
        const bootstrap = storyEnds('bootstrap', mask, [0.4, 0.6], [true, false], [7, 8]);
        expect([[...bootstrap.rewards], [...bootstrap.valuesAfter]]).toEqual([
            [0.4, 0],
            [0, 8],
        ]);
    });

    it.each([
        ['terminal', 0.6],
        ['bootstrap', 0.5],
    ] as const)('leaves values where they belong when no story ever ends (%s)', (truncation: Truncation, settled) => {
        let value = 0.5; // one value everywhere, moved to the mean return of each update, as a value head would
        for (let update = 0; update < 50; update++) {
            const values = new Float64Array(6).fill(value);
            const ends = storyEnds(truncation, mask, [0.6, 0.6], [false, false], [value, value]);
            const rewards = tokenRewards(mask, new Float64Array(6), 0, ends.rewards);
            value = maskedMean(
                advantagesAndReturns(mask, rewards, values, ends.valuesAfter, { gamma: 1, lambda: 0.95 }).returns,
                mask,
            );
        }
        expect(value).toBeCloseTo(settled, 9); // paying reward and guess both would add 0.6 an update and read 30
    });
});

describe('a mask', () => {
    it('refuses stories that are empty, broken, too long or of the wrong number', () => {
        expect(() => maskOfLengths([0], 3)).toThrow('story 0 has 0 tokens');
        expect(() => maskOfLengths([4], 3)).toThrow('1 to 3 fit');
        expect(() => maskOfCells(1, 3, Uint8Array.of(1, 0, 1))).toThrow('broken in two');
        expect(() => maskOfCells(1, 3, Uint8Array.of(0, 0, 0))).toThrow('no token');
        expect(() => tokenRewards(maskOfLengths([2], 2), [0], 0.2, [1])).toThrow('kl has 1 numbers, not 1 × 2');
        expect(() => tokenRewards(maskOfLengths([2], 2), [0, 0], 0.2, [])).toThrow('one for each of 1 stories');
    });
});
