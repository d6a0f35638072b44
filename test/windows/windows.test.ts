/// <reference lib="dom" />
/** The app as a person has it: a real window, real messages, real engines, and processes that die. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path, { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Push } from '../../src/shared/views/pushes.ts';
import { succeeding, tinyStudent } from '../headless/command-line.ts';
import { pipeOf, type Pipe } from './in-page.ts';
import { obstacle } from './places.ts';
import { ended, openBrowser, openElectron, serve, type ElectronScreen } from './screen.ts';

const reason = obstacle();
if (reason !== null) {
    if (process.env['STORYLOOP_WINDOWS'] === 'required')
        throw new Error(`The windows must be tested here, but ${reason}.`);
    console.log(`Windows are not tested here: ${reason}.`);
}
const windows = describe.skipIf(reason !== null);

const student = {
    ...{ 'runtime.threads': 1, 'corpus.stories': 150, 'student.layers': 2, 'student.width': 16, 'student.heads': 2 },
    ...{ 'student.context': 48, 'tokenizer.vocabulary': 400, 'pretrain.epochs': 2, 'pretrain.batch': 4 },
};
const learning = {
    ...{ 'runtime.threads': 1, 'rollout.prompt': 'Once upon a time', 'rollout.maxNewTokens': 16, 'ppo.batch': 8 },
    ...{ 'ppo.minibatch': 4, 'ppo.lr': 0.003, 'evaluation.stories': 8, 'budget.updates': 3 },
};
const endless = { ...learning, 'evaluation.stories': 0, 'budget.updates': 100_000, 'budget.words': 0 };

const endOf = (run: string) => (push: Push) => push.push === 'ended' && push.run === run;
const rowOf = (run: string, fits: (row: { state: string; updates: number }) => boolean) => (push: Push) =>
    push.push === 'run' && push.row.kind === 'run' && push.row.run === run && fits(push.row);

function aHome(): string {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-windows-'));
    afterAll(() => rmSync(home, { recursive: true, force: true }));
    return home;
}

async function pretrained(pipe: Pipe): Promise<string> {
    const asked = { job: 'pretrain', name: 'tiny', preset: 'quick', given: student, source: 'storyworld' } as const;
    const { run } = await pipe.ask('run.start', asked);
    await pipe.told(endOf(run));
    return (await pipe.ask('run.read', { run })).checkpoints.at(-1)!.source;
}

windows('what leaves in Electron', () => {
    it('goes into the folder that was chosen in a window of the system, and nowhere else', async () => {
        const screen = await openElectron(aHome());
        const pipe = await pipeOf(screen.page);
        const chosen = aHome();
        await screen.app.evaluate(({ dialog }, folder) => {
            dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [folder] });
        }, chosen);
        const run = path.basename(await pretrained(pipe).then((source) => path.join(source, '..', '..')));
        const asked = { of: { subject: 'run', run }, parts: [{ what: 'card', as: 'card' }] } as const;
        await expect(pipe.ask('export.start', { ...asked, folder: chosen })).rejects.toThrow(/was not chosen here/);
        expect(await pipe.ask('folder.choose', { purpose: 'export' })).toBe(chosen);
        const { id } = await pipe.ask('export.start', { ...asked, folder: chosen });
        await pipe.told((push) => push.push === 'exchange' && push.row.id === id && push.row.state === 'done');
        const [made] = readdirSync(chosen);
        expect(readdirSync(path.join(chosen, made!)).sort()).toEqual(['manifest.json', 'run.json', 'run.md']);
        await screen.close();
    });
});

windows('when the backend is killed', () => {
    it('Electron starts it again: the window lives, the run reads interrupted and goes on', async () => {
        const screen = await openElectron(aHome());
        const pipe = await pipeOf(screen.page);
        const source = await pretrained(pipe);
        const asked = { job: 'learn', name: 'long', preset: 'quick', given: endless, source } as const;
        const { run } = await pipe.ask('run.start', asked);
        await pipe.told(rowOf(run, ({ updates }) => updates > 0));
        await new Promise((resolve) => setTimeout(resolve, 3500)); // one that dies sooner is not started again
        process.kill(screen.backend(), 'SIGKILL');
        await pipe.told(({ push }) => push === 'restarted');
        const { state, updates } = await pipe.row(run);
        expect(state).toBe('interrupted');
        await pipe.ask('run.resume', { run });
        await pipe.told(rowOf(run, (row) => row.updates > updates));
        await screen.close(); // pauses what is at work
    });

    it('`serve` can be started again: the run reads interrupted and goes on', async () => {
        const home = aHome();
        const first = await openBrowser(home);
        const pipe = await pipeOf(first.page);
        const source = await pretrained(pipe);
        const asked = { job: 'learn', name: 'long', preset: 'quick', given: endless, source } as const;
        const { run } = await pipe.ask('run.start', asked);
        await pipe.told(rowOf(run, ({ updates }) => updates > 0));
        process.kill(first.backend(), 'SIGKILL');
        const again = await serve(home);
        await first.page.goto(again.url);
        const after = await pipeOf(first.page);
        const { state, updates } = await after.row(run);
        expect(state).toBe('interrupted');
        await after.ask('run.resume', { run });
        await after.told(rowOf(run, (row) => row.updates > updates));
        await ended(again.server, 'SIGTERM'); // pauses what is at work
        await first.close();
    });
});

windows('a page in Electron', () => {
    let screen: ElectronScreen;
    let pipe: Pipe;
    const home = aHome();
    beforeAll(async () => {
        screen = await openElectron(home, 'utility');
        pipe = await pipeOf(screen.page); // now: Playwright adds nothing to a page whose navigation was refused
    });
    afterAll(() => screen?.close());

    it('is sandboxed and isolated, and has one pipe to the app', async () => {
        const preferences = await screen.app.evaluate(({ BrowserWindow }) => {
            const { webContents } = BrowserWindow.getAllWindows()[0]!;
            return (webContents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences();
        });
        expect(preferences).toMatchObject({
            sandbox: true,
            contextIsolation: true,
            nodeIntegration: false,
            webSecurity: true,
        });
        const globals = await screen.page.evaluate(() => [
            typeof (globalThis as Record<string, unknown>)['require'],
            typeof (globalThis as Record<string, unknown>)['process'],
            Object.keys((globalThis as unknown as { storyloop: object }).storyloop),
        ]);
        expect(globals).toEqual(['undefined', 'undefined', ['post', 'onMessage']]);
    });

    it('goes nowhere, opens nothing and is permitted nothing', async () => {
        const { page, app } = screen;
        await page.evaluate(() => (location.href = 'https://example.com/'));
        await page.evaluate(() => (location.href = 'file:///etc/passwd'));
        expect(await page.evaluate(() => window.open('app://ui/') === null)).toBe(true);
        expect(page.url()).toBe('app://ui/');
        expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
        expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied');
    });

    it('runs nothing inline and reads nothing from elsewhere', async () => {
        const tried = await screen.page.evaluate(async () => {
            const script = document.createElement('script');
            script.textContent = 'globalThis.ran = true';
            document.head.append(script);
            const reach = (url: string): Promise<string> =>
                fetch(url).then(
                    ({ status }) => String(status),
                    () => 'refused',
                );
            return [
                (globalThis as unknown as { ran?: boolean }).ran ?? false,
                await reach('https://example.com/'),
                await reach('file:///etc/passwd'),
                await reach('app://ui/../../package.json'),
                await reach('app://other/'),
            ];
        });
        expect(tried).toEqual([false, 'refused', 'refused', '404', 'refused']);
    });

    it('has an engine in a utility process, as the product has', async () => {
        // made outside: the test Electron's own Node is too old to train a tokenizer
        const { checkpoint } = await succeeding(home, 'pretrain', '--name', 'tiny', ...tinyStudent);
        const asked = { job: 'learn', name: 'first', preset: 'quick', given: learning } as const;
        const { run } = await pipe.ask('run.start', { ...asked, source: String(checkpoint) });
        expect(await pipe.told(endOf(run))).toMatchObject({ reason: 'finished' });
    });
});
