/// <reference lib="dom" />
/** Six runs of two settings, compared as somebody has them who must say which setting won: in Chromium over `serve`. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { methodNamed } from '../../src/main/service/reports/comparison/tournament-plan.ts';
import { violationsIn } from './accessible.ts';
import { recordSetting, recordSixRuns } from './compared-runs.ts';
import { chromium, root } from './places.ts';
import { openBrowser, type Screen } from './screen.ts';

const missing = [chromium, join(root, 'out/renderer/index.html')].filter((each) => !existsSync(each));
if (missing.length > 0) console.log(`Comparing is not tested here: there is no ${missing.join(' and no ')}.`);

describe.skipIf(missing.length > 0)('runs compared', () => {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-comparing-'));
    let screen: Screen;
    const shows = (text: string | RegExp): Promise<void> => screen.page.getByText(text).first().waitFor();
    const goTo = async (hash: string): Promise<void> => {
        await screen.page.evaluate((to) => void (location.hash = to), hash);
        await screen.page.locator('h1').waitFor();
    };
    const choose = async (...names: readonly string[]): Promise<void> => {
        await goTo('#/runs');
        await screen.page.keyboard.press('Escape'); // those of before
        for (const name of names) await screen.page.getByRole('checkbox', { name: `Choose ${name}` }).check();
        await screen.page.keyboard.press('c');
        await shows('Before and after');
    };
    const headlines = (): Promise<readonly string[]> => screen.page.locator('.finding').allTextContents();
    let six: readonly string[];

    beforeAll(async () => {
        six = recordSixRuns(home);
        recordSetting(home, {
            name: 'dice',
            seed: 1,
            given: { teacher: 'random' },
            gain: 0,
            teacher: 'random',
        });
        for (const seed of [1, 2, 3])
            for (const [name, shuffle, gain] of [
                ['taught', 'off', 1],
                ['control', 'on', 0],
            ] as const)
                recordSetting(home, {
                    name: `${name}, seed ${seed}`,
                    seed,
                    gain: gain + 0.05 * seed,
                    given: { 'reward.lengthWeight': 0.2, 'teacher.shuffle': shuffle },
                });
        const later = { 'reward.lengthWeight': 0.15 }; // stands before the others by its name
        recordSetting(home, { name: 'added later', seed: 9, given: later, gain: 0.5 });
        const grouped = { ...later, ...methodNamed('grpo').switches };
        recordSetting(home, { name: 'as a group', seed: 9, given: grouped, gain: 0.5 });
        screen = await openBrowser(home);
        await screen.page.emulateMedia({ reducedMotion: 'reduce' });
        await shows('All runs');
    }, 120_000);
    afterAll(async () => {
        await screen.close();
        rmSync(home, { recursive: true, force: true });
    });

    it('say in the list who taught them, what tells them apart, and their score before and after', async () => {
        await goTo('#/runs');
        const row = screen.page.locator('tr', { hasText: 'length 0.4, seed 2' });
        await expect.poll(() => row.textContent()).toMatch(/length weight 0\.4, seed 2/u);
        expect(await row.textContent()).toMatch(/rules.*\d\.\d\d.*\d\.\d\d ± 0\.\d\d of 9/su);
        expect(await violationsIn(screen.page)).toEqual([]);
    });

    it('show what stories of each length get after learning, setting by setting', async () => {
        await choose(...six);
        await screen.page.getByText('Score by length after learning').click();
        const figure = screen.page.getByRole('img', { name: /Mean score by words after learning/u });
        await figure.waitFor();
        expect(await figure.locator('g').count()).toBe(2);
        const table = screen.page.locator('details[open] table');
        expect(await table.locator('tbody tr').count()).toBeGreaterThan(0);
        expect(await table.textContent()).toMatch(/length weight 0\.4 \[95 %\]/iu);
        expect(await violationsIn(screen.page)).toEqual([]);
    });

    it('say first which setting won, by how much, and over how many seeds', async () => {
        await choose(...six);
        await expect
            .poll(headlines)
            .toEqual([
                expect.stringMatching(
                    /^“Length weight 0\.4” won: at equal length it gained \+0\.\d\d \[\+\d\.\d\d, \+1\.\d\d\] of 9 points more than “Length weight 0\.1”, over 3 seeds each\.$/u,
                ),
            ]);
        await shows(/^All stories: \+\d\.\d\d \[.*\] more; its stories are .* words?/u);
        const rows = screen.page.getByRole('region', { name: 'Before and after, rated by rules' }).locator('tbody tr');
        await expect.poll(() => rows.count()).toBe(8); // two settings with three runs each
        const settings = screen.page.getByRole('region', { name: 'Configuration' }).locator('tbody tr');
        await expect.poll(() => settings.allTextContents()).toEqual(['Seed1, 2, 31, 2, 3', 'Length weight0.10.4']);
        expect(await violationsIn(screen.page)).toEqual([]);
    });

    it('are drawn over what somebody chooses, with seeds as bands or lines', async () => {
        const drawing = (): Promise<string> =>
            screen.page
                .getByRole('region', { name: 'Curves' })
                .locator('canvas')
                .first()
                .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
        const seen = new Set<string>();
        const differs = async (): Promise<void> => {
            await expect.poll(async () => seen.has(await drawing())).toBe(false);
            seen.add(await drawing());
        };
        await differs();
        await screen.page.getByRole('checkbox', { name: 'each run' }).check();
        await differs();
        await screen.page.getByRole('region', { name: 'Curves' }).getByLabel('whole scale').uncheck();
        await differs();
        await screen.page.getByRole('combobox', { name: 'x' }).selectOption('tokens trained on');
        await differs();
        await screen.page.getByRole('combobox', { name: 'x' }).selectOption('input words');
        await screen.page.getByRole('checkbox', { name: 'each run' }).uncheck();
    });

    it('are called as rated beside their control', async () => {
        await choose(...[1, 2, 3].flatMap((seed) => [`taught, seed ${seed}`, `control, seed ${seed}`]));
        await expect
            .poll(headlines)
            .toEqual([
                expect.stringMatching(
                    /^“Rewards as rated” won: .* more than the control \(rewards shuffled\), over 3/u,
                ),
            ]);
        const names = ['Rewards as rated', 'Control (rewards shuffled)'];
        const forest = screen.page.getByRole('region', { name: 'Before and after, rated by rules' });
        expect(await forest.locator('tbody b').allTextContents()).toEqual(expect.arrayContaining(names));
        const settings = screen.page.getByRole('region', { name: 'Configuration' }).locator('th.num');
        expect(await settings.allTextContents()).toEqual(names);
        const coloursOf = (): Promise<readonly (readonly string[])[]> =>
            forest
                .locator('tbody tr', { has: screen.page.locator('a', { hasText: /^(taught|control)/u }) })
                .evaluateAll((rows) =>
                    rows.map((row) => [
                        row.querySelector('a')!.textContent,
                        getComputedStyle(row.querySelector('.swatch')!).backgroundColor,
                    ]),
                );
        const before = await coloursOf();
        expect(new Set(before.map(([, colour]) => colour)).size).toBe(2);
        await screen.page.keyboard.press('Escape');
        await screen.page.getByRole('checkbox', { name: 'Choose added later' }).check();
        await screen.page.keyboard.press('c');
        await forest.getByRole('link', { name: 'added later' }).waitFor();
        expect((await coloursOf()).toSorted()).toEqual(before.toSorted());
    });

    it('say first of their settings by which methods they learned', async () => {
        await choose('added later', 'as a group');
        const settings = screen.page.getByRole('region', { name: 'Configuration' }).locator('tbody tr');
        await expect
            .poll(() => settings.allTextContents())
            .toEqual(expect.arrayContaining(['KL penalty inthe loss (k3)the reward, token by token']));
        expect((await settings.allTextContents())[0]).toBe('MethodGRPOPPO');
    });

    it('stand with their stories setting by setting, and a story opens in its run', async () => {
        await choose(...six);
        const stories = screen.page.getByRole('region', { name: 'Stories at equal words' });
        const columns = stories.locator('p.strong > span:first-of-type');
        await expect
            .poll(() => columns.allTextContents())
            .toEqual([0.1, 0.4].flatMap((weight) => [1, 2, 3].map((seed) => `length ${weight}, seed ${seed}`)));
        await stories.getByRole('link').first().press('Enter');
        await expect.poll(() => screen.page.url()).toMatch(/#\/stories\/.*seed-1\?story=\d+$/u);
        expect(await violationsIn(screen.page)).toEqual([]);
    });

    it('never share an axis with another teacher’s, nor a conclusion', async () => {
        await choose('dice', 'length 0.4, seed 1', 'length 0.1, seed 1');
        await expect.poll(async () => (await headlines()).length).toBe(2);
        const said = (await headlines()).join('\n');
        expect(said).toMatch(/Rated by rules: .* one run of a setting cannot tell the setting from the seed\./u);
        expect(said).toMatch(/Rated by random: Only “Length weight 0\.1, taught by random” was evaluated/u);
        for (const teacher of ['rules', 'random'])
            await screen.page.getByRole('region', { name: `Before and after, rated by ${teacher}` }).waitFor();
        expect(await violationsIn(screen.page)).toEqual([]);
    });

    it('are still chosen in the list for whoever comes back, by whatever way, until somebody chooses none', async () => {
        await choose(...six.slice(0, 3));
        const section = screen.page.getByRole('region', { name: 'Before and after, rated by rules' });
        const bottoms = await section.evaluate((region) =>
            ['label.row', '.section-head button'].map((each) => {
                const words = document.createRange();
                words.selectNodeContents(region.querySelector(each)!.lastChild!);
                return words.getBoundingClientRect().bottom;
            }),
        );
        expect(Math.abs(bottoms[0]! - bottoms[1]!)).toBeLessThan(1.5);
        await screen.page.keyboard.press('Escape');
        const areChosen = async (): Promise<void> => {
            await shows('3 chosen');
            expect(await screen.page.getByRole('checkbox', { name: /^Choose/u, checked: true }).count()).toBe(3);
        };
        await areChosen();
        const sideBar = screen.page.getByRole('navigation', { name: 'Rooms' });
        await sideBar.getByRole('link', { name: 'Models' }).click();
        await sideBar.getByRole('link', { name: 'Runs', exact: true }).click();
        await areChosen();
        await screen.page.keyboard.press('c');
        await shows('Before and after');
        await sideBar.getByRole('link', { name: 'Runs', exact: true }).click();
        await areChosen();
        await screen.page.keyboard.press('Escape');
        await expect.poll(() => screen.page.getByText('3 chosen').count()).toBe(0);
    });

    it('show how scores are spread, and lead on from a finished run into a form that is filled in', async () => {
        await goTo('#/runs');
        await screen.page.getByRole('link', { name: 'length 0.4, seed 3' }).click();
        const spread = screen.page.getByRole('region', { name: 'Distributions' });
        await expect.poll(() => spread.locator('.plot canvas[style]').count()).toBe(5); // three criteria, words, and pair by pair
        expect(await violationsIn(screen.page)).toEqual([]);
        const next = screen.page.getByRole('region', { name: 'Next' });
        await next.getByRole('link', { name: 'another seed' }).click();
        await expect.poll(() => screen.page.getByLabel('Name').inputValue()).toBe('length 0.4, seed 4');
        await screen.page.goBack();
        await next.getByRole('link', { name: 'Run a control' }).click();
        await expect.poll(() => screen.page.getByLabel('Name').inputValue()).toBe('length 0.4, seed 3, control');
        await screen.page.goBack();
        await next.getByRole('link', { name: 'Rate 40 stories' }).click();
        await expect.poll(() => screen.page.getByRole('spinbutton').first().inputValue()).toBe('40');
        await screen.page.getByRole('checkbox', { name: 'length 0.4, seed 3', checked: true }).waitFor();
    });

    it('fit into a window of half the size, and complain of nothing', async () => {
        await choose(...six);
        await screen.page.setViewportSize({ width: 640, height: 400 }); // 1280 × 800 at 200 %
        await shows(/won: at equal length/u);
        const overflow = await screen.page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow).toBeLessThanOrEqual(0);
        await screen.page.setViewportSize({ width: 1280, height: 800 });
        expect(screen.complaints).toEqual([]);
    });
});
