/** `export` through the real command line: whole folders or nothing, whatever happens on the way. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readyStudent } from '../support/ready-student.ts';
import { recordedRun } from './recorded.ts';
import {
    childrenOf,
    expectSentence,
    start,
    storyloop,
    storyloopHere,
    succeeding,
    temporaryHome,
    tinyLearning,
    tinyStories,
} from './command-line.ts';

const home = temporaryHome(afterAll);
let run = '';
let student = '';
beforeAll(async () => {
    student = await readyStudent(home);
    run = (await succeeding(home, 'learn', '--name', 'owl', '--from', student, ...tinyLearning))['run'] as string;
});

let folders = 0;
const place = (): string => join(home, `export ${++folders}`);
/** Without what SQLite keeps beside a list that somebody else has open. */
const leftIn = (folder: string): string[] => readdirSync(folder).filter((name) => !/-(wal|shm)$/u.test(name));
const namesIn = (folder: string): string[] =>
    (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.includes('.')).sort();

describe('everything of a run', () => {
    it('leaves in one folder, every file in the manifest with its digest and how it was read back', async () => {
        const to = place();
        const result = await succeeding(
            home,
            'export',
            'owl',
            '--what',
            'all',
            '--as',
            'csv,authors',
            '--to',
            to,
            '--json',
        );
        const manifest = JSON.parse(readFileSync(join(to, 'manifest.json'), 'utf8')) as {
            version: number;
            files: { path: string; sha256: string; verified: string }[];
        };
        expect(manifest.version).toBe(1);
        expect(manifest.files.map(({ path }) => path).sort()).toEqual(
            namesIn(to).filter((name) => name !== 'manifest.json'),
        );
        expect(result).toMatchObject({ type: 'result', to, files: manifest.files.length });
        for (const { path, sha256, verified } of manifest.files) {
            expect(
                createHash('sha256')
                    .update(readFileSync(join(to, path)))
                    .digest('hex'),
            ).toBe(sha256);
            expect(verified).not.toBe('');
        }
        expect(namesIn(to)).toEqual(
            expect.arrayContaining([
                ...['episodes.csv', 'meta_data/batch_stats.csv', 'meta_data/generated.csv', 'metrics.csv'],
                ...[
                    'ratings.csv',
                    'run.json',
                    'run.md',
                    'run.sqlite',
                    'student/README.md',
                    'student/model.safetensors',
                ],
            ]),
        );
    });

    it('is the same record, and names neither the home folder nor the host', async () => {
        const to = place();
        await succeeding(home, 'export', run, '--what', 'all', '--to', to, '--json');
        const [copy, original] = [recordedRun(to, null), recordedRun(run, null)];
        expect(copy).toEqual(original);
        for (const name of namesIn(to)) {
            const bytes = readFileSync(join(to, name)).toString('latin1');
            expect(bytes).not.toContain(home);
            if (hostname().length > 3) expect(bytes).not.toContain(hostname());
        }
    });

    it('has a card with the three counters, every setting and the seeds', async () => {
        const to = place();
        await succeeding(home, 'export', run, '--what', 'card', '--to', to, '--json');
        const card = JSON.parse(readFileSync(join(to, 'run.json'), 'utf8')) as Record<string, Record<string, unknown>>;
        const last = recordedRun(run, null).updates.at(-1)!;
        expect(card['budget']).toEqual({
            inputWords: last['input_words'],
            studentWords: last['student_words'],
            tokensTrained: last['tokens_trained'],
        });
        expect(card['seeds']).toEqual({ seed: 42, sampling: 'run', evaluation: 'run' });
        expect(card['config']!['values']).toMatchObject({ 'ppo.batch': 8, 'rollout.maxNewTokens': 16 });
        const text = readFileSync(join(to, 'run.md'), 'utf8');
        for (const number of Object.values(card['budget']!))
            expect(text).toContain((number as number).toLocaleString('en-US'));
    });
});

describe('a student alone', () => {
    it('leaves from a checkpoint folder, byte for byte', async () => {
        const to = place();
        await succeeding(home, 'export', student, '--to', to, '--json');
        expect(readFileSync(join(to, 'student', 'model.safetensors'))).toEqual(
            readFileSync(join(student, 'model.safetensors')),
        );
        await succeeding(home, 'tell', '--from', join(to, 'student'), '--stories', '1', '--json', ...tinyStories);
    });
});

