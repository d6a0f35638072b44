/** Runs that wait for their turn, across ends and starts of the app; real engines. */
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { openBackend } from '../../src/main/service/backend/backend.ts';
import { nodeProcessHost, type ProcessHost } from '../../src/main/processes/process-host.ts';
import { openWorkshop, readSetting, writeSetting } from '../../src/main/store/home/workshop.ts';
import { temporaryHome } from '../headless/command-line.ts';
import { tinyPretraining } from '../support/tiny-settings.ts';
import { aPage } from './a-page.ts';

const aRun = (name: string) =>
    ({ job: 'pretrain', name, preset: 'quick', given: tinyPretraining, source: 'storyworld' }) as const;

beforeEach(() => {
    vi.stubEnv('STORYLOOP_HOME', temporaryHome());
});
afterEach(() => {
    vi.unstubAllEnvs();
});

it('does not begin the next run while the app closes, and keeps it for the next start', async () => {
    const deaf: ProcessHost = {
        start(entry) {
            const child = nodeProcessHost.start(entry);
            return { ...child, post: (message) => isPause(message) || child.post(message) };
        },
    };
    const backend = openBackend(deaf); // its engines finish whatever they are asked
    const page = aPage(backend);
    const { run } = await page.ask('queue.add', { runs: [aRun('first'), aRun('second')] });
    const closed = backend.close(100_000);
    for (const [method, asked] of [['run.start', aRun('third')] as const, ['queue.next', {}] as const])
        expect(await page.refusal(method, asked)).toMatch(/^Storyloop is closing; nothing was started/);
    expect(await page.refusal('device.check', {})).toMatch(/^Stopped as asked/);
    await closed;
    expect(page.pushes).toContainEqual(expect.objectContaining({ push: 'ended', run, reason: 'finished' }));

    const reopened = openBackend();
    const again = aPage(reopened);
    expect(await again.ask('queue.list', {})).toMatchObject([{ name: 'second', problem: null }]);
    expect(await again.ask('runs.list', {})).toMatchObject([{ run, state: 'finished' }]);
    await reopened.close();
});

it('shows what it no longer understands, so that it can be removed, and keeps it otherwise', async () => {
    const stored = (name: string, change: object) => ({
        id: name,
        request: { ...aRun(name), ...change },
        problem: null,
    });
    const unfit = stored('unfit', { given: { 'student.width': 15, 'student.heads': 2 } });
    const strange = stored('strange', { preset: 'of another version', more: 1 });
    const nameless = { of: 'another version' };
    const workshop = openWorkshop(process.env['STORYLOOP_HOME']!);
    onTestFinished(() => void workshop.db.close());
    writeSetting(workshop.db, 'queue of runs', [nameless, strange, unfit]);
    const kept = (): unknown => readSetting(workshop.db, 'queue of runs');

    const backend = openBackend();
    onTestFinished(() => backend.close());
    const page = aPage(backend);
    const rows = await page.ask('queue.list', {});
    expect(rows).toMatchObject([
        { id: 'strange', name: 'strange', seed: null },
        { id: 'unfit', name: 'unfit', seed: null },
    ]);
    expect(rows.map(({ problem }) => problem)).toEqual([
        expect.stringMatching(/^Another version of Storyloop queued this run/),
        expect.stringMatching(/^A width of 15 cannot be split over 2 heads/),
    ]);
    expect(await page.ask('queue.add', { runs: [aRun('sound')] })).toEqual({ run: null }); // behind the one before it
    expect(kept()).toEqual([nameless, strange, unfit, expect.objectContaining({ request: aRun('sound') })]);
    for (const id of ['unfit', 'strange']) await page.ask('queue.drop', { id });
    expect(await page.ask('queue.list', {})).toMatchObject([{ name: 'sound', problem: null }]);
    expect(kept()).toEqual([nameless, expect.objectContaining({ request: aRun('sound') })]);
});

function isPause(message: unknown): boolean {
    return (message as { readonly type?: unknown }).type === 'pause';
}
