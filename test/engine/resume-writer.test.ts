/** A resume state that is written in the background is the one of the moment at which it was asked for. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import {
    loadResumeState,
    resumeFile,
    resumeSeconds,
    ResumeWriter,
    savedProgress,
} from '../../src/main/engine/resuming.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import { composeConfig } from '../../src/shared/run/config.ts';

const runtime = await openRuntime({ kind: 'processor', threads: 1 });
const schema = z.object({ update: z.number() });
type Progress = z.infer<typeof schema>;

let folder = '';
beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'storyloop-resume-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function student() {
    const weights = { w: runtime.tensor('float32', [2, 3]) };
    const moments = { 'momentum:w': runtime.tensor('float32', [2, 3]) };
    const optimiser = { moments, stepsTaken: 0 };
    const set = (value: number): void => {
        weights.w.write(new Float32Array(6).fill(value));
        moments['momentum:w'].write(new Float32Array(6).fill(-value));
        optimiser.stepsTaken = value;
    };
    let seconds = 0;
    const writer = (everySeconds: number): ResumeWriter<Progress> =>
        new ResumeWriter({ folder, weights, optimiser, phase: 'learning', everySeconds }, () => seconds);
    const loaded = (): unknown => {
        const progress = loadResumeState(folder, weights, optimiser, schema);
        return [progress.update, optimiser.stepsTaken, weights.w.read()[5], moments['momentum:w'].read()[0]];
    };
    return { set, writer, loaded, wait: (more: number) => (seconds += more) };
}

it('is a copy: what is learned meanwhile is not in it', async () => {
    const { set, writer, loaded, wait } = student();
    const states = writer(60);
    set(1);
    wait(60);
    await states.inPassing({ update: 1 });
    set(2);
    await vi.waitUntil(() => existsSync(resumeFile(folder)), { timeout: 20_000 });
    expect(loaded()).toEqual([1, 1, 1, -1]);
});

it('is written only where the last one is old enough; a pause waits for it and writes at once', async () => {
    const { set, writer, loaded, wait } = student();
    const states = writer(60);
    set(1);
    wait(59);
    await states.inPassing({ update: 1 });
    expect(savedProgress(folder, schema)).toBeNull();
    wait(1);
    await states.inPassing({ update: 2 });
    set(3);
    await states.inPassing({ update: 3 }); // too early, and one is under way
    await states.now({ update: 4 });
    expect(loaded()).toEqual([4, 3, 3, -3]);
});

it('what went wrong in the background ends the run at the next state', async () => {
    const { set, writer, wait } = student();
    const states = writer(1);
    set(Number.NaN);
    wait(1);
    await states.inPassing({ update: 1 });
    await expect(states.now({ update: 2 })).rejects.toMatchObject({
        fault: { kind: 'numbers-not-finite', phase: 'learning', where: 'weights' },
    });
    expect(existsSync(resumeFile(folder))).toBe(false);
});

it('nothing waits on a processor; on a GPU five minutes pass, unless a person says so', () => {
    const asked = (seconds: number): number[] =>
        (['host', 'device'] as const).map((memory) =>
            resumeSeconds(composeConfig('quick', { 'record.resumeSeconds': seconds }), { memory }),
        );
    expect(asked(0)).toEqual([0, 300]);
    expect(asked(20)).toEqual([20, 20]);
});
