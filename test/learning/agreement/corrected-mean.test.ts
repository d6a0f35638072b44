/** Corrected means and shares: other people's numbers, and simulated raters of whom the truth is known. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
    correctedMean,
    gainInterval,
    gainWhileRating,
    halfWidthAfter,
    meanInterval,
    type CorrectedMean,
    type JudgedStories,
} from '../../../src/main/learning/agreement/corrected-mean.ts';
import { correctedPrevalence, shareGain, shareWithError } from '../../../src/main/learning/agreement/prevalence.ts';
import { RandomStream } from '../../../src/main/learning/random.ts';
import type { Interval } from '../../../src/shared/findings/gain-words.ts';

type Share = { readonly right: number; readonly of: number };
const recorded = JSON.parse(readFileSync(new URL('../../parity/ppi.json', import.meta.url), 'utf8')) as {
    readonly means: readonly (JudgedStories & Interval)[];
    readonly shares: readonly (Interval & {
        readonly judged: Share;
        readonly sensitivity: Share;
        readonly specificity: Share;
    })[];
};

describe('a corrected mean', () => {
    it('is what ppi-python says, with the same interval', () => {
        expect(recorded.means).toHaveLength(15);
        for (const { mean, low, high, ...stories } of recorded.means) {
            const found = meanInterval(correctedMean(stories));
            expect(found.mean).toBeCloseTo(mean, 10);
            expect(found.low).toBeCloseTo(low, 10);
            expect(found.high).toBeCloseTo(high, 10);
        }
    });

    it('is the plain mean of the people where the teacher says nothing, or every story is rated', () => {
        const people = [1, 2, 4, 5];
        const level = correctedMean({ people, teacher: [3, 3, 3, 3], unrated: [3, 3] });
        expect([level.mean, level.lambda]).toEqual([3, 0]);
        const all = correctedMean({ people, teacher: people, unrated: [] });
        expect([all.mean, all.lambda, halfWidthAfter(all, all, 2)]).toEqual([3, 0, null]);
        expect(() => correctedMean({ people: [], teacher: [], unrated: [1] })).toThrow(RangeError);
    });
});

/** Uniform, so that nothing is normal by itself; variance 1. */
const noise = (random: RandomStream): number => (random.uniform() - 0.5) * Math.sqrt(12);

/** A teacher that sees half of what people see, and pays one point for nothing after learning. */
function simulate(random: RandomStream, rated: number, judged: number, isAfter: boolean): JudgedStories {
    const stories = Array.from({ length: judged }, () => {
        const quality = noise(random);
        const people = Math.round(4 + quality + (isAfter ? 0.5 : 0) + noise(random));
        return { people, teacher: 4 + 0.7 * quality + (isAfter ? 1.5 : 0) + 0.5 * noise(random) };
    });
    return {
        people: stories.slice(0, rated).map(({ people }) => people),
        teacher: stories.slice(0, rated).map(({ teacher }) => teacher),
        unrated: stories.slice(rated).map(({ teacher }) => teacher),
    };
}

const holds = ({ low, high }: Interval, truth: number): boolean => low <= truth && truth <= high;

