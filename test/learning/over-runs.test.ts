/** Intervals over training runs, in simulations where the truth is known. */
import { describe, expect, it } from 'vitest';
import { gainOver, overRuns, overStories, type Gain } from '../../src/main/learning/statistics/gain.ts';
import { studentQuantile } from '../../src/main/learning/statistics/student-t.ts';
import { mean, standardDeviation } from '../../src/main/learning/statistics/descriptive.ts';
import { RandomStream } from '../../src/main/learning/random.ts';

const truth = 1.9;
const trainingDeviation = 0.05; // of what runs of different seeds really gain
const stories = 50;
const storyDeviation = 2 * Math.sqrt(stories / 150); // of the scores of one student: as sure of them as with 150 of 2

/** Scores before and after by seed, as a gain: the mean difference and each pair's share in it. */
function gainOf(first: number, before: Float64Array, after: Float64Array): Gain {
    const differences = after.map((score, i) => score - before[i]!);
    const centre = mean(differences);
    const shares = new Map(Array.from(differences, (difference, i) => [first + i, (difference - centre) / stories]));
    return { mean: centre, shares };
}

/** k runs from one student. The stories before are the same for all of them, or each run's own. */
function trial(random: RandomStream, runs: number, isShared: boolean): readonly Gain[] {
    const write = (better: number): Float64Array =>
        Float64Array.from({ length: stories }, () => better + storyDeviation * random.normal());
    const sharedBefore = write(0);
    return Array.from({ length: runs }, (_, run) => {
        const gained = truth + trainingDeviation * random.normal();
        return isShared ? gainOf(0, sharedBefore, write(gained)) : gainOf(run * stories, write(0), write(gained));
    });
}

const isHeld = (interval: { readonly low: number; readonly high: number }): boolean =>
    interval.low <= truth && truth <= interval.high;

/** Student's interval over the gains alone, as it was given before. */
function spreadAlone(gains: readonly Gain[], quantile: number): { readonly low: number; readonly high: number } {
    const means = gains.map((gain) => gain.mean);
    const half = (quantile * standardDeviation(means)) / Math.sqrt(gains.length);
    return { low: mean(means) - half, high: mean(means) + half };
}

describe('the interval over runs', () => {
    const trials = 1000;
    it.each([
        [3, 'separate'],
        [5, 'separate'],
        [10, 'separate'],
        [3, 'shared'],
        [5, 'shared'],
        [10, 'shared'],
    ] as const)('of %d runs with %s stories holds the truth in 95 %%', { tags: ['simulation'] }, (runs, kind) => {
        const random = new RandomStream('coverage over runs', runs, kind);
        const quantile = studentQuantile(runs - 1);
        let held = 0;
        let heldBySpread = 0;
        for (let i = 0; i < trials; i++) {
            const gains = trial(random, runs, kind === 'shared');
            if (isHeld(overRuns(gains)!)) held++;
            if (isHeld(spreadAlone(gains, quantile))) heldBySpread++;
        }
        expect(held / trials).toBeGreaterThanOrEqual(0.93);
        expect(held / trials).toBeLessThanOrEqual(0.97);
        if (kind === 'shared') expect(heldBySpread / trials).toBeLessThan(0.86);
        else expect(heldBySpread / trials).toBe(held / trials);
    });

    it('is none for a single run', () => expect(overRuns([{ mean: 1, shares: new Map([[1, 0.1]]) }])).toBeNull());
});

describe('a gain over that of a control', () => {
    it('cancels what both share', () => {
        const random = new RandomStream('against a control');
        const trials = 800;
        let held = 0;
        let widths = 0;
        for (let i = 0; i < trials; i++) {
            const [gain, control] = trial(random, 2, true) as [Gain, Gain];
            const { low, high } = overStories(gainOver(gain, control));
            const noise = Math.hypot(trainingDeviation, trainingDeviation);
            if (low - noise <= 0 && high + noise >= 0) held++;
            widths += high - low;
        }
        expect(held / trials).toBeGreaterThan(0.93);
        const ofTwoStories = 2 * studentQuantile(stories - 1) * storyDeviation * Math.sqrt(2 / stories);
        expect(widths / trials / ofTwoStories).toBeCloseTo(1, 1); // of four it would be 1.4
    });
});

it('Student’s quantiles are those of the tables', () => {
    for (const [freedom, t] of [
        [1, 12.706],
        [2, 4.303],
        [4, 2.776],
        [9, 2.262],
        [30, 2.042],
        [1e6, 1.96],
    ] as const)
        expect(studentQuantile(freedom)).toBeCloseTo(t, 2);
    expect(studentQuantile(2.5)).toBeGreaterThan(studentQuantile(3));
    expect(studentQuantile(2.5)).toBeLessThan(studentQuantile(2));
});
