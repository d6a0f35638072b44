/** Ctrl-C: the first pauses a run, the second ends it; either way it goes on to the same end. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { follow } from '../../src/main/headless/following.ts';
import type { TaskHandle } from '../../src/main/service/workbench.ts';
import {
    readResumeProgress,
    readResumeState,
    writeResumeState,
} from '../../src/main/student/checkpoints/resume-state.ts';
import { appContractVersion } from '../../src/shared/contracts/app.ts';
import { socketProtocol } from '../../src/shared/page-policy.ts';
import { readyStudent } from '../support/ready-student.ts';
import {
    expectSentence,
    start,
    storyloop,
    succeeding,
    temporaryHome,
    tinyLearning,
    tinyStories,
    tinyStudent,
    type Started,
} from './command-line.ts';
import { attemptReasons, recordedRun } from './recorded.ts';

const home = temporaryHome(afterAll);
const learning = ['learn', '--from', 'tiny', ...tinyLearning];

beforeAll(async () => {
    await readyStudent(home);
});

it('pauses after what is under way with exit code 130, and resume goes on to the same end', async () => {
    const undisturbed = await succeeding(home, ...learning, '--name', 'undisturbed');
    const started = start(home, [...learning, '--name', 'paused']);
    await started.line(({ type }) => type === 'update');
    started.process.kill('SIGINT');
    const { code, lines } = await started.ended;
    expect(code).toBe(130);
    expect(lines.at(-1)).toMatchObject({ type: 'paused', run: lines[0]!['run'] });
    const folder = lines[0]!['run'] as string;
    const { lines: listed } = await storyloop(home, 'runs', '--json');
    expect(listed.find(({ run }) => run === folder)).toMatchObject({ state: 'paused' });
    await succeeding(home, 'resume', 'paused', '--json');
    expect(recordedRun(folder)).toEqual(recordedRun(undisturbed['run'] as string));
    expect(attemptReasons(folder)).toEqual(['paused', 'finished']);
});

it('keeps the micro-batches that were chosen when the run began', async () => {
    const started = start(home, [...learning, '--name', 'kept']);
    await started.line(({ type }) => type === 'update');
    started.process.kill('SIGINT');
    const folder = (await started.ended).lines[0]!['run'] as string;
    const file = join(folder, 'resume.safetensors');
    const microBatches = { learning: 3, scoring: 5 }; // as another version may have chosen
    const progress = z.looseObject({ microBatches: z.unknown() });
    const state = readResumeState(file, progress);
    expect(state.progress.microBatches).toEqual({ learning: 4, scoring: 8 });
    writeResumeState(file, { ...state, progress: { ...state.progress, microBatches } });
    await succeeding(home, 'resume', 'kept', '--json');
    expect(readResumeProgress(file, progress).microBatches).toEqual(microBatches);
});

it('ends at once at the second Ctrl-C', async () => {
    const started = start(home, ['pretrain', '--name', 'ended', ...tinyStudent, '--pretrain-epochs', '50']);
    await started.line(({ type }) => type === 'pretrained');
    started.process.kill('SIGSTOP'); // both arrive before it can tell the engine to pause
    started.process.kill('SIGINT');
    started.process.kill('SIGTERM');
    started.process.kill('SIGCONT');
    const { code, err, lines } = await started.ended;
    expect(code).toBe(130);
    expectSentence(err, /^Ended at once; everything recorded is safe/);
    expect(attemptReasons(lines[0]!['run'] as string)).toEqual([null]); // nobody was left to say why
});

it('takes a Ctrl-C that arrives twice within half a second, as through npm and a shell, for one', async () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
    const exit = vi.spyOn(process, 'exit').mockImplementation((code) => {
        throw new Error(`exit ${code}`); // nothing goes on after it
    });
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const did: string[] = [];
    let end = (): void => {};
    const task: TaskHandle = {
        onEvent: () => {},
        checkpoint: () => {},
        say: () => {},
        pause: () => did.push('pause'),
        kill: () => did.push('kill'),
        ended: new Promise((resolve) => (end = () => resolve({ kind: 'paused' }))),
    };
    const others = process.listeners('SIGINT');
    const followed = follow(task, { json: true, pausable: true });
    const [pressed] = process.listeners('SIGINT').filter((listener) => !others.includes(listener));
    const pressAt = (milliseconds: number): void => {
        now.mockReturnValue(milliseconds);
        pressed!('SIGINT');
    };
    pressAt(1000);
    pressAt(1020);
    pressAt(1519); // an echo of the echo
    expect(did).toEqual(['pause']);
    expect(() => pressAt(2019)).toThrow('exit 130');
    expect(did).toEqual(['pause', 'kill']);
    end();
    await followed;
    expect(process.listeners('SIGINT')).toEqual(others);
    for (const spy of [now, exit, said]) spy.mockRestore();
});

/** Serves the app, and lets a page begin a run that goes on for long. */
async function servingRun(name: string): Promise<Started & { readonly folder: string }> {
    const started = start(home, ['serve', '--port', '0', '--json']);
    const { url } = (await started.line(({ type }) => type === 'serving')) as unknown as { readonly url: string };
    const { host, origin, hash } = new URL(url);
    const socket = new WebSocket(`ws://${host}/messages`, [socketProtocol, hash.slice('#token='.length)], { origin });
    await once(socket, 'open');
    const given = { 'runtime.threads': 1, 'corpus.stories': 150, 'student.layers': 2, 'student.width': 16 };
    const small = { 'student.heads': 2, 'student.context': 48, 'tokenizer.vocabulary': 400, 'pretrain.epochs': 50 };
    const run = { job: 'pretrain', name, preset: 'quick', given: { ...given, ...small }, source: 'storyworld' };
    const answered = new Promise<string>((resolve) => {
        socket.on('message', (text) => {
            const message = JSON.parse(String(text)) as { readonly id?: number; readonly result?: { run: string } };
            if (message.id === 1) resolve(message.result!.run);
        });
    });
    socket.send(JSON.stringify({ version: appContractVersion, id: 1, method: 'run.start', params: run }));
    return { ...started, folder: join(home, 'runs', await answered) };
}

