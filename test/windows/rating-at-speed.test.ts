/// <reference lib="dom" />
/**
 * What a rater does to the desk: a whole set as fast as keys can be pressed, two windows at once, and death at any key.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSetDatabase } from '../../src/main/store/connection/open.ts';
import { setRaters, setRatings, type SetRating } from '../../src/main/store/sets/rating-set.ts';
import { pipeOf } from './in-page.ts';
import { chromium, root } from './places.ts';
import { recordRatedRun } from './rated-run.ts';
import { openBrowser, type Screen } from './screen.ts';

const missing = [chromium, join(root, 'out/renderer/index.html')].filter((each) => !existsSync(each));
if (missing.length > 0) console.log(`The rating desk is not tested here: there is no ${missing.join(' and no ')}.`);

const criteria = ['readability', 'coherence', 'creativity'] as const;
const patient = { timeout: 60_000 };

/** What the scripted rater gives: known beforehand, and in no order that a slip of one key would leave as it is. */
const planned = (position: number, criterion: number): number =>
    (position * 7 + criterion * 5 + position * criterion) % 4;
const scoresPlanned = (position: number): Record<string, number> =>
    Object.fromEntries(criteria.map((id, i) => [id, planned(position, i)]));

describe.skipIf(missing.length > 0)('the rating desk', () => {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-at-speed-'));
    let screen: Screen;
    let set: string;

    const onDisk = (rater: string): readonly SetRating[] => {
        const db = openSetDatabase(join(home, 'sets', set, 'set.sqlite'), { readonly: true });
        try {
            expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
            const known = setRaters(db).find(({ name }) => name === rater);
            return known ? setRatings(db, known.id) : [];
        } finally {
            db.close();
        }
    };
    const sitDown = async (page: Page, rater: string): Promise<void> => {
        await page.evaluate((to) => void (location.hash = to), `#/rate/${set}?rater=${rater}`);
        await page.getByRole('region', { name: 'Story' }).locator('p').first().waitFor(patient);
    };

    beforeAll(async () => {
        recordRatedRun(home, 'night owl');
        screen = await openBrowser(home);
        const pipe = await pipeOf(screen.page);
        const [row] = await pipe.ask('runs.list', {});
        ({ id: set } = await pipe.ask('sets.make', { runs: [row!.run], name: 'trial', stories: 120 }));
    });
    afterAll(async () => {
        await screen?.close();
        rmSync(home, { recursive: true, force: true });
    });

    it('takes a set of 120 stories by keyboard alone as fast as keys can be pressed, and no score of a teacher is ever in the page', async () => {
        const { page } = screen;
        await sitDown(page, 'Ada');
        // at any moment: a teacher's score has four decimals, and what is to be read at the desk has none at all
        await page.evaluate(() => {
            const seen: string[] = [];
            const look = (): void => {
                const { innerHTML, textContent } = document.body;
                const found =
                    /\d\.\d{4}/u.exec(innerHTML.replaceAll(/ style="[^"]*"/gu, '')) ?? /\d\.\d/u.exec(textContent);
                if (found) seen.push(found[0]);
            };
            look();
            new MutationObserver(look).observe(document.body, {
                subtree: true,
                childList: true,
                characterData: true,
                attributes: true,
            });
            Object.assign(globalThis, { seen });
        });
        const keys = Array.from({ length: 132 }, (_, i) => criteria.map((_id, c) => planned(i + 1, c))).flat();
        // no rests between them: on an idle machine several times the ten a second of a quick hand
        for (const [i, key] of keys.entries()) await page.keyboard.press(`${i % 2 === 0 ? 'Digit' : 'Numpad'}${key}`);
        await page.getByText('All of it is saved.').waitFor(patient);
        expect(onDisk('Ada').map(({ position, number, kind, scores }) => [position, number, kind, scores])).toEqual(
            Array.from({ length: 132 }, (_, i) => [i + 1, 1, 'scored', scoresPlanned(i + 1)]),
        );
        expect(await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen)).toEqual([]);
    });

    it('lets one rater sit at two windows: every answer is one window’s, whole, and none is lost', async () => {
        const first = screen.page.context();
        const window = await first.browser()!.newContext({ storageState: await first.storageState() });
        const other = await window.newPage();
        await other.goto(screen.page.url());
        await sitDown(screen.page, 'Twin');
        await sitDown(other, 'Twin');
        const rate = async (page: Page, key: string): Promise<void> => {
            for (let i = 0; i < 30; i++) await page.keyboard.press(`Digit${key}`); // ten stories
        };
        await Promise.all([rate(screen.page, '1'), rate(other, '2')]);
        const counts = (): number => new Set(onDisk('Twin').map(({ position }) => position)).size;
        await expect.poll(counts, patient).toBeGreaterThanOrEqual(10);
        for (const page of [screen.page, other]) await page.getByText('saving').waitFor({ state: 'detached' });
        const held = onDisk('Twin');
        for (const { scores } of held) expect(new Set(Object.values(scores)).size).toBe(1); // never half of each
        const numbers = new Map<number, number>();
        for (const { position, number } of held) {
            expect(number).toBe((numbers.get(position) ?? 0) + 1);
            numbers.set(position, number);
        }
        await window.close();
    });

    it('loses at most the story on the table when all is killed, at any key of it', async () => {
        let answered = 0;
        for (const keys of [2, 3, 4, 9]) {
            // within a story, at its last key, in the next one, three at once
            const { page } = screen;
            await sitDown(page, 'Cleo');
            expect(await page.locator('.counts b').textContent()).toBe(String(answered + 1)); // where it was left
            for (let i = 0; i < keys; i++)
                await page.keyboard.press(`Digit${planned(answered + 1 + Math.floor(i / 3), i % 3)}`);
            // keys can be pressed faster than a slow disk takes answers; the desk says when more than one is on its way
            await page.getByText('saving').waitFor({ state: 'detached' });
            process.kill(screen.backend(), 'SIGKILL');
            await screen.close();
            screen = await openBrowser(home);
            const held = onDisk('Cleo');
            expect(held.map(({ position, number, kind, scores }) => [position, number, kind, scores])).toEqual(
                held.map((_, i) => [i + 1, 1, 'scored', scoresPlanned(i + 1)]),
            );
            // the one whose last key was pressed a moment ago may still have been on its way
            expect(held.length).toBeGreaterThanOrEqual(answered + Math.floor(keys / 3) - 1);
            expect(held.length).toBeLessThanOrEqual(answered + Math.floor(keys / 3));
            answered = held.length;
        }
    });
});
