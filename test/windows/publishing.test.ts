/// <reference lib="dom" />
/**
 * What a run says to others, in Electron: its newer pages open there too, a figure becomes a PDF without a print
 * window, and the report a file.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violationsIn } from './accessible.ts';
import { recordSetting, recordSixRuns } from './compared-runs.ts';
import { pipeOf } from './in-page.ts';
import { obstacle } from './places.ts';
import { chooseFigure } from './saving-figures.ts';
import { openElectron, type ElectronScreen } from './screen.ts';

const patient = { timeout: 60_000 }; // style is measured on a machine that does other things too

describe.skipIf(obstacle() !== null)('a run is published from Electron', () => {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-publishing-'));
    const saved = join(home, 'saved');
    let screen: ElectronScreen;
    let runs: readonly string[];
    let set: string;

    const goTo = async (hash: string): Promise<void> => {
        await screen.page.evaluate((to) => void (location.hash = to), hash);
        await screen.page.locator('h1').waitFor();
    };
    /** Once nothing more is written to it. */
    async function fileNamed(name: RegExp): Promise<string> {
        const find = (): string | undefined => readdirSync(saved).find((each) => name.test(each));
        await expect.poll(find, patient).toBeTruthy();
        const file = join(saved, find()!);
        let before = -1;
        await expect
            .poll(() => {
                const [last, now] = [before, statSync(file).size];
                before = now;
                return now > 0 && now === last;
            }, patient)
            .toBe(true);
        return file;
    }

    beforeAll(async () => {
        mkdirSync(saved);
        recordSixRuns(home);
        for (const [teacher, gain] of [
            ['rules', 1.4],
            ['random', 0],
        ] as const)
            // prettier-ignore
            recordSetting(home, {
                name: `watched, by ${teacher}`, seed: 1, given: { teacher }, teacher, gain: gain / 2,
                judge: { name: 'second-reader', gain },
            });
        screen = await openElectron(home);
        await screen.page.emulateMedia({ reducedMotion: 'reduce' }); // colours are whole at once
        await screen.app.evaluate(({ session }, to) => {
            session.defaultSession.on('will-download', (_event, item) =>
                item.setSavePath(`${to}/${item.getFilename()}`),
            );
        }, saved);
        const pipe = await pipeOf(screen.page);
        runs = (await pipe.ask('runs.list', {})).map(({ run }) => run).toSorted();
        const made = await pipe.ask('sets.make', { runs: [runs[0]!], name: 'for Ada', stories: 12 });
        set = made.id;
    }, 120_000);
    afterAll(async () => {
        await screen?.close();
        rmSync(home, { recursive: true, force: true });
    });

    it.each([
        ['Compare', () => `#/compare?runs=${runs.join('%2F')}`, 'section[aria-label=Conclusion] .finding'],
        [
            'Distributions',
            () => `#/runs/${runs[0]!}`,
            'section[aria-label=Distributions] figure:nth-of-type(5) canvas[style]',
        ],
        ['style', () => `#/runs/${runs[0]!}`, 'section[aria-label=Style] figure:nth-of-type(7) canvas[style]'],
        ['reward', () => `#/runs/${runs[0]!}`, 'section[aria-label=Reward] canvas[style]'],
        ['pairs', () => `#/stories/${runs[0]!}?pairs=1`, 'article'],
        ['stories of all runs', () => '#/stories?all=1', 'input[type=search]'],
        ['the desk', () => `#/rate/${set}?rater=Ada`, '.line .key'],
        ['a new run', () => '#/new', 'input[type=radio]'],
        ['models', () => '#/models', 'input[type=search]'],
        ['the trash', () => '#/settings', 'section[aria-label=Trash]'],
    ])('%s is there, and nothing complains', async (_, hash, shows) => {
        await goTo(hash());
        await screen.page.locator(shows).first().waitFor(patient);
        expect(await violationsIn(screen.page)).toEqual([]);
        expect(screen.complaints).toEqual([]);
    });

    it('its reference judge stands on its page, and compares it with a run of another teacher', async () => {
        const { page } = screen;
        await goTo('#/runs');
        await page.keyboard.press('Escape'); // those that were compared before
        for (const teacher of ['rules', 'random'])
            await page.getByRole('checkbox', { name: `Choose watched, by ${teacher}` }).check();
        await page.getByRole('link', { name: 'watched, by rules' }).click();
        await page
            .getByText(/^second-reader, which never rewarded this run, read 120 stories .* sees a gain/u)
            .waitFor(patient);
        await goTo('#/runs');
        await page.keyboard.press('c');
        const findings = page.locator('.finding');
        await expect.poll(() => findings.count(), patient).toBe(2); // two teachers, two scales
        await page.getByRole('combobox', { name: 'Scores by' }).selectOption({ label: 'second-reader' });
        await page.getByRole('region', { name: 'Before and after, rated by second-reader' }).waitFor(patient);
        expect(await findings.allTextContents()).toEqual([
            expect.stringMatching(/^“Taught by rules” gained most of these runs, at equal length \+1\.\d/u),
        ]);
        await page.getByText(/^Scores before and after are those of second-reader/u).waitFor();
        expect(await violationsIn(page)).toEqual([]);
        expect(screen.complaints).toEqual([]);
    });

    it.each([
        ['One column, 85 mm', 85],
        ['Two columns, 178 mm', 178],
    ])('its style is a PDF with lines and fonts, on one page: %s', async (width, mm) => {
        await goTo(`#/runs/${runs[0]!}`);
        const style = screen.page.getByRole('region', { name: 'Style' });
        await style.locator('canvas[style]').nth(6).waitFor(patient);
        const sheet = await chooseFigure(screen.page, style, 'PDF', width);
        expect(await sheet.getByText('print window').count()).toBe(0); // only browsers need one
        await sheet.getByRole('button', { name: 'Save', exact: true }).click();
        const file = await fileNamed(/style\.pdf$/u);
        const pdf = readFileSync(file).toString('latin1');
        expect(pdf.startsWith('%PDF-')).toBe(true);
        const [, across, down] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/u.exec(pdf)!;
        expect(Math.abs(Number(across) - (mm / 25.4) * 72)).toBeLessThan(1); // points of 72 an inch
        expect((Number(down) / 72) * 25.4).toBeLessThan(240); // less than a page of a journal
        expect(pdf.match(/\/Type \/Page\b/gu)).toHaveLength(1);
        expect(pdf).toContain('/FontFile');
        expect(pdf).not.toContain('/Subtype /Image');
        expect(readFileSync(await fileNamed(/style\.csv$/u), 'utf8')).toMatch(/^measure,unit,/u);
        expect(await screen.page.locator('.printed').count()).toBe(0); // the page is as it was
        rmSync(file);
        expect(screen.complaints).toEqual([]);
    });

    it('its report is one whole file', async () => {
        const next = screen.page.getByRole('region', { name: 'Next' });
        await next.getByRole('button', { name: 'Save report (HTML)' }).click();
        const file = await fileNamed(/-report\.html$/u);
        const html = readFileSync(file, 'utf8');
        expect(html.trimEnd().endsWith('</html>')).toBe(true);
        expect(html).toContain('Between stories of equal length');
        expect(statSync(file).size).toBeLessThan(3e6);
        expect(existsSync(`${file}.partial`)).toBe(false);
        expect(screen.complaints).toEqual([]);
    });
});
