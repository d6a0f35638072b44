import { expect, it } from 'vitest';
import { rewardFigure, rewardParts, rewardSentence } from '../../../src/renderer/lib/figures/reward-figure.ts';
import { likeliestScores, rewardLine } from '../../../src/renderer/lib/runs/why.ts';
import type { UpdateRow } from '../../../src/shared/views/runs.ts';

const update = (number: number, changed: Partial<UpdateRow> = {}): UpdateRow =>
    ({
        number,
        inputWords: 100 * number,
        rewardMean: 0.6,
        lengthBonusMean: 0.28,
        klMean: 5,
        klCoefficient: 0.02,
        ...changed,
    }) as UpdateRow;

it('takes the reward apart as it was put together', () => {
    const parts = rewardParts(update(1), 0.4)!; // reward = (calibrated + bonus) / 1.4
    expect(parts.length).toBeCloseTo(0.2, 12);
    expect(parts.score).toBeCloseTo(0.4, 12);
    expect(parts.drift).toBeCloseTo(-0.1, 12);
    expect(rewardParts(update(1, { rewardMean: null }), 0.4)).toBeNull();
});

it('draws no line for what is not paid', () => {
    const names = (lengthWeight: number, paysDrift: boolean): readonly string[] =>
        rewardFigure([update(1), update(2)], 'words', { lengthWeight, paysDrift }).lines.map(({ name }) => name);
    expect(names(0.4, true)).toEqual(['reward', 'score', 'length', 'drift']);
    expect(names(0, false)).toEqual(['reward', 'score']);
});

it('says what moved the reward', () => {
    const later = update(2, { rewardMean: 0.75, lengthBonusMean: 0.28 + 0.14 });
    expect(rewardSentence([update(1), later], 0.4)).toBe(
        'From the first update to the last the reward went from 0.60 to 0.75: +0.05 from the score, and +0.10 from length.',
    );
    expect(rewardSentence([update(1)], 0.4)).toBeNull();
});

it('adds up the reward of a story in a line', () => {
    const stages = { fraction: 0.86, calibrated: 0.86, lengthBonus: 0.05, reward: 0.827 };
    expect(rewardLine({ stages, reward: 0.91 / 1.1, total: 7.78 }, 9)).toBe(
        '0.83 = (score 7.78 ÷ 9 = 0.86, plus length 0.05) ÷ 1.10',
    );
    const calibrated = { ...stages, calibrated: 0.7, lengthBonus: 0 };
    expect(rewardLine({ stages: calibrated, reward: 0.7, total: 7.78 }, 9)).toBe(
        '0.70 = score 7.78 ÷ 9 = 0.86, counted as 0.70',
    );
    expect(rewardLine({ stages: {}, reward: null, total: null }, 9)).toBeNull();
});

it('tells what a language model thought of each score, the likeliest first', () => {
    const criteria = [{ id: 'a', name: 'A', min: 0 }];
    expect(likeliestScores({ probabilities: { a: [0.1, 0.001, 0.899] } }, criteria)).toEqual([
        { name: 'A', words: expect.stringMatching(/^2 with 90.%, 0 with 10.%$/u) },
    ]);
    expect(likeliestScores({ probabilities: {} }, criteria)).toEqual([]);
});
