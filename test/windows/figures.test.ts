/// <reference lib="dom" />
/**
 * Figures, what they are saved as, and the bar of runs at work: as somebody with a mouse has them, in Chromium over
 * `serve`.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Push } from '../../src/shared/views/pushes.ts';
import { readyStudent } from '../support/ready-student.ts';
import { pipeOf, settled, type Pipe } from './in-page.ts';
import { chromium, root } from './places.ts';
import { recordRatedRun } from './rated-run.ts';
import { chooseFigure, savedFigure } from './saving-figures.ts';
import { openBrowser, type Screen } from './screen.ts';

const missing = [chromium, join(root, 'out/renderer/index.html')].filter((each) => !existsSync(each));
if (missing.length > 0) console.log(`Figures are not tested here: there is no ${missing.join(' and no ')}.`);

const learning = {
    'runtime.threads': 1,
    'rollout.prompt': 'Once upon a time',
    'rollout.maxNewTokens': 16,
    'ppo.batch': 8,
    'ppo.minibatch': 4,
    'evaluation.stories': 0,
    'budget.updates': 5000,
    'budget.words': 0,
};
const longName = `the first of two runs ${'with a name that goes on '.repeat(5)}`.slice(0, 139) + '1';

/** Does it tell of a newer update of the run? */
function isAfter(push: Push, run: string, updates: number): boolean {
    return push.push === 'run' && push.row.kind === 'run' && push.row.run === run && push.row.updates > updates;
}

