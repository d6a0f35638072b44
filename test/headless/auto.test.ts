/** `--runtime-kind auto` from the command line to the record, with a provider for CUDA that cannot be loaded. */
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerFile, withoutCuda } from '../support/onnxruntime-folder.ts';
import { readyStudent } from '../support/ready-student.ts';
import {
    expectSentence,
    start,
    temporaryHome,
    tinyLearning,
    tinyStudent,
    type Ended,
    type JsonLine,
} from './command-line.ts';
import { attemptReasons } from './recorded.ts';

const home = temporaryHome(afterAll);
const folder = mkdtempSync(join(tmpdir(), 'storyloop-auto-'));
afterAll(() => rmSync(folder, { recursive: true }));
const auto = ['--runtime-kind', 'auto'];
const withProvider = (...args: readonly string[]): Promise<Ended> =>
    start(home, args, {}, { STORYLOOP_ONNXRUNTIME: folder }).ended;
const notesOf = (lines: readonly JsonLine[]): readonly unknown[] =>
    lines.filter(({ type, text }) => type === 'note' && /CUDA/.test(String(text))).map(({ text }) => text);

/** The kinds that a run was ready with, and one more where `details` are given. */
function readyIn(run: string, details?: object): readonly unknown[] {
    const db = new Database(join(run, 'run.sqlite'));
    const insert = "INSERT INTO event (at, kind, message, details) VALUES (1, 'ready', 'as the test says', ?)";
    if (details !== undefined) db.prepare(insert).run(JSON.stringify(details));
    const kinds = db.prepare("SELECT details ->> 'kind' FROM event WHERE kind = 'ready' ORDER BY id").pluck().all();
    db.close();
    return kinds;
}

const notPassed =
    /^CUDA did not pass the device check, so the student computes on the processor\. CUDA was not found: .* asks for libcublasLt\.so\.99\. Install CUDA 99, .* have them\. Once that is mended, run the device check again\.$/;

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('auto, where CUDA cannot be used', () => {
    beforeAll(() => void withoutCuda(folder));

    it('tries CUDA before the first run, tells why it is not used, and learns on the processor', async () => {
        const { code, err, lines } = await withProvider('pretrain', '--name', 'first', ...tinyStudent, ...auto);
        expect({ code, err }).toEqual({ code: 0, err: '' });
        expect(notesOf(lines)).toEqual([
            expect.stringMatching(/^CUDA is set up here and was not tried yet: /),
            expect.stringMatching(notPassed),
        ]);
        expect(lines.find(({ type }) => type === 'ready')).toMatchObject({ kind: 'native' });
    });

    it('does not try it again before the next one, but does once the provider is another', async () => {
        const pretrain = (name: string) => withProvider('pretrain', '--name', name, ...tinyStudent, ...auto);
        expect(notesOf((await pretrain('second')).lines)).toEqual([expect.stringMatching(notPassed)]);
        utimesSync(join(folder, providerFile), 1e9, 1e9);
        expect(notesOf((await pretrain('third')).lines)).toHaveLength(2);
    });

    it('refuses what only CUDA can do, and keeps no run of it', async () => {
        const asked = ['--runtime-precision', 'bf16', ...auto];
        const before = readdirSync(join(home, 'runs'));
        const { code, err } = await withProvider('pretrain', '--name', 'coarse', ...tinyStudent, ...asked);
        expect(code).toBe(1);
        expectSentence(err, /^Only CUDA computes in bf16, and --runtime-kind auto came to the processor: /);
        expect(readdirSync(join(home, 'runs'))).toEqual(before);
    });

    it('a run that computed on CUDA goes on there or, as it is told, on the processor, and never by itself', async () => {
        await readyStudent(home);
        const learning = start(home, ['learn', '--from', 'tiny', '--name', 'moved', ...tinyLearning, ...auto]);
        await learning.line(({ type }) => type === 'update');
        learning.process.kill('SIGINT');
        const run = (await learning.ended).lines[0]!['run'] as string;
        expect(readyIn(run)).toEqual(['native']);
        readyIn(run, { kind: 'cuda' });

        const refused = await withProvider('resume', basename(run), '--json');
        expect(refused.code).toBe(1);
        expectSentence(
            refused.err,
            /^The run has computed on CUDA so far, and that cannot be used now; the run is unchanged\. CUDA was not found: .* resume it with --runtime-kind native\.$/m,
        );
        expect(notesOf(refused.lines)).toEqual([]);
        const { code, err } = await withProvider('resume', basename(run), '--json', '--runtime-kind', 'native');
        expect({ code, err }).toEqual({ code: 0, err: '' });
        expect(readyIn(run)).toEqual(['native', 'cuda', 'native']);
        expect(attemptReasons(run)).toEqual(['paused', 'failed', 'finished']);
    });

    it('a run of an older version goes on on the processor, and asks for nothing', async () => {
        const learning = start(home, ['learn', '--from', 'tiny', '--name', 'older', ...tinyLearning, ...auto]);
        await learning.line(({ type }) => type === 'update');
        learning.process.kill('SIGINT');
        const run = (await learning.ended).lines[0]!['run'] as string;
        readyIn(run, { parameters: 1, threads: 1 });
        const { code, lines } = await withProvider('resume', basename(run), '--json');
        expect(code).toBe(0);
        expect(notesOf(lines)).toEqual([]);
        expect(lines.find(({ type }) => type === 'ready')).toMatchObject({ kind: 'native' });
    });
});
