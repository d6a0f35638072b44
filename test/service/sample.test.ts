/** The finished run that ships: laid among the runs, whole, marked as nobody's, and taken away again. */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openBackend, type Backend } from '../../src/main/service/backend/backend.ts';
import { temporaryHome } from '../headless/command-line.ts';
import { aPage, type Page } from './a-page.ts';

const home = temporaryHome(afterAll);
let backend: Backend;
let page: Page;
beforeAll(() => {
    vi.stubEnv('STORYLOOP_HOME', home);
    backend = openBackend();
    page = aPage(backend);
});
afterAll(async () => {
    await backend.close();
    vi.unstubAllEnvs();
});

it('is laid among the runs once, with data for every screen', async () => {
    const { run } = await page.ask('sample.add', {});
    expect(await page.ask('sample.add', {})).toEqual({ run });
    const rows = await page.ask('runs.list', {});
    expect(rows).toMatchObject([{ run, name: 'A finished run', isSample: true, state: 'finished', updates: 14 }]);
    const { checkpoints, evaluations, config, student } = await page.ask('run.read', { run });
    expect(evaluations.map(({ phase }) => phase)).toEqual(['before', 'after']);
    expect(checkpoints.every(({ exists }) => !exists)).toBe(true);
    expect(config['budget.updates']).toBe(14);
    expect(student).toMatchObject({ name: 'tales-3m', size: { layers: 4, width: 192, heads: 6 } });
    expect(config).not.toHaveProperty('student.width');
    expect((await page.ask('run.comparison', { run }))!.total.difference.low).toBeGreaterThan(0);
    const found = await page.ask('stories.find', { run, text: 'king', limit: 1 });
    expect(found.total).toBeGreaterThan(5);
    expect(await page.ask('story.read', { run, episode: found.rows[0]!.episode })).toMatchObject({
        update: expect.any(Number),
    });
    expect((await page.ask('run.pairs', { run })).total).toBe(300);
    expect(await page.ask('run.draft', { run })).toMatchObject({
        job: 'learn',
        preset: 'quick',
        source: 'shipped',
        sourceName: 'tales-3m',
    });
    expect((await page.ask('students.list', {})).map(({ kind }) => kind)).toEqual(['shipped']); // no checkpoint of it
});

it('is small', () => {
    expect(statSync(join(import.meta.dirname, '../../resources/sample/run.sqlite')).size).toBeLessThan(3e6);
});

it('goes to the trash on request, and comes back with what a person wrote on it', async () => {
    const { run } = await page.ask('sample.add', {});
    await page.ask('run.change', { run, notes: 'the king again' });
    const { id } = await page.ask('trash.put', { kind: 'run', name: run, label: 'A finished run' });
    await page.told('run-gone', (push) => push.run === run);
    expect(await page.refusal('run.read', { run })).toMatch(/There is no run/);
    await page.ask('trash.restore', { id });
    expect(await page.ask('runs.list', {})).toMatchObject([{ run, isSample: true, notes: 'the king again' }]);
    await page.ask('trash.put', { kind: 'run', name: run, label: 'A finished run' });
    mkdirSync(join(home, 'runs', run)); // a folder in its place
    expect((await page.ask('sample.add', {})).run).not.toBe(run);
});
