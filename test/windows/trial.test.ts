/// <reference lib="dom" />
/**
 * The teacher on trial in the app: a run, a set sent to a colleague and back, a report, and a run that is paid what
 * people would.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { episodesIn } from '../store/run/all-episodes.ts';
import { openRunDatabase, openSetDatabase } from '../../src/main/store/connection/open.ts';
import { readAll, readOne } from '../../src/main/store/connection/statements.ts';
import { addSetRating, setRaters } from '../../src/main/store/sets/rating-set.ts';
import { readConfig } from '../../src/main/store/run/run.ts';
import type { CalibrationFile } from '../../src/shared/ratings/calibration.ts';
import { readCalibration } from '../../src/shared/ratings/calibration-line.ts';
import { readyStudent } from '../support/ready-student.ts';
import { pipeOf, type Pipe } from './in-page.ts';
import { chromium, root } from './places.ts';
import { openBrowser, type Screen } from './screen.ts';

const missing = [chromium, join(root, 'out/renderer/index.html')].filter((each) => !existsSync(each));
if (missing.length > 0) console.log(`The trial is not tested here: there is no ${missing.join(' and no ')}.`);

const patient = { timeout: 40_000 };
const learning = {
    'runtime.threads': 1,
    'rollout.prompt': 'Once upon a time',
    'rollout.maxNewTokens': 16,
    'ppo.batch': 20,
    'ppo.minibatch': 10,
    'ppo.lr': 0.003,
    'evaluation.stories': 0,
    'budget.updates': 3,
};

describe.skipIf(missing.length > 0)('the teacher on trial', () => {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-trial-'));
    const random = new RandomStream('trial');
    let screen: Screen;
    let pipe: Pipe;
    let run: string;
    let set: string;

    const goTo = async (hash: string): Promise<void> => {
        await screen.page.evaluate((to) => void (location.hash = to), hash);
        await screen.page.locator('h1').waitFor();
    };
    const shows = (text: string | RegExp): Promise<void> => screen.page.getByText(text).first().waitFor(patient);

    /**
     * By item: is the teacher's total in its upper half? What people give follows it, so that it is worth something.
     */
    const teachersRanks = (): readonly (0 | 1)[] => {
        const db = openSetDatabase(join(home, 'sets', set, 'set.sqlite'), { readonly: true });
        const record = openRunDatabase(join(home, 'runs', run, 'run.sqlite'), { readonly: true });
        try {
            const items = readAll<{ episode: number }>(
                db,
                'SELECT episode FROM item JOIN story ON story.id = item.story ORDER BY position',
            );
            const totals = items.map(
                ({ episode }) =>
                    readOne<{ total: number }>(record, 'SELECT total FROM rated_episode WHERE number = @episode', {
                        episode,
                    })!.total,
            );
            const middle = totals.toSorted((a, b) => a - b)[Math.floor(totals.length / 2)]!;
            return totals.map((total) => (total >= middle ? 1 : 0));
        } finally {
            db.close();
            record.close();
        }
    };

    beforeAll(async () => {
        const source = await readyStudent(home);
        screen = await openBrowser(home);
        pipe = await pipeOf(screen.page);
        const over = (of: string): Promise<unknown> => pipe.told((push) => push.push === 'ended' && push.run === of);
        const asked = { job: 'learn', name: 'first', preset: 'quick', given: learning, source } as const;
        ({ run } = await pipe.ask('run.start', asked));
        await over(run);
    });
    afterAll(async () => {
        await screen?.close();
        rmSync(home, { recursive: true, force: true });
    });

    it('sends marked stories to the rating desk, and what a filter shows', async () => {
        const { page } = screen;
        await goTo(`#/stories/${run}`);
        await page.locator('#story-0').waitFor(patient);
        for (const key of ['m', 'j', 'j', 'm', 'r']) await page.keyboard.press(key);
        await shows('2 marked stories.');
        await page.getByLabel('Name').fill('two of them');
        await page.getByRole('button', { name: 'Make the set' }).click();
        await shows('two of them is there: 2 stories.');
        await goTo(`#/stories/${run}?to=2`);
        await shows(/^40$/u);
        await page.keyboard.press('r');
        await shows('Chosen from the 40 stories that the filter shows.');
        await page.getByLabel('Name').fill('trial');
        await page.getByRole('button', { name: 'Make the set' }).click();
        await shows(/^trial is there: /u);
        const made = (await pipe.ask('sets.list', {})).find((each) => each.kind === 'set' && each.name === 'trial');
        set = made?.kind === 'set' ? made.id : '';
    });

    it('goes to a colleague as a file and comes back with what differs', async () => {
        const { page } = screen;
        const view = await pipe.ask('desk.view', { set, rater: 'Ada Lovelace' });
        const ranks = teachersRanks();
        for (const rater of ['Ada Lovelace', 'Ben'])
            for (const [i] of view.items.entries()) {
                const scores = Object.fromEntries(
                    view.criteria.map(({ id }) => [id, 2 * ranks[i]! + random.fork(rater, i, id).integer(2)]),
                );
                await pipe.ask('desk.answer', {
                    set,
                    rater,
                    position: i + 1,
                    number: 1,
                    kind: 'scored',
                    scores,
                    dwellMs: 1,
                    flagged: false,
                    note: '',
                });
            }
        await goTo('#/rate');
        const row = page.getByRole('row', { name: /^trial/u });
        const [download] = await Promise.all([
            page.waitForEvent('download'),
            row.getByRole('button', { name: 'Export' }).click(),
        ]);
        const sent = join(home, download.suggestedFilename());
        await download.saveAs(sent);
        expect(readFileSync(sent).includes('Lovelace')).toBe(false);

        const field = page.getByLabel('A set or ratings that somebody sent');
        await field.setInputFiles(sent);
        await shows(`All ${2 * view.items.length} ratings of that file are in trial already; nothing was changed.`);
        // on both sides the same rater answers the third story once more, otherwise here than there
        const copy = openSetDatabase(sent, { readonly: false });
        const ada = setRaters(copy)[0]!;
        const again = { position: 3, number: 2, dwellMs: 1, flagged: false } as const;
        const theirs = { ...again, rater: ada.id, kind: 'skipped', scores: {}, at: 1, note: 'seen otherwise' } as const;
        expect(addSetRating(copy, theirs)).toBe('recorded');
        copy.pragma('journal_mode = DELETE');
        copy.close();
        const scores = Object.fromEntries(view.criteria.map(({ id }) => [id, 3]));
        const ours = { ...again, set, rater: 'Ada Lovelace', kind: 'scored', scores, note: '' } as const;
        expect(await pipe.ask('desk.answer', ours)).toBe('recorded');
        await field.setInputFiles(sent);
        await shows('1 answer of trial differs from the file');
        await page.getByText('Show both, scores included').click();
        await shows(/“seen otherwise”/u);
        await page.getByRole('button', { name: 'Good' }).click();
    });

    it('pays a new run what people would, and the run keeps the table', async () => {
        const { page } = screen;
        await goTo(`#/agreement/${set}`);
        await page.getByRole('link', { name: 'Use it in a new run' }).click(patient);
        await shows(/by 2 people on \d+ stories/u);
        await page.getByRole('button', { name: '2 Student' }).click();
        await page.getByRole('radio', { name: /tiny/u }).first().check();
        for (const [step, keys] of [
            ['3 Teacher', ['rollout.prompt', 'rollout.maxNewTokens']],
            ['4 Learning', ['budget.updates', 'ppo.batch', 'ppo.minibatch', 'evaluation.stories', 'runtime.threads']],
        ] as const) {
            await page.getByRole('button', { name: step }).click();
            await page.locator('summary', { hasText: 'All settings' }).click();
            for (const key of keys) {
                const input = page.locator(`[id="field-${key}"]`);
                await input.fill(String(key === 'budget.updates' ? 1 : learning[key]));
                await input.blur();
            }
        }
        await page.getByRole('button', { name: /^Start run/u }).click();
        await expect.poll(() => new URL(page.url()).hash, patient).toMatch(/^#\/runs\/./u);
        const paid = decodeURIComponent(new URL(page.url()).hash.slice('#/runs/'.length));
        await pipe.told((push) => push.push === 'ended' && push.run === paid);
        const [fitted] = await pipe.ask('set.calibrations', { set });
        const db = openRunDatabase(join(home, 'runs', paid, 'run.sqlite'), { readonly: true });
        const kept = JSON.parse(readConfig(db).values['reward.calibration']) as CalibrationFile;
        const stages = episodesIn(db).map((episode) => episode.stages);
        db.close();
        expect(fitted).toMatchObject({ kind: 'fitted', calibration: kept });
        expect(stages.length).toBeGreaterThan(0);
        for (const { fraction, calibrated } of stages)
            expect(calibrated).toBeCloseTo(readCalibration(kept.sum.points, fraction!), 12);
    });

    it('never made the browser complain', () => {
        expect(screen.complaints).toEqual([]);
    });
});
