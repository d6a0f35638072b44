/** What somebody waits for who compares as many runs as can be compared: in Chromium, over a real `serve`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mostCompared } from '../../src/shared/run/comparable.ts';
import { runFolders } from '../../src/main/store/home/run-folder.ts';
import { recordSetting } from '../windows/compared-runs.ts';
import { openBrowser } from '../windows/screen.ts';
import { updates } from './large-run.ts';
import { median, type Bench } from './measuring.ts';
import { go, millisecondsTo } from './page-times.ts';
import { atMost, type Row, type Target } from './row.ts';

const seeds = [1, 2, 3] as const;
const weights = [0.1, 0.2, 0.3, 0.4] as const; // settings
const stories = 300; // before and after learning each
const bar = 400; // ms
/** The sentence, the forest, all figures, the settings that differ and stories at equal words: nothing comes after. */
const all = [
    'section[aria-label=Conclusion] .finding',
    'section[aria-label^="Before and after"] tbody tr:last-child',
    '.curves figure:last-child canvas[style]',
    'section[aria-label=Configuration]',
    'section[aria-label="Stories at equal words"] p',
];

export const compare: Bench = {
    name: 'compare',
    isLong: true, // writing the runs takes minutes
    async measure({ repeats }) {
        const home = mkdtempSync(join(tmpdir(), 'storyloop-compare-'));
        try {
            for (const seed of seeds)
                for (const weight of weights)
                    recordSetting(home, {
                        name: `length ${weight}, seed ${seed}`,
                        seed,
                        gain: 0.5 + weight,
                        stories,
                        updates,
                        given: { 'reward.lengthWeight': weight },
                    });
            return await measureCompare(home, repeats);
        } finally {
            rmSync(home, { recursive: true, force: true });
        }
    },
};

async function measureCompare(home: string, repeats: number): Promise<readonly Row[]> {
    const rounds: Opened[] = [];
    for (let round = 0; round < repeats; round++) rounds.push(await openedAnew(home)); // one after the other
    const note = `${mostCompared} runs of ${updates} updates, ${stories} stories before and after each`;
    const row = (name: string, of: keyof Opened, says: string, target?: Target): Row => ({
        name,
        value: median(rounds.map((each) => each[of])),
        unit: 'ms',
        note: says,
        ...(target === undefined ? {} : { target }),
    });
    return [
        row('compare.first', 'first', note, atMost(bar)),
        row(
            'compare.again',
            'again',
            'the same once more: the page holds their curves, the app their gains',
            atMost(bar),
        ),
        row('compare.one-run', 'oneRun', 'to the figures of one of them for the first time, to set the others beside'),
    ];
}

interface Opened {
    readonly first: number;
    readonly again: number;
    readonly oneRun: number;
}

/** In an app and a page that were just started: milliseconds. */
async function openedAnew(home: string): Promise<Opened> {
    const runs = runFolders(home);
    const address = (of: readonly string[]): string => `#/compare?runs=${of.join('%2F')}`;
    const { page, close } = await openBrowser(home);
    const opened = async (hash: string, ...selectors: readonly string[]): Promise<number> => {
        await go(page, '#/agreement', 'Agreement'); // a room where nothing is at work
        return millisecondsTo(page, hash, ...selectors);
    };
    try {
        await page.getByText('All runs').waitFor();
        await opened(address(runs.slice(0, 2)), ...all); // code is warm then
        return {
            first: await opened(address(runs), ...all),
            again: await opened(address(runs), ...all),
            oneRun: await opened(`#/runs/${runs[0]!}`, 'figure:nth-of-type(5) canvas[style]'),
        };
    } finally {
        await close();
    }
}
