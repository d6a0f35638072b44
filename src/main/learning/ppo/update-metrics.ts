/** The metrics of an update before its optimiser steps, named as in the literature, with units. */
import { mean, standardDeviation } from '../statistics/descriptive.ts';
import { maskedMean, maskedVariance, storySums } from './story-statistics.ts';
import { requireStories, type StoryMask } from './story-mask.ts';
import { tokenKl } from './token-rewards.ts';
import type { RewardStages } from './rewards.ts';

/** One story that takes part in the update. */
export interface MeasuredEpisode {
    /** Weighted sum of the criteria (published: 0–9); undefined where an unreadable rating counted as half. */
    readonly score: number | undefined;
    readonly stages: RewardStages;
    readonly words: number;
    readonly finished: boolean;
}

/** All (B, T), from the network without dropout that scored the rollout; row b belongs to episode b. */
export interface MeasuredTokens {
    readonly logprobs: ArrayLike<number>;
    readonly referenceLogprobs: ArrayLike<number>;
    readonly values: ArrayLike<number>;
    /** Null: no value head takes part. */
    readonly returns: ArrayLike<number> | null;
}

/** Means are over stories unless stated otherwise; deviations are of the sample. Null: there is nothing to average. */
export interface UpdateMetrics {
    readonly scoreMean: number | null;
    readonly scoreStd: number | null;
    readonly rewardMean: number;
    readonly rewardStd: number | null;
    readonly lengthBonusMean: number;
    /** Σ over a story's tokens of the k1 or k3 estimate: nats per story. */
    readonly klMean: number;
    readonly kl3Mean: number;
    /**
     * Σ −log p of a story's tokens: nats per story. The published "entropy", which is surprisal, not Shannon entropy.
     */
    readonly entropyMean: number;
    /** The drift penalty: −β·k1, mean over tokens as published, and summed over a story. */
    readonly klPenaltyPerToken: number;
    readonly klPenaltyPerStory: number;
    /** Reward plus drift penalty, each once: what the student was paid for a story. */
    readonly paidMean: number;
    /** The authors' "mean_total_reward": reward + bonus + penalty per token, which counts the bonus twice (R4). */
    readonly publishedTotalReward: number;
    /**
     * Fraction of the returns' variance that the values explain; 1 is all, 0 no better than a constant. Null: no
     * variance, or no value head.
     */
    readonly explainedVariance: number | null;
    readonly storyTokensMean: number;
    readonly storyWordsMean: number;
    readonly finishedFraction: number;
}

/** Metrics of a rated and scored rollout. klCoefficient: the one its token rewards were computed with. */
export function updateMetrics(
    mask: StoryMask,
    episodes: readonly MeasuredEpisode[],
    tokens: MeasuredTokens,
    klCoefficient: number,
): UpdateMetrics {
    requireStories(
        mask,
        'episodes',
        episodes.map(() => 1),
    );
    const scores = episodes.flatMap(({ score }) => (score === undefined ? [] : [score]));
    const rewards = episodes.map(({ stages }) => stages.reward);
    const rewardMean = mean(rewards);
    const lengthBonusMean = mean(episodes.map(({ stages }) => stages.lengthBonus));
    const kl = tokenKl('k1', tokens.logprobs, tokens.referenceLogprobs, mask);
    const klMean = mean(storySums(kl, mask));
    const klPenaltyPerToken = -klCoefficient * maskedMean(kl, mask);
    return {
        scoreMean: scores.length > 0 ? mean(scores) : null,
        scoreStd: scores.length > 1 ? standardDeviation(scores) : null,
        rewardMean,
        rewardStd: rewards.length > 1 ? standardDeviation(rewards) : null,
        lengthBonusMean,
        klMean,
        kl3Mean: mean(storySums(tokenKl('k3', tokens.logprobs, tokens.referenceLogprobs, mask), mask)),
        entropyMean: -mean(storySums(tokens.logprobs, mask)),
        klPenaltyPerToken,
        klPenaltyPerStory: -klCoefficient * klMean,
        paidMean: rewardMean - klCoefficient * klMean,
        publishedTotalReward: rewardMean + lengthBonusMean + klPenaltyPerToken,
        explainedVariance: tokens.returns && explainedVariance(mask, tokens.values, tokens.returns),
        storyTokensMean: mask.tokens / mask.B,
        storyWordsMean: mean(episodes.map(({ words }) => words)),
        finishedFraction: mean(episodes.map(({ finished }) => (finished ? 1 : 0))),
    };
}

/** 1 − mean (R − V)²/variance of R, over story tokens (TRL 0.9.4 var_explained). values, returns: (B, T) */
export function explainedVariance(
    mask: StoryMask,
    values: ArrayLike<number>,
    returns: ArrayLike<number>,
): number | null {
    if (mask.tokens < 2) return null;
    const variance = maskedVariance(returns, mask);
    if (variance === 0) return null;
    const squaredErrors = Float64Array.from(mask.cells, (inside, i) =>
        inside === 1 ? (values[i]! - returns[i]!) ** 2 : 0,
    );
    return 1 - maskedMean(squaredErrors, mask) / variance;
}
