/// <reference lib="dom" />
/** Speaks through a page's own pipe, from inside the page: what the page can do, and no more. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import {
    appContractVersion,
    type AppMessage,
    type Method,
    type Params,
    type Result,
} from '../../src/shared/contracts/app.ts';
import type { Push } from '../../src/shared/views/pushes.ts';
import type { RunRow } from '../../src/shared/views/runs.ts';

export interface Pipe {
    ask<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
    /** Settles at a push that fits, of those that came and those to come. */
    told(fits: (push: Push) => boolean): Promise<Push>;
    row(run: string): Promise<RunRow>;
}

let last = 1_000_000; // the page counts its own requests from below

export async function pipeOf(page: Page): Promise<Pipe> {
    const heard: AppMessage[] = [];
    const listening = new Set<(message: AppMessage) => void>();
    const name = `heard${++last}`;
    await page.exposeFunction(name, (message: AppMessage) => {
        heard.push(message);
        for (const listen of listening) listen(message);
    });
    await page.evaluate(async (name) => {
        type Post = (message: unknown) => void;
        const global = globalThis as unknown as Record<string, Post> & {
            storyloop?: { post: Post; onMessage(listen: Post): void };
            post: Post;
        };
        const listen = global[name]!;
        if (global.storyloop) {
            global.storyloop.onMessage(listen);
            global.post = global.storyloop.post;
            return;
        }
        const socket = new WebSocket(`ws://${location.host}/messages`, [
            'storyloop',
            localStorage.getItem('storyloop-token')!,
        ]);
        socket.onmessage = ({ data }) => listen(JSON.parse(String(data)));
        await new Promise((resolve) => (socket.onopen = resolve));
        global.post = (message) => socket.send(JSON.stringify(message));
    }, name);

    const settled = <T>(fits: (message: AppMessage) => T | null): Promise<T> =>
        new Promise((resolve) => {
            const check = (message: AppMessage): void => {
                const found = fits(message);
                if (found === null) return;
                listening.delete(check);
                resolve(found);
            };
            listening.add(check);
            heard.forEach(check);
        });
    const ask: Pipe['ask'] = async (method, params) => {
        const id = ++last;
        const answer = settled((message) => ('id' in message && message.id === id ? message : null));
        const request = { version: appContractVersion, id, method, params };
        await page.evaluate((request) => (globalThis as unknown as { post(m: unknown): void }).post(request), request);
        const message = await answer;
        if ('result' in message) return message.result as never;
        throw new Error(`${method} was refused: ${message.sentence}`);
    };
    return {
        ask,
        told: (fits) => settled((message) => ('push' in message && fits(message) ? message : null)),
        row: async (run) => (await ask('run.read', { run })).row,
    };
}

/** What a canvas shows, as an address of data, once something is drawn and no longer changes. */
export async function settled(canvas: Locator): Promise<string> {
    const read = (): Promise<readonly [picture: string, blank: string]> =>
        canvas.evaluate((drawn: HTMLCanvasElement) => {
            const empty = Object.assign(document.createElement('canvas'), { width: drawn.width, height: drawn.height });
            return [drawn.toDataURL(), empty.toDataURL()] as const;
        });
    let [last] = await read();
    await expect
        .poll(
            async () => {
                const before = last;
                const [picture, blank] = await read();
                last = picture;
                return picture === before && picture !== blank;
            },
            { interval: 300 },
        )
        .toBe(true);
    return last;
}
