/** What becomes of a teacher whose process is killed, crashes or falls silent. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { RandomStream } from '../../../src/main/learning/random.ts';
import { nodeProcessHost, teacherEntry } from '../../../src/main/processes/process-host.ts';
import type { OpenModel } from '../../../src/main/teacher/llama/contract.ts';
import type { RemoteProcess } from '../../../src/main/teacher/llama/model-process.ts';
import { faultOf } from '../../../src/shared/faults.ts';
import { openLlama, startTeacherProcess } from './opening.ts';
import { modelFolder, writeModel } from './tiny-llama.ts';

let model: string;
beforeAll(() => {
    model = writeModel(modelFolder(afterAll));
});
const stories = Array.from({ length: 9 }, (_, i) => ({
    prompt: 'Once upon a time',
    story: 'there was a fox. '.repeat(1 + (i % 4)),
    finished: true,
}));
const context = { update: 1, training: true, random: new RandomStream('lost') };

/** The real process, killed as soon as it has told of so many batches; of the first `times` processes. */
function killedAfter(batches: number, times = 1): { start: () => RemoteProcess; started: () => number } {
    let started = 0;
    return {
        started: () => started,
        start() {
            const child = startTeacherProcess();
            const mortal = ++started <= times;
            let told = 0;
            return {
                ...child,
                onMessage: (listen) =>
                    child.onMessage((message) => {
                        const isBatch = (message as { type: string }).type === 'batch';
                        if (mortal && isBatch && told++ >= batches) return child.kill();
                        listen(message);
                    }),
            };
        },
    };
}

interface Tell {
    message(message: unknown): void;
    exit(words: string): void;
}

/** A process that never existed. */
function imagined(onPost: (tell: Tell, posted: unknown) => void): RemoteProcess {
    const tell = { message: (_: unknown): void => {}, exit: (_: string): void => {} };
    return {
        post: (posted) => onPost(tell, posted),
        onMessage: (listen) => (tell.message = listen),
        onExit: (listen) => (tell.exit = listen),
        kill: () => {},
    };
}

describe('the process of a teacher', () => {
    it('killed in the middle of a batch is started again and grades the rest: the ratings are the same', async () => {
        const whole = await openLlama(model);
        const expected = await whole.rate(stories, context);
        await whole.release();
        const notes: string[] = [];
        const { start, started } = killedAfter(1);
        const teacher = await openLlama(model, { startProcess: start, note: (text) => notes.push(text) });
        expect(await teacher.rate(stories, context)).toEqual(expected);
        expect(started()).toBe(2);
        expect(notes).toEqual([
            expect.stringMatching(
                /^The process of the teacher tiny\.gguf was lost \(signal SIGKILL\) and is started again; no story is lost\.$/,
            ),
        ]);
        expect(teacher.statistics!().stories).toBe(stories.length); // none was rated twice
        await teacher.release();
    });

    it('that dies four times without finishing a batch is lost, with the reason', async () => {
        const starts: number[] = [];
        const dying = openLlama(model, {
            startProcess: () => {
                starts.push(1);
                return imagined(({ exit }) => exit('signal SIGABRT: GGML_ASSERT failed'));
            },
        });
        const fault = faultOf(await dying.catch((error: unknown) => error));
        expect(fault).toEqual({
            kind: 'teacher-lost',
            message: 'tiny.gguf: signal SIGABRT: GGML_ASSERT failed, also after 3 restarts',
        });
        expect(starts).toHaveLength(4);
    });

    it('that says nothing any more is given up', async () => {
        const silent = openLlama(model, { startProcess: () => imagined(() => {}), patienceMs: 10 });
        expect(faultOf(await silent.catch((error: unknown) => error))).toMatchObject({
            kind: 'teacher-lost',
            message: expect.stringContaining('no sign of life') as string,
        });
    });

    it('asked to speak aloud leaves what llama.cpp said in its output', async () => {
        const folder = modelFolder(onTestFinished);
        const broken = join(folder, 'broken.gguf');
        writeFileSync(broken, readFileSync(model).subarray(0, 3000));
        const child = nodeProcessHost.start(teacherEntry());
        const ended = new Promise((resolve) => child.onExit(resolve));
        const refused = new Promise((resolve) =>
            child.onMessage((message) => (message as { type: string }).type === 'refused' && resolve(message)),
        );
        const open: OpenModel = {
            type: 'open',
            file: broken,
            template: '{{student_completion}}',
            criteria: [{ id: 'readability', min: 0, max: 3 }],
            reading: 'expected',
            prompt: 'Once',
            storyTokens: 16,
            sideBySide: 1,
            device: 'cpu',
            failed: [],
            threads: 1,
            aloud: true,
        };
        child.post(open);
        await refused;
        await child.end(5000);
        expect(await ended).toMatch(/: llama_model_load: error loading model: /);
    });

    it('that sends what does not fit the contract is an error, not a rating', async () => {
        const odd = openLlama(model, {
            startProcess: () => imagined(({ message }) => message({ type: 'batch', rawScores: 3 })),
        });
        await expect(odd).rejects.toThrow('sent a message that does not fit the contract');
    });
});

