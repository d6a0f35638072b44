/** The difference of two settings over seeds of training, in simulations where the truth is known. */
import { describe, expect, it } from 'vitest';
import { overSettings, overStories, type SeededGain } from '../../src/main/learning/statistics/gain.ts';
import { RandomStream } from '../../src/main/learning/random.ts';

const stories = 40;
const trainingDeviation = 0.2;

/** Runs of one setting that really gains `truth`, each measured on stories of its own seed. */
function setting(random: RandomStream, truth: number, seeds: readonly number[]): readonly SeededGain[] {
    return seeds.map((seed) => {
        const noise = Float64Array.from({ length: stories }, () => random.normal());
        const centre = noise.reduce((sum, each) => sum + each, 0) / stories;
        const shares = new Map(Array.from(noise, (each, i) => [1000 * seed + i, (each - centre) / stories]));
        return { seed, gain: { mean: truth + trainingDeviation * random.normal() + centre, shares } };
    });
}

describe('the difference of two settings', () => {
    it.each([
        ['shared seeds', [1, 2, 3], [1, 2, 3]],
        ['shared seeds', [1, 2, 3, 4, 5], [5, 4, 3, 2, 1]],
        ['seeds', [1, 2, 3], [4, 5, 6]],
        ['seeds', [1, 2, 3, 4], [4, 5]],
    ] as const)(
        'over %s %j and %j holds the truth nineteen times of twenty',
        { tags: ['simulation'] },
        (over, one, other) => {
            const random = new RandomStream('over settings', over, one.length);
            const trials = 1000;
            let held = 0;
            for (let trial = 0; trial < trials; trial++) {
                const found = overSettings(setting(random, 1.5, one), setting(random, 1.1, other));
                expect(found.over).toBe(over);
                if (found.interval.low <= 0.4 && found.interval.high >= 0.4) held++;
            }
            expect(held / trials).toBeGreaterThan(0.93);
            expect(held / trials).toBeLessThan(0.985);
        },
    );

    it('of which one was run once is over stories, as if nothing but stories could differ', () => {
        const random = new RandomStream('one run');
        const [one, other] = [setting(random, 1.5, [1]), setting(random, 1.1, [2])];
        const { interval, over } = overSettings(one, other);
        expect(over).toBe('stories');
        expect(interval.mean).toBeCloseTo(one[0]!.gain.mean - other[0]!.gain.mean, 12);
        const half = (of: readonly SeededGain[]): number => {
            const { low, high } = overStories(of[0]!.gain);
            return (high - low) / 2;
        };
        expect((interval.high - interval.low) / 2).toBeCloseTo(Math.hypot(half(one), half(other)), 1);
    });

    it('is wider where more must hold at once', () => {
        const random = new RandomStream('at once');
        const [one, other] = [setting(random, 1.5, [1, 2, 3]), setting(random, 1.1, [1, 2, 3])];
        const width = (probability: number): number => {
            const { low, high } = overSettings(one, other, probability).interval;
            return high - low;
        };
        // Student's t of 2 degrees at 0.95 and at 1 − 0.05 / 3
        expect(width(1 - 0.05 / 3) / width(0.95)).toBeCloseTo(7.6488 / 4.3027, 2);
    });
});
