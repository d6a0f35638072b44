/** A run held against its control, and several runs together, from real runs of the smallest students. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
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
});

describe('several runs', () => {
    it('of one kind and different seeds have a gain together, with an interval over seeds', () => {
        const { runs, together } = gainsOfRuns([database(again), database(other)]);
        expect(runs.map((run) => run!.overControl)).not.toContain(null);
        expect(together!.total.mean).toBeCloseTo((runs[0]!.total.mean + runs[1]!.total.mean) / 2, 9);
        expect(together!.total.high - together!.total.low).toBeGreaterThan(0);
    });

    it.each([
        ['of one seed', () => [database(again), database(again)]],
        ['with other settings', () => [database(other), database(unlike)]],
        ['of which one is a control', () => [database(again), database(otherControl)]],
    ])('%s have none', (_, databases) => expect(gainsOfRuns(databases()).together).toBeNull());
});
