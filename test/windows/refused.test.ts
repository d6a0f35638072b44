/** The desktop app that cannot start says why, and ends with 1. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { windowFolder } from '../../src/main/app/window-folder.ts';
import { electron, obstacle, root } from './places.ts';
import { ended, xServer } from './screen.ts';

function aFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'storyloop-refused-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
}

describe.skipIf(obstacle() !== null)('npm start', () => {
    it.each([
        [
            'a file in its place',
            (home: string) => writeFileSync(home, ''),
            /^The data folder .* cannot be made or written to; nothing was changed\. Set STORYLOOP_HOME/m,
        ],
        [
            'what only its backend meets',
            (home: string) => {
                mkdirSync(join(home, 'window'), { recursive: true });
                writeFileSync(join(home, 'runs'), '');
            },
            /runs is a file, not a folder; it was left as it is\./m,
        ],
    ])('with a data folder that has %s', async (_, prepare, says) => {
        const home = join(aFolder(), 'home');
        prepare(home);
        const { display, server } = await xServer();
        onTestFinished(() => ended(server, 'SIGTERM'));
        const child = spawn(process.execPath, [join(root, 'scripts/start.mjs')], {
            env: {
                ...process.env,
                STORYLOOP_HOME: home,
                DISPLAY: display,
                BACKEND_NODE: process.execPath,
                ELECTRON_OVERRIDE_DIST_PATH: electron,
            },
            stdio: ['ignore', 'ignore', 'pipe'],
        });
        let err = '';
        child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
        const [code] = (await once(child, 'close')) as [number | null];
        expect(err).toMatch(says);
        expect(err).not.toMatch(/^\s+at |served to your browser/m);
        expect(code).toBe(1);
    });
});

describe('the folder of the window', () => {
    it('is made where it is wanted', () => {
        const wanted = join(aFolder(), 'home', 'window');
        expect(windowFolder(wanted, join(wanted, '..'))).toBe(wanted);
        expect(existsSync(wanted)).toBe(true);
    });

    it.each(['/proc/nope', '/dev/null/home'])('is refused in a sentence in %s', (home) => {
        expect(() => windowFolder(join(home, 'window'), home)).toThrow(
            `The data folder ${home} cannot be made or written to; nothing was changed.`,
        );
    });

    it('that belongs to somebody else is named', () => {
        const file = join(aFolder(), 'a file');
        writeFileSync(file, '');
        expect(() => windowFolder(file, null)).toThrow(`The window cannot write to ${file}; nothing was changed.`);
    });

    it('is one for this time alone where the data folder may only be looked at', () => {
        const home = aFolder();
        mkdirSync(join(home, 'runs'));
        writeFileSync(join(home, 'window'), ''); // as good as a folder that may only be read
        chmodSync(join(home, 'window'), 0o400);
        const folder = windowFolder(join(home, 'window'), home);
        onTestFinished(() => rmSync(folder, { recursive: true }));
        expect(folder).toContain(join(tmpdir(), 'storyloop-window-'));
        expect(existsSync(folder)).toBe(true);
    });
});