const isBuilt = existsSync(new URL('../../out/renderer/index.html', import.meta.url)); // what `serve` serves

it.skipIf(!isBuilt)('pauses what `serve` works on, though the same Ctrl-C arrives twice', async () => {
    const { process: server, ended, folder } = await servingRun('served');
    server.kill('SIGINT');
    await setTimeout(20); // or both would be delivered as one
    server.kill('SIGINT');
    await ended;
    expect(attemptReasons(folder)).toEqual(['paused']);
});

it.skipIf(!isBuilt)('ends `serve` at once at the second Ctrl-C', async () => {
    const { process: server, ended, folder } = await servingRun('left');
    server.kill('SIGSTOP'); // both arrive before it can tell the engine to pause
    server.kill('SIGINT');
    server.kill('SIGTERM');
    server.kill('SIGCONT');
    expect(await ended).toMatchObject({ code: 130, signal: null });
    expect(attemptReasons(folder)).toEqual([null]);
});

it('has nothing to pause when it only tells stories', async () => {
    const started = start(home, ['tell', '--from', 'tiny', '--stories', '20000', '--json', ...tinyStories]);
    await started.line(({ type }) => type === 'story');
    started.process.kill('SIGINT');
    expect(await started.ended).toMatchObject({ code: 130, err: '' });
});

it('ends quietly when nobody reads on', async () => {
    const started = start(home, ['tell', '--from', 'tiny', '--stories', '2000', '--json', ...tinyStories]);
    await started.line(({ type }) => type === 'story');
    started.process.stdout!.destroy();
    expect(await started.ended).toMatchObject({ code: 141, err: '' }); // as a shell tells of SIGPIPE
});
