/** A tournament of two methods over two seeds with the smallest students: its runs, its tables, and how it goes on. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { gainsOfRuns } from '../../src/main/service/reports/comparison/gains.ts';
import {
    storyloop,
    storyloopHere,
    succeeding,
    temporaryHome,
    tinyLearning,
    tinyStudent,
    type Ended,
} from './command-line.ts';

const home = temporaryHome(afterAll);
const out = join(home, 'tables');
const options = [
    ...['tournament', '--from', 'tiny', '--methods', 'ppo,rloo', '--seeds', '2', '--out', out, ...tinyLearning],
    ...['--evaluation-stories', '60', '--evaluation-judge', 'length', '--holdout-every', '0', '--budget-words', '85'],
];
const interval = z.object({ mean: z.number(), low: z.number(), high: z.number() });
const standing = z.object({
    method: z.string(),
    seeds: z.number(),
    updates: z.number(),
    inputWords: z.number(),
    raters: z.array(
        z.object({
            rater: z.string(),
            atEqualLength: interval,
            overControl: interval,
            overFirst: interval.nullable(),
        }),
    ),
});
const started = ({ lines }: Ended): readonly string[] =>
    lines.flatMap((line) =>
        line.type === 'run' ? [`${String(line['method'])} ${String(line['seed'])} ${String(line['isControl'])}`] : [],
    );
const table = (name: string): readonly Record<string, string>[] =>
    parse(readFileSync(join(out, name), 'utf8'), { columns: true });

describe('a tournament', () => {
    let first: Ended;
    beforeAll(async () => {
        await succeeding(home, 'pretrain', '--name', 'tiny', ...tinyStudent);
        first = await storyloop(home, ...options);
    }, 600_000); // nine processes that compute

    it('lets every method learn from every seed, and its control', () => {
        expect(first.code, first.err).toBe(0);
        expect(started(first)).toEqual(
            ['42', '43'].flatMap((seed) =>
                ['ppo', 'rloo'].flatMap((method) => [`${method} ${seed} false`, `${method} ${seed} true`]),
            ),
        );
        const standings = first.lines.filter(({ type }) => type === 'standing').map((line) => standing.parse(line));
        expect(standings.map(({ method, seeds }) => [method, seeds])).toEqual([
            ['ppo', 2],
            ['rloo', 2],
        ]);
        for (const { updates, inputWords } of standings) {
            expect(updates).toBe(2); // 32 words of prompt once, 24 of the teacher an update, 85 in all
            expect(inputWords).toBe(80);
        }
        const [ppo, rloo] = standings;
        expect(ppo!.raters.map(({ rater }) => rater)).toHaveLength(2);
        expect(ppo!.raters[0]!.overFirst).toBeNull();
        expect(rloo!.raters[0]!.overFirst!.mean).toBeCloseTo(
            rloo!.raters[0]!.atEqualLength.mean - ppo!.raters[0]!.atEqualLength.mean,
            9,
        );
    });

    it('says what runs together say, and writes it down', () => {
        const runs = table('runs.csv').filter(({ rater }) => rater === 'teacher');
        expect(runs).toHaveLength(8);
        const ofRloo = runs.filter(({ method, control }) => method === 'rloo' && control === 'false');
        const databases = ofRloo.map(({ run }) => join(home, 'runs', run!, 'run.sqlite'));
        const { together } = gainsOfRuns(databases, () => null).settings[0]!;
        const row = table('methods.csv').find(({ method, rater }) => method === 'rloo' && rater === 'teacher')!;
        for (const end of ['mean', 'low', 'high'] as const) {
            const suffix = end === 'mean' ? '' : `_${end}`;
            expect(Number(row[`gain${suffix}`])).toBeCloseTo(together!.atEqualLength![end], 9);
            expect(Number(row[`over_control${suffix}`])).toBeCloseTo(together!.overControl![end], 9);
        }
        const figure = readFileSync(join(out, 'standings.svg'), 'utf8');
        for (const name of ['PPO', 'RLOO', 'Gain']) expect(figure).toContain(`>${name}<`);
        const markdown = readFileSync(join(out, 'standings.md'), 'utf8');
        expect(markdown).toContain('over 2 seeds and their stories');
        expect(markdown).toMatch(/\| RLOO \| teacher \| −?\d/u);
    });

    it('does only what is missing where it is asked for again', async () => {
        const before = readFileSync(join(out, 'runs.csv'), 'utf8');
        const file = join(out, 'tournament.json');
        const plan = JSON.parse(readFileSync(file, 'utf8')) as { runs: { run: string }[] };
        const lost = plan.runs.at(-1)!.run;
        rmSync(join(home, 'runs', lost), { recursive: true });
        const again = await storyloop(home, ...options);
        expect(started(again)).toEqual(['rloo 43 true']);
        expect(readFileSync(join(out, 'runs.csv'), 'utf8').split('\n')).toHaveLength(before.split('\n').length);
        expect(started(await storyloop(home, ...options))).toEqual([]);
        // an older version had another default there
        writeFileSync(file, readFileSync(file, 'utf8').replace(/("runtime.precision": *)"auto"/, '$1"float32"'));
        expect(readFileSync(file, 'utf8')).toMatch(/"runtime.precision": *"float32"/);
        expect(started(await storyloop(home, ...options))).toEqual([]);
    }, 120_000);

    it('refuses what would not be one', async () => {
        const said = async (...args: readonly string[]): Promise<string> => {
            const { code, err } = await storyloopHere(home, ...args);
            expect(code).toBe(1);
            return err;
        };
        expect(await said(...options, '--budget-words', '200')).toContain('a tournament with other settings');
        expect(await said(...options, '--ppo-advantage', 'mean')).toContain('is what tells methods apart');
        expect(await said(...options, '--teacher-shuffle', 'on')).toContain('controls of its own');
        expect(await said(...options, '--methods', 'ppo,sarsa')).toContain('There is no method "sarsa"');
        expect(await said(...options, '--methods', 'ppo,ppo')).toContain('named twice');
        expect(await said('tournament', '--out', out)).toContain('Methods compare at equal words');
        expect(await said(...options, '--out', home)).toContain('holds something already');
        writeFileSync(join(out, 'tournament.json'), '{');
        expect(await said(...options)).toContain('is not the plan of a tournament');
    });
});
