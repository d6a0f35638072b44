/**
 * What a page asks before it begins a run: a teacher's ratings of three stories, and what a run takes; real engines.
 */
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { installFolders } from '../../scripts/cuda-provider.ts';
import { nodeProcessHost } from '../../src/main/processes/process-host.ts';
import { openBackend, type Backend } from '../../src/main/service/backend/backend.ts';
import { checkDevice, Stopped } from '../../src/main/service/reports/device-check.ts';
import { estimateOf } from '../../src/main/service/reports/estimating.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import type { MeasuredCost } from '../../src/shared/contracts/engine.ts';
import { temporaryHome } from '../headless/command-line.ts';
import { chatServer, says } from '../teacher/chat-server.ts';
import { whyNoWebGpu } from '../support/software-vulkan.ts';
import { aPage, type Page } from './a-page.ts';

const home = temporaryHome(afterAll);
const learning = {
    'runtime.threads': 1,
    'rollout.prompt': 'Once upon a time',
    'rollout.maxNewTokens': 16,
    'ppo.batch': 8,
    'ppo.minibatch': 4,
    'evaluation.stories': 8,
    'evaluation.judge': 'none',
    'budget.updates': 3,
};
const shipped = { source: 'shipped', preset: 'quick', given: learning } as const;
let backend: Backend;
let page: Page;
const leftFolders = (): readonly string[] =>
    readdirSync(tmpdir()).filter((name) => name.includes('storyloop-measuring'));
const before = leftFolders();

beforeAll(() => {
    vi.stubEnv('STORYLOOP_HOME', home);
    backend = openBackend();
    page = aPage(backend);
});
afterAll(async () => {
    await backend.close();
    vi.unstubAllEnvs();
});

it('tries a teacher on three stories: what it says, and how long it takes', async () => {
    const { teacher, criteria, stories } = await page.ask('teacher.try', { ...shipped, ticket: 'try' });
    expect(teacher).toMatch(/rules/i);
    expect(criteria.map(({ id }) => id)).toEqual(['readability', 'coherence', 'creativity']);
    expect(stories).toHaveLength(3);
    for (const { story, scores, total, milliseconds } of stories) {
        expect(story.length).toBeGreaterThan(10);
        expect(Object.values(scores!).reduce((sum, score) => sum + score, 0)).toBeCloseTo(total!, 9);
        expect(milliseconds).toBeGreaterThan(0);
    }
    const phases = page.pushes.flatMap((push) =>
        push.push === 'preview' && push.ticket === 'try' ? [push.phase] : [],
    );
    expect(phases).toContain('loading');
});

it.each([
    ['nobody', { teacher: 'nobody' }, /There is no teacher called "nobody"/],
    ['a server that is not there', { teacher: 'http://127.0.0.1:9/v1#m' }, /server does not answer/],
])('says in a sentence why a teacher cannot rate: %s', async (_, given, says) => {
    expect(await page.refusal('teacher.try', { ...shipped, given: { ...learning, ...given } })).toMatch(says);
});

it('lets the student that ships write as quick lets it learn, unless asked otherwise', async () => {
    const ask = async (given: Record<string, string | number>): Promise<readonly string[]> =>
        (
            await page.ask('student.tell', {
                source: 'shipped',
                stories: 2,
                ticket: 'tell',
                given: { ...given, 'runtime.threads': 1, 'rollout.maxNewTokens': 12 },
            })
        ).map(({ prompt, story }) => prompt + story);
    const itself = await ask({});
    expect(itself[0]).toMatch(/^Once upon a time/u);
    expect(await ask({ 'rollout.temperature': 0.8 })).toEqual(itself);
    expect(await ask({ 'rollout.temperature': 3 })).not.toEqual(itself);
});

