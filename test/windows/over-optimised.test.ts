/// <reference lib="dom" />
/**
 * A run that was over-optimised for a planted weakness, as a person has it in Chromium over `serve`: the drill, the
 * second judge at equal length, the way back, and what a built-in teacher makes of planted defects.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireLease } from '../../src/main/store/connection/lease.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { createRunFolder } from '../../src/main/store/home/run-folder.ts';
import { beginAttempt, endAttempt } from '../../src/main/store/run/attempts.ts';
import { recordCheckpoint } from '../../src/main/store/run/checkpoints.ts';
import { recordHoldOutReading } from '../../src/main/store/run/hold-out.ts';
import { registerRater } from '../../src/main/store/run/ratings/ratings.ts';
import { recordUpdate } from '../../src/main/store/run/updates.ts';
import { anUpdate, config, episodesOf, rubric, start, teacher } from '../store/records.ts';
import { settled } from './in-page.ts';
import { chromium, root } from './places.ts';
import { openBrowser, type Screen } from './screen.ts';

const missing = [chromium, join(root, 'out/renderer/index.html')].filter((each) => !existsSync(each));
if (missing.length > 0) console.log(`Over-optimisation is not shown here: there is no ${missing.join(' and no ')}.`);

const patient = { timeout: 60_000 };
const stories = 40;

/** Twelve updates in which every story comes to be great after the fifth, which the teacher alone pays for. */
function recordTrickedRun(home: string): string {
    const values = { ...config.values, 'teacher.bias': 'word', 'teacher.biasWord': 'great' } as const;
    const folder = createRunFolder(
        home,
        { name: 'tricked', kind: 'learn', config: { ...config, values } },
        () => start,
    );
    const db = openRunDatabase(folder.database, { readonly: false });
    try {
        const lease = acquireLease(db, () => start);
        registerRater(lease, teacher, rubric);
        beginAttempt(lease, { node: 'v24' });
        const shareAt = (update: number): number => Math.max(0, Math.min(1, (update - 5) / 4));
        const read = (update: number): void => {
            const told = Array.from({ length: stories }, (_, seed) => ({
                seed,
                prompt: 'Once',
                story: ` upon ${update}, ${seed}.`,
                words: 20 + (seed % 15),
                finished: true,
                kl: update / 2,
                teacher: 4 + Math.sin(seed) + 3 * shareAt(update),
                judge: 5 + Math.sin(seed + 0.5),
            }));
            const digest = `weights ${update}`;
            const by = { teacher: teacher.id, judge: 'second-reader', seconds: 1 };
            recordHoldOutReading(lease, { update, at: start, inputWords: update, digest, ...by, stories: told });
        };
        read(0);
        for (let update = 1; update <= 12; update++) {
            const episodes = episodesOf(update, 20).map((episode, i) => ({
                ...episode,
                story: i < 20 * shareAt(update) ? 'a great tale' : 'a tale',
            }));
            recordUpdate(lease, anUpdate(update, `weights ${update}`, 20), episodes, []);
            if (update % 2 === 0) read(update);
            if (update !== 4) continue;
            mkdirSync(join(folder.folder, 'checkpoints', 'update_4'), { recursive: true });
            const kept = { path: 'checkpoints/update_4', kind: 'milestone', at: start, words: 4, update } as const;
            recordCheckpoint(lease, { ...kept, digest: 'kept' });
        }
        endAttempt(lease, { reason: 'finished', at: start, message: 'all 12 updates are done' });
    } finally {
        db.close();
    }
    return basename(folder.folder);
}

describe.skipIf(missing.length > 0)('over-optimisation on the page', () => {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-tricked-'));
    let screen: Screen;
    let run: string;
    beforeAll(async () => {
        run = recordTrickedRun(home);
        screen = await openBrowser(home);
    });
    afterAll(async () => {
        await screen?.close();
        rmSync(home, { recursive: true, force: true });
    });

    it('shows the drill: its course, when it was found, and which alarm saw it', async () => {
        const { page } = screen;
        await page.evaluate((to) => void (location.hash = to), `#/runs/${run}`);
        const drill = page.getByRole('region', { name: 'Fire drill' });
        await drill.waitFor(patient);
        await settled(drill.locator('canvas').first());
        expect(await drill.locator('.words p').textContent()).toMatch(/The student found it after update [3-6] /u);
        const judge = drill.getByRole('row', { name: /the second judge/u });
        expect(await judge.textContent()).toMatch(/warned after update \d+, \d+ after it was found/u);
    });

    it('shows the second judge at equal length, and the way back', async () => {
        const { page } = screen;
        const trial = page.getByRole('region', { name: 'Second judge' });
        await trial.waitFor(patient);
        expect(await trial.locator('.words').textContent()).toMatch(
            /At equal length it is there, too.*The student after update 4 is kept/su,
        );
        const even = trial.getByRole('button', { name: 'At equal length' });
        expect(await trial.locator('.unit').first().textContent()).not.toContain('at equal length');
        await even.click();
        expect(await even.getAttribute('aria-pressed')).toBe('true');
        expect(await trial.locator('.unit').first().textContent()).toContain('at equal length');
        const way = await trial.getByRole('link', { name: 'Learn on from update 4' }).getAttribute('href');
        expect(way).toContain(`like=${run}`);
        expect(decodeURIComponent(way!)).toContain('checkpoints/update_4');
    });

    it('plants defects and harmless edits for a teacher that is built in', async () => {
        const { page } = screen;
        await page.evaluate(() => void (location.hash = '#/models?teacher=rules'));
        const detail = page.getByRole('region', { name: 'rules' });
        await detail.getByRole('button', { name: 'Plant defects' }).click(patient);
        const all = detail.getByRole('row', { name: /with any of these harmless edits/u });
        await all.waitFor(patient);
        expect(await all.textContent()).toMatch(/\d+ % \[\d+, \d+\]/u);
        expect(screen.complaints).toEqual([]);
    });
});