describe('what is refused', () => {
    const refusals: readonly (readonly [string, readonly string[], RegExp])[] = [
        [
            'a thing that is not there',
            ['owl', '--what', 'episodes,dreams', '--to', 'x'],
            /^--what cannot be "dreams"; nothing was written\. Choose of: database, episodes/,
        ],
        [
            'a format that does not fit',
            ['owl', '--what', 'card', '--as', 'parquet', '--to', 'x'],
            /^Nothing of card can be written as parquet; nothing was written\. card: card\.$/m,
        ],
        [
            'a checkpoint that is not there',
            ['owl', '--what', 'student', '--checkpoint', '../start', '--to', 'x'],
            /^The run has no checkpoint "\.\.\/start"; nothing was written\./,
        ],
        [
            'episodes of pretraining',
            ['tiny', '--what', 'metrics,episodes', '--to', 'x'],
            /^The run "tiny" has no episodes: it is one of pretraining; nothing was written\./,
        ],
        [
            'a record of a student',
            ['shipped', '--what', 'episodes', '--to', 'x'],
            /^"shipped" is a checkpoint, not a run; nothing was written\./,
        ],
    ];
    it.each(refusals)('%s', async (_, args, says) => {
        const { code, err } = await storyloopHere(home, 'export', ...args);
        expectSentence(err, says);
        expect(code).toBe(1);
        expect(existsSync('x')).toBe(false);
    });

    it('a folder with something in it, which stays as it is', async () => {
        const to = place();
        mkdirSync(to);
        writeFileSync(join(to, 'diary.txt'), 'mine');
        const { code, err } = await storyloopHere(home, 'export', 'owl', '--to', to);
        expectSentence(err, /exists already and is not an empty folder; it was left as it is\. Name a folder/);
        expect({ code, names: readdirSync(to) }).toEqual({ code: 1, names: ['diary.txt'] });
    });

    it('a run whose checkpoint was changed: no folder, no part of one', async () => {
        const checkpoint = await readyStudent(temporaryHome());
        const weights = join(checkpoint, 'model.safetensors');
        const bytes = readFileSync(weights);
        bytes[bytes.length - 1]! ^= 1;
        writeFileSync(weights, bytes);
        const before = leftIn(home);
        const to = place();
        const { code, err } = await storyloop(home, 'export', checkpoint, '--to', to, '--json');
        expectSentence(err, /is not the file that was saved \(its digest differs\)/);
        expect({ code, names: leftIn(home) }).toEqual({ code: 1, names: before });
    });
});

it('Ctrl-C in the middle leaves nothing', async () => {
    const before = readdirSync(home);
    const args = ['export', 'owl', '--what', 'all', '--as', 'csv,jsonl,parquet,authors', '--to', place(), '--json'];
    const exporting = start(home, args);
    await exporting.line(({ type }) => type === 'progress');
    exporting.process.kill('SIGINT');
    const { code, lines } = await exporting.ended;
    expect({ code, last: lines.at(-1)!.type, names: readdirSync(home) }).toEqual({
        code: 130,
        last: 'cancelled',
        names: before,
    });
});

it.each(['command line', 'process that exports'])('the %s is killed in the middle: nothing is left', async (whom) => {
    const exports = (): readonly string[] => readdirSync(home).filter((name) => name.startsWith('export '));
    const before = exports();
    const args = ['export', 'owl', '--what', 'all', '--as', 'csv,jsonl,parquet,authors', '--to', place(), '--json'];
    const exporting = start(home, args);
    await exporting.line(({ type }) => type === 'progress');
    const isAlone = whom === 'command line';
    if (isAlone) exporting.process.kill('SIGKILL');
    else for (const child of childrenOf(exporting.process.pid!)) process.kill(child, 'SIGKILL');
    const { err } = await exporting.ended;
    if (!isAlone)
        expectSentence(
            err,
            /^The process that exports and imports ended unexpectedly \(signal SIGKILL\); runs are safe and no half/,
        );
    await expect.poll(exports, { timeout: 10_000 }).toEqual(before);
});
