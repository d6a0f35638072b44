/// <reference lib="dom" />
/** A run as one file: saved from its page, read and rated in a browser without network, and brought back to Rate. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium as browserType, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violationsIn } from './accessible.ts';
import { recordSetting } from './compared-runs.ts';
import { chromium, root } from './places.ts';
import { asRoot, openBrowser, quiet, type Screen } from './screen.ts';

const missing = [chromium, join(root, 'out/renderer/index.html')].filter((each) => !existsSync(each));
if (missing.length > 0) console.log(`Reports are not tested here: there is no ${missing.join(' and no ')}.`);

const beginnings = ['there lived a quiet king. He went home. ', '"I am here," said Anna. She goes home. '] as const;
const hostile = ' </script><script>window.broken = 1</script><img src=x onerror="window.broken = 2">\u2028';

describe.skipIf(missing.length > 0)('a run as one file', () => {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-reporting-'));
    const report = join(home, 'report.html');
    const ratings = join(home, 'ratings.json');
    let screen: Screen;
    let reader: Browser;
    let page: Page;
    const complaints: string[] = [];
    const asked: string[] = [];
    const style = (): Locator => screen.page.getByRole('region', { name: 'Style' });

    beforeAll(async () => {
        recordSetting(home, { name: 'owl', seed: 1, given: {}, gain: 1.2, ending: hostile, beginnings });
        screen = await openBrowser(home);
        await screen.page.emulateMedia({ reducedMotion: 'reduce' });
        await screen.page.getByText('All runs').first().waitFor();
        reader = await browserType.launch({ executablePath: chromium, args: [...asRoot, ...quiet] });
    }, 120_000);
    afterAll(async () => {
        await reader.close();
        await screen.close();
        rmSync(home, { recursive: true, force: true });
    });

    it('says on its page what learning did to style, and leads from a word to its stories', async () => {
        await screen.page.getByRole('link', { name: 'owl' }).first().click();
        await style()
            .getByText(/^At equal length, .*More often after learning: “.*Less often: “/u)
            .waitFor();
        expect(await style().locator('figure').count()).toBe(7);
        await style().getByRole('link', { name: 'anna' }).waitFor();
        expect(await violationsIn(screen.page)).toEqual([]);
        await style().getByRole('link', { name: 'lived', exact: true }).click();
        await screen.page.waitForURL(/stories\/.*pairs=1.*text=%22lived%22/u);
        await screen.page.getByText(/^\d+ pairs with it$/u).waitFor();
        await screen.page.getByRole('article').locator('mark', { hasText: 'lived' }).first().waitFor();
        await screen.page.goBack();
    });

    it('explains a word to whoever tabs to it, and Escape takes away no more than that', async () => {
        const word = screen.page.getByRole('button', { name: 'At equal length', exact: true });
        await word.focus();
        await screen.page.getByText('what learning brought beside length').waitFor();
        expect(await violationsIn(screen.page)).toEqual([]);
        await screen.page.keyboard.press('Escape');
        await screen.page.getByText('what learning brought beside length').waitFor({ state: 'hidden' });
        await style().waitFor(); // the page of the run is still there
    });

    it('is saved from the page of the run', async () => {
        const next = screen.page.getByRole('region', { name: 'Next' });
        const download = screen.page.waitForEvent('download');
        await next.getByRole('button', { name: 'Save report (HTML)' }).click();
        await (await download).saveAs(report);
        expect((await download).suggestedFilename()).toMatch(/owl-report\.html$/u);
        await screen.page.getByText('lets a reader rate stories blind').waitFor();
    });

    it('is saved from the sheet of exports, too', async () => {
        await screen.page
            .getByRole('button', { name: /^Export/u })
            .first()
            .click();
        const sheet = screen.page.getByRole('dialog', { name: 'Export' });
        const download = screen.page.waitForEvent('download');
        await sheet.getByRole('button', { name: 'Save report (HTML)' }).click();
        expect((await download).suggestedFilename()).toMatch(/owl-report\.html$/u);
        expect(await violationsIn(screen.page)).toEqual([]);
        await sheet.getByRole('button', { name: 'Close' }).click();
    });

    it('opens without network, runs nothing of a story’s, and is accessible by day and night', async () => {
        const context = await reader.newContext({ viewport: { width: 1280, height: 800 }, offline: true });
        page = await context.newPage();
        page.on('pageerror', (error) => complaints.push(String(error)));
        page.on('console', (message) => complaints.push(message.text()));
        page.on('request', (request) => asked.push(request.url()));
        await page.goto(pathToFileURL(report).href);
        await page.getByText('Between stories of equal length the score rose by').first().waitFor();
        for (const details of await page.locator('details').all())
            await details.evaluate((each: HTMLDetailsElement) => void (each.open = true));
        expect(await page.evaluate(() => 'broken' in window)).toBe(false);
        expect(await page.locator('img').count()).toBe(0);
        expect(await violationsIn(page)).toEqual([]); // before anything is answered
        await page.evaluate(() => void delete document.documentElement.dataset['theme']);
        await page.setViewportSize({ width: 390, height: 800 });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        await page.setViewportSize({ width: 1280, height: 800 });
    });

    it('is rated by keys alone, and remembers where somebody stopped', async () => {
        await page.getByLabel('Your name').fill('Rea');
        const desk = page.getByRole('group', { name: 'Rating form' });
        await desk.locator('input[type=radio]').first().focus();
        for (let item = 0; item < 20; item++) {
            for (const key of ['1', '2', '3']) await page.keyboard.press(key);
            await page.keyboard.press('Enter'); // Next has the focus
        }
        await desk.getByText('Story 21 of 44, not rated yet. 20 of 44 done.').waitFor();
        await page.keyboard.press('7');
        await desk.getByText('Here the scores are 0 to 3.').waitFor();
        await page.keyboard.press('s');
        await page.keyboard.press('Backspace');
        await desk.getByText('Story 21 of 44, skipped. 21 of 44 done.').waitFor();
        await page.reload();
        await desk.getByText('Story 22 of 44, not rated yet. 21 of 44 done.').waitFor();
        expect(await page.getByLabel('Your name').inputValue()).toBe('Rea');
        await desk.getByRole('button', { name: 'Back' }).click();
        await desk.getByRole('button', { name: 'Back' }).click();
        for (const criterion of ['Readability', 'Narrative coherence', 'Creativity'])
            await desk.getByRole('group', { name: criterion }).getByRole('radio', { name: '0' }).check();
        const download = page.waitForEvent('download');
        await desk.getByRole('button', { name: 'Save as a file' }).click();
        await (await download).saveAs(ratings);
        const saved = JSON.parse(readFileSync(ratings, 'utf8')) as { ratings: { scores: Record<string, number> }[] };
        expect(saved.ratings).toHaveLength(21);
        expect(saved.ratings[0]!.scores).toEqual({ readability: 1, coherence: 2, creativity: 3 });
        expect(saved.ratings[19]!.scores).toEqual({ readability: 0, coherence: 0, creativity: 0 });
        expect(complaints).toEqual([]);
        expect(asked.filter((url) => !url.startsWith('file:') && !url.startsWith('blob:'))).toEqual([]);
    });

    it('comes back as ratings of the run, once', async () => {
        await screen.page.evaluate(() => void (location.hash = '#/rate'));
        await screen.page.locator('h1').waitFor();
        const field = screen.page.getByLabel('A set or ratings that somebody sent');
        await field.setInputFiles(ratings);
        await screen.page.getByText('Report on owl: 21 ratings added.').waitFor();
        await screen.page.getByText('Rea 20').first().waitFor(); // one was skipped
        await field.setInputFiles(ratings);
        await screen.page.getByText('All 21 ratings of that file are in Report on owl already').waitFor();
        await field.setInputFiles(report);
        await screen.page
            .getByText(/report\.html/u)
            .last()
            .waitFor(); // refused by its name
        expect(screen.complaints).toEqual([]);
    });
});
