/** What a task computes on. CUDA is rehearsed on the processor, or cannot be used. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { engineRuntime, previewRuntime } from '../../src/main/engine/device.ts';
import { learnInteractively } from '../../src/main/engine/tasks/learn.ts';
import { probe } from '../../src/main/engine/tasks/probe.ts';
import type { openRuntime } from '../../src/main/student/runtime/open.ts';
import { OutOfDeviceMemory, type RuntimeOptions } from '../../src/main/student/runtime/runtime.ts';
import type { ComputedOn, CudaVerdict, EngineEvent } from '../../src/shared/contracts/engine.ts';
import { badInputAbout, describeFault, faultOf, type Fault } from '../../src/shared/faults.ts';
import { nothingStarted } from '../../src/shared/text/refusal.ts';
import { composeConfig, type ConfigKey } from '../../src/shared/run/config.ts';
import { rehearsedDevice } from '../support/rehearsed-device.ts';
import { listener, stored, writeStudent } from './small-learning.ts';

const here = vi.hoisted(() => ({ provider: 'provider' as string | null, hasGpu: true, isFull: false }));
beforeEach(() => {
    Object.assign(here, { provider: 'provider', hasGpu: true, isFull: false });
});
const noGpu = (name: Parameters<typeof nothingStarted>[0]) => `CUDA was not found. ${nothingStarted(name)}`;
vi.mock('../../src/main/student/runtime/gpu/cuda-provider.ts', () => ({ cudaProvider: () => here.provider }));
vi.mock('../../src/main/student/runtime/open.ts', async (actual) => {
    const real = await actual<{ openRuntime: typeof openRuntime }>();
    return {
        openRuntime: (options: RuntimeOptions) => {
            if (options.kind !== 'cuda') return real.openRuntime(options);
            const { threads, precision } = options;
            if (here.isFull) return Promise.reject(new OutOfDeviceMemory('CUDA failure 2: out of memory'));
            if (here.hasGpu) return rehearsedDevice(threads, precision === 'auto' ? 'tf32' : precision);
            return Promise.reject(badInputAbout('not-set-up', noGpu, 'npm run setup:cuda helps.'));
        },
    };
});

const root = mkdtempSync(join(tmpdir(), 'storyloop-device-'));
const student = join(root, 'student');
beforeAll(() => writeStudent(student));
afterAll(() => rmSync(root, { recursive: true }));

type Given = Readonly<Partial<Record<ConfigKey, string | number>>>;
const passed: CudaVerdict = { passed: true, why: '' };
const failed: CudaVerdict = { passed: false, why: 'CUDA was not found.' };

/** The kind that is computed on and what was said meanwhile; without a verdict nobody may ask for one. */
async function chosen(given: Given, verdict: CudaVerdict | null = null, computedOn?: ComputedOn) {
    const config = composeConfig('quick', { 'runtime.threads': 1, ...given });
    const notes: string[] = [];
    let isForgotten = false;
    const supervisor = {
        send(event: EngineEvent) {
            if (event.type === 'note') notes.push(event.text);
            isForgotten ||= event.type === 'cuda-failed';
        },
        commit: () => Promise.resolve(),
        cudaVerdict: () => (verdict === null ? Promise.reject(new Error('nobody may ask')) : Promise.resolve(verdict)),
    };
    const { runtime } = await engineRuntime(config, supervisor, computedOn);
    const { kind, description } = runtime;
    runtime.release();
    return { kind, description, notes, isForgotten };
}

async function refusalOf(choosing: Promise<unknown>): Promise<Fault> {
    return faultOf(
        await choosing.then(
            () => new Error('it was not refused'),
            (error: unknown) => error,
        ),
    );
}

