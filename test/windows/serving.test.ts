/// <reference lib="dom" />
/** Who is let in to `serve`, seen in a real browser: a reload, another tab, and nobody on another port. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { obstacle } from './places.ts';
import { openBrowser } from './screen.ts';

const inside = (page: Page): Promise<void> => page.getByText('Nothing is running').waitFor();

describe.skipIf(obstacle() !== null)('a browser over `serve`', () => {
    it('is let in once by the address: with a reload, in other tabs, and nowhere else', async () => {
        const home = mkdtempSync(join(tmpdir(), 'storyloop-serving-'));
        const folder = join(home, 'exports', 'owl');
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'card.md'), '# owl');
        writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ files: [{ path: 'card.md' }] }));
        const screen = await openBrowser(home);
        const asked: string[] = [];
        const neighbour = createServer(({ url, headers }, response) => {
            asked.push(JSON.stringify({ url, headers }));
            response.end('<p>next door');
        }).listen(0, '127.0.0.1');
        onTestFinished(async () => {
            neighbour.close();
            await screen.close();
            rmSync(home, { recursive: true, force: true });
        });
        const { page, complaints } = screen;
        await inside(page);
        const { origin, hash } = new URL(page.url());
        expect(hash).toBe(''); // the token stands in the address no more
        const token = await page.evaluate(() => localStorage.getItem('storyloop-token'));
        expect(token).toMatch(/^[\w-]{32}$/);
        await page.reload();
        await inside(page);
        const tab = await page.context().newPage();
        await tab.goto(`${origin}/#/models`);
        await inside(tab);
        // an address with a wrong token locks nobody out
        await tab.goto(`${origin}/#token=${'x'.repeat(32)}`);
        await inside(tab);
        await page.reload();
        await inside(page);
        expect(complaints).toEqual([]);

        // another program's server on this computer, visited by the same browser
        await tab.goto(`http://127.0.0.1:${(neighbour.address() as AddressInfo).port}/`);
        expect(asked.join()).toContain('127.0.0.1');
        expect(asked.join()).not.toContain(token!);
        expect(await tab.evaluate(() => [localStorage.length, document.cookie])).toEqual([0, '']);

        const stranger = await (await page.context().browser()!.newContext()).newPage();
        await stranger.goto(origin);
        await stranger.getByText('Storyloop does not know this browser').waitFor();
        await stranger.getByText('Open the address that Storyloop printed when it was last started').waitFor();
        await stranger.goto(`${origin}/exports/owl/card.md`);
        await stranger.getByText('This link has expired').waitFor();

        const pass = await page.evaluate(
            async (bearer) =>
                (await fetch('/passes/owl/card.md', { headers: { Authorization: `Bearer ${bearer}` } })).text(),
            token!,
        );
        const [download] = await Promise.all([
            page.waitForEvent('download'),
            page.evaluate((link) => void location.assign(link), pass),
        ]);
        expect(readFileSync(await download.path(), 'utf8')).toBe('# owl');
    });
});
