/** The reward without the batch's premium on length. */
import { expect, it } from 'vitest';
import { withoutLength } from '../../src/main/learning/ppo/length-neutral.ts';
import type { RewardStages } from '../../src/main/learning/ppo/rewards.ts';

const stage = (calibrated: number, lengthBonus = 0, weight = 0): RewardStages => ({
    fraction: calibrated,
    calibrated,
    lengthBonus,
    reward: (calibrated + lengthBonus) / (1 + weight),
});
const words = [10, 20, 40, 80];

it('takes out what is paid for length alone, and keeps the mean', () => {
    const paid = words.map((each) => stage(0.1 * Math.log1p(each) + 0.1));
    const mean = paid.reduce((sum, { reward }) => sum + reward, 0) / 4;
    for (const each of withoutLength(paid, words, 0)) expect(each!.reward).toBeCloseTo(mean, 12);
});

it('leaves differences that have nothing to do with length', () => {
    const same = [30, 30, 30, 30];
    const stages = [0.1, 0.5, 0.2, 0.9].map((each) => stage(each));
    expect(withoutLength(stages, same, 0)).toEqual(stages);
});

it('never pays for being short, and keeps the length bonus', () => {
    const falling = [0.9, 0.7, 0.5, 0.3].map((each) => stage(each));
    expect(withoutLength(falling, words, 0)).toEqual(falling);
    const [short] = withoutLength([stage(0.2, 0.1, 0.4), stage(0.6, 0.4, 0.4)], [10, 80], 0.4);
    expect(short!.lengthBonus).toBe(0.1);
    expect(short!.reward).toBeCloseTo((short!.calibrated + 0.1) / 1.4, 12);
    expect(short!.fraction).toBe(0.2);
});

it('leaves out what was left out, and stays within 0–1', () => {
    expect(withoutLength([undefined, stage(0.4)], [5, 50], 0)).toEqual([undefined, stage(0.4)]);
    const wild = withoutLength([stage(0), stage(0), stage(1), stage(0)], [2, 40, 400, 300], 0);
    for (const each of wild) expect(each!.calibrated >= 0 && each!.calibrated <= 1).toBe(true);
});