describe.skipIf(missing.length > 0)('figures and runs at work', () => {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-figures-'));
    let screen: Screen;
    let pipe: Pipe;
    let rated: string;
    let dice: string;

    const goTo = async (hash: string): Promise<void> => {
        await screen.page.evaluate((to) => void (location.hash = to), hash);
        await screen.page.locator('h1').waitFor();
    };
    const shows = (text: string | RegExp): Promise<void> => screen.page.getByText(text).first().waitFor();
    const drawing = (canvas: Locator): Promise<string> =>
        canvas.evaluate((drawn: HTMLCanvasElement) => drawn.toDataURL());

    beforeAll(async () => {
        recordRatedRun(home, 'rated');
        recordRatedRun(home, 'dice', { id: 'random', name: 'random' });
        screen = await openBrowser(home);
        await screen.page.emulateMedia({ reducedMotion: 'reduce' });
        pipe = await pipeOf(screen.page);
        const rows = await pipe.ask('runs.list', {});
        [rated, dice] = ['rated', 'dice'].map((name) => rows.find(({ run }) => run.endsWith(name))!.run) as [
            string,
            string,
        ];
    });
    afterAll(async () => {
        await screen?.close();
        rmSync(home, { recursive: true, force: true });
    });

    it.each([
        ['a run', () => `#/runs/${rated}`, 5],
        ['a comparison', () => `#/compare?runs=${rated}%2F${dice}`, 5],
    ])('draw one cursor through all panels, under the mouse and by the keys: %s', async (_, hash, panels) => {
        await goTo(hash());
        await screen.page
            .locator('.figure-grid .plot canvas[style]')
            .nth(panels - 1)
            .waitFor();
        const canvases = await screen.page.locator('.figure-grid .plot canvas').all();
        expect(canvases).toHaveLength(panels);
        await screen.page.mouse.move(2, 2);
        const bare = await Promise.all(canvases.map(settled));
        const main = (await canvases[0]!.boundingBox())!;
        await screen.page.mouse.move(main.x + main.width / 2, main.y + main.height / 2);
        for (const [i, canvas] of canvases.entries()) await expect.poll(() => drawing(canvas)).not.toBe(bare[i]);
        const pointed = await drawing(canvases[0]!);
        await screen.page.mouse.move(2, 2);
        for (const [i, canvas] of canvases.entries()) await expect.poll(() => drawing(canvas)).toBe(bare[i]);
        await screen.page.getByRole('slider', { name: /arrow keys move the cursor/u }).focus();
        await screen.page.keyboard.press('Home');
        await expect.poll(() => drawing(canvases[0]!)).not.toBe(bare[0]);
        const atFirst = await drawing(canvases[0]!);
        expect(atFirst).not.toBe(pointed);
        await screen.page.keyboard.press('ArrowRight');
        await expect.poll(() => drawing(canvases[0]!)).not.toBe(atFirst);
    });

    it.each([
        ['a run', () => `#/runs/${rated}`, ['rated', 'Teacher score', 'KL to reference', 'rated by Rules']],
        [
            'a comparison',
            () => `#/compare?runs=${rated}%2F${dice}`,
            ['rated', 'dice', 'rated by random', 'input words'],
        ],
    ])('are saved with all their words, none on another: %s', async (_, hash, wanted) => {
        await goTo(hash());
        await screen.page.locator('.plot canvas[style]').nth(4).waitFor();
        const grid = (await screen.page.locator('.figure-grid').boundingBox())!;
        const { picture, numbers } = await savedFigure(
            screen.page,
            screen.page.locator('.curves, .run-figures'),
            'PNG',
        );
        const png = picture.content;
        expect(numbers!.content.toString()).toContain('scoreMean');
        expect(png.readUInt32BE(16)).toBe(Math.ceil(3 * grid.width)); // a PNG's width stands there
        expect(png.readUInt32BE(20)).toBeGreaterThan(3 * grid.height);

        const file = await savedFigure(screen.page, screen.page.locator('.curves, .run-figures'), 'SVG');
        const svg = file.picture.content.toString('utf8');
        const found = await screen.page.evaluate(async (source) => {
            const file = new DOMParser().parseFromString(source.replace(/<style>.*<\/style>/su, ''), 'image/svg+xml');
            const picture = document.importNode(file.documentElement, true) as unknown as SVGSVGElement;
            document.body.append(picture);
            await document.fonts.ready;
            const whole = picture.getBBox();
            const texts = [...picture.querySelectorAll('text')].map((text) => {
                const { x, y, width, height } = text.getBBox();
                return { words: text.textContent, x, y, width, height };
            });
            picture.remove();
            const overlapping = texts.flatMap((a, i) =>
                texts
                    .slice(i + 1)
                    .filter(
                        (b) =>
                            a.x + 1 < b.x + b.width &&
                            b.x + 1 < a.x + a.width &&
                            a.y + 0.3 * a.height < b.y + 0.8 * b.height &&
                            b.y + 0.3 * b.height < a.y + 0.8 * a.height,
                    )
                    .map((b) => `${a.words} | ${b.words}`),
            );
            const outside = texts.filter(({ x, width }) => x < 0 || x + width > whole.width + 1);
            return { problem: file.querySelector('parsererror')?.textContent ?? null, texts, overlapping, outside };
        }, svg);
        expect(found).toMatchObject({ problem: null, overlapping: [], outside: [] });
        const all = found.texts.map(({ words }) => words).join(' ');
        for (const words of wanted) expect(all).toContain(words);
        expect(svg).toContain("font-family:'Literata'");
        expect(svg.match(/url\(data:font\/woff2;base64,/gu)).toHaveLength(3);
        expect(screen.complaints).toEqual([]);
    });

    it('are saved without title and caption where a journal sets its own, their numbers beside them', async () => {
        await goTo(`#/runs/${rated}`);
        await screen.page.locator('.plot canvas[style]').nth(4).waitFor();
        const within = screen.page.locator('.run-figures');
        const heights: number[] = [];
        for (const isWhole of [true, false]) {
            const sheet = await chooseFigure(screen.page, within, 'SVG', 'One column, 85 mm');
            for (const name of ['its title', 'its caption'])
                await sheet.getByRole('checkbox', { name }).setChecked(isWhole);
            await screen.page.keyboard.press('Escape');
            const { picture, numbers } = await savedFigure(screen.page, within, 'SVG', 'One column, 85 mm');
            const svg = picture.content.toString();
            const said = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/gu)].map(([, words]) => words!);
            expect([said.includes('rated'), said.join(' ').includes('Interactive,')]).toEqual([isWhole, isWhole]);
            expect(svg).toContain('>Teacher score</text>');
            expect(numbers!.content.toString()).toContain('scoreMean');
            const png = (await savedFigure(screen.page, within, 'PNG', 'One column, 85 mm')).picture.content;
            heights.push(png.readUInt32BE(20));
        }
        expect(heights[1]).toBeLessThan(heights[0]! - 100);
        const sheet = await chooseFigure(screen.page, within, 'SVG');
        for (const name of ['its title', 'its caption']) await sheet.getByRole('checkbox', { name }).check();
        await screen.page.keyboard.press('Escape');
        expect(screen.complaints).toEqual([]);
    });

    it.each([
        ['One column, 85 mm', 85],
        ['Two columns, 178 mm', 178],
    ])('are saved for a paper: %s', async (width, mm) => {
        await goTo(`#/runs/${rated}`);
        await screen.page.locator('.plot canvas[style]').nth(4).waitFor();
        const within = screen.page.locator('.run-figures');
        const png = (await savedFigure(screen.page, within, 'PNG', width)).picture.content;
        expect(png.readUInt32BE(16)).toBe(Math.ceil((mm / 25.4) * 300)); // its width in points
        expect(png.subarray(37, 41).toString()).toBe('pHYs');
        const svg = (await savedFigure(screen.page, within, 'SVG', width)).picture.content.toString();
        expect(svg).toMatch(new RegExp(`width="${mm}mm" height="[\\d.]+mm"`, 'u'));

        await screen.page.evaluate(() => void (window.print = () => undefined)); // a dialog that nobody closes
        const sheet = await chooseFigure(screen.page, within, 'PDF', width);
        await sheet.getByRole('checkbox', { name: 'its numbers' }).uncheck();
        await sheet.getByRole('button', { name: 'Save', exact: true }).click();
        await screen.page.locator('.printed').waitFor({ state: 'attached' });
        const pdf = (await screen.page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
        const [, across] = /\/MediaBox \[0 0 ([\d.]+) [\d.]+\]/u.exec(pdf)!;
        expect(Math.abs(Number(across) - (mm / 25.4) * 72)).toBeLessThan(1); // points of 72 an inch
        expect(pdf.match(/\/Type \/Page\b/gu)).toHaveLength(1);
        expect(pdf).toContain('/FontFile'); // embedded
        expect(pdf).not.toContain('/Subtype /Image'); // lines are lines
        await screen.page.evaluate(() => void window.dispatchEvent(new Event('afterprint')));
        expect(await screen.page.locator('.printed').count()).toBe(0);
        expect(screen.complaints).toEqual([]);
    });

    it('never put scores of two teachers on one axis, and the list says whose each is', async () => {
        await goTo(`#/compare?runs=${rated}%2F${dice}`);
        await shows('These runs were rated by 2 teachers');
        const panels = screen.page.locator('figcaption', { hasText: 'Teacher score' });
        await expect.poll(() => panels.count()).toBe(2);
        expect(await panels.locator('.unit').allTextContents()).toEqual([
            'rated by Rules, sum of the criteria, 0 to 9',
            'rated by random, sum of the criteria, 0 to 9',
        ]);
        await goTo('#/runs');
        const teacherOf = (name: string): Promise<string | null> =>
            screen.page.getByRole('row', { name }).locator('td.teacher').textContent();
        expect([await teacherOf('rated'), await teacherOf('dice')]).toEqual(['Rules', 'random']);
    });

    it('tell lines, the open room and what is chosen apart where the system takes the colours', async () => {
        await screen.page.emulateMedia({ forcedColors: 'active' });
        await goTo('#/rate');
        await screen.page.getByLabel('How many').fill('12');
        await screen.page.getByRole('button', { name: 'Make the set' }).press('Enter');
        await screen.page.getByLabel('rater').fill('Ada');
        await screen.page.keyboard.press('Enter');
        await screen.page.locator('.key').first().waitFor();
        for (const key of ['Digit2', 'Digit1', 'Digit3', 'Digit2']) await screen.page.keyboard.press(key);
        const grounds = (selector: string, pseudo?: string): Promise<readonly string[]> =>
            screen.page
                .locator(selector)
                .evaluateAll(
                    (elements, pseudo) => elements.map((each) => getComputedStyle(each, pseudo).backgroundColor),
                    pseudo,
                );
        const chosen = screen.page.locator('.key[aria-pressed=true]');
        await expect.poll(() => chosen.count()).toBe(1);
        const [ground] = await grounds('.key[aria-pressed=true]');
        for (const other of await grounds('.key[aria-pressed=false]')) expect(other).not.toBe(ground);
        const keys = '.line:first-child .key';
        for (const level of [1, 2, 3]) {
            const dots = await grounds(`${keys}:nth-child(${level + 1}) .dots i`);
            expect(new Set(dots.slice(0, level)).size).toBe(1);
            for (const empty of dots.slice(level)) expect(empty).not.toBe(dots[0]);
        }
        const [done, here, open] = await Promise.all(
            ['.progress-strip .scored', '.progress-strip .here', '.progress-strip .open:not(.here)'].map(
                async (of) => (await grounds(of))[0],
            ),
        );
        expect(new Set([done, here, open]).size).toBe(3);
        const [room, ribbon] = [await grounds('nav a'), await grounds('nav a[aria-current]', '::before')];
        expect(ribbon).toHaveLength(1);
        expect(room).not.toContain(ribbon[0]);
        await screen.page.emulateMedia({ forcedColors: 'none' });
        await screen.page.keyboard.press('Escape');
    });

    describe('two runs at work', () => {
        let first: string;
        let second: string;

        beforeAll(async () => {
            const source = await readyStudent(home);
            const begin = async (name: string): Promise<string> =>
                (await pipe.ask('run.start', { job: 'learn', name, preset: 'quick', given: learning, source })).run;
            first = await begin(longName);
            second = await begin('second');
            for (const run of [first, second]) await pipe.told((push) => isAfter(push, run, 0));
        });

        it('keep their places, in the bar and on their cards, whichever told of itself last', async () => {
            await goTo('#/runs');
            const cards = screen.page.locator('section.card');
            await expect.poll(() => cards.count()).toBe(2);
            const cardsAre = async (): Promise<readonly (string | null)[]> => [
                await cards.nth(0).getAttribute('aria-label'),
                await cards.nth(1).getAttribute('aria-label'),
            ];
            const inBar = screen.page.locator('footer a.name');
            for (let round = 1; round <= 3; round++)
                for (const run of [first, second]) {
                    const updates = (await pipe.row(run)).updates;
                    await pipe.told((push) => isAfter(push, run, updates));
                    expect(await cardsAre()).toEqual([longName, 'second']);
                    expect(await inBar.textContent()).toBe(longName);
                }
            expect(await cards.locator('kbd').allTextContents()).toEqual(['Enter', '2']);
        });

        it('leave room for numbers and buttons, however long a name is, in every room and width', async () => {
            for (const width of [1280, 1000, 640]) {
                await screen.page.setViewportSize({ width, height: 800 });
                for (const room of ['runs', 'stories', 'models', 'settings']) {
                    await goTo(`#/${room}`);
                    const pause = screen.page.locator('footer').getByRole('button', { name: /^Pause/u });
                    const box = (await pause.boundingBox())!;
                    expect(box.x + box.width).toBeLessThanOrEqual(width);
                    const score = (await screen.page.locator('footer b').first().boundingBox())!;
                    expect(score.x + score.width).toBeLessThanOrEqual(box.x);
                    const name = screen.page.locator('footer a.name');
                    expect(await name.getAttribute('title')).toBe(longName);
                }
            }
            await screen.page.setViewportSize({ width: 1280, height: 800 });
        });

        it('are paused each by a button of its own', async () => {
            await goTo('#/settings');
            await screen.page.getByRole('button', { name: '1 more running' }).click();
            await screen.page.getByRole('button', { name: 'Pause second' }).click();
            await pipe.told((push) => push.push === 'ended' && push.run === second && push.reason === 'paused');
            expect((await pipe.row(first)).state).toBe('running');
            const bar = screen.page.locator('footer');
            await bar.hover();
            await pipe.ask('run.pause', { run: first });
            await pipe.told((push) => push.push === 'ended' && push.run === first);
            await bar.getByText('Paused', { exact: true }).waitFor(); // it still speaks of the run under the mouse
            expect(await bar.getByRole('button', { name: /^Pause/u }).count()).toBe(0);
            await screen.page.mouse.move(600, 100);
            await bar.getByText('Nothing is running').waitFor();
        });
    });

    it('never made the browser complain', () => {
        expect(screen.complaints).toEqual([]);
    });
});
