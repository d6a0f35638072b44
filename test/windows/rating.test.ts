/// <reference lib="dom" />
/**
 * The rating desk and the agreement report as a rater has them: by keyboard, in Chromium over `serve`, held against the
 * disk.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSetDatabase } from '../../src/main/store/connection/open.ts';
import { setRaters, setRatings, type SetRating } from '../../src/main/store/sets/rating-set.ts';
import { violationsIn } from './accessible.ts';
import { pipeOf, type Pipe } from './in-page.ts';
import { chromium, root } from './places.ts';
import { recordRatedRun } from './rated-run.ts';
import { openBrowser, type Screen } from './screen.ts';

const missing = [chromium, join(root, 'out/renderer/index.html')].filter((each) => !existsSync(each));
if (missing.length > 0) console.log(`The rating desk is not tested here: there is no ${missing.join(' and no ')}.`);

const criteria = ['readability', 'coherence', 'creativity'] as const;
const patient = { timeout: 60_000 }; // a report is measured on a machine that does other things too
const stories = 20;
const items = 22; // every tenth story comes twice

/** What the scripted rater gives: known beforehand, and in no order that a slip of one key would leave as it is. */
const planned = (position: number, criterion: number): number =>
    (position * 7 + criterion * 5 + position * criterion) % 4;

