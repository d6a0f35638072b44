/// <reference lib="dom" />
/** A day with the app by clicks alone, in a real Electron and in Chromium over `serve`, with real engines. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sendFile } from '../service/models/file-server.ts';
import { obstacle } from './places.ts';
import { enginePid, openBrowser, openElectron, type Screen } from './screen.ts';

const reason = obstacle();
if (reason !== null && process.env['STORYLOOP_WINDOWS'] !== 'required')
    console.log(`The windows are not clicked through here: ${reason}.`);

const student = {
    'student.layers': 2,
    'student.width': 16,
    'student.heads': 2,
    'student.context': 48,
    'tokenizer.vocabulary': 400,
    'corpus.stories': 150,
};
const pretraining = { 'pretrain.epochs': 2, 'pretrain.batch': 4, 'runtime.threads': 1 };
const writing = { 'rollout.prompt': 'Once upon a time', 'rollout.maxNewTokens': 16 };
const learning = {
    'budget.updates': 3,
    'ppo.batch': 8,
    'ppo.minibatch': 4,
    'ppo.lr': 0.003,
    'evaluation.stories': 8,
    'evaluation.judge': 'none',
    'runtime.threads': 1,
};
const model = Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(300_000, 7)]);

const screens: readonly (readonly [string, (home: string) => Promise<Screen>])[] = [
    ['Electron', openElectron],
    ['Chromium over serve', openBrowser],
];

describe.skipIf(reason !== null).each(screens)('by clicks in %s', (_, open) => {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-clicks-'));
    let screen: Screen;
    let server: Server;
    let requests = 0;

    const button = (name: string | RegExp): Locator => screen.page.getByRole('button', { name }).first();
    const click = (name: string | RegExp): Promise<void> => button(name).click();
    const shows = (text: string | RegExp): Promise<void> => screen.page.getByText(text).first().waitFor();
    const room = (name: string): Promise<void> =>
        screen.page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    const choose = (name: string | RegExp): Promise<void> => screen.page.getByRole('radio', { name }).first().check();
    const type = async (values: Readonly<Record<string, string | number>>): Promise<void> => {
        const fieldOf = (key: string): Locator => screen.page.locator(`[id="field-${key}"]`);
        // first of all: what is refused meanwhile opens the fold itself, and a click would close it
        const seen = await Promise.all(Object.keys(values).map((key) => fieldOf(key).isVisible()));
        if (seen.includes(false)) await screen.page.locator('summary', { hasText: 'All settings' }).click();
        for (const [key, value] of Object.entries(values)) {
            const field = fieldOf(key);
            await field.fill(String(value));
            await field.blur();
        }
    };
    const updates = async (): Promise<number> =>
        Number(/^(\d+)/.exec((await screen.page.locator('.pace .lead').textContent())!.trim())?.[1] ?? 0);

    beforeAll(async () => {
        server = createServer((request, response) => {
            if (++requests > 1) return sendFile(model)(request, response, requests);
            response.writeHead(200, { 'content-length': model.length });
            response.write(model.subarray(0, 100_000)); // and silence: somebody will pause
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
        const listed = {
            id: 'tiny',
            name: 'Tiny',
            means: 'for tests',
            repository: 'us/tiny',
            revision: 'main',
            file: 'tiny.gguf',
            bytes: model.length,
            licence: 'MIT',
            context: 512,
            contextBytesPerToken: 1024,
            sha256: createHash('sha256').update(model).digest('hex'),
        };
        mkdirSync(join(home, 'models'));
        writeFileSync(join(home, 'models', 'catalogue.json'), JSON.stringify({ version: 1, models: [listed] }));
        screen = await open(home);
        screen.page.setDefaultTimeout(45_000);
    });
    afterAll(async () => {
        await screen?.close();
        server.closeAllConnections();
        server.close();
        vi.unstubAllEnvs();
        rmSync(home, { recursive: true, force: true });
    });

    it('begins on an empty day, and pretrains a student from the wizard', async () => {
        await shows('No runs yet.');
        await click(/^Take the quick look/);
        await choose(/^Pretraining/);
        await screen.page.getByLabel('Name').fill('tiny');
        await click(/^Next: student/);
        await type(student);
        await click(/^Next: learning/);
        await type(pretraining);
        await click(/^Start run/);
        await shows('Finished');
        await shows('All 2 passes over the corpus are done');
    });

    it('downloads a teacher: paused, gone on with, verified', async () => {
        await room('Models');
        await click(/^Teachers/);
        await click(/^Tiny/);
        await shows('MIT');
        await click(/^Download/);
        const partial = join(home, 'models', 'tiny.gguf.partial');
        await expect.poll(() => statSync(partial, { throwIfNoEntry: false })?.size ?? 0).toBeGreaterThan(0);
        await click('Pause the download');
        await shows(/^paused at \d+ %$/);
        await click('Resume the download');
        await button('Check it').waitFor();
        expect(statSync(join(home, 'models', 'tiny.gguf')).size).toBe(model.length);
    });

    it('begins a download without a network, which goes on trying while all else is done', async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        rmSync(join(home, 'models', 'tiny.gguf'));
        await room('Runs');
        await room('Models');
        await click(/^Tiny/);
        await click(/^Download/);
    });

    it('tries the teacher, measures, and lets the student learn to the end', async () => {
        await room('Runs');
        await click(/^New run/);
        await screen.page.getByLabel('Name').fill('first');
        await click(/^Next: student/);
        await choose(/^tiny · final/);
        await click(/^Next: teacher/);
        await type(writing);
        await click('Try it on three stories');
        await shows(/The first time includes reading the rubric/);
        await click(/^Next: learning/);
        await type(learning);
        await click(/^Measure/);
        await shows('It fits.');
        await click(/^Start run/);
        await shows('All 3 updates are done');
        await shows('Best of update 3');
    });

    it('keeps a checkpoint, pauses and goes on; the window outlives its engine', async () => {
        await click(/^Duplicate/);
        await screen.page.getByLabel('Name').fill('long');
        await click(/^Next: student/);
        await click(/^Next: teacher/);
        await click(/^Next: learning/);
        await type({ 'budget.updates': 100_000, 'budget.words': 0, 'evaluation.stories': 0 });
        await click(/^Start run/);
        await click(/^Checkpoint now/);
        await shows(/^Saved update_\d+ of long\./);
        await click(/^Pause/);
        await click(/^Continue/);
        await button(/^Pause/).waitFor();
        const before = await updates();
        await expect.poll(updates, { timeout: 60_000 }).toBeGreaterThan(before);
        process.kill(enginePid(), 'SIGKILL');
        await shows('Interrupted');
        await shows(/ended unexpectedly; everything recorded is safe/);
        const killed = await updates();
        await click(/^Continue/);
        await expect.poll(updates, { timeout: 60_000 }).toBeGreaterThan(killed);
        await click(/^Pause/);
        await button(/^Continue/).waitFor();
    });

    it('searches stories, and compares two runs', async () => {
        await room('Stories');
        await screen.page.locator('header select').first().selectOption({ label: 'first' });
        await shows(/^24$/);
        const search = screen.page.getByRole('searchbox', { name: 'Words in stories' });
        await search.fill('zzzzzz');
        await shows('No story fits.');
        await search.fill('');
        await screen.page.locator('[role=option]').nth(1).click();
        await click(/^Pin to compare/);
        await screen.page.locator('[role=option]').nth(2).click();
        await expect.poll(() => screen.page.locator('article').count()).toBe(2);
        await room('Runs');
        await screen.page.getByLabel('Choose first').check();
        await screen.page.getByLabel('Choose long').check();
        await click(/^Compare/);
        await shows('Update budget');
    });

    it('works without a network: a student tells a story, and the download has failed in a sentence', async () => {
        await room('Models');
        await click(/^Students/);
        await click(/^tales-/);
        await click('Tell a story now');
        await shows(/^\d+ words$/);
        await click(/^Teachers/);
        await click(/^Tiny/); // what became of the download stands beside its model
        await shows(/does not send tiny\.gguf .* then download again/);
    });

    it('complained about nothing', () => {
        expect(screen.complaints).toEqual([]);
    });
});
