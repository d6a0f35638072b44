/// <reference lib="dom" />
/**
 * What a paper needs of a run, as a person has it in Chromium over `serve`: grammar while it learned, what feedback was
 * worth, the figures, the passport, and all of it saved. In Electron the passport's folder goes where a person chooses.
 */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { succeeding, tinyLearning } from '../headless/command-line.ts';
import { readyStudent } from '../support/ready-student.ts';
import { violationsIn } from './accessible.ts';
import { pipeOf, settled, type Pipe } from './in-page.ts';
import { chromium, obstacle, root } from './places.ts';
import { savedFigure } from './saving-figures.ts';
import { openBrowser, openElectron, type Screen } from './screen.ts';

const missing = [chromium, join(root, 'out/renderer/index.html')].filter((each) => !existsSync(each));
if (missing.length > 0) console.log(`What a paper needs is not tested here: there is no ${missing.join(' and no ')}.`);

const patient = { timeout: 60_000 }; // counting takes its time on a machine that does other things too

describe.skipIf(missing.length > 0)('a run that learned', () => {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-paper-'));
    let screen: Screen;
    let pipe: Pipe;
    let result: string;
    let taught: string;

    const goTo = async (hash: string): Promise<void> => {
        await screen.page.evaluate((to) => void (location.hash = to), hash);
        await screen.page.locator('h1').waitFor();
    };
    const shows = (text: string | RegExp): Promise<void> => screen.page.getByText(text).first().waitFor(patient);
    const button = (name: string, within: Locator = screen.page.locator('.detail')): Locator =>
        within.getByRole('button', { name }).first();
    async function saved(by: Locator): Promise<{ readonly name: string; readonly content: Buffer }> {
        const [download] = await Promise.all([screen.page.waitForEvent('download', patient), by.click()]);
        return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
    }
    const violations = (): Promise<readonly string[]> => violationsIn(screen.page);

    beforeAll(async () => {
        await readyStudent(home);
        const watched = ['--guard-battery', 'own', '--guard-every', '1'];
        await succeeding(home, 'learn', '--from', 'tiny', '--name', 'taught', ...tinyLearning, ...watched);
        await succeeding(home, 'evaluate', '--run', 'tiny', 'taught', '--only', 'grammar', '--json');
        screen = await openBrowser(home);
        await screen.page.emulateMedia({ reducedMotion: 'reduce' });
        pipe = await pipeOf(screen.page);
        const rows = await pipe.ask('benchmarks.list', {});
        const last = rows.find(({ name }) => name.endsWith('taught · final'))!;
        [result, taught] = [last.id, last.run!];
    }, 240_000);
    afterAll(async () => {
        await screen?.close();
        rmSync(home, { recursive: true, force: true });
    });

    it('shows on its page what became of grammar, as figure, sentence and parts', async () => {
        await goTo(`#/runs/${taught}`);
        const grammar = screen.page.getByRole('region', { name: 'Grammar' });
        await grammar.waitFor(patient);
        await settled(grammar.locator('canvas').first());
        await grammar.getByRole('row', { name: /agreement across phrase/iu }).waitFor();
        expect(await grammar.locator('.words p').textContent()).toMatch(/\d/u);
        expect(await violations()).toEqual([]);
    });

    it('shows the same of the pretraining that it began with, along words read', async () => {
        const { run } = (await pipe.ask('runs.list', {})).find((row) => row.run.endsWith('-tiny'))!;
        await goTo(`#/runs/${run}`);
        const grammar = screen.page.getByRole('region', { name: 'Grammar' });
        await grammar.waitFor(patient);
        await settled(grammar.locator('canvas').first());
        expect(await grammar.locator('.words p').textContent()).toMatch(/^Grammar (went|rose|fell) from /u);
        expect(await violations()).toEqual([]);
    });

    it('is reached by keys from its result, view by view', async () => {
        await goTo(`#/evaluate/${result}`);
        await shows('Counted');
        for (const [key, name] of [
            ['v', 'Comparison'],
            ['q', 'Equivalence'],
            ['f', 'Figures'],
            ['o', 'Passport'],
            ['s', 'Scores'],
        ] as const) {
            await screen.page.keyboard.press(key);
            await expect
                .poll(() => screen.page.locator('nav[aria-label=Views] [aria-current]').textContent())
                .toBe(name);
        }
    });

    it('compares what two students know of grammar with a liking for words left out', async () => {
        await goTo(`#/evaluate/${result}?view=comparison`);
        const finding = screen.page.locator('.finding', { hasText: 'Grammar' });
        await finding.waitFor(patient);
        expect(await finding.textContent()).toMatch(
            /^Grammar (went|rose|fell) from .* Each pair taken with its mirror image, .* nats a pair \(.* \[.*\]\)/u,
        );
        const { content } = await saved(screen.page.getByRole('button', { name: 'Save numbers' }));
        expect(content.toString()).toMatch(/evidence_before,evidence_after,evidence_low,evidence_high/u);
        expect(await violations()).toEqual([]);
    });

    it('says why feedback cannot be looked up on a curve of a single checkpoint', async () => {
        await goTo(`#/evaluate/${result}?view=equivalence`);
        await shows(/one was measured .* Evaluate two checkpoints of pretraining or more\./u);
        await screen.page.getByRole('radio', { name: 'words' }).focus();
        await screen.page.keyboard.press('ArrowRight');
        expect(await screen.page.getByRole('radio', { name: 'tokens' }).isChecked()).toBe(true);
        expect(await violations()).toEqual([]);
    });

    it('is drawn as the paper’s figures, each saved with its caption and its numbers', async () => {
        await goTo(`#/evaluate/${result}?view=figures`);
        const figure = screen.page.getByRole('figure').first();
        await figure.waitFor(patient);
        await settled(figure.locator('canvas'));
        expect(await screen.page.getByRole('figure').count()).toBeGreaterThanOrEqual(5);
        expect(await violations()).toEqual([]);
        const title = (await figure.locator('h3').textContent())!;
        const { picture, numbers } = await savedFigure(screen.page, figure, 'SVG');
        const svg = picture.content.toString();
        expect(svg).toContain(`<title>${title}</title>`);
        expect(svg).toContain("font-family:'Literata'");
        const png = (await savedFigure(screen.page, figure, 'PNG')).picture;
        expect(png.content.subarray(1, 4).toString()).toBe('PNG');
        expect(numbers!.content.toString().trim().split('\n')).toHaveLength(4); // three updates below their names
        await screen.page.getByLabel('Published results beside them').fill(join(home, 'nowhere.json'));
        await screen.page.keyboard.press('Enter');
        await shows(/nowhere\.json is no file; nothing was drawn/u);
    });

    it('chooses which runs take part, and says what it needs where none does', async () => {
        await goTo(`#/evaluate/${result}?view=figures`);
        await screen.page.getByText(/^Of 1 run/u).click();
        await screen.page.getByRole('checkbox', { name: 'taught' }).uncheck();
        await shows(/^No run is chosen/u);
        expect(await violations()).toEqual([]);
    });

    it('has a passport, and a folder to submit that the browser can fetch', async () => {
        await goTo(`#/evaluate/${result}?view=passport`);
        await shows('2026 strict-small');
        await shows(/“?"?taught"?”? learned from a teacher/u);
        expect(await violations()).toEqual([]);
        await button('Save folder ready to submit…').click();
        await screen.page.getByRole('dialog').getByRole('button', { name: 'Save the folder' }).click();
        const file = screen.page.getByRole('link', { name: 'passport.md' });
        await file.waitFor(patient);
        expect(await violations()).toEqual([]);
        const { content } = await saved(file);
        expect(content.toString()).toContain('2025 strict: not compliant, because ');
        await screen.page.keyboard.press('Escape');
    });

    it('saves a forest of comparison as it stands open', async () => {
        await goTo(`#/evaluate/${result}?view=comparison`);
        const forest = screen.page.getByRole('region', { name: 'Choices', exact: true });
        await forest.waitFor(patient);
        const { name, content } = (await savedFigure(screen.page, forest, 'SVG')).picture;
        expect(name).toMatch(/^taught.* and taught.* Choices\.svg$/u);
        const svg = content.toString();
        for (const words of ['worse', 'better', 'agreement across phrase', 'Difference [95 %]', 'McNemar'])
            expect(svg).toContain(words);
        const png = (await savedFigure(screen.page, forest, 'PNG')).picture;
        expect(png.content.subarray(1, 4).toString()).toBe('PNG');
    });

    it('has room at 200 %, and never made the browser complain', async () => {
        await screen.page.setViewportSize({ width: 640, height: 400 }); // 1280 × 800 at 200 %
        for (const view of ['equivalence', 'figures', 'passport', 'comparison']) {
            await goTo(`#/evaluate/${result}?view=${view}`);
            await expect.poll(() => screen.page.locator('[aria-busy=true]').count(), patient).toBe(0);
            const width = await screen.page.evaluate(() => document.documentElement.scrollWidth);
            expect(width).toBeLessThanOrEqual(640);
            expect(await violations()).toEqual([]);
        }
        expect(screen.complaints).toEqual([]);
    });
});

