/** What the window tests need of a machine: the built app, Chromium, a test Electron and an X server. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const root = inRepository('');
/** The command line: for tests the program that they all start, otherwise the source. */
export const storyloop =
    process.env['VITEST'] === undefined
        ? inRepository('scripts/storyloop.mjs')
        : join(inject('program'), 'storyloop.js');
/** The folder of the test Electron. */
export const electron = inRepository('test/electron-runtime/dist');
export const chromium = '/usr/bin/chromium';
const xServer = '/usr/bin/Xvfb';

/** Why the windows cannot be tested here, in a line; null where they can. */
export function obstacle(): string | null {
    if (!existsSync(inRepository('out/main/app.js'))) return 'the app is not built: npm run build';
    const missing = [chromium, xServer].filter((each) => !existsSync(each));
    if (missing.length > 0)
        return `there is no ${missing.join(' and no ')}: apt-get install chromium xvfb fonts-dejavu-core`;
    if (!existsSync(`${electron}/version`)) return 'there is no Electron for tests: npm run setup:windows';
    return null;
}
