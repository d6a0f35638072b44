/** The app as a person has it, twice: in a real Electron on a screen of its own, and in Chromium over `serve`. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { vi } from 'vitest';
import { _electron, chromium as browserType, type ElectronApplication, type Page } from 'playwright-core';
import { chromium, electron, root, storyloop } from './places.ts';

export interface Screen {
    readonly page: Page;
    /** The process that keeps the records. */
    backend(): number;
    /** What the page complained about. */
    readonly complaints: readonly string[];
    close(): Promise<void>;
}

export const quiet = [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-sync',
];
export const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

function listenTo(page: Page): string[] {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    return complaints;
}

/**
 * The app in Chromium, over a real `storyloop serve`.
 * @param address of this machine, as another one would call it; without it, the loopback, which browsers trust
 */
export async function openBrowser(home: string, address?: string): Promise<Screen> {
    const { server, url } = await serve(home, ...(address === undefined ? [] : ['--host', address]));
    const browser = await browserType.launch({ executablePath: chromium, args: [...asRoot, ...quiet] });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } }); // takes other tabs too
    const page = await context.newPage();
    const complaints = listenTo(page);
    await page.goto(url);
    return {
        page,
        complaints,
        backend: () => server.pid!,
        async close() {
            await browser.close();
            await ended(server, 'SIGTERM');
        },
    };
}

export async function serve(
    home: string,
    ...options: readonly string[]
): Promise<{ readonly server: ChildProcess; readonly url: string }> {
    const server = spawn(process.execPath, [storyloop, 'serve', '--port', '0', ...options, '--json'], {
        env: { ...process.env, STORYLOOP_HOME: home },
        stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
    return { server, url: (JSON.parse(line) as { readonly url: string }).url };
}

export async function ended(process: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    if (process.exitCode !== null || process.signalCode !== null) return;
    const gone = once(process, 'exit');
    process.kill(signal);
    await gone;
}

/** An X server that chooses its own number and ends with us. */
export async function xServer(): Promise<{ readonly display: string; readonly server: ChildProcess }> {
    const args = ['-displayfd', '3', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp'];
    const server = spawn('/usr/bin/Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const [number] = (await once(createInterface(server.stdio[3] as Readable), 'line')) as [string];
    return { display: `:${number}`, server };
}

export interface ElectronScreen extends Screen {
    readonly app: ElectronApplication;
}

/**
 * The app in Electron. The test Electron's own Node is too old for its record, so the backend runs under ours; the
 * engine too, unless it is to be a utility process, as in the product.
 */
export async function openElectron(home: string, engine: 'node' | 'utility' = 'node'): Promise<ElectronScreen> {
    const { display, server } = await xServer();
    const node = process.execPath;
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', electron); // found by it, Playwright holds the app back until it listens
    const app = await _electron.launch({
        args: [...asRoot, ...quiet, root],
        env: {
            ...process.env,
            STORYLOOP_HOME: home,
            DISPLAY: display,
            BACKEND_NODE: node,
            ...(engine === 'node' ? { ENGINE_NODE: node } : {}),
        } as Record<string, string>,
    });
    const page = await app.firstWindow({ timeout: 60_000 });
    const complaints = listenTo(page);
    await page.waitForLoadState('load', { timeout: 30_000 });
    return {
        app,
        page,
        complaints,
        backend: () => descendants(app.process().pid!).find((pid) => commandOf(pid).includes('backend.js'))!,
        async close() {
            await app.close();
            await ended(server, 'SIGTERM');
        },
    };
}

/**
 * The first window of an app that was started with `--remote-debugging-port=0`, and how to let go of it.
 * @param said the lines of its error output, from the start
 */
export async function debuggedWindow(said: Interface): Promise<{ readonly page: Page; letGo(): Promise<void> }> {
    const address = await new Promise<string>((resolve) => {
        said.on('line', (line) => {
            const found = /DevTools listening on (ws:\S+)/.exec(line);
            if (found) resolve(found[1]!);
        });
    });
    const targets = new URL('/json/list', address.replace(/^ws/, 'http'));
    const hasWindow = async (): Promise<boolean> =>
        ((await (await fetch(targets)).json()) as readonly { readonly type: string }[]).some(
            ({ type }) => type === 'page',
        );
    // before that it cannot be driven
    while (!(await hasWindow())) await new Promise((resolve) => setTimeout(resolve, 100));
    const browser = await browserType.connectOverCDP(address, { timeout: 60_000 });
    const context = browser.contexts()[0]!;
    const page = context.pages()[0] ?? (await context.waitForEvent('page'));
    return { page, letGo: () => browser.close() };
}

/** The process that works on a run, somewhere below us. */
export function enginePid(): number {
    return descendants(process.pid).find((pid) => /engine(\.js|\/main\.ts)/.test(commandOf(pid)))!;
}

function descendants(pid: number): readonly number[] {
    const parents = new Map<number, number[]>();
    for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
        const parent = parentOf(Number(name));
        parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
    }
    const below = (each: number): number[] => (parents.get(each) ?? []).flatMap((child) => [child, ...below(child)]);
    return below(pid);
}

function parentOf(pid: number): number {
    try {
        return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
    } catch {
        return 0; // gone meanwhile
    }
}

function commandOf(pid: number): string {
    try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
        return '';
    }
}
