/// <reference lib="dom" />
/** The app as a person has it: a real window, real messages, real engines, and processes that die. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path, { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Push } from '../../src/shared/views/pushes.ts';
import { readyStudent } from '../support/ready-student.ts';
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

const learning = {
    'runtime.threads': 1,
    'rollout.prompt': 'Once upon a time',
    'rollout.maxNewTokens': 16,
    'ppo.batch': 8,
    'ppo.minibatch': 4,
    'ppo.lr': 0.003,
    'evaluation.stories': 8,
    'evaluation.judge': 'none',
    'budget.updates': 3,
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

windows('what leaves in Electron', () => {
    it('goes into the folder that was chosen in a window of the system, and nowhere else', async () => {
        const home = aHome();
        const student = await readyStudent(home);
        const screen = await openElectron(home);
        const pipe = await pipeOf(screen.page);
        const chosen = aHome();
        await screen.app.evaluate(({ dialog }, folder) => {
            dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [folder] });
        }, chosen);
        const run = path.basename(path.join(student, '..', '..'));
        const asked = { of: { subject: 'run', run }, parts: [{ what: 'card', as: 'card' }] } as const;
        await expect(pipe.ask('export.start', { ...asked, folder: chosen })).rejects.toThrow(/was not chosen here/);
        expect(await pipe.ask('path.choose', { purpose: 'export' })).toBe(chosen);
        const { id } = await pipe.ask('export.start', { ...asked, folder: chosen });
        await pipe.told((push) => push.push === 'exchange' && push.row.id === id && push.row.state === 'done');
        const [made] = readdirSync(chosen);
        expect(readdirSync(path.join(chosen, made!)).sort()).toEqual(['manifest.json', 'run.json', 'run.md']);
        await screen.close();
    });
});

windows('when the backend is killed', () => {
    /** A run that never ends by itself, as its own page shows it. */
    async function atWork(page: Page, home: string): Promise<void> {
        const pipe = await pipeOf(page);
        const source = await readyStudent(home);
        const asked = { job: 'learn', name: 'long', preset: 'quick', given: endless, source } as const;
        const { run } = await pipe.ask('run.start', asked);
        await pipe.told(rowOf(run, ({ updates }) => updates > 0));
        await page.evaluate((to) => void (location.hash = to), `#/runs/${run}`);
        await page
            .getByRole('button', { name: /^Pause/ })
            .first()
            .waitFor();
    }
    const updates = async (page: Page): Promise<number> =>
        Number(/^(\d+)/.exec((await page.locator('.pace .lead').textContent())!.trim())?.[1] ?? 0);
    /** Says so, is whole, and goes on from there. */
    async function goesOn(page: Page): Promise<void> {
        await page.getByText('Interrupted').first().waitFor();
        await page.getByText(/It stopped without saying why .*is saved\. Continue goes on from there\./).waitFor();
        const before = await updates(page);
        expect(before).toBeGreaterThan(0);
        await page
            .getByRole('button', { name: /^Continue/ })
            .first()
            .click();
        await expect.poll(() => updates(page), { timeout: 60_000 }).toBeGreaterThan(before);
        await page
            .getByRole('button', { name: /^Pause/ })
            .first()
            .click();
        await page
            .getByRole('button', { name: /^Continue/ })
            .first()
            .waitFor();
    }

    it('Electron starts it again: the window lives and says what is safe, the run reads interrupted and goes on', async () => {
        const home = aHome();
        const screen = await openElectron(home);
        onTestFinished(() => screen.close());
        await atWork(screen.page, home);
        await new Promise((resolve) => setTimeout(resolve, 3500)); // one that dies sooner is not started again
        const killed = screen.backend();
        process.kill(killed, 'SIGKILL');
        await screen.page.getByText(/stopped and was restarted\. Everything recorded is safe/).waitFor();
        expect(screen.backend()).not.toBe(killed);
        await goesOn(screen.page);
        await screen.page.getByRole('link', { name: 'Stories', exact: true }).first().click();
        await screen.page.locator('[role=option]').first().waitFor(); // the new one answers for everything
        expect(screen.complaints).toEqual([]);
    });

    it('`serve` can be started again: the page says how it comes back, the run reads interrupted and goes on', async () => {
        const home = aHome();
        const first = await openBrowser(home);
        onTestFinished(() => first.close());
        const { page } = first;
        await atWork(page, home);
        const { port } = new URL(page.url());
        process.kill(first.backend(), 'SIGKILL');
        await page.getByText('Storyloop has stopped answering', { exact: true }).waitFor();
        await page.getByText(/^Your runs are safe\. Start Storyloop again/u).waitFor();
        await page.getByText('Was running').first().waitFor();
        expect(await page.getByText('Running', { exact: true }).count()).toBe(0);
        expect(await page.getByRole('button', { name: /^(Pause|Checkpoint)/ }).count()).toBe(0);
        const again = await serve(home, '--port', port);
        await page.getByText(/Open the address that it printed/).waitFor({ timeout: 30_000 });
        onTestFinished(() => ended(again.server, 'SIGTERM')); // pauses what is at work
        const tab = await page.context().newPage();
        await tab.goto(again.url); // as a click in a terminal opens it, in another tab
        await goesOn(page); // the page that was open all the time
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

    it('has an engine in a utility process, as the product has; killed, its run is interrupted and goes on', async () => {
        // made outside: the test Electron's own Node is too old to train a tokenizer
        const source = await readyStudent(home);
        const asked = { job: 'learn', name: 'first', preset: 'quick', given: learning } as const;
        const { run } = await pipe.ask('run.start', { ...asked, source });
        expect(await pipe.told(endOf(run))).toMatchObject({ reason: 'finished' });

        const long = { ...asked, name: 'long', given: endless, source };
        const { run: endlessRun } = await pipe.ask('run.start', long);
        await pipe.told(rowOf(endlessRun, ({ updates }) => updates > 0));
        const engine = await screen.app.evaluate(
            ({ app }) => app.getAppMetrics().find(({ name }) => name === 'Storyloop engine')?.pid,
        );
        process.kill(engine!, 'SIGKILL');
        expect(await pipe.told(endOf(endlessRun))).toMatchObject({
            reason: 'interrupted',
            sentence: expect.stringMatching(/ended unexpectedly; everything recorded is safe/),
        });
        const { updates, state } = await pipe.row(endlessRun);
        expect(state).toBe('interrupted');
        await pipe.ask('run.resume', { run: endlessRun });
        await pipe.told(rowOf(endlessRun, (row) => row.updates > updates));
        await pipe.ask('run.pause', { run: endlessRun });
        await pipe.told((push) => push.push === 'ended' && push.run === endlessRun && push.reason === 'paused');
    });
});
