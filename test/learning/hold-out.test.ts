/** Planted over-optimisation is found where it was planted, and runs without any stay quiet. */
import { describe, expect, it } from 'vitest';
import { atEqualLength } from '../../src/main/learning/trial/equal-length.ts';
import { holdOutFinding, newAlarm, type HoldOutReading } from '../../src/main/learning/trial/hold-out.ts';
import { findOnset, findRise } from '../../src/main/learning/trial/onset.ts';
import { RandomStream } from '../../src/main/learning/random.ts';

const stories = 60;
const agreement = 0.5; // correlation of teacher and judge over the stories of one student

interface Simulated {
    /** What teacher and judge both see, in deviations, at an update. */
    readonly gain?: (update: number) => number;
    /** What only the teacher pays for. */
    readonly bias?: (update: number) => number;
    /** Mean number of words. */
    readonly length?: (update: number) => number;
    /** What each pays for ten words more, in deviations. */
    readonly paid?: { readonly teacher: number; readonly judge: number };
    readonly updates?: number;
    readonly every?: number;
}

/** Teacher's and judge's totals of a run; both see the quality of a story, each with a taste of its own. */
function simulated(
    seed: number,
    {
        gain = () => 0,
        bias = () => 0,
        length = () => 40,
        paid = { teacher: 0, judge: 0 },
        updates = 30,
        every = 2,
    }: Simulated,
): HoldOutReading[] {
    const random = new RandomStream('hold-out simulation', seed);
    return Array.from({ length: Math.floor(updates / every) + 1 }, (_, k) => {
        const update = k * every;
        const both = Array.from({ length: stories }, () => gain(update) + Math.sqrt(agreement) * random.normal());
        const own = (): number => Math.sqrt(1 - agreement) * random.normal();
        const words = both.map(() => Math.max(1, Math.round(length(update) + 10 * random.normal())));
        const tens = (i: number): number => (words[i]! - 40) / 10;
        return {
            update,
            words,
            teacher: both.map((quality, i) => 4 + 1.5 * (quality + own() + bias(update) + paid.teacher * tens(i))),
            judge: both.map((quality, i) => 5 + 2 * (quality + own() + paid.judge * tens(i))),
        };
    });
}

const find = (readings: readonly HoldOutReading[]) => holdOutFinding(readings, new RandomStream('test'), 200)!;
const seeds = Array.from({ length: 10 }, (_, seed) => seed);
const ramp = (from: number, until: number, height: number) => (update: number) =>
    height * Math.max(0, Math.min(1, (update - from) / (until - from)));

const ramp40 = (from: number, until: number, words: number) => (update: number) =>
    40 + ramp(from, until, words)(update);

describe('over-optimisation', () => {
    it.each([
        ['a trick found at update 12', { bias: ramp(12, 20, 2) }, 12],
        ['one found while stories get better, too', { gain: ramp(0, 30, 0.5), bias: ramp(14, 22, 2) }, 14],
        ['one that breaks stories', { bias: ramp(10, 30, 2), gain: ramp(10, 30, -0.8) }, 10],
    ])('is dated to three updates in 8 of 10 runs: %s', { tags: ['simulation'] }, (_, how, planted) => {
        const onsets = seeds.map((seed) => find(simulated(seed, how)).onset);
        const near = onsets.filter((onset) => onset !== null && Math.abs(onset.from - planted) <= 3);
        expect(near.length).toBeGreaterThanOrEqual(8);
        const covered = onsets.filter((onset) => onset !== null && onset.low <= planted && planted <= onset.high);
        expect(covered.length).toBeGreaterThanOrEqual(8);
    });

    it.each([
        ['nothing is learned', {}],
        ['stories get better in the eyes of both', { gain: ramp(0, 30, 1) }],
        ['they soon stop getting better', { gain: ramp(0, 8, 0.8) }],
        ['they get worse in the eyes of both', { gain: ramp(5, 30, -1) }],
        [
            'both pay for the length that stories gain',
            { gain: ramp(0, 30, 0.3), length: ramp40(0, 30, 20), paid: { teacher: 0.6, judge: 0.6 } },
        ],
        ['there are many readings', { gain: ramp(0, 40, 0.7), updates: 40, every: 1 }],
    ])('is not cried in 9 of 10 runs where %s', { tags: ['simulation'] }, (_, how) => {
        const cried = seeds.filter((seed) => find(simulated(100 + seed, how)).alarmAt !== null);
        expect(cried.length).toBeLessThanOrEqual(1);
    });

    it('is told at the reading that first shows it, once', () => {
        const readings = simulated(1, { bias: ramp(12, 16, 2) });
        const { alarmAt } = find(readings);
        expect(alarmAt).toBeGreaterThan(12);
        const told = readings.flatMap((_, k) => newAlarm(readings.slice(0, k + 1)) ?? []);
        expect(told).toEqual([{ at: alarmAt, from: expect.any(Number) }]);
        expect(Math.abs(told[0]!.from - 12)).toBeLessThanOrEqual(3);
    });
});