describe.skipIf(missing.length > 0)('people rate', () => {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-rating-'));
    const told: string[] = []; // every message to the page
    let screen: Screen;
    let pipe: Pipe;
    let teachers: readonly string[];
    let set: string;

    const goTo = async (hash: string): Promise<void> => {
        await screen.page.evaluate((to) => void (location.hash = to), hash);
        await screen.page.locator('h1').waitFor();
    };
    const press = async (...keys: readonly string[]): Promise<void> => {
        for (const key of keys) await screen.page.keyboard.press(key);
    };
    const shows = (text: string | RegExp): Promise<void> => screen.page.getByText(text).first().waitFor(patient);
    const atDesk = (position: number): Promise<void> =>
        expect.poll(() => screen.page.locator('.counts b').textContent()).toBe(String(position)) as Promise<void>;
    /** Everything that this rater ever said, as set.sqlite holds it. */
    const onDisk = (rater: string): readonly SetRating[] => {
        const db = openSetDatabase(join(home, 'sets', set, 'set.sqlite'), { readonly: true });
        try {
            const known = setRaters(db).find(({ name }) => name === rater);
            return known ? setRatings(db, known.id) : [];
        } finally {
            db.close();
        }
    };
    /** Scores of a teacher that stand in a text as numbers of their own: each has four decimals. */
    const teachersIn = (text: string): readonly string[] => {
        const numbers = new Set(text.match(/\d+(?:\.\d+)?/gu));
        return teachers.filter((score) => numbers.has(score));
    };
    const violations = (): Promise<readonly string[]> => violationsIn(screen.page);

    beforeAll(async () => {
        screen = await openBrowser(home);
        screen.page.on('websocket', (socket) =>
            socket.on('framereceived', ({ payload }) => void told.push(payload.toString())),
        );
        await screen.page.emulateMedia({ reducedMotion: 'reduce' });
        await screen.page.reload();
    });
    afterAll(async () => {
        await screen?.close();
        rmSync(home, { recursive: true, force: true });
    });

    it('says what rating is for before there is anything to rate', async () => {
        await goTo('#/rate');
        await shows('Can you believe the teacher?');
        await shows('Take the quick look');
        expect(await violations()).toEqual([]);
        await goTo('#/agreement');
        await shows('Nothing to compare yet.');
        expect(await violations()).toEqual([]);
    });

    it('makes a set of a run', async () => {
        teachers = recordRatedRun(home, 'night owl');
        await screen.page.reload();
        await goTo('#/rate');
        await screen.page.getByLabel('How many').fill(String(stories));
        expect(await violations()).toEqual([]);
        await screen.page.getByRole('button', { name: 'Make the set' }).press('Enter');
        await shows('agreement-1 is there: 20 stories');
        await screen.page.getByLabel('rater').fill('Ada');
        expect(await violations()).toEqual([]);
        await press('Enter');
        await atDesk(1);
        set = new URL(screen.page.url()).hash.split('/')[2]!.split('?')[0]!;
    });

    it('says what each score stands for, in the row that waits and in full', async () => {
        const rowOf = (name: string) => screen.page.getByRole('group', { name, exact: true });
        await rowOf('Readability').getByText('mostly broken words or signs; it cannot be read.').waitFor();
        expect(await rowOf('Creativity').locator('dd').count()).toBe(0);
        await press('2');
        await rowOf('Readability').getByText('some mistakes, but every sentence can be understood.').waitFor();
        expect(await rowOf('Narrative coherence').locator('dd').count()).toBe(4);
        await press('Backspace');
        await screen.page.getByRole('region', { name: 'Story' }).locator('.stop, .cut').waitFor(); // how it ended
        await press('?');
        const sheet = screen.page.getByRole('dialog', { name: 'The rubric storyteller-v1' });
        await sheet.getByText('a surprising idea that carries the whole story.').first().waitFor();
        expect(await violations()).toEqual([]);
        await press('?');
        await sheet.waitFor({ state: 'detached' });
        await atDesk(1);
    });

    it('counts a key that is held down once', async () => {
        const { keyboard } = screen.page;
        await keyboard.down('3');
        await keyboard.down('3'); // the keyboard's own repetition
        await keyboard.down('3');
        await keyboard.up('3');
        await shows('Narrative coherence');
        expect(await screen.page.locator('[aria-pressed=true].key').count()).toBe(1);
        await press('Backspace');
        expect(await screen.page.locator('[aria-pressed=true].key').count()).toBe(0);
    });

    it('takes keys after a click, which leaves the focus where it was', async () => {
        const clicked = screen.page.getByRole('button', { name: 'Readability 2', exact: true });
        await clicked.click();
        await press('1');
        expect(await screen.page.locator('[aria-pressed=true].key').count()).toBe(2);
        expect(await clicked.evaluate((key) => key === document.activeElement)).toBe(true);
        await press('Backspace', 'Backspace');
        expect(await screen.page.locator('[aria-pressed=true].key').count()).toBe(0);
    });

    it('takes ten keys a second and more, top row and numpad, without losing or doubling one', async () => {
        const began = performance.now();
        for (let position = 1; position <= items; position++)
            for (const [i] of criteria.entries()) {
                await press(`${(position + i) % 2 === 0 ? 'Digit' : 'Numpad'}${planned(position, i)}`);
                if (position <= items / 2) await screen.page.waitForTimeout(90); // then as fast as keys can be pressed
            }
        await shows('All of it is saved.');
        const held = onDisk('Ada');
        expect(held.map(({ position, number, kind }) => [position, number, kind])).toEqual(
            Array.from({ length: items }, (_, i) => [i + 1, 1, 'scored']),
        );
        for (const { position, scores, blind } of held) {
            expect(criteria.map((id) => scores[id])).toEqual(criteria.map((_, i) => planned(position, i)));
            expect(blind).toBe(true);
        }
        // keys pressed before their story has come are kept for it: that one was on the table for no time
        const dwells = held.map(({ dwellMs }) => dwellMs);
        expect(dwells[0]).toBeGreaterThan(0);
        expect(dwells.slice(1).reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(performance.now() - began);
        expect(await violations()).toEqual([]);
    });

    it('was told no score of a teacher, in no message and nowhere in the page', async () => {
        const atTheDesk = told.filter(
            (message) => /"(criteria|prompt)":/u.test(message) || message.includes('recorded'),
        );
        expect(atTheDesk.length).toBeGreaterThan(2 * items);
        expect(told.filter((message) => teachersIn(message).length > 0)).toEqual([]);
        expect(told.filter((message) => message.includes(`"teachers":`))).toEqual([]);
        await press('Backspace');
        await atDesk(items);
        expect(teachersIn(await screen.page.content())).toEqual([]);
        await press(`Digit${planned(items, 2)}`); // the same again is no new answer
        await shows('All of it is saved.');
        expect(onDisk('Ada')).toHaveLength(items);
    });

    it('undoes, skips, flags and notes; keys typed into a note are words', async () => {
        await goTo(`#/rate/${set}?rater=Ben`);
        await atDesk(1);
        expect(await violations()).toEqual([]);
        await press('1', '2', '3', 'z', '2', '2', '2');
        await atDesk(2);
        await press('s');
        await atDesk(3);
        await press('f', 'n');
        await screen.page.keyboard.type('0123 szf');
        await press('Enter', '0', '0', '0');
        await atDesk(4);
        await expect.poll(() => onDisk('Ben').length).toBe(5);
        const last = onDisk('Ben').map(({ position, number, kind, scores }) => [
            ...[position, number, kind],
            criteria.map((id) => scores[id]).join(''),
        ]);
        expect(last).toEqual([
            [1, 1, 'scored', '123'],
            [1, 2, 'withdrawn', ''],
            [1, 3, 'scored', '222'],
            [2, 1, 'skipped', ''],
            [3, 1, 'scored', '000'],
        ]);
        expect(onDisk('Ben').at(-1)).toMatchObject({ flagged: true, note: '0123 szf' });
        await press('Escape');
        await screen.page.getByLabel('rater').fill('Ben');
        await shows(/^2 of 22$/u);
        await press('Enter');
        await atDesk(4); // where it was left
    });

    it('keeps flag and note of a story that nobody has scored yet, however the desk is left', async () => {
        await press('f', 'n');
        await screen.page.keyboard.type('why a lamp?');
        await press('Enter');
        await goTo('#/rate'); // by the rail, not by Escape
        await expect
            .poll(() => onDisk('Ben').at(-1))
            .toMatchObject({ position: 4, number: 1, kind: 'withdrawn', flagged: true, note: 'why a lamp?' });
        await goTo(`#/rate/${set}?rater=Ben`);
        await atDesk(4);
        await shows('Note: why a lamp?');
        await shows('flagged');
        await press('f', 'n');
        await screen.page.getByLabel('Note').fill('');
        await press('Enter', 'Escape');
        await expect
            .poll(() => onDisk('Ben').at(-1))
            .toMatchObject({ position: 4, number: 2, flagged: false, note: '' });
        await screen.page.getByLabel('rater').fill('Ben');
        await press('Enter');
        await atDesk(4);
    });

    it('keeps an answer that another window gave first, and says so', async () => {
        pipe = await pipeOf(screen.page);
        const scores = { readability: 3, coherence: 3, creativity: 3 };
        const other = {
            set,
            rater: 'Ben',
            position: 4,
            number: 3,
            kind: 'scored',
            dwellMs: 1,
            flagged: false,
        } as const;
        expect(await pipe.ask('desk.answer', { ...other, scores, note: '' })).toBe('recorded');
        await press('0', '0', '0');
        await shows('Story 4 was rated in another window in the meantime');
        expect(onDisk('Ben').filter(({ position, kind }) => position === 4 && kind === 'scored')).toMatchObject([
            { scores },
        ]);
    });

    it('shows what the teacher said only to somebody who asked for it and has rated, and notes that', async () => {
        await atDesk(5);
        await screen.page.getByRole('button', { name: 'Blind' }).click();
        await screen.page.getByRole('button', { name: 'Reveal from here on' }).click();
        expect(told.filter((message) => message.includes(`"teachers":`))).toEqual([]);
        await press('1', '1', '1');
        await shows('A change now is kept as a second rating.');
        expect(told.filter((message) => message.includes(`"teachers":`))).toHaveLength(1);
        // so they would have been found before
        expect(told.filter((message) => teachersIn(message).length > 0)).toHaveLength(1);
        expect(await violations()).toEqual([]);
        await press('z', '2', '2', '2');
        await shows('A change now is kept as a second rating.');
        expect(onDisk('Ben').filter(({ position }) => position === 5)).toMatchObject([
            { kind: 'scored', blind: true },
            { kind: 'withdrawn', blind: false },
            { kind: 'scored', blind: false },
        ]);
        await press('Enter');
        await atDesk(6);
    });

    it('reports the agreement in words and numbers, and opens a story of it', async () => {
        for (let position = 6; position <= items; position++)
            await pipe.ask('desk.answer', {
                set,
                rater: 'Ben',
                position,
                number: 1,
                kind: 'scored',
                dwellMs: 1,
                flagged: false,
                note: '',
                scores: Object.fromEntries(
                    criteria.map((id, i) => [id, Math.min(3, planned(position, i) + (position % 2))]),
                ),
            });
        await goTo(`#/agreement/${set}`);
        await shows('Where scores meet');
        const { report, words } = await pipe.ask('set.agreement', { set });
        await shows(words[0]!.text);
        for (const part of [
            'Raters side by side',
            'At equal length',
            'All raters together',
            'What its scores are worth',
        ])
            await shows(part);
        const { statistics, n } = report.criteria[0]!.pairs.find(
            ({ raters: [a, b] }) =>
                a === 'mean' && report.raters.some(({ id, kind }) => id === b && kind === 'teacher'),
        )!;
        const line = screen.page.getByRole('row', { name: /^Readability/u }).first();
        await expect.poll(() => line.locator('td').last().textContent(), patient).toBe(String(n));
        expect(statistics.qwk.value).not.toBeNull();
        expect(await violations()).toEqual([]);
        await screen.page.getByText('Score by length', { exact: true }).click();
        const byLength = screen.page.getByRole('img', { name: /^Mean score by words, of people and /u });
        await byLength.waitFor();
        expect(await byLength.locator('g').count()).toBe(2);
        expect(await violations()).toEqual([]);
        await screen.page.locator('section ol a').first().press('Enter');
        await shows('Pin to compare');
        const worst = report.disagreements[0]!;
        const episode = Number(new URL(screen.page.url()).hash.split('story=')[1]);
        expect(worst.story.endsWith(`/${episode}`)).toBe(true); // one attempt: its numbers are its keys
    });

    it('shows a number that does not exist as n/a', async () => {
        const { id } = await pipe.ask('sets.make', {
            runs: [(await pipe.ask('runs.list', {}))[0]!.run],
            name: 'flat',
            stories: 10,
        });
        const view = await pipe.ask('desk.view', { set: id, rater: 'Cleo' });
        for (const [i] of view.items.entries())
            await pipe.ask('desk.answer', {
                set: id,
                rater: 'Cleo',
                position: i + 1,
                number: 1,
                kind: 'scored',
                dwellMs: 1,
                flagged: false,
                note: '',
                scores: { readability: 2, coherence: 2, creativity: 2 },
            });
        await goTo(`#/agreement/${id}`);
        const line = screen.page.getByRole('row', { name: /^Readability/u }).first();
        await expect.poll(() => line.locator('td').nth(3).textContent(), patient).toMatch(/^n\/a/u);
        expect(await violations()).toEqual([]);
    });

    it('never made the browser complain', () => {
        expect(screen.complaints).toEqual([]);
    });
});
