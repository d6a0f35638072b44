/** Downloads as a page has them: begun, paused, continued after the app was closed, failed in a sentence, checked. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openBackend, type Backend } from '../../../src/main/service/backend/backend.ts';
import { temporaryHome } from '../../headless/command-line.ts';
import { aPage, type Page } from '../a-page.ts';
import { sendFile, serve } from './file-server.ts';

const home = temporaryHome(afterAll);
const content = Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(400_000, 7)]);
const target = join(home, 'models', 'tiny-Q8.gguf');
const tiny = {
    id: 'tiny',
    name: 'Tiny',
    means: 'for tests',
    repository: 'us/tiny',
    revision: 'main',
    file: 'tiny-Q8.gguf',
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    licence: 'MIT',
    context: 512,
    contextBytesPerToken: 1024,
};
let backend: Backend;
let page: Page;

function catalogue(models: readonly object[]): void {
    mkdirSync(join(home, 'models'), { recursive: true });
    writeFileSync(join(home, 'models', 'catalogue.json'), JSON.stringify({ version: 1, models }));
}
function open(): void {
    backend = openBackend();
    page = aPage(backend);
}
const row = async () => (await page.ask('models.list', {})).models.find(({ catalogued }) => catalogued?.id === 'tiny')!;
const ended = (): Promise<{ readonly problem: string | null }> =>
    page.told('download', ({ model, state }) => model === 'tiny' && state === null);

beforeEach(() => {
    vi.stubEnv('STORYLOOP_HOME', home);
    catalogue([tiny]);
    open();
});
afterEach(async () => {
    await backend.close();
    vi.unstubAllEnvs();
});

it('lists a lab’s own catalogue before the one that ships, and whether each will fit', async () => {
    const { models, folder } = await page.ask('models.list', {});
    expect(folder).toBe(join(home, 'models'));
    expect(models[0]).toMatchObject({
        name: 'tiny-Q8.gguf',
        here: 0,
        catalogued: { licence: 'MIT', fit: 'processor' },
    });
    expect(models.map(({ catalogued }) => catalogued?.id)).toContain('llama-3.1-8b');
    catalogue([{ ...tiny, bytes: 'much' }]);
    expect(await page.refusal('models.list', {})).toMatch(/catalogue\.json is not a list of models .*bytes/);
});

it('is paused by a person, goes on after the app was closed, and is checked before it gets its name', async () => {
    const { address, ranges } = await serve((request, response, count) => {
        if (count > 1) return sendFile(content)(request, response, count);
        response.writeHead(200, { 'content-length': content.length });
        response.write(content.subarray(0, 100_000)); // and silence
    });
    vi.stubEnv('HF_ENDPOINT', address);
    await page.ask('model.download', { id: 'tiny' });
    await page.told('download', ({ state }) => (state?.done ?? 0) > 0);
    await page.ask('model.pause', { id: 'tiny' });
    expect(await ended()).toMatchObject({ problem: null });
    expect(existsSync(target)).toBe(false);
    const paused = statSync(`${target}.partial`).size;
    expect(await row()).toMatchObject({ here: paused, bytes: content.length, download: null });
    expect(await page.refusal('model.pause', { id: 'tiny' })).toMatch(/not being downloaded/);

    await backend.close();
    open();
    await page.ask('model.download', { id: 'tiny' });
    expect(await ended()).toMatchObject({ problem: null });
    expect(ranges).toEqual([null, `bytes=${paused}-`]);
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(await row()).toMatchObject({ here: content.length, download: null });
    expect(await page.refusal('teacher.check', { teacher: 'tiny-Q8.gguf' })).toMatch(/tiny-Q8\.gguf/); // no model at all
});

it.each([
    ['a server that has no such file', 404, /answered 404: it has no such file; .*Use a file I have/],
    ['a licence that is not agreed to', 403, /signed in and agreed to its licence/],
])('says in a sentence why it failed: %s', async (_, status, says) => {
    const other = { ...tiny, id: 'other', file: 'other.gguf' };
    catalogue([tiny, other]);
    const { address } = await serve((__, response) => response.writeHead(status).end());
    vi.stubEnv('HF_ENDPOINT', address);
    await page.ask('model.download', { id: 'other' });
    const { problem } = await page.told('download', ({ model, state }) => model === 'other' && state === null);
    expect(problem).toMatch(says);
});

it('uses a file that a person has, and refuses what is no model', async () => {
    const file = join(home, 'mine.gguf');
    writeFileSync(file, Buffer.concat([content, Buffer.from('more')]));
    expect(await page.ask('model.add', { file })).toEqual({ name: 'mine.gguf' });
    const { models } = await page.ask('models.list', {});
    expect(models.find(({ name }) => name === 'mine.gguf')).toMatchObject({ catalogued: null });
    writeFileSync(join(home, 'text.gguf'), 'hello');
    expect(await page.refusal('model.add', { file: join(home, 'text.gguf') })).toMatch(/is not a GGUF file/);
    expect(await page.refusal('model.add', { file: '/nowhere.gguf' })).toMatch(/no file at/);
    expect(await page.refusal('model.download', { id: 'gpt-5' })).toMatch(/has no model "gpt-5"/);
});
