/** Planted over-optimisation is found where it was planted, and runs without any stay quiet. */
import { describe, expect, it } from 'vitest';
import { holdOutFinding, raisesAlarm, type HoldOutReading } from '../../src/main/learning/statistics/hold-out.ts';
import { findOnset, findRise } from '../../src/main/learning/statistics/onset.ts';
import { RandomStream } from '../../src/main/learning/random.ts';

const stories = 60;
const agreement = 0.5; // correlation of teacher and judge over the stories of one student

interface Simulated {
    /** What teacher and judge both see, in deviations, at an update. */
    readonly gain?: (update: number) => number;
    /** What only the teacher pays for. */
    readonly bias?: (update: number) => number;
    readonly updates?: number;
    readonly every?: number;
}

/** Teacher's and judge's totals of a run; both see the quality of a story, each with a taste of its own. */
function simulated(
    seed: number,
    { gain = () => 0, bias = () => 0, updates = 30, every = 2 }: Simulated,
): HoldOutReading[] {
    const random = new RandomStream('hold-out simulation', seed);
    return Array.from({ length: Math.floor(updates / every) + 1 }, (_, k) => {
        const update = k * every;
        const both = Array.from({ length: stories }, () => gain(update) + Math.sqrt(agreement) * random.normal());
        const own = (): number => Math.sqrt(1 - agreement) * random.normal();
        return {
            update,
            teacher: both.map((quality) => 4 + 1.5 * (quality + own() + bias(update))),
            judge: both.map((quality) => 5 + 2 * (quality + own())),
        };
    });
}

const find = (readings: readonly HoldOutReading[]) => holdOutFinding(readings, new RandomStream('test'), 200)!;
const seeds = Array.from({ length: 10 }, (_, seed) => seed);
const ramp = (from: number, until: number, height: number) => (update: number) =>
    height * Math.max(0, Math.min(1, (update - from) / (until - from)));

describe('over-optimisation', () => {
    it.each([
        ['a trick found at update 12', { bias: ramp(12, 20, 2) }, 12],
        ['one found while stories get better, too', { gain: ramp(0, 30, 0.5), bias: ramp(14, 22, 2) }, 14],
        ['one that breaks stories', { bias: ramp(10, 30, 2), gain: ramp(10, 30, -0.8) }, 10],
    ])('is dated to three updates in 8 of 10 runs: %s', (_, how, planted) => {
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
        ['there are many readings', { gain: ramp(0, 40, 0.7), updates: 40, every: 1 }],
    ])('is not cried in 9 of 10 runs where %s', (_, how) => {
        const cried = seeds.filter((seed) => find(simulated(100 + seed, how)).alarmAt !== null);
        expect(cried.length).toBeLessThanOrEqual(1);
    });

    it('is told at the reading that first shows it, once', () => {
        const readings = simulated(1, { bias: ramp(12, 16, 2) });
        const { alarmAt } = find(readings);
        expect(alarmAt).toBeGreaterThan(12);
        const told = readings.filter((_, k) => raisesAlarm(readings.slice(0, k + 1))).map(({ update }) => update);
        expect(told).toEqual([alarmAt]);
    });
});

it('curves are in deviations of the first reading, over the stories that both could rate', () => {
    const reading = (update: number, add: number): HoldOutReading => ({
        update,
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
    expect(holdOutFinding([{ update: 0, teacher: [null], judge: [3] }], new RandomStream('test'))).toBeNull();
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
