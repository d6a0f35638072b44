/// <reference lib="dom" />
/** What axe finds wrong with a page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface WithAxe {
    readonly axe?: { run(options: RunOptions): Promise<AxeResults> };
}

/** In the light theme by every rule; at night by those that look at colours, since nothing else differs. */
const themes: readonly (readonly [string, RunOptions])[] = [
    ['light', {}],
    ['night', { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }],
];

export async function violationsIn(page: Page): Promise<readonly string[]> {
    const found: string[] = [];
    if (!(await page.evaluate(() => (globalThis as WithAxe).axe !== undefined))) await page.evaluate(axe);
    for (const [theme, options] of themes) {
        await page.evaluate((to) => void (document.documentElement.dataset['theme'] = to), theme);
        const results = await page.evaluate((how) => (globalThis as WithAxe).axe!.run(how), options);
        for (const { id, nodes } of results.violations)
            found.push(`${theme}: ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
    }
    return found;
}
