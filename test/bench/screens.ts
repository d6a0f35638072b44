/// <reference lib="dom" />
/** What somebody waits for, with a run of the published size: in Chromium, over a real `serve`, from built pages. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { openBrowser } from '../windows/screen.ts';
import { batch, largeRun, smallRun, updates } from './large-run.ts';
import { median, secondsOf, type Bench } from './measuring.ts';
import { go, millisecondsTo } from './page-times.ts';
import { atMost, type Row } from './row.ts';

const figures = 'figure:nth-of-type(5) canvas[style]'; // it has drawn on the last
const liveUpdates = 10;
const settledMs = 1500;
const searches = ['fox', 'king castle', '"once upon"', 'moon*', 'bear forest river'];

export const screens: Bench = {
    name: 'screens',
    isLong: true, // writing the run takes minutes
    async measure({ repeats }) {
        const home = mkdtempSync(join(tmpdir(), 'storyloop-screens-'));
        const { db, folder, record } = largeRun(home);
        const others = Array.from({ length: 4 }, (_, i) => basename(smallRun(home, `other-${i}`)));
        try {
            return await measureScreens(home, { run: basename(folder), others, record }, repeats);
        } finally {
            db.close();
            rmSync(home, { recursive: true, force: true });
        }
    },
};

interface Runs {
    readonly run: string;
    /** As many as the page holds: looked at, they make it let the large one go. */
    readonly others: readonly string[];
    readonly record: () => void;
}

async function measureScreens(home: string, { run, others, record }: Runs, repeats: number): Promise<readonly Row[]> {
    const { page, close } = await openBrowser(home);
    const note = `${(batch * updates).toLocaleString('en-US')} episodes, ${updates} updates`;
    try {
        await page.getByText('All runs').waitFor();
        const [runs, chart, again, search]: number[][] = [[], [], [], []];
        for (let round = 0; round <= repeats; round++) {
            await go(page, '#/agreement', 'Agreement'); // a room where nothing is at work
            runs!.push(await millisecondsTo(page, '#/runs', `a[href="#/runs/${run}"]`));
            for (const other of others) {
                await millisecondsTo(page, `#/runs/${other}`, figures);
                await go(page, '#/agreement', 'Agreement');
            }
            chart!.push(await millisecondsTo(page, `#/runs/${run}`, figures));
            await go(page, '#/agreement', 'Agreement');
            again!.push(await millisecondsTo(page, `#/runs/${run}`, figures));
            await go(page, `#/stories/${run}`, 'stories');
            const found = page.locator('[role=option] .excerpt').first();
            await found.waitFor();
            const text = searches[round % searches.length]!;
            const took = await secondsOf(() => answerTo(page, run, text));
            search!.push(1000 * took);
        }
        const scroll = await longestBlock(page, () => scrollThrough(page));
        await millisecondsTo(page, `#/runs/${run}`, figures);
        await pause(settledMs);
        const live = await longestBlock(page, () => whileRecorded(record));
        await page
            .getByText(String(updates + liveUpdates))
            .first()
            .waitFor(); // it was seen
        return [
            { name: 'screens.runs', value: median(runs!.slice(1)), unit: 'ms', target: atMost(300), note },
            {
                name: 'screens.chart',
                value: median(chart!.slice(1)),
                unit: 'ms',
                target: atMost(200),
                note: 'from the click to all five figures, but for the first time after a start, when code is cold',
            },
            {
                name: 'screens.chart-again',
                value: median(again!.slice(1)),
                unit: 'ms',
                target: atMost(200),
                note: 'the same once more: the page holds what it has read',
            },
            {
                name: 'screens.search',
                value: median(search!.slice(1)),
                unit: 'ms',
                target: atMost(50),
                note: 'question and answer, as the page has them',
            },
            {
                name: 'screens.scroll',
                value: scroll,
                unit: 'ms',
                target: atMost(50),
                note: 'longest task while scrolling from end to end; 0: none above 50',
            },
            {
                name: 'screens.live',
                value: live,
                unit: 'ms',
                target: atMost(50),
                note: `longest task while the run shown records ${liveUpdates} updates more; 0: none above 50`,
            },
            {
                name: 'screens.memory',
                value: (await rendererBytes(page)) / 1e6,
                unit: 'MB',
                target: atMost(300),
                note: 'resident, of the renderer process, after all this',
            },
        ];
    } finally {
        await close();
    }
}

/** On a web socket of its own, as the page asks. */
function answerTo(page: Page, run: string, text: string): Promise<void> {
    return page.evaluate(
        async ([folder, words]) => {
            const own = globalThis as unknown as { asking?: WebSocket };
            if (!own.asking) {
                own.asking = new WebSocket(`ws://${location.host}/messages`, [
                    'storyloop',
                    localStorage.getItem('storyloop-token')!,
                ]);
                await new Promise((opened) => (own.asking!.onopen = opened));
            }
            const params = { run: folder, text: words };
            await new Promise<void>((answered) => {
                own.asking!.onmessage = ({ data }) => String(data).includes('"id":1') && answered();
                own.asking!.send(JSON.stringify({ version: 1, id: 1, method: 'stories.find', params }));
            });
        },
        [run, text],
    );
}

/** Slower than the app looks for what is new, so that each is drawn by itself. */
async function whileRecorded(record: () => void): Promise<void> {
    for (let i = 0; i < liveUpdates; i++) {
        record();
        await pause(settledMs);
    }
}

async function scrollThrough(page: Page): Promise<void> {
    await page.evaluate(async () => {
        const list = document.querySelector('[role=listbox]')!;
        const steps = 200;
        for (let i = 0; i <= steps; i++) {
            list.scrollTop = (i / steps) * list.scrollHeight;
            await new Promise(requestAnimationFrame);
        }
    });
}

async function longestBlock(page: Page, work: () => Promise<void>): Promise<number> {
    await page.evaluate(() => {
        const own = globalThis as unknown as { longest: number };
        own.longest = 0;
        new PerformanceObserver((list) => {
            for (const { duration } of list.getEntries()) own.longest = Math.max(own.longest, duration);
        }).observe({ type: 'longtask' });
    });
    await work();
    return page.evaluate(() => (globalThis as unknown as { longest: number }).longest);
}

async function rendererBytes(page: Page): Promise<number> {
    const session = await page.context().browser()!.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const resident = processInfo
        .filter(({ type }) => type === 'renderer')
        .map(({ id }) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) * 1024);
    return Math.max(...resident);
}
