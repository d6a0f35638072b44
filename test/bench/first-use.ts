/// <reference lib="dom" />
/** How soon somebody can work: from Electron's readiness to the first screen that takes input, in the test Electron. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { electron, obstacle, root } from '../windows/places.ts';
import { asRoot, debuggedWindow, ended, quiet, xServer } from '../windows/screen.ts';
import { median, type Bench } from './measuring.ts';
import { atMost, type Row } from './row.ts';

const runs = 40; // of a person who has worked for some weeks
const sayReady = `require('electron').app.once('ready', () => process.stderr.write('ready at ' + Date.now() + '\\n'));`;

export const firstUse: Bench = {
    name: 'first-use',
    async measure({ repeats }) {
        const page: Row = {
            name: 'first-use.page',
            value: pageBytes() / 1000,
            unit: 'kB',
            target: atMost(350),
            note: 'scripts and styles of the built pages, compressed by gzip',
        };
        const missing = obstacle();
        if (missing !== null)
            return [page, { name: 'first-use.first-day', value: null, unit: 's', target: atMost(2), note: missing }];
        const folder = mkdtempSync(join(tmpdir(), 'storyloop-first-use-'));
        const script = join(folder, 'ready.cjs');
        writeFileSync(script, sayReady);
        const { display, server } = await xServer();
        try {
            const homes = { 'first-day': join(folder, 'empty'), [`${runs}-runs`]: homeWithRuns(join(folder, 'full')) };
            const rows = [page];
            for (const [name, home] of Object.entries(homes)) {
                const starts: Start[] = [];
                for (let round = 0; round <= repeats; round++) starts.push(await start(home, display, script));
                const warm = starts.slice(1); // the first reads everything from the disk
                const whole = median(warm.map(({ sinceStart }) => sinceStart)).toPrecision(3);
                rows.push({
                    name: `first-use.${name}`,
                    value: median(warm.map(({ sinceReady }) => sinceReady)),
                    unit: 's',
                    target: atMost(2),
                    note: `since Electron was ready; ${whole} s since its process was begun`,
                });
            }
            return rows;
        } finally {
            await ended(server, 'SIGTERM');
            rmSync(folder, { recursive: true, force: true });
        }
    },
};

function pageBytes(): number {
    const assets = join(root, 'out', 'renderer', 'assets');
    return readdirSync(assets)
        .filter((name) => /\.(?:js|css)$/u.test(name))
        .reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0);
}

/** The run that ships, many times over. */
function homeWithRuns(home: string): string {
    for (let i = 0; i < runs; i++) {
        const run = join(home, 'runs', `2026-01-01-run-${i}`);
        mkdirSync(run, { recursive: true });
        copyFileSync(join(root, 'resources', 'sample', 'run.sqlite'), join(run, 'run.sqlite'));
    }
    return home;
}

/** Seconds. */
interface Start {
    readonly sinceReady: number;
    readonly sinceStart: number;
}

async function start(home: string, display: string, script: string): Promise<Start> {
    const begunAt = Date.now();
    const app = spawn(
        join(electron, 'electron'),
        ['-r', script, ...asRoot, ...quiet, '--remote-debugging-port=0', root],
        {
            env: { ...process.env, STORYLOOP_HOME: home, DISPLAY: display, BACKEND_NODE: process.execPath },
            stdio: ['ignore', 'ignore', 'pipe'],
        },
    );
    try {
        const lines = createInterface(app.stderr);
        const readyAt = new Promise<number>((resolve) => {
            lines.on('line', (line) => line.startsWith('ready at ') && resolve(Number(line.slice('ready at '.length))));
        });
        const { page, letGo } = await debuggedWindow(lines);
        const usableAt = await paintedAt(page);
        await page.keyboard.press('Control+k');
        await page.getByRole('dialog').waitFor(); // it does take input
        await letGo();
        return { sinceReady: (usableAt - (await readyAt)) / 1000, sinceStart: (usableAt - begunAt) / 1000 };
    } finally {
        await ended(app, 'SIGTERM');
    }
}

/** When the largest part of the first page was drawn: that happens once its data is there and it answers to keys. */
async function paintedAt(page: Page): Promise<number> {
    await page.locator('main h1').waitFor();
    return page.evaluate(
        () =>
            new Promise<number>((resolve) => {
                new PerformanceObserver((list) => {
                    const entries = list.getEntries() as (PerformanceEntry & { element: Element | null })[];
                    const ofRoom = entries.findLast(({ element }) => element?.closest('main'));
                    if (ofRoom) resolve(performance.timeOrigin + ofRoom.startTime);
                }).observe({ type: 'largest-contentful-paint', buffered: true });
            }),
    );
}
