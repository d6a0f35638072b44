/// <reference lib="dom" />
/** Every room as somebody without a mouse and somebody with a screen reader has it, in Chromium over `serve`. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyPretraining } from '../support/tiny-settings.ts';
import { violationsIn } from './accessible.ts';
import { pipeOf, settled } from './in-page.ts';
import { chromium, root } from './places.ts';
import { openBrowser, type Screen } from './screen.ts';

const missing = [chromium, join(root, 'out/renderer/index.html')].filter((each) => !existsSync(each));
if (missing.length > 0) console.log(`The rooms are not tested here: there is no ${missing.join(' and no ')}.`);

const learning = {
    'runtime.threads': 1,
    'rollout.prompt': 'Once upon a time',
    'rollout.maxNewTokens': 16,
    'ppo.batch': 8,
    'ppo.minibatch': 4,
    'ppo.lr': 0.003,
    'evaluation.stories': 8,
    'evaluation.judge': 'none',
    'budget.updates': 4,
};

describe.skipIf(missing.length > 0)('the rooms', () => {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-rooms-'));
    let screen: Screen;
    let first: string;

    const goTo = async (hash: string): Promise<void> => {
        await screen.page.evaluate((to) => void (location.hash = to), hash);
        await screen.page.locator('h1').waitFor();
    };
    const press = async (...keys: readonly string[]): Promise<void> => {
        for (const key of keys) await screen.page.keyboard.press(key);
    };
    const shows = (text: string | RegExp): Promise<void> => screen.page.getByText(text).first().waitFor();
    const violations = (): Promise<readonly string[]> => violationsIn(screen.page);

    beforeAll(async () => {
        screen = await openBrowser(home);
        await screen.page.emulateMedia({ reducedMotion: 'reduce' });
    });
    afterAll(async () => {
        await screen?.close();
        rmSync(home, { recursive: true, force: true });
    });

    it('is accessible on the first day', async () => {
        await shows('No runs yet.');
        expect(await violations()).toEqual([]);
        await goTo('#/stories');
        await shows('Stories come with the first update.');
        expect(await violations()).toEqual([]);
    });

    it('shows a run that somebody else begins, without being asked', async () => {
        await goTo('#/runs');
        const pipe = await pipeOf(screen.page);
        const source = {
            job: 'pretrain',
            name: 'tiny',
            preset: 'quick',
            given: tinyPretraining,
            source: 'storyworld',
        } as const;
        const { run } = await pipe.ask('run.start', source);
        await shows('tiny');
        await pipe.told((push) => push.push === 'ended' && push.run === run);
        const from = (await pipe.ask('run.read', { run })).checkpoints.at(-1)!.source;
        const asked = { job: 'learn', name: 'first', preset: 'quick', given: learning, source: from } as const;
        first = (await pipe.ask('run.start', asked)).run;
        await pipe.told((push) => push.push === 'ended' && push.run === first);
        await shows('2 runs');
    });

    it('begins a run like another, and follows it to its end, by keyboard alone', async () => {
        await goTo(`#/runs/${first}`);
        await shows('Finished');
        await press('d');
        await shows('What the student does');
        await screen.page.getByText('Update budget').waitFor(); // the other run's settings are here
        await press('Control+Enter', 'Control+Enter', 'Control+Enter', 'Control+Enter');
        await shows('About'); // the new run's own page
        await shows(/all 4 updates are done/i);
        await press('s');
        await shows(/^32$/u); // stories: 4 updates of 8
    });

    it('searches, reads and lays two stories side by side by keyboard alone', async () => {
        await press('j', ' ', 'j');
        await expect.poll(() => screen.page.locator('article').count()).toBe(2);
        await press('d');
        await shows('Word differences');
        expect(await violations()).toEqual([]);
        await press('/');
        await screen.page.keyboard.type('zzzzzz');
        await shows('No story fits.');
        await screen.page.getByRole('button', { name: 'Clear all filters' }).waitFor();
        expect(await violations()).toEqual([]);
        await press('Escape', 'Backspace');
        await shows(/^32$/u);
        await press('b');
        await shows('Same prompt, same seed');
        expect(await violations()).toEqual([]);
    });

    it.each([
        ['runs', () => '#/runs', 'All runs'],
        ['a run of learning', () => `#/runs/${first}`, 'Best of update'],
        ['a run of pretraining', () => `#/runs/${first.replace('first', 'tiny')}`, 'Learning rate'],
        ['a new run', () => '#/new', 'What the student does'],
        ['compare', () => `#/compare?runs=${first}%2F${first.replace('first', 'tiny')}`, 'Configuration'],
        ['models', () => '#/models', 'comes with Storyloop'],
        ['settings', () => '#/settings', 'Appearance'],
    ])('is accessible: %s', async (_, hash, text) => {
        await goTo(hash());
        await shows(text);
        expect(await violations()).toEqual([]);
    });

    it('is accessible in every step of a new run, and in what lies over a room', async () => {
        await goTo('#/new');
        await shows('What the student does');
        for (const text of ['Starts from', 'who rates', 'What matters most']) {
            await press('Control+Enter');
            await shows(text);
            expect(await violations()).toEqual([]);
        }
        await goTo('#/runs');
        await press('?');
        await shows('Keys of this screen');
        expect(await violations()).toEqual([]);
        await press('Escape', 'Control+k');
        await screen.page.keyboard.type('stories of first');
        expect(await violations()).toEqual([]);
        await press('Enter');
        await shows('Pin to compare');
    });

    it('exports a run and some stories, and says why something does not come in, by keyboard alone', async () => {
        await goTo(`#/runs/${first}`);
        await shows('Finished');
        await press('e', 'Escape', 'e', 'Escape'); // gone before what there is to export is known
        await screen.page.locator('dialog').waitFor({ state: 'detached' }); // a sheet that closes still takes the keys
        await press('e');
        await shows('Export first');
        await shows('run.md and run.json');
        expect(await violations()).toEqual([]);
        await screen.page.locator('dialog table input').first().press('Enter'); // as everywhere, Enter sends a form off
        await shows(/files, .* each read back/u);
        expect(await violations()).toEqual([]);
        await press('Escape');
        await screen.page.locator('dialog').waitFor({ state: 'detached' });
        await goTo(`#/stories/${first}`);
        await screen.page.getByRole('button', { name: 'Export' }).click({ trial: true }); // stories are found
        await press('e');
        await shows(/Export the \d+ stories that fit/u);
        await press('Escape');
        await goTo('#/runs');
        await screen.page.getByRole('button', { name: 'Import' }).press('Enter');
        await screen.page.keyboard.type(join(home, 'nothing'));
        await press('Enter');
        await shows(/There is nothing at .*nothing; nothing was imported/u);
        expect(await violations()).toEqual([]);
        await press('Escape');
    });

    it('draws figures in the colours that the system forces, and in its own again', async () => {
        await goTo(`#/runs/${first}`);
        const canvas = screen.page.getByRole('region', { name: 'Figures' }).locator('canvas').first();
        const picture = (): Promise<string> => canvas.evaluate((drawn: HTMLCanvasElement) => drawn.toDataURL());
        await canvas.waitFor();
        await shows('Distributions'); // above them: it moves them down, and a picture is drawn anew
        await shows('Reward and its parts'); // what comes below may bring a scrollbar, and a narrower figure
        await settled(canvas);
        await screen.page.emulateMedia({ forcedColors: 'active' });
        const forced = await settled(canvas);
        await screen.page.emulateMedia({ forcedColors: 'none' });
        await expect.poll(picture).not.toBe(forced);
        const own = await settled(canvas); // by now all that stands below is there, and the figure as wide as it stays
        await screen.page.emulateMedia({ forcedColors: 'active' });
        await expect.poll(picture).not.toBe(own);
        await screen.page.emulateMedia({ forcedColors: 'none' });
        await expect.poll(picture).toBe(own);
    });

    it('archives with a way back instead of a question', async () => {
        await goTo('#/runs');
        await press('Escape'); // runs that were compared are still chosen
        await screen.page.getByLabel('Choose tiny').focus();
        await press(' ', 'a');
        await shows('tiny archived.');
        await screen.page.getByRole('button', { name: 'Undo' }).press('Enter');
        await shows('tiny restored to the list.');
        await press('Control+z');
        await shows('tiny archived.');
        await press('Control+z');
        await shows('tiny restored to the list.');
    });

    it('takes back what was changed of a run, and nothing that was changed since', async () => {
        const pipe = await pipeOf(screen.page);
        await goTo(`#/runs/${first}`);
        await shows('Finished');
        await press('i');
        const field = (name: string) => screen.page.getByLabel(name, { exact: true });
        await field('Tags').fill('owls');
        await field('Tags').blur();
        await shows('Changed the tags of first.');
        await field('Notes').fill('read these');
        await field('Notes').blur();
        await shows('Saved the notes on first.');
        await screen.page
            .locator('.toast', { hasText: 'Changed the tags' })
            .getByRole('button', { name: 'Undo' })
            .click();
        await expect.poll(async () => (await pipe.row(first)).tags).toEqual([]);
        expect((await pipe.row(first)).notes).toBe('read these');
    });

    it('finds rooms and acts beside runs, goes through a long list with the keys, and says when nothing fits', async () => {
        await goTo('#/runs');
        await press('Control+k');
        const options = screen.page.getByRole('option');
        await options.filter({ hasText: 'Settings' }).first().waitFor();
        expect(await options.count()).toBeGreaterThan(9);
        for (let i = 0; i < 40; i++) await press('ArrowDown');
        const last = options.last();
        expect(await last.getAttribute('aria-selected')).toBe('true');
        const [seen, list] = [await last.boundingBox(), await screen.page.getByRole('listbox').last().boundingBox()];
        expect(seen!.y + seen!.height).toBeLessThanOrEqual(list!.y + list!.height + 1);
        await screen.page.keyboard.type('zzzz');
        await shows('Nothing is called “zzzz”');
        expect(await violations()).toEqual([]);
        await press('Control+k');
        await screen.page.locator('dialog').waitFor({ state: 'detached' });
        await press('?');
        await shows('Keys of this screen');
        await press('?');
        await screen.page.locator('dialog').waitFor({ state: 'detached' });
    });

    it('refuses what cannot be in a new run, by the names on the screen, and takes a choice of preset back', async () => {
        await goTo('#/new');
        await shows('What the student does');
        const name = screen.page.getByLabel('Name', { exact: true });
        await name.fill(' ');
        await shows('The run has no name. Give it one under Kind.');
        await name.fill('wrong');
        await press('Control+Enter', 'Control+Enter', 'Control+Enter');
        const field = screen.page.locator('[id="field-budget.updates"]');
        for (const [typed, sentence] of [
            ['-5', 'Update budget must be a whole number'],
            ['many', 'Update budget must be a whole number'],
            ['', 'Update budget must be a whole number'],
        ] as const) {
            await field.fill(typed);
            await field.press('Escape'); // out of the field, not out of the room
            await shows(sentence);
            expect(await field.getAttribute('aria-invalid')).toBe('true');
            await screen.page
                .getByRole('button', { name: 'Start run' })
                .and(screen.page.locator(':disabled'))
                .waitFor();
        }
        expect(await violations()).toEqual([]);
        await field.fill('7');
        await field.press('Escape');
        await shows('It can start');
        expect(await field.getAttribute('aria-invalid')).toBe('false');
        await screen.page.getByRole('button', { name: /^Kind/u }).click();
        await screen.page.getByRole('radio', { name: /^improved/u }).check();
        await shows('Your changes to quick were discarded.');
        await press('Control+z');
        await shows('Update budget');
        expect(await screen.page.getByRole('radio', { name: /^quick/u }).isChecked()).toBe(true);
        await press('Escape');
        await shows('All runs');
    });

    it('never made the browser complain', () => {
        expect(screen.complaints).toEqual([]);
    });
});
