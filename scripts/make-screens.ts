/**
 * Takes pictures of every room, empty and full, in light and dark, for docs/screens:
 * npm run make:screens -- <data folder> [names of pictures]
 * The folder holds at least one finished run of learning; for `compare` two or more, for `live` one that is under way,
 * for `rate`, `desk` and `agreement` a rated set, and for the pages of Evaluate two results on the same tasks; for
 * `equivalence` the newest is of a run that learned from one of several checkpoints that were evaluated. Nothing in
 * it is changed, except that a rater starts rating.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { openBrowser, type Screen } from '../test/windows/screen.ts';

const sizes = [
    { width: 1280, height: 800 },
    { width: 1920, height: 1080 },
] as const;
const themes = ['light', 'night'] as const;
const mostCompared = 6;
const settledMs = 1200; // answers have arrived and figures are drawn

interface Picture {
    readonly name: string;
    readonly hash: string;
    readonly keys?: readonly string[];
    /** The part of the page that is scrolled to, by its label. */
    readonly section?: string;
    /** A text that appears once there is something to see. */
    readonly until?: string;
}

const folder = fileURLToPath(new URL('../docs/screens/', import.meta.url));

async function take({ page }: Screen, pictures: readonly Picture[]): Promise<void> {
    for (const { name, hash, keys = [], section, until } of pictures.filter(isWanted))
        for (const theme of themes)
            for (const size of sizes) {
                await page.setViewportSize(size);
                await page.emulateMedia({ colorScheme: theme === 'night' ? 'dark' : 'light', reducedMotion: 'reduce' });
                await page.evaluate((to) => void Object.assign(location, { hash: to }), hash);
                await page.reload();
                await page.waitForTimeout(settledMs);
                if (until !== undefined) await page.getByText(until).first().waitFor({ timeout: 120_000 });
                for (const key of keys) {
                    await page.keyboard.press(key);
                    await page.waitForTimeout(settledMs / 4);
                }
                if (section !== undefined) {
                    const part = page.getByRole('region', { name: section, exact: true });
                    await part.waitFor({ timeout: 120_000 });
                    await part.evaluate((element) => element.scrollIntoView());
                    await page.waitForTimeout(settledMs / 2);
                }
                await save(page, join(folder, `${name}-${theme}-${size.width}.webp`));
            }
}

/** As WebP: a third of the bytes, so the repository's history stays small. */
async function save(page: Page, file: string): Promise<void> {
    const session = await page.context().newCDPSession(page);
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 85 });
    await session.detach();
    writeFileSync(file, Buffer.from(data, 'base64'));
}

async function withScreen(home: string, work: (screen: Screen) => Promise<void>): Promise<void> {
    const screen = await openBrowser(home);
    try {
        await work(screen);
    } finally {
        await screen.close();
    }
}

const [home, ...wanted] = process.argv.slice(2);
const isWanted = ({ name }: Picture): boolean => wanted.length === 0 || wanted.includes(name);
if (home === undefined) {
    console.error('Which data folder? npm run make:screens -- <data folder with runs>');
    process.exit(1);
}
mkdirSync(folder, { recursive: true });
const empty = mkdtempSync(join(tmpdir(), 'storyloop-empty-'));
try {
    await withScreen(empty, (screen) => take(screen, [{ name: 'first-day', hash: '#/runs' }]));
} finally {
    rmSync(empty, { recursive: true, force: true });
}
await withScreen(home, async (screen) => {
    const links = screen.page.locator('td.named a');
    await links.first().waitFor();
    await screen.page.waitForTimeout(settledMs);
    const runs = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')!));
    const kinds = await screen.page.locator('td .kind').allTextContents();
    const states = await screen.page.locator('td:nth-child(2)').allTextContents();
    const of = (kind: 'pretraining' | 'learning', state: string): readonly string[] =>
        runs.filter((_, i) => {
            const isPretraining = kinds[i]!.toLowerCase().startsWith('pretraining');
            return isPretraining === (kind === 'pretraining') && states[i]!.includes(state);
        });
    const learned = of('learning', 'Finished').slice(0, mostCompared);
    const [learning] = learned;
    const [reading] = of('pretraining', 'Finished');
    const [running] = of('learning', 'Running');
    if (learning === undefined) throw new Error(`there is no finished run of learning in ${home}`);
    const name = learning.slice('#/runs/'.length);
    await screen.page.evaluate(() => void Object.assign(location, { hash: '#/rate' }));
    await screen.page.waitForTimeout(settledMs);
    const agreements = screen.page.getByRole('link', { name: 'Agreement' }).and(screen.page.locator('main a'));
    const set = (await agreements.count()) > 0 ? await agreements.first().getAttribute('href') : null;
    await screen.page.evaluate(() => void Object.assign(location, { hash: '#/evaluate' }));
    await screen.page.waitForTimeout(settledMs);
    const results = await screen.page
        .locator('nav.list a')
        .evaluateAll((all) => all.map((link) => link.getAttribute('href')!)); // newest first
    await take(screen, [
        { name: 'runs', hash: '#/runs' },
        ...(running === undefined ? [] : [{ name: 'live', hash: running }]),
        { name: 'run', hash: learning },
        { name: 'distributions', hash: learning, section: 'Distributions' },
        { name: 'style', hash: learning, section: 'Style' },
        { name: 'second-judge', hash: learning, section: 'Second judge' },
        ...(reading === undefined ? [] : [{ name: 'pretraining', hash: reading }]),
        { name: 'stories', hash: `#/stories/${name}?sort=score`, keys: [' ', 'j', 'j'] },
        { name: 'before-and-after', hash: `#/stories/${name}?pairs=1`, keys: ['j', 'j'] },
        ...(learned.length < 2
            ? []
            : [
                  {
                      name: 'compare',
                      hash: `#/compare?runs=${learned.map((run) => run.slice('#/runs/'.length)).join('%2F')}`,
                      until: 'differences only',
                  },
              ]),
        { name: 'teachers', hash: '#/new', keys: ['Control+Enter', 'Control+Enter'] },
        { name: 'new-run', hash: '#/new', keys: ['Control+Enter', 'Control+Enter', 'Control+Enter'] },
        ...(set === null
            ? []
            : [
                  { name: 'rate', hash: '#/rate' },
                  {
                      name: 'desk',
                      hash: `${set.replace('#/agreement/', '#/rate/')}?rater=Cleo`,
                      keys: ['2'],
                      until: 'rater: Cleo',
                  },
                  { name: 'agreement', hash: set, until: 'Raters side by side' },
              ]),
        ...(results.length === 0
            ? []
            : [
                  { name: 'evaluate', hash: results[0]!, until: 'Counted' },
                  { name: 'passport', hash: `${results[0]!}?view=passport`, until: 'Tracks of the challenge' },
                  { name: 'forest', hash: `${results[0]!}?view=comparison`, until: 'p, Holm' },
                  { name: 'equivalence', hash: `${results[0]!}?view=equivalence`, until: 'more words of reading' },
                  { name: 'figures', hash: `${results[0]!}?view=figures`, until: 'Save figure' },
              ]),
        { name: 'models', hash: '#/models' },
        { name: 'export', hash: learning, keys: ['e'] },
        { name: 'settings', hash: '#/settings', until: 'read back' },
        { name: 'keys', hash: learning, keys: ['?'] },
    ]);
});