describe.skipIf(obstacle() !== null)('in Electron', () => {
    it('a folder to submit is written where a person chose, or with the exports where nothing was chosen', async () => {
        const [home, place] = ['home', 'place'].map((each) =>
            mkdtempSync(join(tmpdir(), `storyloop-passport-${each}-`)),
        );
        onTestFinished(() => [home!, place!].forEach((each) => rmSync(each, { recursive: true, force: true })));
        await readyStudent(home!);
        await succeeding(home!, 'evaluate', '--run', 'tiny', '--only', 'grammar', '--json');
        const screen = await openElectron(home!);
        onTestFinished(() => screen.close());
        const { page } = screen;
        page.setDefaultTimeout(patient.timeout);
        /** The person chooses this in the system's window, or closes it. */
        const answer = (folder: string | null): Promise<void> =>
            screen.app.evaluate(({ dialog }, chosen) => {
                dialog.showOpenDialog = () =>
                    Promise.resolve({ canceled: chosen === null, filePaths: chosen === null ? [] : [chosen] });
            }, folder);
        const pipe = await pipeOf(page);
        const [row] = await pipe.ask('benchmarks.list', {});
        await page.evaluate((to) => void (location.hash = to), `#/evaluate/${row!.id}?view=passport`);
        await page.getByRole('button', { name: 'Save folder ready to submit…' }).click();
        const sheet = page.getByRole('dialog', { name: 'Folder ready to submit' });
        const [choose, write] = ['Choose folder…', 'Save the folder'].map((name) =>
            sheet.getByRole('button', { name }),
        );
        /** Writes, and gives the folder that is told, once all files that are told lie in it. */
        const written = async (): Promise<string> => {
            await write!.click();
            const told = sheet.getByRole('status');
            await told.waitFor();
            const folder = (await told.locator('.mono').textContent())!;
            const files = await sheet.locator('li').allTextContents();
            expect(await told.textContent()).toMatch(new RegExp(`^\\s*${files.length} files in `, 'u'));
            expect(files).toEqual(
                expect.arrayContaining(['passport.json', 'passport.md', 'student/model.safetensors']),
            );
            for (const file of files) expect(existsSync(join(folder, file))).toBe(true);
            expect(await sheet.getByRole('link').count()).toBe(0); // they lie on this machine: there is nothing to fetch
            return folder;
        };

        await answer(null);
        await choose!.click();
        await sheet.getByText('a new folder in Storyloop’s exports').waitFor();
        expect((await written()).startsWith(join(home!, 'exports'))).toBe(true);
        expect(readdirSync(place!)).toEqual([]);

        await answer(place!);
        await choose!.click();
        await sheet.getByText(place!, { exact: true }).waitFor();
        const folder = await written();
        expect(readdirSync(place!).map((name) => join(place!, name))).toEqual([folder]);
        expect(readFileSync(join(folder, 'passport.md'), 'utf8')).toContain('2025 strict-small: ');
        const predictions = readdirSync(folder, { recursive: true, encoding: 'utf8' });
        expect(predictions.filter((path) => path.endsWith('.partial'))).toEqual([]);
        expect(screen.complaints).toEqual([]);
    });
});