describe('auto', () => {
    it('is CUDA where its provider is here and passed the check, and says so in a line', async () => {
        const { kind, description, notes } = await chosen({}, passed);
        expect(kind).toBe('cuda');
        expect(description).toMatch(/^Rehearsal, tf32, onnx/);
        expect(notes).toEqual([
            'CUDA passed the device check, so the student computes on it; the runtime native would stay on the processor.',
        ]);
    });

    it('is the processor where the check failed, and says in a line why CUDA is not', async () => {
        const { kind, notes } = await chosen({}, failed);
        expect(kind).toBe('native');
        expect(notes).toEqual([
            'CUDA did not pass the device check, so the student computes on the processor. CUDA was not found. Once that is mended, run the device check again.',
        ]);
    });

    it('is the processor where CUDA passed before and cannot be opened now; says why, and has it checked again', async () => {
        here.hasGpu = false;
        const said =
            'CUDA cannot be used now, though it passed the device check before, so the student computes on the processor. CUDA was not found.';
        const { kind, notes, isForgotten } = await chosen({}, passed);
        expect({ kind, note: notes.at(-1), isForgotten }).toEqual({ kind: 'native', note: said, isForgotten: true });
        const why = describeFault(await refusalOf(chosen({ 'runtime.precision': 'bf16' }, passed)));
        expect(why).toMatch(/^Only CUDA computes in bf16, .* came to the processor: CUDA cannot be used now\./);
    });

    it('is the processor where the GPU is full, and remembers that CUDA passed', async () => {
        here.isFull = true;
        const { kind, notes, isForgotten } = await chosen({}, passed);
        expect({ kind, isForgotten }).toEqual({ kind: 'native', isForgotten: false });
        expect(notes.at(-1)).toMatch(/so the student computes on the processor\. Its memory is full\.$/);
        const fault = await refusalOf(chosen({}, null, 'cuda'));
        expect(describeFault(fault)).toMatch(/^The run has computed on CUDA so far, .* The GPU ran out of memory /);
    });

    it('is the processor without a word and without a question where no provider is here', async () => {
        here.provider = null;
        expect(await chosen({})).toMatchObject({ kind: 'native', notes: [] });
    });

    it('asks for nothing where a kind was asked for', async () => {
        expect(await chosen({ 'runtime.kind': 'official' })).toMatchObject({ kind: 'official', notes: [] });
        expect(await chosen({ 'runtime.kind': 'cuda' })).toMatchObject({ kind: 'cuda', notes: [] });
    });

    it('computes in another precision on CUDA, and refuses it on the processor with the reason', async () => {
        const tf32 = { 'runtime.precision': 'tf32' };
        expect((await chosen(tf32, passed)).description).toMatch(/^Rehearsal, tf32, /);
        const why = describeFault(await refusalOf(chosen(tf32, failed)));
        expect(why).toBe(
            'Only CUDA computes in tf32, and --runtime-kind auto came to the processor: CUDA did not pass the device check. Nothing was started. Leave --runtime-precision on auto, or set CUDA up.',
        );
        here.provider = null;
        expect(describeFault(await refusalOf(chosen(tf32)), 'window')).toMatch(
            /^Only CUDA computes in tf32, and Runtime auto came to the processor: no CUDA provider is set up here\./,
        );
    });

    it('computes in TF32 on CUDA where no precision was asked for, in float32 as published, and on the processor', async () => {
        expect((await chosen({}, passed)).description).toMatch(/^Rehearsal, tf32, /);
        expect((await chosen({ 'runtime.precision': 'float32' }, passed)).description).toMatch(/^Rehearsal, onnx/);
        expect(composeConfig('paper', {})['runtime.precision']).toBe('float32');
        expect(await chosen({}, failed)).toMatchObject({ kind: 'native' });
    });

    it('is the processor in a preview, in float32 and without a question', async () => {
        const config = composeConfig('quick', { 'runtime.threads': 1, 'runtime.precision': 'bf16' });
        const { runtime, threads } = await previewRuntime(config);
        expect({ kind: runtime.kind, threads }).toEqual({ kind: 'native', threads: 1 });
        runtime.release();
    });
});

