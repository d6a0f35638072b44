/// <reference lib="dom" />
/**
 * What pages owe to whoever has little room or bad luck: one column at 200 % zoom, nothing over the work, settings that
 * are true, and refusals said once. In Chromium over `serve`, with runs that were recorded for the test.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openHome } from '../../src/main/service/sources/home.ts';
import { openRatingSets } from '../../src/main/service/sets/rating-sets.ts';
import { addSample } from '../../src/main/service/sample.ts';
import { chromium, root } from './places.ts';
import { recordRatedRun } from './rated-run.ts';
import { openBrowser, type Screen } from './screen.ts';

const missing = [chromium, join(root, 'out/renderer/index.html')].filter((each) => !existsSync(each));
if (missing.length > 0) console.log(`Small windows are not tested here: there is no ${missing.join(' and no ')}.`);

const doubled = { width: 640, height: 400 }; // 1280 × 800 at 200 %
const whole = { width: 1280, height: 800 };

describe.skipIf(missing.length > 0)('the pages', () => {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-small-'));
    let screen: Screen;
    let set: string;

    const goTo = async (hash: string): Promise<void> => {
        await screen.page.evaluate((to) => void (location.hash = to), hash);
        await screen.page.locator('h1').waitFor();
    };
    const boxOf = async (of: Locator): Promise<{ x: number; y: number; width: number; height: number }> => {
        await of.waitFor();
        return (await of.boundingBox())!;
    };
    /** How far what is in the room reaches beyond its right edge, px. */
    const overhang = (): Promise<number> =>
        screen.page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth);

    beforeAll(async () => {
        mkdirSync(join(home, 'runs'));
        recordRatedRun(home, 'night owl');
        addSample(home, Date.now());
        vi.stubEnv('STORYLOOP_HOME', home);
        const data = openHome();
        const sets = openRatingSets(data);
        ({ id: set } = sets.make({ runs: ['night owl'], name: 'small', stories: 12, seed: 1 }));
        data.close();
        vi.unstubAllEnvs();
        screen = await openBrowser(home);
        await screen.page.emulateMedia({ reducedMotion: 'reduce' });
    });
    afterAll(async () => {
        await screen?.close();
        rmSync(home, { recursive: true, force: true });
    });

    describe('at 200 %', () => {
        beforeAll(() => screen.page.setViewportSize(doubled));
        afterAll(() => screen.page.setViewportSize(whole));

        it('have every room in reach', async () => {
            await goTo('#/runs');
            for (const name of ['Runs', 'Stories', 'Rate', 'Agreement', 'Models', 'Settings']) {
                const { y, height } = await boxOf(
                    screen.page.getByRole('navigation').getByRole('link', { name, exact: true }),
                );
                expect(y).toBeGreaterThanOrEqual(0);
                expect(y + height).toBeLessThanOrEqual(doubled.height);
            }
        });

        it('show the story on the desk, and the rubric below it', async () => {
            await goTo(`#/rate/${set}?rater=Ada`);
            const story = await boxOf(screen.page.locator('.prose'));
            const rubric = await boxOf(screen.page.locator('.rubric'));
            expect(story.y + 40).toBeLessThan(doubled.height); // a line of it without scrolling
            expect(story.x + story.width).toBeLessThanOrEqual(doubled.width);
            expect(rubric.y).toBeGreaterThanOrEqual(story.y + story.height);
            expect(await overhang()).toBe(0);
        });

        it('show a new run’s form above what it comes to, with the way on in sight', async () => {
            await goTo('#/new');
            await screen.page.getByText('What the student does').waitFor();
            const form = await boxOf(screen.page.getByRole('region', { name: 'Kind' }));
            const outlook = await boxOf(screen.page.getByRole('complementary'));
            expect(outlook.y).toBeGreaterThanOrEqual(form.y + form.height);
            const next = await boxOf(screen.page.getByRole('button', { name: /^Next/u }));
            expect(next.y + next.height).toBeLessThan(doubled.height);
            for (let step = 0; step < 3; step++) {
                expect(await overhang()).toBe(0);
                await screen.page.keyboard.press('Control+Enter');
            }
        });

        it('bring the story that was chosen into sight', async () => {
            await goTo('#/stories/sample');
            await screen.page.locator('[role=option]').first().waitFor();
            await screen.page.keyboard.press('j');
            await expect.poll(async () => (await boxOf(screen.page.locator('.prose'))).y).toBeLessThan(300);
            const { x, width } = await boxOf(screen.page.locator('.prose'));
            expect(x + width).toBeLessThanOrEqual(doubled.width);
            expect(await overhang()).toBe(0);
        });
    });

    it('tell in About what a run started from, and only the settings that acted', async () => {
        await goTo('#/runs/sample');
        await screen.page.getByRole('button', { name: /^About/u }).click();
        const started = screen.page.locator('dt', { hasText: 'Started from' }).locator('+ dd');
        await started.waitFor();
        expect(await started.textContent()).toMatch(/tales-3m\s+4 layers of width 192, 6 heads/u);
        const settings = await screen.page.locator('.about td:first-child').allTextContents();
        expect(settings).toContain('ppo.batch');
        expect(settings).toContain('ppo.lambda');
        expect(
            await screen.page
                .locator('dt', { hasText: /^Method$/u })
                .locator('+ dd')
                .textContent(),
        ).toBe('PPO');
        expect(settings.filter((key) => /^(student|tokenizer|corpus|pretrain)\./u.test(key))).toEqual([]);
    });

    it('say once, beside the settings, why a run cannot start, and let it start when that is changed', async () => {
        await goTo('#/new?preset=quick');
        await screen.page.getByText('It can start').waitFor();
        for (let step = 0; step < 3; step++) await screen.page.keyboard.press('Control+Enter');
        await screen.page.locator('summary', { hasText: 'All settings' }).click();
        const field = (key: string): Locator => screen.page.locator(`[id="field-${key}"]`);
        await field('budget.words').fill('5');
        await field('budget.updates').fill('0');
        await field('budget.updates').blur();
        const start = screen.page.getByRole('button', { name: 'Start run' });
        await screen.page.getByText('It can start').waitFor();
        await start.click();
        await screen.page.getByText('It cannot start like this').waitFor({ timeout: 60_000 });
        expect(await screen.page.getByText(/too small for one update/u).count()).toBe(1);
        expect(await screen.page.locator('.toast').count()).toBe(0);
        expect(await screen.page.getByText('It can start').count()).toBe(0);
        expect(await start.isDisabled()).toBe(true);
        await field('budget.words').fill('100000');
        await field('budget.words').blur();
        await screen.page.getByText('It can start').waitFor();
        expect(await start.isEnabled()).toBe(true);
        await goTo('#/runs');
    });

    it('set by the name of a method what makes it, and offer nothing for a value head where there is none', async () => {
        await goTo('#/new?preset=quick');
        await screen.page.getByText('It can start').waitFor();
        for (let step = 0; step < 3; step++) await screen.page.keyboard.press('Control+Enter');
        await screen.page.locator('summary', { hasText: 'All settings' }).click();
        const field = (key: string): Locator => screen.page.locator(`[id="field-${key}"]`);
        const summary = screen.page.locator('dt', { hasText: /^Method$/u }).locator('+ dd');
        await field('ppo.lambda').waitFor();
        await screen.page.getByLabel('Method').selectOption({ label: 'GRPO' });
        await field('ppo.lambda').waitFor({ state: 'detached' });
        expect(await field('ppo.advantage').inputValue()).toBe('mean');
        expect(await field('ppo.klPlace').inputValue()).toBe('loss-k3');
        await vi.waitFor(async () => expect(await summary.textContent()).toBe('GRPO'));
        await field('ppo.lossMean').selectOption('tokens');
        await vi.waitFor(async () =>
            expect(await summary.textContent()).toMatch(/^mean advantage, .*mean over tokens$/u),
        );
        expect(await screen.page.getByLabel('Method').inputValue()).toBe('');
        await goTo('#/runs');
    });

    it('do not call a run ready whose teacher is not there', async () => {
        await goTo('#/new?teacher=nobody');
        await screen.page.getByText(/There is no teacher called “?"?nobody/u).waitFor();
        expect(await screen.page.getByText('It can start').count()).toBe(0);
        expect(await screen.page.getByRole('button', { name: 'Start now' }).isDisabled()).toBe(true);
        await goTo('#/runs');
    });

    it('say what happened beside the work, not over it, and for a while only', async () => {
        const { page } = screen;
        await page.clock.install();
        await page.reload();
        await goTo('#/runs/sample');
        await page.getByRole('button', { name: /^About/u }).click();
        await page.getByLabel('Notes').fill('read these');
        await page.getByLabel('Notes').blur();
        const toast = page.locator('.toast');
        const [said, room, bar] = [
            await boxOf(toast),
            await boxOf(page.locator('main')),
            await boxOf(page.locator('.app > footer')),
        ];
        expect(said.y).toBeGreaterThanOrEqual(room.y + room.height);
        expect(said.y + said.height).toBeLessThanOrEqual(bar.y);
        await page.clock.fastForward(10_500);
        await toast.waitFor({ state: 'detached' });
        await page.clock.resume();
    });

    it('say that a run’s folder is gone, and not that it goes on', async () => {
        const folder = readdirSync(join(home, 'runs')).find((name) => name.endsWith('night-owl'))!;
        await goTo(`#/runs/${folder}`);
        await screen.page.getByText('Interrupted').first().waitFor();
        rmSync(join(home, 'runs', folder), { recursive: true });
        await screen.page.getByText('The folder of this run is gone.').waitFor({ timeout: 30_000 });
        expect(await screen.page.getByRole('button', { name: /^(Pause|Continue)/u }).count()).toBe(0);
        await screen.page.getByRole('link', { name: 'Back to the runs' }).click();
        await screen.page.getByText('All runs').waitFor();
    });
});
