/// <reference lib="dom" />
/** How long a page takes to show something, as somebody who waits for it counts. */
import type { Page } from 'playwright-core';

export async function go(page: Page, hash: string, text: string): Promise<void> {
    await page.evaluate((to) => void (location.hash = to), hash);
    await page.getByText(text).first().waitFor();
}

/** From the change of address until elements for all selectors are there and a frame with them was painted. */
export function millisecondsTo(page: Page, hash: string, ...selectors: readonly string[]): Promise<number> {
    return page.evaluate(
        async ([to, wanted]) => {
            const began = performance.now();
            location.hash = to;
            while (!wanted.every((each) => document.querySelector(each))) await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
            return performance.now() - began;
        },
        [hash, selectors] as const,
    );
}
