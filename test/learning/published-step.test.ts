/** One published PPO step, from log-probabilities to losses, number by number. */
import { describe, it } from 'vitest';
import { advantagesAndReturns } from '../../src/main/learning/ppo/advantages.ts';
import { ppoLoss } from '../oracles/ppo-loss.ts';
import { maskedMean, maskedVariance, storySums, whiten } from '../../src/main/learning/ppo/story-statistics.ts';
import { storyEnds } from '../../src/main/learning/ppo/story-ends.ts';
import { maskOfCells, type StoryMask } from '../../src/main/learning/ppo/story-mask.ts';
import { tokenKl, tokenRewards } from '../../src/main/learning/ppo/token-rewards.ts';
import { explainedVariance, updateMetrics } from '../../src/main/learning/ppo/update-metrics.ts';
import { expectClose, readGolden } from './golden.ts';

type Grid = readonly (readonly number[])[]; // (B, T)

interface PpoStep {
    readonly config: {
        readonly responseLens: readonly number[];
        readonly beta: number;
        readonly gamma: number;
        readonly lam: number;
        readonly cliprange: number;
        readonly cliprangeValue: number;
        readonly vfCoef: number;
    };
    readonly inputs: { readonly scores: readonly number[] } & Readonly<
        Record<'mask' | 'logprobs' | 'refLogprobs' | 'values' | 'newLogprobs' | 'newValues', Grid>
    >;
    readonly expected: Readonly<
        Record<
            | 'tokenRewards'
            | 'maskedValues'
            | 'advantagesRaw_maskedView'
            | 'advantagesRaw_allPositions'
            | 'returns_maskedView'
            | 'advantagesWhitened_maskedView',
            Grid
        >
    > &
        Readonly<
            Record<
                | 'objective_kl'
                | 'objective_entropy'
                | 'mean_non_score_reward'
                | 'pg_loss'
                | 'vf_loss'
                | 'total_loss'
                | 'pg_clipfrac'
                | 'vf_clipfrac'
                | 'avg_ratio'
                | 'approxkl'
                | 'policykl'
                | 'returns_mean'
                | 'returns_var'
                | 'val_error'
                | 'var_explained',
                number
            >
        >;
}

const { config, inputs, expected } = readGolden<PpoStep>('ppo_step');
const flat = (grid: Grid): number[] => grid.flat();
const masked = (values: ArrayLike<number>, mask: StoryMask): number[] =>
    Array.from(mask.cells, (inside, i) => inside * values[i]!);

const mask = maskOfCells(inputs.mask.length, inputs.mask[0]!.length, Uint8Array.from(inputs.mask.flat()));
const logprobs = flat(inputs.logprobs);
const values = flat(inputs.values);
const kl = tokenKl('k1', logprobs, flat(inputs.refLogprobs), mask);
const ends = storyEnds('terminal', mask, inputs.scores, [], []);
const rewards = tokenRewards(mask, kl, config.beta, ends.rewards);
const { advantages, returns } = advantagesAndReturns(mask, rewards, values, ends.valuesAfter, {
    gamma: config.gamma,
    lambda: config.lam,
});
const whitened = whiten(advantages, mask);
const loss = ppoLoss(
    mask,
    { logprobs, values, advantages: whitened, returns },
    { logprobs: flat(inputs.newLogprobs), values: flat(inputs.newValues) },
    {
        clipRange: config.cliprange,
        valueClipRange: config.cliprangeValue,
        valueWeight: config.vfCoef,
        ratioThreshold: 10,
    },
);

describe('a published PPO step', () => {
    it('knows where stories lie', () => {
        expectClose(storySums(new Float64Array(mask.cells.length).fill(1), mask), config.responseLens);
        expectClose(masked(values, mask), flat(expected.maskedValues));
    });

    it('charges drift at every token and pays the score at the last', () =>
        expectClose(rewards, flat(expected.tokenRewards)));

    it('estimates advantages from the right, prompt columns included', () => {
        expectClose(advantages, flat(expected.advantagesRaw_allPositions));
        expectClose(masked(advantages, mask), flat(expected.advantagesRaw_maskedView));
        expectClose(masked(returns, mask), flat(expected.returns_maskedView));
    });

    it('whitens over all story tokens', () => expectClose(whitened, flat(expected.advantagesWhitened_maskedView)));

    it('clips policy and value losses', () => {
        expectClose(
            [
                loss.policyLoss,
                loss.valueLoss,
                loss.loss,
                loss.clipFraction,
                loss.valueClipFraction,
                loss.meanRatio,
                loss.approximateKl,
                loss.policyKl,
                loss.valueError,
            ],
            [
                expected.pg_loss,
                expected.vf_loss,
                expected.total_loss,
                expected.pg_clipfrac,
                expected.vf_clipfrac,
                expected.avg_ratio,
                expected.approxkl,
                expected.policykl,
                expected.val_error,
            ],
        );
    });

    it('reports what the authors log', () => {
        const episodes = inputs.scores.map((reward) => ({
            score: undefined,
            stages: { fraction: 0, calibrated: 0, lengthBonus: 0, reward },
            words: 1,
            finished: true,
        }));
        const metrics = updateMetrics(
            mask,
            episodes,
            { logprobs, referenceLogprobs: flat(inputs.refLogprobs), values, returns },
            config.beta,
        );
        expectClose(
            [
                metrics.klMean,
                metrics.entropyMean,
                metrics.klPenaltyPerToken,
                maskedMean(returns, mask),
                maskedVariance(returns, mask),
            ],
            [
                expected.objective_kl,
                expected.objective_entropy,
                expected.mean_non_score_reward,
                expected.returns_mean,
                expected.returns_var,
            ],
        );
        expectClose([explainedVariance(mask, flat(inputs.newValues), returns)!], [expected.var_explained]);
    });
});
