/** CUDA is tried once, in a process of its own, and what it found is remembered; the processes are imagined. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { checkingCuda } from '../../src/main/service/sessions/cuda-check.ts';
import { startEngine, type EngineHost } from '../../src/main/service/sessions/engine-session.ts';
import { openPreviews } from '../../src/main/service/previews.ts';
import { openWorkshop, writeSetting, type Workshop } from '../../src/main/store/home/workshop.ts';
import type { EngineEvent, EngineTask } from '../../src/shared/contracts/engine.ts';
import type { Fault } from '../../src/shared/faults.ts';
import { nothingStarted } from '../../src/shared/text/refusal.ts';
import { settingLabel } from '../../src/shared/settings/names.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import { aProcess } from '../support/a-process.ts';

const root = mkdtempSync(join(tmpdir(), 'storyloop-cuda-check-'));
afterAll(() => rmSync(root, { recursive: true }));

type Imagined = ReturnType<typeof aProcess>;
let started: Imagined[];
let said: string[];
let workshop: Workshop;
let engines: EngineHost;
const clock = (): number => 7;
beforeEach(() => {
    [started, said] = [[], []];
    workshop = openWorkshop(mkdtempSync(join(root, 'home-')));
    onTestFinished(() => void workshop.db.close());
    engines = checkingCuda({ start: startImagined }, workshop, clock);
});
function startImagined(): ReturnType<EngineHost['start']> {
    const imagined = aProcess();
    started.push(imagined);
    return imagined.host.start('');
}

const speed = { parameters: 1, tokensPerSecond: 1, isCutShort: false };
const worked: readonly EngineEvent[] = [
    { type: 'probed', probed: { engine: 'student', device: 'CUDA', difference: 1e-7, speed } },
    { type: 'finished', why: 'the engine ran', peakRssBytes: 1 },
];
const ask = (provider: string, gone = new AbortController()) =>
    engines.cudaVerdict(provider, (text) => void said.push(text), gone.signal);

/** Lets the newest process load the provider and tell what is given; nothing: it dies of it. */
function tries(provider: string, events: readonly EngineEvent[] = []): void {
    const { process, host } = started.at(-1)!;
    process.say({ type: 'probing-cuda', provider });
    events.forEach((event) => process.say(event));
    if (events.length === 0) host.start('').kill();
}

const passed = { passed: true, why: '' };
const lost = { passed: false, why: 'The process that tried it ended unexpectedly (signal SIGKILL).' };

it('tries it once for all who ask, says that it does, and asks no process again', async () => {
    const asked = [ask('a'), ask('a')];
    expect(started).toHaveLength(1);
    expect(started[0]!.process.heard).toMatchObject([
        { type: 'start', task: { kind: 'probe', engine: 'student', config: { values: { 'runtime.kind': 'cuda' } } } },
    ]);
    tries('a', worked);
    expect(await Promise.all(asked)).toEqual([passed, passed]);
    expect(said[0]).toMatch(/^CUDA is set up here and was not tried yet: /);
    const again = checkingCuda({ start: startImagined }, workshop, clock);
    expect(await again.cudaVerdict('a', (text) => void said.push(text), new AbortController().signal)).toEqual(passed);
    expect(started).toHaveLength(1);
    expect(said).toHaveLength(2); // once for each who waited
});

it('survives a provider that ends its process, and remembers that it does', async () => {
    const asked = ask('a');
    tries('a');
    expect(await asked).toEqual(lost);
    expect(await ask('a')).toEqual(lost);
    expect(started).toHaveLength(1);
});

it('tries another provider, or the same in other surroundings, anew', async () => {
    let asked = ask('a');
    tries('a');
    expect(await asked).toEqual(lost);
    asked = ask('b');
    expect(started).toHaveLength(2);
    tries('b', worked);
    expect(await asked).toEqual(passed);
    expect(await ask('b')).toEqual(passed);
    expect(started).toHaveLength(2);
});

it.each<readonly [string, Fault, string, boolean]>([
    [
        'refused',
        { kind: 'bad-input', message: `CUDA was not found. ${nothingStarted(settingLabel)}`, typed: 'npm' },
        'CUDA was not found.',
        true,
    ],
    ['wrong', { kind: 'unexpected', message: 'the losses are wrong', stack: '' }, 'The losses are wrong.', true],
    ['full', { kind: 'gpu-out-of-memory', phase: 'learning', microBatch: 4 }, 'Its memory was full.', false],
])('says why it failed: %s', async (_, fault, why, isKept) => {
    const asked = ask('a');
    tries('a', [{ type: 'fault', fault }]);
    expect(await asked).toEqual({ passed: false, why });
    void ask('a');
    await Promise.resolve();
    expect(started).toHaveLength(isKept ? 1 : 2);
});

