/** Ctrl-C: the first pauses a run, the second ends it; either way it goes on to the same end. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { follow } from '../../src/main/headless/following.ts';
import type { TaskHandle } from '../../src/main/service/workbench.ts';
import {
    readResumeProgress,
    readResumeState,
    writeResumeState,
} from '../../src/main/student/checkpoints/resume-state.ts';
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
        ...{ onEvent: () => {}, checkpoint: () => {}, say: () => {} },
        ...{ pause: () => did.push('pause'), kill: () => did.push('kill') },
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
