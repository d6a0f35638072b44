/** What a page asks for while a run computes on a GPU takes no memory from it; the processes are imagined. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { openBackend } from '../../src/main/service/backend/backend.ts';
import { recordEvent } from '../../src/main/store/run/attempts.ts';
import { aProcess } from '../support/a-process.ts';
import { aLease, aRunFolder, temporaryFolder } from '../store/a-run.ts';
import { aPage } from './a-page.ts';

/** A page, beside a run at work on a device; and a promise of the configuration that the next engine starts with. */
function aPageBeside(device: 'cuda' | 'webgpu' | 'native') {
    const home = temporaryFolder();
    vi.stubEnv('STORYLOOP_HOME', home);
    const lease = aLease(aRunFolder(home), Date.now);
    recordEvent(lease, 'ready', 'a device', { kind: device });
    const imagined = aProcess();
    const backend = openBackend({ start: imagined.host.start });
    onTestFinished(async () => {
        await backend.close();
        vi.unstubAllEnvs();
    });
    const start = () => vi.waitFor(() => expect(imagined.process.heard).toHaveLength(1));
    const kind = () => {
        const [{ task }] = imagined.process.heard as [{ task: { config: { values: Record<string, unknown> } } }];
        return task.config.values['runtime.kind'];
    };
    const end = () => imagined.process.say({ type: 'fault', fault: { kind: 'unexpected', message: 'no', stack: '' } });
    return { page: aPage(backend), start, kind, end, heard: imagined.process.heard };
}

const measured = { job: 'learn', source: 'shipped', preset: 'quick' } as const;

it.each([
    ['cuda', 'auto'],
    ['cuda', 'webgpu'],
    ['webgpu', 'cuda'],
] as const)('beside a run on %s nothing is measured on %s, and a sentence says why', async (device, kind) => {
    const { page, heard } = aPageBeside(device);
    expect(await page.refusal('run.measure', { ...measured, given: { 'runtime.kind': kind } })).toBe(
        'A run computes on the GPU now, and measuring would take its memory; nothing was measured. Measure when the run has ended or is paused.',
    );
    expect(heard).toEqual([]);
});

it.each([
    ['cuda', 'native'],
    ['webgpu', 'auto'],
    ['native', 'cuda'],
] as const)('beside a run on %s it is measured on %s', async (device, kind) => {
    const { page, start, kind: started, end } = aPageBeside(device);
    const asked = page.refusal('run.measure', { ...measured, given: { 'runtime.kind': kind } });
    await start();
    expect(started()).toBe(kind);
    end();
    await asked;
});

it.each([
    ['cuda', 'native'],
    ['native', 'auto'],
] as const)('beside a run on %s a student is evaluated on %s', async (device, kind) => {
    const { page, start, kind: started, end } = aPageBeside(device);
    const asked = page.refusal('student.evaluate', { source: 'shipped', teacher: 'rules', stories: 10 });
    await start();
    expect(started()).toBe(kind);
    end();
    await asked;
});
