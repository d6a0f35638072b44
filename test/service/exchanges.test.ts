/** Exports and imports as a page asks for them: in the background, told as they go, only where a person chose to. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBackend, type Backend } from '../../src/main/service/backend/backend.ts';
import { nodeProcessHost } from '../../src/main/processes/process-host.ts';
import type { ExchangeRow } from '../../src/shared/views/computer.ts';
import { temporaryHome } from '../headless/command-line.ts';
import { shippedStudentFolder } from '../parity/shipped-student.ts';
import { recordRatedRun } from '../windows/rated-run.ts';
import { aPage, type Page } from './a-page.ts';

const home = temporaryHome(afterAll);
const elsewhere = temporaryHome(afterAll);
let backend: Backend;
let page: Page;
let run: string;

beforeAll(async () => {
    vi.stubEnv('STORYLOOP_HOME', home);
    recordRatedRun(home, 'owl');
    backend = openBackend(nodeProcessHost, Date.now, (purpose) =>
        Promise.resolve(purpose === 'export' ? elsewhere : null),
    );
    page = aPage(backend);
    const [row] = await page.ask('runs.list', {});
    run = row!.run;
});
afterAll(async () => {
    await backend.close();
    vi.unstubAllEnvs();
});

async function overOf({ id }: ExchangeRow): Promise<ExchangeRow> {
    return (await page.told('exchange', ({ row }) => row.id === id && row.state !== 'running')).row;
}
const all = (): { readonly subject: 'run'; readonly run: string } => ({ subject: 'run', run });

describe('an export', () => {
    it('is offered with what there is and how much', async () => {
        const { name, things, folder } = await page.ask('export.offer', { of: all() });
        expect(name).toBe('owl');
        expect(folder).toMatch(/exports.\d{4}-\d\d-\d\d-owl$/);
        expect(things.map(({ what }) => what)).toEqual(['database', 'episodes', 'ratings', 'metrics', 'card']); // no checkpoint, no student
        expect(things.find(({ what }) => what === 'episodes')?.size).toEqual({ count: 240, unit: 'story' });
    });

    it('goes on in the background, tells how far it is, and lies in the data folder with its sums', async () => {
        const parts = [
            { what: 'database', as: 'sqlite' },
            { what: 'episodes', as: 'parquet' },
            { what: 'card', as: 'card' },
        ] as const;
        const begun = await page.ask('export.start', { of: all(), parts });
        expect(begun.state).toBe('running');
        const over = await overOf(begun);
        expect(over.files.map(({ path }) => path)).toEqual(['run.sqlite', 'episodes.parquet', 'run.json', 'run.md']);
        expect(over).toMatchObject({ state: 'done', done: 1, fetched: over.folder.split(/[/\\]/).at(-1) });
        expect(over.files.every(({ verified, bytes }) => verified !== '' && bytes > 0)).toBe(true);
        const told = page.pushes.flatMap((push) =>
            push.push === 'exchange' && push.row.id === begun.id ? [push.row] : [],
        );
        expect(told.some(({ state, doing }) => state === 'running' && / as /.test(doing))).toBe(true);
        expect((await page.ask('exchanges.list', {})).at(-1)).toEqual(over);
        const file = backend.exportedFile(over.fetched!, 'run.md');
        expect(readFileSync(file!, 'utf8')).toContain('# owl');
        expect((await page.ask('export.offer', { of: all() })).folder).toBe(`${over.folder}-2`); // nothing is written over
    });

    it('of some stories holds those and no other', async () => {
        const of = { subject: 'stories', run, stories: { fits: { fromUpdate: 2, toUpdate: 3 } } } as const;
        expect((await page.ask('export.offer', { of })).things).toEqual([
            { what: 'episodes', formats: ['csv', 'jsonl', 'parquet'], size: { count: 60, unit: 'story' } },
            { what: 'ratings', formats: ['csv', 'jsonl', 'parquet'], size: null },
        ]);
        const over = await overOf(await page.ask('export.start', { of, parts: [{ what: 'episodes', as: 'jsonl' }] }));
        const lines = readFileSync(join(over.folder, 'episodes.jsonl'), 'utf8').trimEnd().split('\n');
        expect([...new Set(lines.map((line) => (JSON.parse(line) as { update: number }).update))]).toEqual([2, 3]);
    });

    it('goes into a folder of its own within the one that was chosen, and into no other', async () => {
        const parts = [{ what: 'card', as: 'card' }] as const;
        const refused = await page.refusal('export.start', { of: all(), parts, folder: '/etc' });
        expect(refused).toMatch(/^\/etc was not chosen here; nothing was written\. Choose the folder again\./);
        const folder = await page.ask('path.choose', { purpose: 'export' });
        const over = await overOf(await page.ask('export.start', { of: all(), parts, folder }));
        expect(over).toMatchObject({ state: 'done', fetched: null });
        expect(readdirSync(elsewhere)).toHaveLength(1);
        expect(over.folder.startsWith(elsewhere)).toBe(true);
    });

    it('that is cancelled leaves nothing', async () => {
        const parts = (['csv', 'jsonl', 'parquet'] as const).map((as) => ({ what: 'episodes', as }) as const);
        const begun = await page.ask('export.start', { of: all(), parts });
        await page.ask('exchange.cancel', { exchange: begun.id });
        const over = await overOf(begun);
        expect(over).toMatchObject({ state: 'cancelled', sentence: 'Cancelled; nothing was left behind.' });
        expect(existsSync(over.folder)).toBe(false);
        expect(readdirSync(join(home, 'exports')).filter((name) => name.includes('partial'))).toEqual([]);
    });

    it.each([
        [
            'what a run has not',
            { what: 'agreement', as: 'report' },
            /A run has no agreement as report; nothing was written/,
        ],
        ['a format that does not fit', { what: 'card', as: 'csv' }, /A run has no card as csv/],
        ['a student that is not there', { what: 'student', as: 'hf' }, /has no checkpoint/],
    ])('of %s is refused', async (_, part, says) => {
        expect(await page.refusal('export.start', { of: all(), parts: [part] })).toMatch(says);
    });

    it('of a run whose name is a path is no request', async () => {
        for (const evil of ['../owl', '..', '/etc', 'a/b', '.hidden', 'a\\b'])
            expect(await page.refusal('export.offer', { of: { subject: 'run', run: evil } })).toMatch(/does not fit/);
    });
});

describe('an import', () => {
    it('brings in an export, tells the list of it, and gives a second one another id', async () => {
        const over = await overOf(
            await page.ask('export.start', { of: all(), parts: [{ what: 'database', as: 'sqlite' }] }),
        );
        const imported = await overOf(await page.ask('import.start', { path: over.folder, name: 'again' }));
        expect(imported).toMatchObject({ state: 'done', kind: 'import' });
        await page.told('run', ({ row }) => row.run === imported.run);
        expect((await page.ask('run.read', { run: imported.run! })).row).toMatchObject({
            name: 'again',
            episodes: 240,
        });
    });

    it('brings in a student, which can leave again', async () => {
        const imported = await overOf(await page.ask('import.start', { path: shippedStudentFolder(), name: 'small' }));
        expect(imported).toMatchObject({ state: 'done', run: null, folder: join(home, 'students', 'small') });
        const of = { subject: 'student', source: imported.folder } as const;
        const over = await overOf(await page.ask('export.start', { of, parts: [{ what: 'student', as: 'hf' }] }));
        expect(over.files.map(({ path }) => path)).toContain('student/model.safetensors');
    });

    it('of something else says so in one sentence', async () => {
        const folder = join(elsewhere, 'photos');
        mkdirSync(folder);
        writeFileSync(join(folder, 'cat.jpg'), 'meow');
        const over = await overOf(await page.ask('import.start', { path: folder }));
        expect(over.state).toBe('failed');
        expect(over.sentence).toMatch(/photos cannot be imported; nothing was changed\./);
    });
});