describe('in simulations', { tags: ['simulation'] }, () => {
    it('the interval holds the truth in 95 of 100 runs, and is narrower than that of the people alone', () => {
        const random = new RandomStream('coverage');
        const width = ({ low, high }: Interval): number => high - low;
        const gain = (sides: readonly JudgedStories[]): Interval => {
            const [before, after] = sides.map(correctedMean);
            return gainInterval(before!, after!);
        };
        let held = 0;
        let teacherHeld = 0;
        let narrower = 0;
        for (let run = 0; run < 1000; run++) {
            const sides = [false, true].map((isAfter) => simulate(random.fork(run, isAfter ? 1 : 0), 40, 200, isAfter));
            const found = gain(sides);
            if (holds(found, 0.5)) held++;
            if (holds(gain(sides.map(({ unrated }) => ({ people: unrated, teacher: unrated, unrated }))), 0.5))
                teacherHeld++;
            if (width(found) < width(gain(sides.map((side) => ({ ...side, unrated: [] }))))) narrower++;
        }
        expect(held).toBeGreaterThan(925);
        expect(held).toBeLessThan(975);
        expect(teacherHeld).toBe(0); // it says +1.5
        expect(narrower).toBeGreaterThan(950);
    });

    it('whoever stops when the narrow interval leaves zero is misled; the wide one holds at all looks', () => {
        const random = new RandomStream('peeking');
        let narrowFailed = 0;
        let wideFailed = 0;
        const runs = 300;
        for (let run = 0; run < runs; run++) {
            const [before, after] = [0, 1].map((side) => simulate(random.fork(run, side), 300, 400, false));
            const missed = { narrow: false, wide: false };
            for (let rated = 20; rated <= 300; rated += 10) {
                const [earlier, later] = [before!, after!].map(({ people, teacher, unrated }) =>
                    correctedMean({
                        people: people.slice(0, rated),
                        teacher: teacher.slice(0, rated),
                        unrated: [...teacher.slice(rated), ...unrated],
                    }),
                ) as [CorrectedMean, CorrectedMean];
                missed.narrow ||= !holds(gainInterval(earlier, later), 0);
                missed.wide ||= !holds(gainWhileRating(earlier, later), 0);
            }
            if (missed.narrow) narrowFailed++;
            if (missed.wide) wideFailed++;
        }
        expect(narrowFailed / runs).toBeGreaterThan(0.15);
        expect(wideFailed / runs).toBeLessThanOrEqual(0.05);
    });

    it('the predicted width is what more ratings bring', () => {
        const random = new RandomStream('plan');
        const sides = (rated: number): [CorrectedMean, CorrectedMean] =>
            [0, 1].map((side) => correctedMean(simulate(random.fork(side), rated, 2000, side === 1))) as [
                CorrectedMean,
                CorrectedMean,
            ];
        const [few, more] = [sides(100), sides(400)];
        const predicted = halfWidthAfter(...few, 600)!;
        const { low, high } = gainInterval(...more);
        expect(predicted / ((high - low) / 2)).toBeGreaterThan(0.85);
        expect(predicted / ((high - low) / 2)).toBeLessThan(1.15);
        expect(halfWidthAfter(...few, 4000)).toBeNull();
    });
});

describe('a corrected share', () => {
    it('is what Rogan & Gladen and the adjusted interval give', () => {
        expect(recorded.shares).toHaveLength(9);
        for (const { judged, sensitivity, specificity, mean, low, high } of recorded.shares) {
            const found = shareWithError(judged, sensitivity, specificity)!;
            expect(found.mean).toBeCloseTo(mean, 10);
            expect(found.low).toBeCloseTo(low, 10);
            expect(found.high).toBeCloseTo(high, 10);
        }
    });

    it('does not exist where the teacher is no better than chance, or people passed everything', () => {
        const half = { right: 5, of: 10 };
        expect(shareWithError(half, half, half)).toBeNull();
        expect(correctedPrevalence({ people: [1, 1], teacher: [1, 0], unrated: [1] })).toBeNull();
    });

    it('holds the true share, and the true gain, in 95 of 100 runs', { tags: ['simulation'] }, () => {
        const random = new RandomStream('shares');
        let held = 0;
        let heldGain = 0;
        let found = 0;
        const side = (stream: RandomStream, truth: number): JudgedStories => {
            const stories = Array.from({ length: 500 }, () => {
                const people = stream.uniform() < truth ? 1 : 0;
                return { people, teacher: stream.uniform() < (people === 1 ? 0.9 : 0.25) ? 1 : 0 };
            });
            const [rated, rest] = [stories.slice(0, 80), stories.slice(80)];
            return {
                people: rated.map(({ people }) => people),
                teacher: rated.map(({ teacher }) => teacher),
                unrated: rest.map(({ teacher }) => teacher),
            };
        };
        for (let run = 0; run < 500; run++) {
            const before = correctedPrevalence(side(random.fork(run, 0), 0.3));
            const after = correctedPrevalence(side(random.fork(run, 1), 0.5));
            if (before === null || after === null) continue;
            found++;
            if (holds(before.passed, 0.3)) held++;
            if (holds(shareGain(before.passed, after.passed), 0.2)) heldGain++;
        }
        expect(found).toBe(500);
        for (const times of [held, heldGain]) {
            expect(times / found).toBeGreaterThan(0.92);
            expect(times / found).toBeLessThanOrEqual(0.985);
        }
    });
});