describe('a GPU that does not compute', () => {
    /** llama.cpp's log dies with its process, unless it is written straight to the process's output. */
    const diesOfCuda = (tell: Tell, posted: unknown): void => {
        const { aloud } = posted as OpenModel;
        tell.message({ type: 'trying', device: 'cuda' });
        tell.exit(
            `signal SIGABRT: ${aloud ? 'CUDA error: no kernel image is available for execution on the device' : 'ggml-cuda.cu:108: CUDA error'}`,
        );
    };
    const failsOnVulkan = (tell: Tell): void => {
        tell.message({ type: 'trying', device: 'vulkan' });
        tell.message({ type: 'failed', device: 'vulkan', why: 'ErrorDeviceLost' });
    };
    /** Imagined processes, one for each way of failing, then the real one; the answers to opening are recorded. */
    function failing(...ways: readonly ((tell: Tell, posted: unknown) => void)[]): {
        start: () => RemoteProcess;
        posted: unknown[];
    } {
        const posted: unknown[] = [];
        const left = [...ways];
        return {
            posted,
            start() {
                const way = left.shift();
                return way === undefined
                    ? startTeacherProcess()
                    : imagined((tell, message) => {
                          posted.push(message);
                          way(tell, message);
                      });
            },
        };
    }

    it('gives way to the next, and the teacher says what each of them said', async () => {
        const { start, posted } = failing(diesOfCuda, diesOfCuda, failsOnVulkan);
        const teacher = await openLlama(model, { startProcess: start, config: { 'teacher.device': 'auto' } });
        const cuda = {
            device: 'cuda',
            why: 'its process was lost: signal SIGABRT: CUDA error: no kernel image is available for execution on the device',
        };
        expect(posted).toMatchObject([
            { failed: [], aloud: false },
            { failed: [], aloud: true },
            { failed: [cuda], aloud: false },
        ]);
        expect(teacher.facts.details['device']).toMatch(
            /because CUDA does not compute here \(its process was lost: .*no kernel image.*\), and Vulkan does not compute here \(ErrorDeviceLost\)$/,
        );
        expect(await teacher.rate(stories, context)).toHaveLength(stories.length);
        await teacher.release();
    });

    it('that was asked for by name is refused with what it said, not replaced', async () => {
        const { start } = failing(diesOfCuda, diesOfCuda);
        const opening = openLlama(model, { startProcess: start, config: { 'teacher.device': 'cuda' } });
        expect(faultOf(await opening.catch((error: unknown) => error))).toEqual({
            kind: 'bad-input',
            message:
                'tiny.gguf cannot be the teacher: it cannot run on CUDA here: its process was lost: signal SIGABRT: CUDA error: no kernel image is available for execution on the device. Nothing was changed.',
        });
    });

    it('is refused at once where its driver is not here', async () => {
        const elsewhere = process.platform === 'darwin' ? 'cuda' : 'metal';
        const opening = openLlama(model, { config: { 'teacher.device': elsewhere } });
        expect(faultOf(await opening.catch((error: unknown) => error))).toEqual({
            kind: 'bad-input',
            message: expect.stringMatching(
                /^tiny\.gguf cannot be the teacher: it cannot run on (CUDA|Metal) here: no driver for it was found\. Nothing was changed\.$/,
            ) as string,
        });
    });
});
