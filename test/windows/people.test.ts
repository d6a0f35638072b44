/// <reference lib="dom" />
/**
 * What a person does around the runs, in Chromium over `serve`: looks for words in all of them, deletes and takes back,
 * sets a new one up, leaves it and comes back, and asks why a story got its scores.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violationsIn } from './accessible.ts';
import { chromium, root } from './places.ts';
import { recordRatedRun } from './rated-run.ts';
import { openBrowser, type Screen } from './screen.ts';

const missing = [chromium, join(root, 'out/renderer/index.html')].filter((each) => !existsSync(each));
if (missing.length > 0) console.log(`What people do is not tested here: there is no ${missing.join(' and no ')}.`);

const patient = { timeout: 60_000 }; // on a machine that does other things too

describe.skipIf(missing.length > 0)('a person', () => {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-people-'));
    let screen: Screen;
    const goTo = (hash: string): Promise<void> => screen.page.evaluate((to) => void (location.hash = to), hash);
    const press = async (...keys: readonly string[]): Promise<void> => {
        for (const key of keys) await screen.page.keyboard.press(key);
    };
    const shows = (text: string | RegExp): Promise<void> => screen.page.getByText(text).first().waitFor(patient);
    const button = (name: string | RegExp) => screen.page.getByRole('button', { name }).first();
    const folders = (place: string): readonly string[] =>
        existsSync(join(home, place)) ? readdirSync(join(home, place)).filter((name) => !name.startsWith('.')) : [];
    const violations = (): Promise<readonly string[]> => violationsIn(screen.page);

    beforeAll(async () => {
        recordRatedRun(home, 'night owl');
        recordRatedRun(home, 'early heron');
        screen = await openBrowser(home);
        await screen.page.emulateMedia({ reducedMotion: 'reduce' });
    });
    afterAll(async () => {
        await screen?.close();
        rmSync(home, { recursive: true, force: true });
    });

    it('finds words in the stories of every run, marked, each leading to its story', async () => {
        await goTo('#/stories');
        await screen.page.getByRole('searchbox', { name: 'Words in stories' }).waitFor(patient);
        await press('a');
        await shows(/Type a word/);
        await screen.page.getByRole('searchbox', { name: 'Words in stories' }).fill('quiet fox');
        await shows(/2 runs, of 2 with stories/);
        const region = screen.page.getByRole('region', { name: 'Stories of all runs' });
        expect(await region.locator('mark').first().textContent()).toBe('quiet');
        expect(await violations()).toEqual([]);
        await region.locator('li a').first().press('Enter');
        await shows('Pin to compare');
        expect(new URL(screen.page.url()).hash).toMatch(/^#\/stories\/[^?]+\?text=quiet\+fox&story=\d+$/u);
        expect(await screen.page.locator('article mark').first().textContent()).toBe('quiet');
    });

    it('asks why a story got its scores, and sees its reward add up', async () => {
        await shows(/^Reward /);
        await button(/^Why these scores/).click();
        await shows(/^Points above or below a typical story: .* do not add up to the score/u);
        expect(await violations()).toEqual([]);
        const run = folders('runs').find((name) => name.includes('owl'))!;
        await goTo(`#/runs/${run}`);
        await shows('Reward and its parts');
        await screen.page
            .getByRole('region', { name: 'Reward', exact: true })
            .locator('canvas')
            .first()
            .waitFor(patient);
        expect(await violations()).toEqual([]);
    });

    it('deletes a run and takes it back, at once or from the trash', async () => {
        await goTo('#/runs');
        await screen.page.getByLabel('Choose night owl').check();
        await press('Delete');
        await shows('night owl moved to the trash.');
        await expect.poll(() => folders('runs').length).toBe(1);
        await expect.poll(() => screen.page.getByLabel('Choose night owl').count()).toBe(0);
        await press('Control+z');
        await screen.page.getByLabel('Choose night owl').waitFor(patient);
        expect(folders('runs')).toHaveLength(2);
        await screen.page.getByLabel('Choose night owl').check();
        await button(/^Delete/).click();
        await expect.poll(() => folders('trash').length).toBe(1);
        await goTo('#/settings');
        await button('Put back night owl').waitFor(patient);
        expect(await violations()).toEqual([]);
        await button('Put back night owl').click();
        await shows('night owl put back where it was.');
        expect(folders('runs')).toHaveLength(2);
        await goTo('#/runs');
        await screen.page.getByLabel('Choose early heron').check();
        await press('Delete');
        await expect.poll(() => folders('trash').length).toBe(1);
        await goTo('#/settings');
        await button('Empty the trash').click();
        await button('Delete for good').click();
        await shows(/^Empty\. Runs, rating sets, models and results/);
        expect(folders('trash')).toEqual([]);
        expect(folders('runs')).toHaveLength(1);
    });

    it('shows students first, and teachers for whoever asks for them, who finds them again', async () => {
        await goTo('#/models');
        await shows('comes with Storyloop');
        expect(await button(/^Students/u).getAttribute('aria-pressed')).toBe('true');
        const list = screen.page.getByRole('region', { name: 'Models' });
        expect(await list.getByText('Use a file I have').count()).toBe(0);
        await press('t');
        await list.getByText('Use a file I have').waitFor();
        expect(await button(/^Teachers/u).getAttribute('aria-pressed')).toBe('true');
        expect(await violations()).toEqual([]);
        await list.getByRole('button', { name: /^rules/u }).click();
        await goTo('#/settings');
        await goTo('#/models');
        expect(await button(/^Teachers/u).getAttribute('aria-pressed')).toBe('true');
        await press('t');
    });

    it('finds a model, and lets a student go on from words of one’s own', async () => {
        await goTo('#/models');
        await shows('comes with Storyloop');
        await press('/');
        await screen.page.keyboard.type('nothing like it');
        await shows('No student has these words.');
        expect(await button(/^Teachers/u).textContent()).toMatch(/0/u);
        await screen.page.getByRole('searchbox', { name: 'Models with these words' }).fill('fairy');
        await shows('comes with Storyloop');
        await screen.page.getByLabel('Tell a story that begins with').fill('Late in the autumn a miller');
        expect(await violations()).toEqual([]);
        await button('Tell a story now').click();
        await screen.page
            .locator('article .prompt', { hasText: 'Late in the autumn a miller' })
            .first()
            .waitFor(patient);
    });

    it('chooses a teacher from cards, and reads and copies its rubric', async () => {
        await goTo('#/new');
        await shows('It can start');
        await press('Control+Enter', 'Control+Enter');
        await shows('Comes with Storyloop');
        await shows(/speed unknown until checked/);
        expect(await violations()).toEqual([]);
        await screen.page.getByRole('radio', { name: /^A server/ }).check();
        const rubrics = screen.page.getByLabel('Rubrics here');
        await rubrics.waitFor(patient);
        await button('Show').click();
        await screen.page
            .getByRole('dialog')
            .getByText('a surprising idea that carries the whole story.')
            .first()
            .waitFor();
        await press('Escape');
        await button('Edit a copy').click();
        await screen.page
            .getByLabel('Name small letters')
            .or(screen.page.locator('dialog input'))
            .first()
            .fill('my-rubric');
        expect(await violations()).toEqual([]);
        await button('Keep it and use it').click();
        await expect.poll(() => rubrics.inputValue()).toBe('my-rubric');
        expect(folders('rubrics')).toEqual(['my-rubric.md']);
        await screen.page.getByRole('radio', { name: /^Reader/ }).check();
        await rubrics.waitFor({ state: 'detached' });
    });

    it('leaves the page and reloads it, and finds the draft as it was', async () => {
        await press('Control+Enter');
        await shows('What matters most');
        expect(await screen.page.locator('[id="field-ppo.gamma"]').isVisible()).toBe(false);
        await screen.page.locator('[id="field-budget.updates"]').fill('7');
        await screen.page.locator('[id="field-budget.updates"]').blur();
        await screen.page.getByLabel('with 3 seeds').check();
        await button('Start 3 runs').waitFor(patient);
        await goTo('#/runs');
        await screen.page.getByLabel('Choose night owl').waitFor(patient);
        await screen.page.reload();
        await goTo('#/new');
        await shows('Your draft, as you left it.');
        await expect.poll(() => screen.page.locator('[id="field-budget.updates"]').inputValue()).toBe('7');
        expect(await screen.page.getByLabel('with 3 seeds').isChecked()).toBe(true);
        await screen.page.locator('summary', { hasText: 'All settings' }).click();
        await screen.page.locator('[id="field-ppo.gamma"]').waitFor();
        await shows('ppo.gamma');
        expect(await violations()).toEqual([]);
        await button('Start afresh').click();
        await shows('What the student does');
    });

    it('starts three runs that differ by seed, one after the other', async () => {
        await press('Control+Enter', 'Control+Enter', 'Control+Enter');
        const type = async (key: string, value: string): Promise<void> => {
            const field = screen.page.locator(`[id="field-${key}"]`);
            if (!(await field.isVisible())) await screen.page.locator('summary', { hasText: 'All settings' }).click();
            await field.fill(value);
            await field.blur();
        };
        for (const [key, value] of [
            ...([
                ['budget.updates', '1'],
                ['ppo.batch', '4'],
                ['evaluation.stories', '0'],
            ] as const),
            ...([
                ['ppo.minibatch', '2'],
                ['guard.battery', 'off'],
                ['holdout.every', '0'],
            ] as const),
        ])
            await type(key, value);
        await screen.page.getByLabel('with 3 seeds').check();
        await button('Start 3 runs').click();
        await expect.poll(() => folders('runs').length, { timeout: 240_000, interval: 1000 }).toBe(4);
        await goTo('#/runs');
        const names = [42, 43, 44].map((seed) => screen.page.getByText(new RegExp(`, seed ${seed}$`, 'u')).first());
        for (const name of names) await name.waitFor(patient);
        expect(await violations()).toEqual([]);
    }, 300_000);

    it('never made the browser complain', () => {
        expect(screen.complaints).toEqual([]);
    });
});
