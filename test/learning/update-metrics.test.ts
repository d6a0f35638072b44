import { describe, expect, it } from 'vitest';
import { maskOfLengths } from '../../src/main/learning/ppo/story-mask.ts';
import { explainedVariance, updateMetrics, type MeasuredEpisode } from '../../src/main/learning/ppo/update-metrics.ts';

const episode = (
    score: number | undefined,
    reward: number,
    lengthBonus: number,
    words: number,
    finished: boolean,
): MeasuredEpisode => ({
    score,
    stages: { fraction: 0, calibrated: 0, lengthBonus, reward },
    words,
    finished,
});

describe('the metrics of an update', () => {
    const mask = maskOfLengths([2, 1], 2);
    const tokens = {
        logprobs: [-1, -2, -3, 0],
        referenceLogprobs: [-1.5, -2, -2, 0],
        values: [0, 1, 2, 9],
        returns: [1, 1, 2, 9],
    };
    const metrics = updateMetrics(mask, [episode(6, 0.5, 0.1, 2, true), episode(3, 0.3, 0.2, 1, false)], tokens, 0.2);

    it('are, by hand, for two stories', () => {
        expect(metrics.scoreMean).toBe(4.5);
        expect(metrics.scoreStd).toBeCloseTo(Math.sqrt(4.5), 12);
        expect(metrics.rewardMean).toBeCloseTo(0.4, 12);
        expect(metrics.klMean).toBeCloseTo((0.5 - 1) / 2, 12); // 0.5 + 0 in the first story, −1 in the second
        expect(metrics.kl3Mean).toBeCloseTo((Math.exp(-0.5) - 0.5 + (Math.E - 2)) / 2, 12);
        expect(metrics.entropyMean).toBe((3 + 3) / 2);
        expect(metrics.klPenaltyPerToken).toBeCloseTo((-0.2 * (0.5 + 0 - 1)) / 3, 12);
        // squared errors 1, 0, 0; returns 1, 1, 2
        expect(metrics.explainedVariance).toBeCloseTo(1 - 1 / 3 / (1 / 3), 12);
        expect([metrics.storyTokensMean, metrics.storyWordsMean, metrics.finishedFraction]).toEqual([1.5, 1.5, 0.5]);
    });

    it('show the reward once, and the authors’ total, with the bonus twice, under its own name', () => {
        expect(metrics.paidMean).toBeCloseTo(0.4 - 0.2 * metrics.klMean, 12);
        expect(metrics.publishedTotalReward).toBeCloseTo(0.4 + 0.15 + metrics.klPenaltyPerToken, 12);
    });

    it('say null where there is nothing to average', () => {
        const half = updateMetrics(
            maskOfLengths([2], 2),
            [episode(undefined, 0.5, 0, 3, true)],
            { logprobs: [0, 0], referenceLogprobs: [0, 0], values: [1, 2], returns: [1, 1] },
            0,
        );
        expect(half).toMatchObject({ scoreMean: null, scoreStd: null, rewardStd: null, explainedVariance: null });
        expect(explainedVariance(maskOfLengths([1], 1), [1], [1])).toBeNull();
    });

    it('want one episode a row', () => expect(() => updateMetrics(mask, [], tokens, 0)).toThrow('episodes has 0'));
});
