/** Several teachers that pay evenly, or by the lowest of them. */
import { describe, expect, it } from 'vitest';
import { mean, standardDeviation } from '../../src/main/learning/statistics/descriptive.ts';
import { combineMembers } from '../../src/main/learning/ppo/ensemble-reward.ts';
import type { RewardStages } from '../../src/main/learning/ppo/rewards.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { composeConfig } from '../../src/shared/run/config.ts';

const stagesOf = (fractions: readonly (readonly number[])[], lengthBonus = 0): readonly RewardStages[] =>
    fractions.map((each) => ({ fraction: mean(each), calibrated: mean(each), lengthBonus, reward: mean(each) }));
const worthOf = (stages: readonly (RewardStages | undefined)[]): readonly number[] =>
    stages.map((stage) => stage!.calibrated);
/** A teacher whose scores lie far apart, and one whose scores lie close together. */
const loudAndQuiet = Array.from({ length: 200 }, (_, i) => {
    const random = new RandomStream('members', i);
    return [0.5 + 0.1 * random.normal(), 0.6 + 0.01 * random.normal()] as const;
});
const correlation = (a: readonly number[], b: readonly number[]): number =>
    mean(a.map((x, i) => (x - mean(a)) * (b[i]! - mean(b)))) / (standardDeviation(a) * standardDeviation(b));

describe('an ensemble of teachers', () => {
    const [loud, quiet] = [0, 1].map((m) => loudAndQuiet.map((each) => each[m]!));

    it('by the mean of scores follows the one whose scores lie far apart', () => {
        const paid = worthOf(stagesOf(loudAndQuiet));
        expect(correlation(paid, loud!)).toBeGreaterThan(0.99);
        expect(Math.abs(correlation(paid, quiet!))).toBeLessThan(0.25);
    });

    it('that pays evenly follows both alike, on their own scale', () => {
        const paid = worthOf(combineMembers(stagesOf(loudAndQuiet), loudAndQuiet, 'even', 0));
        expect(correlation(paid, loud!)).toBeCloseTo(correlation(paid, quiet!), 6);
        expect(correlation(paid, quiet!)).toBeGreaterThan(0.6);
        expect(mean(paid)).toBeCloseTo((mean(loud!) + mean(quiet!)) / 2, 9);
    });

    it('by the lowest pays nothing for what one of them alone comes to like', () => {
        const liked = loudAndQuiet.map(([a, b], i) => (i === 0 ? [0.99, b] : [a, b]));
        const before = worthOf(combineMembers(stagesOf(loudAndQuiet), loudAndQuiet, 'lowest', 0))[0]!;
        const lowest = worthOf(combineMembers(stagesOf(liked), liked, 'lowest', 0))[0]!;
        const even = worthOf(combineMembers(stagesOf(liked), liked, 'even', 0))[0]!;
        expect(even).toBeGreaterThan(before + 0.1);
        expect(lowest).toBeLessThan(even - 0.1);
    });

    it('is written out by hand for three stories', () => {
        const fractions = [
            [0.2, 0.5],
            [0.4, 0.7],
            [0.6, 0.6],
        ] as const; // means 0.4 and 0.6, deviations 0.2 and 0.1
        const stages = stagesOf(fractions, 0.1);
        const even = combineMembers(stages, fractions, 'even', 0.4);
        for (const [i, worth] of [0.35, 0.575, 0.575].entries()) expect(worthOf(even)[i]).toBeCloseTo(worth, 12);
        expect(even[0]!.reward).toBeCloseTo((0.35 + 0.1) / 1.4, 12);
        const lowest = worthOf(combineMembers(stages, fractions, 'lowest', 0.4));
        for (const [i, worth] of [0.35, 0.5, 0.5].entries()) expect(lowest[i]).toBeCloseTo(worth, 12);
    });

    it('leaves alone what a member could not rate, and a batch without spread', () => {
        const fractions = [[0.2, 0.5], undefined, [0.6, 0.6], [0.4, 0.7]] as const;
        const stages = [...stagesOf(fractions.map((each) => each ?? [0.5, 0.5])), undefined];
        const paid = combineMembers(stages, [...fractions, [0.1, 0.1]], 'even', 0);
        expect(paid[1]).toBe(stages[1]);
        expect(paid[4]).toBeUndefined();
        expect(combineMembers(stages.slice(0, 1), fractions.slice(0, 1), 'even', 0)).toEqual(stages.slice(0, 1));
        const same = Array.from({ length: 3 }, () => [0.3, 0.5]);
        expect(worthOf(combineMembers(stagesOf(same), same, 'lowest', 0))).toEqual([0.4, 0.4, 0.4]);
    });

    it('has no other pay beside what works on the mean of its scores', () => {
        for (const given of [{ 'ppo.perCriterion': 'on' }, { 'teacher.bias': 'word' }, { 'reward.calibration': '{}' }])
            expect(() => composeConfig('improved', { ...given, 'reward.ensemble': 'even' })).toThrow(
                /works on the mean of an ensemble’s scores/u,
            );
    });
});