it('measures one micro-batch of learning, and keeps nothing of it', async () => {
    const { measured, memory, disk, time } = await page.ask('run.measure', { ...shipped, job: 'learn' });
    expect(measured).toMatchObject({
        microBatch: 4,
        learning: { wordsPerStory: 3, promptWords: 4 },
        pretraining: null,
    });
    const parameters = 2_960_000; // of the student that ships, and its value head
    expect(measured.parameters / parameters).toBeCloseTo(1, 1);
    expect(measured.resumeBytes).toBe(12 * measured.parameters);
    expect(measured.checkpointBytes).toBeGreaterThan(4 * measured.parameters);
    expect(memory).toMatchObject({ fits: true });
    expect(memory.needed).toBeGreaterThan(4 * 4 * measured.parameters); // weights, reference, gradients, moments
    expect(disk).toMatchObject({ fits: true, checkpoints: 2 });
    const { writing, rating, scoring, step } = measured.learning!;
    for (const seconds of [writing, rating, scoring, step]) expect(seconds).toBeGreaterThan(0);
    expect(time!.updates).toBe(3);
    const guard = 2 * 800 * 0.1 * scoring; // two readings of the guard, whose sentences are a tenth of a story
    expect(time!.whole!.high).toBeCloseTo(3 * time!.update.high + 16 * (writing + rating) + guard, 6);
    expect(leftFolders()).toEqual(before);
    expect(await page.ask('runs.list', {})).toEqual([]);
});

it('says what a teacher answers that can rate none of the stories it is measured on', async () => {
    const server = await chatServer(says('I would rather not.'));
    const given = { ...learning, teacher: server.address, 'teacher.reading': 'paper-text' };
    expect(await page.refusal('run.measure', { ...shipped, given, job: 'learn' })).toMatch(
        /could rate none of \d+ stories; .*“I would rather not\.”/u,
    );
});

it('measures one micro-batch of pretraining, without reading the corpus', async () => {
    const given = { 'runtime.threads': 1, 'student.layers': 2, 'student.width': 16, 'student.heads': 2 };
    const asked = { job: 'pretrain', preset: 'quick', given, source: 'storyworld' } as const;
    const { measured, time } = await page.ask('run.measure', asked);
    expect(measured.pretraining!.step).toBeGreaterThan(0);
    expect(measured.pretraining!.tokensPerStep).toBeGreaterThan(100);
    expect(time).toBeNull();
});

it('stops when told to, and leaves nothing behind', async () => {
    const refused = page.refusal('run.measure', { ...shipped, job: 'learn', ticket: 'long' });
    await page.told('preview', ({ ticket }) => ticket === 'long');
    await page.ask('preview.stop', { ticket: 'long' });
    expect(await refused).toMatch(/Stopped as asked/);
    expect(leftFolders()).toEqual(before);
});

it('ends with the page that asked: closed or reloaded, it leaves no engine and no folder', async () => {
    const other = aPage(backend);
    void other.ask('run.measure', { ...shipped, job: 'learn', ticket: 'left' });
    await page.told('preview', ({ ticket }) => ticket === 'left');
    expect(leftFolders()).not.toEqual(before);
    other.close();
    await vi.waitFor(() => expect(leftFolders()).toEqual(before), 60_000);
});

it('is limited to four at once, and says so', async () => {
    const tickets = ['1', '2', '3', '4'];
    const asked = tickets.map((ticket) => page.refusal('run.measure', { ...shipped, job: 'learn', ticket }));
    expect(await page.refusal('teacher.try', shipped)).toMatch(
        /^4 trials and checks are already under way; nothing was started\. Wait for one to finish/,
    );
    for (const ticket of tickets) await page.ask('preview.stop', { ticket });
    for (const refused of await Promise.all(asked)) expect(refused).toMatch(/Stopped as asked/);
    expect(leftFolders()).toEqual(before);
});