describe('a run that goes on', () => {
    it('computes on what it began on, whatever the check says now', async () => {
        expect(await chosen({}, null, 'processor')).toMatchObject({ kind: 'native', notes: [] });
        expect(await chosen({}, null, 'cuda')).toMatchObject({ kind: 'cuda', notes: [] });
        expect(await chosen({ 'runtime.precision': 'bf16' }, null, 'cuda')).toMatchObject({ kind: 'cuda' });
        expect(await chosen({ 'runtime.kind': 'native' }, null, 'cuda')).toMatchObject({ kind: 'native' });
    });

    it('is refused where that is gone, and says how it goes on', async () => {
        here.hasGpu = false;
        const fault = await refusalOf(chosen({}, null, 'cuda'));
        expect(fault).toMatchObject({ kind: 'bad-input', settings: ['runtime.kind'] });
        expect(describeFault(fault)).toBe(
            'The run has computed on CUDA so far, and that cannot be used now; the run is unchanged. CUDA was not found. npm run setup:cuda helps. To continue on the processor, in float32 and with slightly different numbers, resume it with --runtime-kind native.',
        );
        expect(describeFault(fault, 'window')).toBe(
            'The run has computed on CUDA so far, and that cannot be used now; the run is unchanged. CUDA was not found. To continue on the processor, in float32 and with slightly different numbers, continue it in a terminal with Runtime native.',
        );
        const inBf16 = await refusalOf(chosen({ 'runtime.precision': 'bf16' }, null, 'cuda'));
        expect(describeFault(inBf16)).toMatch(
            /It computes in bf16, which the processor cannot: go on where CUDA can be used\.$/,
        );
    });

    it('learns the same as if it had never stopped, on CUDA as it began', async () => {
        const given = { 'budget.updates': 2, 'evaluation.stories': 0, 'ppo.batch': 8, 'ppo.minibatch': 8 };
        const run = async (name: string, computedOn?: ComputedOn, pauses = false) => {
            const events: EngineEvent[] = [];
            const config = stored({ ...given, 'evaluation.judge': 'none', 'runtime.kind': 'auto' });
            const supervisor = listener(events, () => pauses && events.some(({ type }) => type === 'update'));
            const task = { kind: 'learn', folder: join(root, name), config, from: student, computedOn } as const;
            const asking = { ...supervisor, cudaVerdict: () => Promise.resolve(passed) };
            await learnInteractively(task, asking);
            return {
                ready: events.flatMap((event) => (event.type === 'ready' ? [event.kind] : [])),
                digests: events.flatMap((event) => (event.type === 'update' ? [event.update.digest] : [])),
            };
        };
        const whole = await run('whole');
        expect(whole.ready).toEqual(['cuda']);
        expect(whole.digests).toHaveLength(2);
        const before = await run('paused', undefined, true);
        const after = await run('paused', 'cuda');
        expect(after.ready).toEqual(['cuda']);
        expect([...before.digests, ...after.digests]).toEqual(whole.digests);
    });
});

describe('the probe', () => {
    const probing = async (given: Given): Promise<readonly EngineEvent[]> => {
        const events: EngineEvent[] = [];
        const config = stored({ ...given, 'runtime.threads': 2 });
        const clock = { now: () => 0, seconds: () => performance.now() / 1000 };
        await probe({ kind: 'probe', engine: 'student', config }, { ...listener(events), ...clock });
        return events;
    };
    const found = (events: readonly EngineEvent[]) =>
        events.flatMap((event) => (event.type === 'probed' && event.probed.engine === 'student' ? [event.probed] : []));

    it('names the provider before it loads it, compares, and times the largest student it has time for', async () => {
        const events = await probing({ 'runtime.kind': 'cuda' });
        const [first] = events.filter(({ type }) => type !== 'phase');
        expect(first).toEqual({ type: 'probing-cuda', provider: 'provider' });
        const [probed] = found(events);
        expect(probed!.device).toMatch(/^Rehearsal/);
        expect(probed!.difference).toBeLessThan(1e-5);
        const { parameters, tokensPerSecond, isCutShort } = probed!.speed;
        expect(tokensPerSecond).toBeGreaterThan(10);
        expect(parameters > 1e7).toBe(!isCutShort);
    });

    it('of auto is the processor’s, and asks for no check of CUDA', async () => {
        const events = await probing({ 'runtime.kind': 'auto' });
        expect(events.filter(({ type }) => type === 'probing-cuda')).toEqual([]);
        expect(found(events)[0]!.device).toMatch(/^CPU, 2 threads/);
    });

    it('tries no larger student where the smallest is slow', async () => {
        let seconds = 0;
        const events: EngineEvent[] = [];
        const slow = { now: () => 0, seconds: () => (seconds += 2) };
        const config = stored({ 'runtime.kind': 'native' });
        await probe({ kind: 'probe', engine: 'student', config }, { ...listener(events), ...slow });
        const { speed } = found(events)[0]!;
        expect(speed.isCutShort).toBe(true);
        expect(speed.parameters).toBeLessThan(1e5);
        expect(speed.tokensPerSecond).toBe((4 * 15) / 4); // two of the clock's strokes to a step
    });
});
