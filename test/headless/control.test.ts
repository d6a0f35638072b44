/** A run held against its control, and several runs together, from real runs of the smallest students. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compareRun } from '../../src/main/service/reports/comparison/comparison.ts';
import { controlOf } from '../../src/main/service/reports/comparison/control.ts';
import { gainsOfRuns } from '../../src/main/service/reports/comparison/gains.ts';
import { succeeding, temporaryHome, tinyLearning, tinyStudent, type JsonLine } from './command-line.ts';

const home = temporaryHome(afterAll);
const database = (line: JsonLine): string => join(line['run'] as string, 'run.sqlite');
const learn = (name: string, ...args: readonly string[]): Promise<JsonLine> => {
    const stories = ['--budget-updates', '1', '--evaluation-stories', '60'];
    return succeeding(home, 'learn', '--name', name, '--from', 'tiny', ...tinyLearning, ...stories, ...args);
};
const shuffled = ['--teacher-shuffle', 'on'];
let control: JsonLine;
let otherControl: JsonLine;
let again: JsonLine;
let other: JsonLine;
let unlike: JsonLine;

beforeAll(async () => {
    await succeeding(home, 'pretrain', '--name', 'tiny', ...tinyStudent);
    control = await learn('one shuffled', '--seed', '1', ...shuffled);
    otherControl = await learn('two shuffled', '--seed', '2', ...shuffled);
    again = await learn('again', '--seed', '1', '--record-resume-every', '7');
    other = await learn('other', '--seed', '2');
    unlike = await learn('unlike', '--seed', '1', '--ppo-clip-range', '0.1');
}, 600_000); // six processes that learn

describe('the control of a run', () => {
    it('is the same run with shuffled rewards, of the same seed where there is one', () => {
        expect(controlOf(database(again))).toBe(database(control));
        expect(controlOf(database(other))).toBe(database(otherControl));
    });

    it('is no run with other settings, and a control has none', () => {
        expect(controlOf(database(unlike))).toBeNull();
        expect(controlOf(database(control))).toBeNull();
    });

    it('is told at the end of learning, with what is gained above it', () => {
        expect(unlike['control']).toBeNull();
        const interval = z.object({ mean: z.number(), low: z.number(), high: z.number() });
        const told = z.object({ name: z.string(), difference: interval, over: interval, overLengthMatched: interval });
        const { name, difference, over } = told.parse(again['control']);
        const own = interval.parse(again['difference']);
        expect(name).toBe('one shuffled');
        expect(difference.mean).toBeCloseTo(interval.parse(control['difference']).mean, 5);
        expect(over.mean).toBeCloseTo(own.mean - difference.mean, 5);
        expect(over.low).toBeLessThan(over.mean);
        expect(z.tuple([z.number(), z.number()]).parse(again['distinct2AtEqualCounts'])[0]).toBeGreaterThan(0);
    });

    it('is held against each criterion, too; only the control is one', () => {
        const [own, theirs] = [compareRun(database(again))!, compareRun(database(control))!];
        const over = own.control!.criteriaOverAtEqualLength;
        expect(Object.keys(over)).toEqual(own.criteria.map(({ id }) => id));
        for (const { id } of own.criteria) {
            const difference = own.criteriaAtEqualLength[id]!.mean - theirs.criteriaAtEqualLength[id]!.mean;
            expect(over[id]!.mean).toBeCloseTo(difference, 9);
            expect(over[id]!.low).toBeLessThan(over[id]!.mean);
        }
        expect([own.isControl, theirs.isControl]).toEqual([false, true]);
    });
});

describe('several runs', () => {
    it('of one kind and different seeds have a gain together, with an interval over seeds', () => {
        const { runs, settings, verdicts } = gainsOfRuns([database(again), database(other)], () => null);
        expect(settings).toMatchObject([{ runs: [0, 1], seeds: [1, 2], has: [] }]);
        expect(verdicts).toMatchObject([{ teacher: 'rules', most: 9, best: 0, others: [] }]);
        const together = settings[0]!.together;
        expect(runs.map((run) => run!.overControl)).not.toContain(null);
        expect(together!.total.mean).toBeCloseTo((runs[0]!.total.mean + runs[1]!.total.mean) / 2, 9);
        expect(together!.total.high - together!.total.low).toBeGreaterThan(0);
    });

    it.each([
        ['of one seed', () => [database(again), database(again)], 1],
        ['with other settings', () => [database(other), database(unlike)], 2],
        ['of which one is a control', () => [database(again), database(otherControl)], 2],
    ])('%s have none', (_, databases, count) => {
        const { settings } = gainsOfRuns(databases(), () => null);
        expect(settings.map(({ together }) => together)).toEqual(Array.from({ length: count }, () => null));
    });

    it('are told apart by what differs, and the one that gained most is held against the others', () => {
        const databases = [database(unlike), database(again), database(other)];
        const { settings, runs, verdicts } = gainsOfRuns(databases, () => null);
        expect(settings.map(({ runs: places, has }) => [places, has])).toEqual([
            [[0], [{ key: 'ppo.clipRange', value: 0.1 }]],
            [[1, 2], [{ key: 'ppo.clipRange', value: 0.2 }]],
        ]);
        const [{ best, others, measure }] = verdicts as [(typeof verdicts)[number]];
        const gainOf = (run: number): number =>
            (measure === 'all stories' ? runs[run]!.total : runs[run]!.atEqualLength!).mean;
        const gains = [gainOf(0), (gainOf(1) + gainOf(2)) / 2];
        expect(gains[best]).toBe(Math.max(...gains));
        expect(others).toHaveLength(1);
        expect(others[0]).toMatchObject({ setting: 1 - best, over: 'stories' });
        expect(others[0]!.difference.mean).toBeCloseTo(Math.abs(gains[0]! - gains[1]!), 9);
        expect(runs[0]!.after.mean - runs[0]!.before.mean).toBeCloseTo(runs[0]!.total.mean, 9);
    });

    it('are concluded from on the command line, too', async () => {
        const folders = [unlike, again, other].map((line) => line['run'] as string);
        const told = await succeeding(home, 'compare', '--json', ...folders);
        const { conclusions, settings, names } = z
            .object({
                conclusions: z.array(z.object({ headline: z.string(), limits: z.string() })),
                settings: z.array(z.object({ runs: z.array(z.number()) })),
                names: z.array(z.string()),
            })
            .parse(told);
        expect(names).toEqual(['unlike', 'again', 'other']);
        expect(settings.map(({ runs }) => runs)).toEqual([[0], [1, 2]]);
        expect(conclusions[0]!.headline).toMatch(/cannot tell the setting from the seed\.$/u);
        expect(conclusions[0]!.limits).toMatch(/^No second judge read these runs; /u);
    });
});