describe('the estimate', () => {
    const learned = {
        writing: 0.1,
        rating: 0.3,
        judging: 0,
        scoring: 0.05,
        step: 2,
        overlaps: true,
        storyBytes: 400,
        wordsPerStory: 3,
        promptWords: 16,
    };
    const measured: MeasuredCost = {
        device: 'CPU',
        parameters: 1000,
        microBatch: 12,
        memoryBytes: 4e9,
        gpuMemory: null,
        teacherMemory: { ram: 5e9, vram: 0 },
        checkpointBytes: 5e8,
        resumeBytes: 1.5e9,
        learning: learned,
        pretraining: null,
    };
    const machine = { memory: 16e9, freeDisk: 41e9, besideRuns: 0 };
    const config = composeConfig('paper', {}); // batch 360, minibatch 30?, 4 epochs, a million words

    it('multiplies what a story and a step cost by how many there will be', () => {
        const { time } = estimateOf(measured, config, machine);
        const steps = 4 * Math.ceil(360 / config['ppo.minibatch']);
        expect(time!.update.low).toBeCloseTo(360 * 0.3 + 360 * 0.05 + 2 * steps, 6); // the teacher reads meanwhile
        expect(time!.update.high).toBeCloseTo(360 * 0.4 + 360 * 0.05 + 2 * steps, 6);
        expect(time!.updates).toBe(Math.floor((1_000_000 - 360 * 16) / (360 * 3)));
        expect(time!.updates).toBe(920); // as published
    });
    it('counts what a teacher takes of the same GPU', () => {
        expect(estimateOf(measured, config, machine).gpu).toBeNull();
        const gpuMemory = { name: 'NVIDIA A100-SXM4-40GB', needed: 20e9, of: 42e9 };
        const beside = (vram: number): ReturnType<typeof estimateOf>['gpu'] =>
            estimateOf({ ...measured, gpuMemory, teacherMemory: { ram: 1e9, vram } }, config, machine).gpu;
        expect(beside(9e9)).toEqual({ ...gpuMemory, needed: 29e9, fits: true });
        expect(beside(18e9)!.fits).toBe(false); // a tenth is left to the system
    });
    it('counts checkpoints, two resume states and the record', () => {
        const { disk } = estimateOf(measured, config, machine);
        expect(disk.checkpoints).toBe(2 + 9); // every 100,000 words below a million
        expect(disk.needed).toBeGreaterThan(11 * 5e8 + 2 * 1.5e9 + 331_200 * 400);
        expect(disk.fits).toBe(true);
        expect(estimateOf(measured, config, { ...machine, freeDisk: 1e9 }).disk.fits).toBe(false);
    });
    it('counts the checkpoint that each reading keeps, where the run may go back to it', () => {
        const trial = { ...config, 'budget.words': 0, 'budget.updates': 9, 'evaluation.judge': 'second-reader' };
        const checkpoints = (given: Partial<typeof config>): number =>
            estimateOf(measured, { ...trial, ...given }, machine).disk.checkpoints;
        expect(checkpoints({ 'holdout.every': 4 })).toBe(2);
        expect(checkpoints({ 'holdout.every': 4, 'holdout.stop': 'pause' })).toBe(2);
        // after updates 4, 8 and 9; before learning nothing is kept beside the start
        expect(checkpoints({ 'holdout.every': 4, 'holdout.stop': 'go-back' })).toBe(2 + 3);
        expect(checkpoints({ 'holdout.every': 0, 'holdout.stop': 'go-back' })).toBe(2);
    });
    it('adds the teacher’s memory and leaves some to the system', () => {
        expect(estimateOf(measured, config, machine).memory).toEqual({ needed: 9e9, of: 16e9, fits: true });
        expect(estimateOf(measured, config, { ...machine, memory: 9.5e9 }).memory.fits).toBe(false);
    });
    it('counts what second judge and guard read in between', () => {
        const bounded = { ...config, 'budget.words': 0, 'budget.updates': 9, 'evaluation.stories': 0 };
        const judged = { ...measured, learning: { ...measured.learning!, judging: 0.5 } };
        const off = { ...bounded, 'holdout.every': 0, 'guard.battery': 'off' };
        const without = estimateOf(judged, off, machine).time!.whole!;
        const trial = { ...off, 'holdout.every': 4, 'holdout.stories': 10, 'evaluation.judge': 'second-reader' };
        const { low, high } = estimateOf(judged, trial, machine).time!.whole!;
        expect(low - without.low).toBeCloseTo(4 * 10 * (0.3 + 0.5), 6); // before, after, and after updates 4 and 8
        expect(high - without.high).toBeCloseTo(4 * 10 * (0.4 + 0.5), 6);
        const guarded = { ...off, 'guard.battery': 'own', 'guard.every': 3 };
        expect(estimateOf(judged, guarded, machine).time!.whole!.low - without.low).toBeCloseTo(4 * 80 * 0.05, 6);
    });
    it('ends with the time that a person gave, or says nothing of a run without end', () => {
        const minutes = { ...config, 'budget.words': 0, 'budget.minutes': 60, 'evaluation.stories': 0 };
        expect(estimateOf(measured, minutes, machine).time!.whole).toEqual({ low: 3600, high: 3600 });
        const endless = { ...config, 'budget.words': 0 };
        expect(estimateOf(measured, endless, machine).time).toMatchObject({ updates: null, whole: null });
    });
});

