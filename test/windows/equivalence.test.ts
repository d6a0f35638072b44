/// <reference lib="dom" />
/**
 * What feedback was worth in reading, as a person finds it in Chromium over `serve`. The students are real; what they
 * said of sixty pairs is written for the test, so that the answer is known.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keptRun } from '../../src/main/service/sources/kept-checkpoints.ts';
import { openBenchmarks } from '../../src/main/store/home/benchmarks.ts';
import { runFolderAt } from '../../src/main/store/home/run-folder.ts';
import { rounded } from '../../src/shared/text/numbers.ts';
import { runsIn, succeeding, tinyLearning, tinyStudent } from '../headless/command-line.ts';
import { readyStudent } from '../support/ready-student.ts';
import { violationsIn } from './accessible.ts';
import { settled } from './in-page.ts';
import { chromium, root } from './places.ts';
import { savedFigure } from './saving-figures.ts';
import { openBrowser, type Screen } from './screen.ts';

const missing = [chromium, join(root, 'out/renderer/index.html')].filter((each) => !existsSync(each));
if (missing.length > 0)
    console.log(`The worth of feedback is not tested here: there is no ${missing.join(' and no ')}.`);

const patient = { timeout: 60_000 }; // counting takes its time on a machine that does other things too
const pairs = 60;

/** Records that the last student of a run read sixty pairs and got so many of them right. Returns words it had read. */
function recordReading(home: string, run: string, right: number): number {
    const { name, config, checkpoints } = keptRun(runFolderAt(run));
    const { digest, folder, words, tokens } = checkpoints.at(-1)!;
    const record = openBenchmarks(home, Date.now);
    try {
        const shown = `${name} · final`;
        record.add({ id: name, name: shown, checkpoint: folder, data: home, only: [], config, storyloop: 'test' });
        const student = { digest, parameters: 12_000, context: 48, vocabulary: 400, words, tokens };
        record.plan(name, student, [{ task: 'zorro', dataset: 'made', digest: 'the same pairs', items: pairs }]);
        const read = Array.from({ length: pairs }, (_, index) => ({
            item: {
                ...({ task: 'zorro', uid: 'made', index, labels: {}, human: {} } as const),
                texts: ['owls sleep.', 'owls sleeps.'].map((text) => ({ kind: 'span', text, from: 0 }) as const),
            },
            logprobs: index < right ? [-1, -2] : [-2, -1],
        }));
        record.record(name, 'zorro', read, 0);
        record.finish(name);
    } finally {
        record.close();
    }
    return words;
}

describe.skipIf(missing.length > 0)('feedback is held against reading', () => {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-equivalence-'));
    let screen: Screen;
    let worth: number;

    const goTo = async (hash: string): Promise<void> => {
        await screen.page.evaluate((to) => void (location.hash = to), hash);
        await screen.page.locator('h1').waitFor();
    };
    const found = (): Locator => screen.page.getByRole('region', { name: 'Zorro', exact: true });

    beforeAll(async () => {
        await readyStudent(home);
        await succeeding(home, 'learn', '--from', 'tiny', '--name', 'taught', ...tinyLearning);
        for (const [name, passes] of [
            ['longer', '3'],
            ['longest', '5'],
        ] as const)
            await succeeding(home, 'pretrain', '--name', name, ...tinyStudent, '--pretrain-epochs', passes);
        const rightBy = new Map([
            ['tiny', 20],
            ['longer', 30],
            ['longest', 48],
            ['taught', 39], // in the middle between two students that only read
        ]);
        const words = new Map(
            runsIn(home).map((run) => {
                const { name } = keptRun(runFolderAt(run));
                return [name, recordReading(home, run, rightBy.get(name)!)];
            }),
        );
        // between two checkpoints a curve is straight over the logarithm of words
        worth = Math.sqrt(words.get('longer')! * words.get('longest')!) - words.get('tiny')!;
        screen = await openBrowser(home);
        await screen.page.emulateMedia({ reducedMotion: 'reduce' });
    }, 240_000);
    afterAll(async () => {
        await screen?.close();
        rmSync(home, { recursive: true, force: true });
    });

    it('once runs that read for different lengths are chosen: the words of reading are those that are known', async () => {
        await goTo('#/evaluate/taught?view=equivalence');
        await screen.page.getByText(/^Of checkpoints that only read, one was measured by /u).waitFor(patient);
        await screen.page.getByText(/^Of 1 run/u).click();
        for (const name of ['tiny', 'longer', 'longest'])
            await screen.page.getByRole('checkbox', { name, exact: true }).check();
        await found().waitFor(patient);
        const words = async (which: string): Promise<string | null> => found().locator(which).textContent();
        expect(await words('.finding')).toBe(`As much as ${rounded(worth)} more words of reading`);
        expect(await words('.said')).toContain(
            `brought Zorro to where ${rounded(worth)} more words of reading would have brought it [`,
        );
        // the student that learned was rated by its teacher before and after, too; no student that only read was
        await found()
            .getByText(/^Not looked up, .* measured by it: Teacher score/u)
            .waitFor();
        const cells = await found().getByRole('row').nth(1).getByRole('cell').allTextContents();
        expect(cells[0]).toBe('taught · final');
        expect(cells[3]).toMatch(/^65\.0 \[/u); // 39 of 60
        expect(cells[4]).toMatch(new RegExp(`^${rounded(worth)} \\[`, 'u'));
        await settled(found().locator('canvas'));
        expect(await violationsIn(screen.page)).toEqual([]);
    });

    it('in tokens and in FLOP, too, by the keys', async () => {
        await screen.page.getByRole('radio', { name: 'words' }).focus();
        for (const unit of ['tokens', 'FLOP']) {
            await screen.page.keyboard.press('ArrowRight');
            await found()
                .getByText(new RegExp(`^As much as .+ more ${unit} of reading$`, 'u'))
                .waitFor(patient);
            await found()
                .getByRole('columnheader', { name: `Worth in reading, ${unit} [95 %]` })
                .waitFor();
        }
    });

    it('as a figure with its numbers, point by point', async () => {
        const { picture, numbers } = await savedFigure(screen.page, found(), 'SVG');
        expect(picture.content.toString()).toContain('Zorro');
        const [, ...rows] = numbers!.content.toString().trim().split('\n');
        expect(rows).toHaveLength(4); // three that only read and the one that learned
    });

    it('with room at 200 %, and the browser never complains', async () => {
        await screen.page.setViewportSize({ width: 640, height: 400 }); // 1280 × 800 at 200 %
        await found().waitFor(patient);
        const width = await screen.page.evaluate(() => document.documentElement.scrollWidth);
        expect(width).toBeLessThanOrEqual(640);
        expect(await violationsIn(screen.page)).toEqual([]);
        expect(screen.complaints).toEqual([]);
    });
});
