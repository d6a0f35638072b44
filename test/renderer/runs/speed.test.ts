import { expect, test } from 'vitest';
import { speedOfLearning, speedOfPretraining } from '../../../src/renderer/lib/runs/speed.ts';

const update = {
    episodes: 100,
    storyTokensMean: 50,
    tokensTrained: 10_000,
    secondsWriting: 2,
    secondsRating: 5,
    secondsScoring: 1,
    secondsLearning: 2,
};

test('what learning did in a second is all it did by all the time it took', () => {
    const slower = { ...update, storyTokensMean: null, tokensTrained: 30_000, secondsWriting: 8 };
    expect(speedOfLearning([update, slower])).toEqual([
        { part: 'writing', share: 10 / 26, perSecond: 500, unit: 'tokens' },
        { part: 'rating', share: 10 / 26, perSecond: 20, unit: 'stories' },
        { part: 'scoring', share: 2 / 26, perSecond: 2_500, unit: 'tokens' },
        { part: 'learning', share: 4 / 26, perSecond: 7_500, unit: 'tokens' },
    ]);
});

test('imported logs tell no times, so they have no speed', () => {
    const silent = { ...update, secondsWriting: 0, secondsRating: 0, secondsScoring: 0, secondsLearning: 0 };
    expect(speedOfLearning([silent])).toEqual([]);
    expect(speedOfLearning([])).toEqual([]);
});

test('of pretraining it is the median step: a pause between two of them does not count', () => {
    const steps = [0, 1_000, 2_000, 3_000, 3_600_000].map((at, i) => ({ at, tokens: 512 * (i + 1) }));
    expect(speedOfPretraining(steps)).toEqual([{ part: 'reading', share: null, perSecond: 512, unit: 'tokens' }]);
    expect(speedOfPretraining(steps.slice(0, 1))).toEqual([]);
});
