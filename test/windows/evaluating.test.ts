/// <reference lib="dom" />
/** Evaluate as a person has it: by keyboard in Chromium over `serve`, and in Electron, where folders are chosen. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { folderOf, pairs, tracked } from '../support/benchmark-folder.ts';
import { readyStudent } from '../support/ready-student.ts';
import { violationsIn } from './accessible.ts';
import { pipeOf, type Pipe } from './in-page.ts';
import { chromium, obstacle, root } from './places.ts';
import { openBrowser, openElectron, type Screen } from './screen.ts';

const missing = [chromium, join(root, 'out/renderer/index.html')].filter((each) => !existsSync(each));
if (missing.length > 0) console.log(`The page Evaluate is not tested here: there is no ${missing.join(' and no ')}.`);

const patient = { timeout: 60_000 }; // engines begin and numbers are counted on a machine that does other things too

function aHome(): string {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-evaluating-'));
    afterAll(() => rmSync(home, { recursive: true, force: true }));
    return home;
}
const tasks = {
    'full_eval/blimp_filtered/own_agreement.jsonl': `${pairs(40)}\nthis is no line of JSON\n`,
    'full_eval/entity_tracking/regular.jsonl': tracked(40),
};

describe.skipIf(missing.length > 0)('students are evaluated', () => {
    const home = aHome();
    const folder = folderOf(home, tasks);
    let screen: Screen;
    let pipe: Pipe;

    const goTo = async (hash: string): Promise<void> => {
        await screen.page.evaluate((to) => void (location.hash = to), hash);
        await screen.page.locator('h1').waitFor();
    };
    const press = async (...keys: readonly string[]): Promise<void> => {
        for (const key of keys) await screen.page.keyboard.press(key);
    };
    const shows = (text: string | RegExp): Promise<void> => screen.page.getByText(text).first().waitFor(patient);
    const violations = (): Promise<readonly string[]> => violationsIn(screen.page);

    beforeAll(async () => {
        await readyStudent(home);
        screen = await openBrowser(home);
        await screen.page.emulateMedia({ reducedMotion: 'reduce' });
        pipe = await pipeOf(screen.page);
    });
    afterAll(() => screen?.close());

    it('says what it is and what folder it takes, before there is any result', async () => {
        await goTo('#/evaluate');
        await shows('What does a student know of language?');
        expect(await violations()).toEqual([]);
    });

    it('begins by keyboard alone: a folder is looked through, and what is broken in it is said', async () => {
        await press('n');
        await screen.page.getByLabel('Folder of tasks').focus();
        await screen.page.keyboard.type(folder);
        await press('Enter');
        await shows('40 questions');
        await shows(/own_agreement\.jsonl/u);
        await shows(/^Not in this folder: /u);
        expect(await violations()).toEqual([]);
        await press('Control+Enter');
        await shows('Counted');
        await shows(/^Entity tracking: 10 items are longer/u);
        expect(await violations()).toEqual([]);
    });

    it('opens the parts of a task, and shows what depends on how one counts', async () => {
        const opens = screen.page.getByRole('button', { name: 'Entity tracking' });
        await opens.focus();
        await press('Enter');
        await shows('1 operation');
        expect(await opens.getAttribute('aria-expanded')).toBe('true');
        await screen.page.getByRole('img', { name: /^Per cent right by number of operations/u }).waitFor();
        await screen.page.getByRole('radio', { name: 'fair' }).focus();
        await press('ArrowRight');
        await shows(/as in the official pipeline/u);
        expect(await violations()).toEqual([]);
    });

    it('evaluates the student of a run from its page, and compares the two in words and intervals', async () => {
        const rows = await pipe.ask('runs.list', {});
        await goTo(`#/runs/${rows[0]!.run}`);
        await screen.page.getByRole('link', { name: 'Run benchmarks' }).click();
        await expect
            .poll(() => screen.page.getByLabel('Student', { exact: true }).inputValue())
            .toContain('checkpoints');
        await screen.page.getByLabel('Folder of tasks').fill(folder);
        await press('Enter');
        await shows('40 questions');
        await press('Control+Enter');
        await shows('Counted');
        await press('v');
        await shows(/^BLiMP (went|rose|fell) from /u);
        await shows('Holm');
        expect(await violations()).toEqual([]);
        const before = await screen.page.locator('.between p').textContent();
        await screen.page.getByRole('button', { name: 'Swap' }).click();
        await expect.poll(() => screen.page.locator('.between p').textContent()).not.toBe(before);
    });

    it('writes official predictions, which the browser can fetch', async () => {
        await press('e');
        await screen.page.getByRole('button', { name: 'Write the files' }).click();
        const file = screen.page.getByRole('link', { name: /blimp_filtered\/predictions\.json$/u });
        await file.waitFor(patient);
        expect(await violations()).toEqual([]);
        const [download] = await Promise.all([screen.page.waitForEvent('download', patient), file.click()]);
        expect(readFileSync(await download.path(), 'utf8')).toContain('own_agreement_7');
        await press('Escape');
    });

    it('keeps reading while no page is there, and pauses and goes on where it was', async () => {
        const many = folderOf(join(home, 'many'), { 'blimp_filtered/own_agreement.jsonl': pairs(12_000) });
        const source = (await pipe.ask('students.list', {})).find(({ kind }) => kind === 'checkpoint')!.source;
        const { benchmark } = await pipe.ask('benchmarks.start', { source, folder: many });
        await screen.page.goto('about:blank');
        await screen.page.goBack();
        pipe = await pipeOf(screen.page);
        await goTo(`#/evaluate/${benchmark}`);
        await press('p');
        const waits = screen.page.getByText(/items are read and kept/u);
        await waits.waitFor(patient);
        expect(await violations()).toEqual([]);
        await press('c');
        await waits.waitFor({ ...patient, state: 'hidden' });
        const listed = await pipe.ask('benchmarks.list', {});
        expect(listed.find(({ id }) => id === benchmark)?.state).not.toBe('waiting');
    });

    it('deletes a result, and brings it back', async () => {
        const listed = await pipe.ask('benchmarks.list', {});
        await goTo(`#/evaluate/${listed.at(-1)!.id}`);
        await shows('Counted');
        const remove = screen.page.getByRole('button', { name: 'Delete' });
        const idsNow = async (): Promise<readonly string[]> =>
            (await pipe.ask('benchmarks.list', {})).map(({ id }) => id);
        await remove.click();
        await shows(/^What .* said of benchmarks moved to the trash\./u);
        expect(await violations()).toEqual([]);
        expect(await idsNow()).toEqual(listed.slice(0, -1).map(({ id }) => id));
        await press('Control+z');
        await shows(/^What .* said of benchmarks put back where it was\./u);
        expect(await idsNow()).toEqual(listed.map(({ id }) => id));
        await goTo(`#/evaluate/${listed.at(-1)!.id}`);
        await shows('Counted');
        expect(screen.complaints).toEqual([]);
    });

    it('has room at 200 %: nothing of a result is cut off', async () => {
        await screen.page.setViewportSize({ width: 640, height: 400 }); // 1280 × 800 at 200 %
        await shows('Evaluate');
        const width = await screen.page.evaluate(() => document.documentElement.scrollWidth);
        expect(width).toBeLessThanOrEqual(640);
        expect(await violations()).toEqual([]);
    });
});

describe.skipIf(obstacle() !== null)('in Electron', () => {
    it('folders are chosen in a window of the system, and a reading ends in its numbers', async () => {
        const home = aHome();
        const folder = folderOf(home, tasks);
        const screen = await openElectron(home);
        onTestFinished(() => screen.close());
        const { page } = screen;
        await screen.app.evaluate(({ dialog }, chosen) => {
            dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
        }, folder);
        await page.locator('h1').waitFor(patient);
        await page.keyboard.press('Control+5');
        await page.getByText('What does a student know of language?').waitFor(patient);
        await page.keyboard.press('n');
        await page.getByRole('button', { name: 'Choose folder…' }).click();
        await page.getByText('40 questions').waitFor(patient);
        await page.getByRole('button', { name: /^Start/u }).click();
        await page.getByText('Counted').waitFor(patient);
        await page.getByRole('button', { name: 'BLiMP' }).or(page.getByText('BLiMP')).first().waitFor(patient);
        expect(screen.complaints).toEqual([]);
    });
});
