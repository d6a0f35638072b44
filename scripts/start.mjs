// `npm start`: opens the desktop app or, where Electron or a display is not available, the same app in a browser.
import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import './where-you-stand.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const refusedCode = 78; // as in src/main/app/main.ts
const quicklyMs = 5000; // an Electron that cannot run here has said so by then

/** Why no window can be opened, or null. */
function obstacle() {
    const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
    if (!hasDisplay) return 'There is no display here';
    if (process.env.ELECTRON_OVERRIDE_DIST_PATH) return null;
    const install = [require.resolve('electron/install.js')]; // fetched once, from its publisher
    return spawnSync(process.execPath, install, { stdio: 'ignore' }).status === 0
        ? null
        : 'Electron could not be fetched';
}

function serveInstead(reason) {
    console.error(`${reason}, so the same app is served to your browser:`);
    return import('./storyloop.mjs');
}

function openWindow() {
    const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
    const flags = isRoot ? ['--no-sandbox'] : []; // Chromium's sandbox does not work for root
    const began = Date.now();
    const env = { ...process.env, STORYLOOP_TERMINAL: '1' };
    const window = spawn(require('electron'), [...flags, root], { stdio: 'inherit', env });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => window.kill(signal));
    window.on('exit', (code, signal) => {
        if (code === refusedCode)
            process.exitCode = 1; // it has printed why
        else if (code === 0 || Date.now() - began > quicklyMs) process.exitCode = code ?? (signal ? 1 : 0);
        else void serveInstead('Electron cannot run here');
    });
}

const args = process.argv.slice(2);
process.argv = [process.argv[0], fileURLToPath(new URL('storyloop.mjs', import.meta.url)), 'serve', ...args];
const reason = obstacle();
if (reason === null) openWindow();
else await serveInstead(reason);