it('checks a teacher on stories of known order, and scores a student cleanly', async () => {
    const report = await page.ask('teacher.check', { teacher: 'length' });
    expect(report.order!.overShuffledWords.mean).toBeCloseTo(0.5, 1); // length sees no order
    const { results } = await page.ask('student.evaluate', { source: 'shipped', stories: 10 });
    expect(results['score']).toBeGreaterThan(results['score.low']!);
    expect(results['score']).toBeLessThan(results['score.high']!);
});

it('a device check that is stopped tries nothing more', async () => {
    const refused = page.refusal('device.check', { ticket: 'left' });
    await page.told('preview', ({ ticket }) => ticket === 'left');
    await page.ask('preview.stop', { ticket: 'left' });
    expect(await refused).toMatch(/Stopped as asked/);
});

it.each([2, 3, 4])('a device check that is stopped at engine %i of four tries no other', async (stopAt) => {
    let probes = 0;
    const checked = checkDevice((engine) => {
        if (++probes === stopAt) return Promise.reject(new Stopped());
        const speed = { parameters: 1, tokensPerSecond: 1, isCutShort: false };
        return Promise.resolve(
            engine === 'student'
                ? { engine, device: 'CPU', difference: 0, speed }
                : { engine, device: 'CPU', milliseconds: 1 },
        );
    }, 'window');
    await expect(checked).rejects.toThrow(Stopped);
    expect(probes).toBe(stopAt);
});

it('a device check that is stopped between two engines starts no other', async () => {
    let started = 0;
    const stopping = openBackend({
        start(entry) {
            started++;
            const child = nodeProcessHost.start(entry);
            const stop = (): unknown => asking.ask('preview.stop', { ticket: 'between' });
            return {
                ...child,
                onExit: (listen) =>
                    child.onExit((words) => {
                        listen(words);
                        queueMicrotask(() => void stop()); // it has ended, and the next has not begun
                    }),
            };
        },
    });
    const asking = aPage(stopping);
    expect(await asking.refusal('device.check', { ticket: 'between' })).toMatch(/Stopped as asked/);
    expect(started).toBe(1);
    await stopping.close();
});

it('checks the device: both engines run a real graph, and the data folder holds what is written', async () => {
    const noWebGpu = await whyNoWebGpu(); // the engine's process inherits what it set
    const { student, webgpu, cuda, teacher, folder } = await page.ask('device.check', {});
    expect(student).toMatchObject({ ok: true, probed: { engine: 'student', device: expect.stringMatching(/^CPU/) } });
    expect(student.ok && student.probed.difference).toBeLessThan(1e-4);
    expect(student.ok && student.probed.speed.tokensPerSecond).toBeGreaterThan(10);
    expect(student.ok && student.probed.speed.parameters).toBeGreaterThan(10_000);
    if (noWebGpu === null) {
        expect(webgpu).toMatchObject({ ok: true, probed: { device: expect.stringMatching(/^WebGPU/) } });
        expect(webgpu.ok && webgpu.probed.difference).toBeLessThan(1e-4);
    } else expect(webgpu).toMatchObject({ ok: false, isAbsent: true, sentence: noWebGpu });
    if (!existsSync(join(installFolders().folder, 'libonnxruntime_providers_cuda.so')))
        expect(cuda).toMatchObject({ ok: false, isAbsent: true, sentence: expect.stringMatching(/CUDA/) });
    expect(teacher).toMatchObject({
        ok: true,
        probed: { engine: 'teacher', milliseconds: expect.any(Number) as number },
    });
    expect(folder).toMatchObject({ ok: true });
    expect(folder.ok && folder.free).toBeGreaterThan(0);
}, 300_000); // kernels for a GPU in software take their time to compile