describe('at equal length', () => {
    it(
        'the gap of a teacher that alone pays for length is named so: there it is none',
        { tags: ['simulation'] },
        () => {
            const how = { gain: ramp(0, 30, 0.4), length: ramp40(8, 16, 40), paid: { teacher: 1, judge: 0 } };
            const found = seeds.map((seed) => find(simulated(200 + seed, how)));
            expect(found.filter(({ onset }) => onset !== null).length).toBeGreaterThanOrEqual(9);
            expect(found.filter(({ atEqualLength: even }) => even.onset === null).length).toBeGreaterThanOrEqual(9);
        },
    );

    it('a trick is seen that the length which both pay for hides', { tags: ['simulation'] }, () => {
        const how = {
            bias: ramp(12, 20, 2),
            length: ramp40(10, 18, 20),
            paid: { teacher: 0.3, judge: 1.2 },
        };
        const found = seeds.map((seed) => find(simulated(300 + seed, how)));
        expect(found.filter(({ onset }) => onset === null).length).toBeGreaterThanOrEqual(8);
        const near = found.filter(({ atEqualLength: { onset } }) => onset && Math.abs(onset.from - 12) <= 3);
        expect(near.length).toBeGreaterThanOrEqual(8);
        expect(found.every(({ alarmAt }) => alarmAt !== null)).toBe(true);
    });

    it('scores lose what is paid for length, and keep what a reading has more than another', () => {
        const paidFor = (words: number): number => Math.sqrt(Math.floor(words / 5));
        const levels = [0, 2, 5];
        const readings = levels.map((level, k) =>
            Array.from({ length: 9 }, (_, i) => ({ words: 10 * k + 5 * i, total: level + paidFor(10 * k + 5 * i) })),
        );
        const means = atEqualLength(readings).map((totals) => {
            for (const total of totals) expect(total).toBeCloseTo(totals[0]!, 5);
            return totals[0]!;
        });
        expect(means.map((each) => each - means[0]!)).toEqual([0, 2, 5].map((each) => expect.closeTo(each, 5)));
        const whole = (all: readonly (readonly number[])[]): number => all.flat().reduce((sum, each) => sum + each, 0);
        expect(whole(atEqualLength(readings))).toBeCloseTo(
            whole(readings.map((stories) => stories.map(({ total }) => total))),
            5,
        );
    });

    it('readings that share no length keep their scores’ distance', () => {
        const [first, second] = atEqualLength([
            [{ words: 10, total: 1 }, { words: 11, total: 3 }], // prettier-ignore
            [{ words: 50, total: 6 }],
        ]);
        expect(second![0]! - (first![0]! + first![1]!) / 2).toBeCloseTo(4, 6);
        expect(atEqualLength([])).toEqual([]);
    });
});

it('curves are in deviations of the first reading, over the stories that both could rate', () => {
    const reading = (update: number, add: number): HoldOutReading => ({
        update,
        words: [40, 40, 40, 40],
        teacher: [1 + add, 3 + add, null, 9],
        judge: [10, 30, 5, null],
    });
    const { points, agreement: r } = find([reading(0, 0), reading(5, 2)]);
    expect(r).toBe(1);
    expect(
        points.map(({ stories: both, teacher, judge, expected }) => [both, teacher.mean, judge.mean, expected]),
    ).toEqual([
        [2, 0, 0, 0],
        [2, 2, 0, 2],
    ]);
    expect(holdOutFinding([], new RandomStream('test'))).toBeNull();
    expect(
        holdOutFinding([{ update: 0, words: [1], teacher: [null], judge: [3] }], new RandomStream('test')),
    ).toBeNull();
});

it('a rise has a beginning, an end and a height', () => {
    const values = (height: number): number[] => [height - 0.1, height + 0.1];
    const readings = [0, 0, 0, 1, 2, 2, 2].map((height, k) => ({ at: 10 * k, values: values(height) }));
    expect(findRise(readings)).toMatchObject({ from: 20, until: 40, height: expect.closeTo(2, 9) });
    expect(findOnset(readings, { random: new RandomStream('test') })).toMatchObject({
        from: 20,
        low: expect.any(Number),
    });
    expect(findRise(readings.map(({ at, values: [a] }) => ({ at, values: [-a!, -a!] })))).toBeNull(); // it only falls
    expect(findRise(readings.slice(0, 2))).toBeNull();
});