it('the device check tries it anew and renews what is remembered, unless a person stops it', async () => {
    const previews = openPreviews(engines, workshop, (task) => startEngine(engines, task, () => undefined), clock);
    const check = (kind: 'cuda' | 'webgpu') =>
        previews.probe({
            preset: 'improved',
            engine: 'student',
            config: composeConfig('improved', { 'runtime.kind': kind }),
        });
    const asked = ask('a');
    tries('a');
    expect(await asked).toEqual(lost);

    const stopped = check('cuda');
    started.at(-1)!.process.say({ type: 'probing-cuda', provider: 'a' });
    stopped.kill();
    await stopped.ended;
    const other = check('webgpu');
    worked.forEach((event) => started.at(-1)!.process.say(event));
    await other.ended;
    expect(await ask('a')).toEqual(lost);

    const checked = check('cuda');
    tries('a', worked);
    expect(await checked.ended).toMatchObject({ kind: 'finished' });
    expect(await ask('a')).toEqual(passed);
    expect(started).toHaveLength(4);
});

it('ends a check that does not answer, and remembers that, with or without its process', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const asked = ask('a');
    started[0]!.process.say({ type: 'probing-cuda', provider: 'a' });
    await vi.advanceTimersByTimeAsync(5 * 60_000 - 1);
    expect(started[0]!.process.isGone()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(started[0]!.process.isGone()).toBe(true);
    const late = { passed: false, why: 'It did not answer within 5 minutes.' };
    expect(await asked).toEqual(late);
    expect(await ask('a')).toEqual(late);
    expect(started).toHaveLength(1);
    const quick = checkingCuda({ start: startImagined }, workshop, clock, 1);
    const soon = quick.cudaVerdict('b', () => undefined, new AbortController().signal);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await soon).toEqual({ passed: false, why: 'It did not answer within 1 minute.' });
});

it('ends with the last engine that asked for it, and finds nothing then', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const asked = [ask('a', first), ask('a', second)];
    started[0]!.process.say({ type: 'probing-cuda', provider: 'a' });
    first.abort();
    expect(started[0]!.process.isGone()).toBe(false);
    second.abort();
    expect(started[0]!.process.isGone()).toBe(true);
    await Promise.all(asked);
    const next = ask('a');
    expect(started).toHaveLength(2);
    tries('a', worked);
    expect(await next).toEqual(passed);
});

it('an engine that is killed while it waits for the check takes it along', async () => {
    const task = startEngine(engines, {} as EngineTask, () => undefined);
    started[0]!.process.say({ type: 'cuda-asked', provider: 'a' });
    expect(started).toHaveLength(2);
    task.kill();
    await task.ended;
    expect(started[1]!.process.isGone()).toBe(true);
});

it('is repeated after an engine found that CUDA cannot be opened', async () => {
    const asked = ask('a');
    tries('a', worked);
    expect(await asked).toEqual(passed);
    const task = startEngine(engines, {} as EngineTask, () => undefined);
    started.at(-1)!.process.say({ type: 'cuda-failed' });
    started.at(-1)!.process.say({ type: 'paused' });
    await task.ended;
    void ask('a');
    expect(started).toHaveLength(3);
});

it('waits while another program keeps the list of runs locked, and goes on', async () => {
    workshop.db.pragma('journal_mode = DELETE');
    workshop.db.pragma('busy_timeout = 0');
    const other = new Database(workshop.db.name);
    other.exec('BEGIN EXCLUSIVE');
    const task = startEngine(engines, {} as EngineTask, () => undefined);
    started[0]!.process.say({ type: 'cuda-asked', provider: 'a' });
    await setImmediate();
    expect(started[0]!.process.isGone()).toBe(false);
    expect(started).toHaveLength(1);
    other.exec('COMMIT');
    other.close();
    await vi.waitFor(() => expect(started).toHaveLength(2));
    tries('a', worked);
    await vi.waitFor(() =>
        expect(started[0]!.process.heard.slice(1)).toEqual([{ type: 'cuda-checked', verdict: passed }]),
    );
    task.kill();
    await task.ended;
});

it('does not trust what another version remembered', async () => {
    writeSetting(workshop.db, 'cuda check', { provider: 'a', verdict: 'fine' });
    void ask('a');
    await Promise.resolve();
    expect(started).toHaveLength(1);
});

it('an engine that asks is answered, and goes on telling meanwhile', async () => {
    const events: string[] = [];
    const task = startEngine(engines, {} as EngineTask, () => undefined);
    task.onEvent(({ type }) => void events.push(type));
    const { process } = started[0]!;
    process.say({ type: 'cuda-asked', provider: 'a' });
    process.say({ type: 'progress', done: 0.5 });
    expect(events).toEqual(['cuda-asked', 'note', 'progress']);
    tries('a', worked);
    await ask('a');
    expect(process.heard.slice(1)).toEqual([{ type: 'cuda-checked', verdict: passed }]);
    process.say({ type: 'paused' });
    await task.ended;
});

it('an engine that asks ends with the reason where the question cannot be answered', async () => {
    const { host, process } = aProcess(); // which knows of no provider
    const task = startEngine(host, {} as EngineTask, () => undefined);
    process.say({ type: 'cuda-asked', provider: 'a' });
    expect(await task.ended).toMatchObject({ kind: 'failed', fault: { message: 'the test has no provider of CUDA' } });
});
