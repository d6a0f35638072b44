/** What the page Evaluate asks: benchmarks found, read, followed, paused, continued, counted, compared, removed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { nodeProcessHost } from '../../src/main/processes/process-host.ts';
import { openBackend, type Backend } from '../../src/main/service/backend/backend.ts';
import type { BenchmarkRow } from '../../src/shared/views/benchmarks.ts';
import { temporaryHome } from '../headless/command-line.ts';
import { folderOf, pairs, tracked } from '../support/benchmark-folder.ts';
import { readyStudent } from '../support/ready-student.ts';
import { aPage, type Page } from './a-page.ts';

const home = temporaryHome(afterAll);
const chosen = temporaryHome(afterAll);
let backend: Backend;
let page: Page;
let student: string;
let folder: string;

beforeAll(async () => {
    vi.stubEnv('STORYLOOP_HOME', home);
    student = await readyStudent(home);
    folder = folderOf(home, {
        'full_eval/blimp_filtered/own_agreement.jsonl': `${pairs(60)}\nthis is no line of JSON\n`,
        'full_eval/entity_tracking/regular.jsonl': tracked(40),
        'full_eval/chess.jsonl': '{"move": "e4"}\n',
    });
    backend = openBackend(nodeProcessHost, Date.now, () => Promise.resolve(chosen));
    page = aPage(backend);
});
afterAll(async () => {
    await backend.close();
    vi.unstubAllEnvs();
});

const over = async (benchmark: string): Promise<BenchmarkRow> =>
    (await page.told('benchmark', ({ row }) => row.id === benchmark && row.state === 'finished')).row;
async function readBy(source: string, tasks?: ['blimp']): Promise<BenchmarkRow> {
    const { benchmark } = await page.ask('benchmarks.start', { source, folder, ...(tasks && { tasks }) });
    return over(benchmark);
}

it('knows of nothing where nothing was read, and looking makes no file', async () => {
    expect(await page.ask('benchmarks.list', {})).toEqual([]);
    expect(existsSync(join(home, 'benchmarks.sqlite'))).toBe(false);
});

describe('a folder', () => {
    it('is looked through: tasks with their items, and a sentence for what is broken or unknown', async () => {
        const { tasks, missing, remarks } = await page.ask('benchmarks.look', { folder });
        expect(tasks).toEqual([
            { task: 'blimp', items: 60, files: 1 },
            { task: 'entity_tracking', items: 40, files: 1 },
        ]);
        expect(missing).toContain('ewok');
        expect(remarks.some((remark) => remark.startsWith('chess.jsonl is of no benchmark known here'))).toBe(true);
        expect(remarks.some((remark) => remark.includes('own_agreement.jsonl'))).toBe(true);
    });

    it('is refused where there is none', async () => {
        const sentence = await page.refusal('benchmarks.look', { folder: join(home, 'nowhere') });
        expect(sentence).toMatch(/^There is no folder .*nothing was measured\./u);
    });
});

describe('a reading', () => {
    it('tells how far it is, and what it found is counted, compared and taken out', async () => {
        const first = await readBy(student);
        expect(first).toMatchObject({ live: null, problem: null, folder });
        expect(first.run).toMatch(/-tiny$/u);
        expect(first.tasks.map(({ task, items, done }) => ({ task, items, done }))).toEqual([
            { task: 'blimp', items: 60, done: 60 },
            { task: 'entity_tracking', items: 40, done: 40 },
        ]);
        const told = page.pushes.flatMap((push) => (push.push === 'benchmark' ? [push.row] : []));
        expect(told.some(({ state, live }) => state === 'running' && live !== null)).toBe(true);

        const scores = await page.ask('benchmarks.results', { benchmark: first.id });
        expect(scores.map(({ task, items, chance }) => ({ task, items, chance }))).toEqual([
            { task: 'blimp', items: 60, chance: 50 },
            { task: 'entity_tracking', items: 30, chance: 20 },
        ]);
        expect(scores[1]!.remarks).toContain('10 items are longer than this student reads and are left out.');
        const official = await page.ask('benchmarks.results', { benchmark: first.id, counting: 'official' });
        expect(official).toHaveLength(2);

        const second = await readBy('shipped', ['blimp']);
        const [change, ...others] = await page.ask('benchmarks.compare', { before: first.id, after: second.id });
        expect(others).toEqual([]); // one has read two tasks, the other one
        expect(change).toMatchObject({ task: 'blimp', items: 60, groups: [{ by: 'uid', name: 'own_agreement' }] });
        expect(change!.before).toBe(scores[0]!.score);
        expect(change!.sentence).toMatch(/^BLiMP (went|rose|fell) from .*60 pairs; p .*\.$/u);
        expect(change!.groups[0]!.test!.p).toBe(change!.test!.p); // one part is the whole, and was looked at alone

        const written = await page.ask('benchmarks.export', { benchmark: first.id });
        expect(written.fetched).not.toBeNull();
        const blimp = written.files.find((file) => file.endsWith('blimp_filtered/predictions.json'))!;
        expect(backend.exportedFile(written.fetched!, blimp)).toBe(join(written.folder, blimp));
        const predictions = JSON.parse(readFileSync(join(written.folder, blimp), 'utf8')) as {
            readonly own_agreement: { readonly predictions: readonly unknown[] };
        };
        expect(predictions.own_agreement.predictions).toHaveLength(60);
        expect(existsSync(`${written.folder}.partial`)).toBe(false);

        const asked = { kind: 'benchmark', name: second.id, label: 'What it said of benchmarks' } as const;
        const { id } = await page.ask('trash.put', asked);
        await page.told('benchmark-gone', ({ benchmark }) => benchmark === second.id);
        expect((await page.ask('benchmarks.list', {})).map(({ id }) => id)).toEqual([first.id]);
        const refused = await page.refusal('benchmarks.results', { benchmark: second.id });
        expect(refused).toBe('This result is not here any more; nothing was changed. Choose another one.');

        expect(await page.ask('trash.list', {})).toMatchObject([{ id, ...asked }]);
        const isBack = page.told('benchmark', ({ row }) => row.id === second.id && row.state === 'finished');
        await page.ask('trash.restore', { id });
        await isBack;
        const again = await page.ask('benchmarks.compare', { before: first.id, after: second.id });
        expect(again).toEqual([change]);
        await page.ask('trash.put', asked);
    });

    it('writes only into a folder that a person chose', async () => {
        const [row] = await page.ask('benchmarks.list', {});
        const outside = await page.refusal('benchmarks.export', { benchmark: row!.id, folder: chosen });
        expect(outside).toContain('was not chosen here; nothing was written');
        await page.ask('path.choose', { purpose: 'export' });
        const { folder: to, fetched } = await page.ask('benchmarks.export', { benchmark: row!.id, folder: chosen });
        expect(to.startsWith(chosen)).toBe(true);
        expect(fetched).toBeNull();
    });

    it('has a passport of its student, and a folder to submit that the manifest lists file by file', async () => {
        const [row] = await page.ask('benchmarks.list', {});
        const passport = await page.ask('passport.read', { benchmark: row!.id });
        expect(passport.stages).toMatchObject([{ kind: 'pretrain', name: 'tiny', promptWords: 0 }]);
        expect(passport.judgements.map(({ year, track }) => `${year} ${track}`)).toContain('2025 strict-small');
        const written = await page.ask('passport.write', { benchmark: row!.id });
        for (const file of ['passport.json', 'passport.md', 'student/model.safetensors', 'student/tokenizer.json'])
            expect(written.files).toContain(file);
        expect(written.files.some((file) => /^predictions\/.*blimp_filtered\/predictions\.json$/u.test(file))).toBe(
            true,
        );
        expect(written.files.filter((file) => /value_head|manifest/u.test(file))).toEqual([]);
        const { files } = JSON.parse(readFileSync(join(written.folder, 'manifest.json'), 'utf8')) as {
            readonly files: readonly { readonly path: string }[];
        };
        expect(files.map(({ path }) => path)).toEqual(written.files);
        expect(backend.exportedFile(written.fetched!, 'passport.md')).toBe(join(written.folder, 'passport.md'));
        expect(existsSync(`${written.folder}.partial`)).toBe(false);
    });

    it('says in a sentence what keeps a run from a figure or an equivalence', async () => {
        const [row] = await page.ask('benchmarks.list', {});
        const none = await page.refusal('paper.equivalents', { runs: [row!.run!] });
        expect(none).toMatch(/^No run learned from feedback from one of these checkpoints/u);
        const { charts, remarks } = await page.ask('paper.figures', { runs: [row!.run!] });
        expect(charts).toEqual([]);
        expect(remarks.join('\n')).toMatch(/No run of these learned from feedback/u);
        const file = join(home, 'published.json');
        const missing = await page.refusal('paper.figures', { runs: [row!.run!], published: file });
        expect(missing).toMatch(/published\.json is no file; nothing was drawn/u);
    });

    it('is refused in one sentence, and leaves nothing', async () => {
        const empty = folderOf(join(home, 'other'), { 'notes.txt': 'Nothing that anybody reads.' });
        const before = await page.ask('benchmarks.list', {});
        const nothing = await page.refusal('benchmarks.start', { source: student, folder: empty });
        expect(nothing).toMatch(/^There is nothing to read of any benchmark.*nothing was started\./u);
        const nobody = await page.refusal('benchmarks.start', { source: join(home, 'nobody'), folder });
        expect(nobody).toMatch(/^There is no checkpoint folder or run/u);
        expect(await page.ask('benchmarks.list', {})).toEqual(before);
    });

    it('pauses, goes on, and is not begun twice; discarded, it waits in the trash', async () => {
        const many = folderOf(join(home, 'many'), { 'blimp_filtered/own_agreement.jsonl': pairs(12_000) });
        const { benchmark } = await page.ask('benchmarks.start', { source: student, folder: many });
        expect(await page.refusal('benchmarks.start', { source: student, folder: many })).toMatch(
            /^This student is reading these tasks already; nothing was changed\./u,
        );
        await page.told('benchmark', ({ row }) => row.id === benchmark && row.tasks.some(({ done }) => done > 0));
        await page.ask('benchmarks.pause', { benchmark });
        const paused = await page.told('benchmark', ({ row }) => row.id === benchmark && row.state === 'waiting');
        expect(paused.row.problem).toBeNull();
        const { done } = paused.row.tasks[0]!;
        expect(done).toBeGreaterThan(0);
        expect(done).toBeLessThan(12_000);
        expect(await page.refusal('benchmarks.pause', { benchmark })).toMatch(/^Nothing reads these tasks now/u);

        expect(await page.ask('benchmarks.resume', { benchmark })).toEqual({ benchmark });
        const asked = { kind: 'benchmark', name: benchmark, label: 'A reading' } as const;
        const { id } = await page.ask('trash.put', asked);
        expect((await page.ask('benchmarks.list', {})).map((row) => row.id)).not.toContain(benchmark);
        await page.ask('trash.restore', { id });
        const back = (await page.ask('benchmarks.list', {})).find((row) => row.id === benchmark)!;
        expect(back.state).toBe('waiting'); // to go on where it was
        expect(back.tasks[0]!.done).toBeGreaterThanOrEqual(done);
    });
});

it.each([
    ['a path for an id', 'benchmarks.results', { benchmark: '../../run.sqlite' }],
    ['another counting', 'benchmarks.results', { benchmark: '01ARZ3NDEKTSV4RRFFQ69G5FAV', counting: 'mine' }],
    ['a task that nobody knows', 'benchmarks.start', { source: 'shipped', folder: '/x', tasks: ['chess'] }],
    ['an endless path', 'benchmarks.look', { folder: 'x'.repeat(4001) }],
    ['no checkpoint at all', 'benchmarks.ages', { benchmarks: [] }],
    ['no run at all', 'paper.figures', { runs: [] }],
])('takes no request with %s', async (_, method, params) => {
    expect(await page.refusal(method, params)).toMatch(/does not fit/u);
});
