/**
 * Electron's shell: windows and the processes behind them. It does no work itself, so it never blocks
 * (docs/architecture.md).
 */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, dialog, ipcMain, protocol, session } from 'electron';
import { hostBackend } from './backend-host.ts';
import { setMenu } from './menu.ts';
import { isOurs, pagesScheme, pageServer } from './pages-protocol.ts';
import { confine, openWindow } from './window.ts';
import { windowFolder } from './window-folder.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
/** Where the code of other processes is: in a packaged app beside the archive, since they read real files. */
const outside = here.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
const preload = join(here, '../preload/preload.cjs');
/** Set by scripts/start.mjs, which recognises the exit code and shows the sentence only once. */
const isFromTerminal = process.env['STORYLOOP_TERMINAL'] === '1';
const refusedCode = 78; // EX_CONFIG of sysexits(3)

// The window's own files go beside the runs: two data folders are two apps.
const named = process.env['STORYLOOP_HOME']?.replace(/^~(?=$|[\\/])/u, () => app.getPath('home'));
const home = named ? resolve(named) : null;
app.setAppUserModelId('app.storyloop.workbench');
// enableSandbox() would cancel --no-sandbox, and root would see a crash loop
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
protocol.registerSchemesAsPrivileged([
    { scheme: pagesScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
]);
app.on('web-contents-created', (_event, contents) => confine(contents)); // before any of them can load

async function start(): Promise<void> {
    await app.whenReady();
    protocol.handle(pagesScheme, pageServer(join(here, '../renderer')));
    session.defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
        answer(isPermitted(permission, contents.getURL())),
    );
    session.defaultSession.setPermissionCheckHandler((contents, permission) =>
        isPermitted(permission, contents?.getURL()),
    );
    setMenu();
    const backend = hostBackend(join(outside, 'backend.js'), (words) =>
        cannotStart(
            words.isSentence
                ? words.text
                : `The part that keeps the records ended at once (${words.text}). Nothing was changed. Start it in a terminal to see more: npm run storyloop -- serve`,
        ),
    );

    ipcMain.on('message', (event, message: unknown) => {
        if (event.senderFrame === event.sender.mainFrame && isOurs(event.senderFrame?.url))
            backend.receive(event.sender.id, message);
    });
    function openPage(): void {
        const window = openWindow(preload, join(app.getPath('userData'), 'window.json'));
        const page = window.webContents.id;
        backend.open(page, (message) => {
            if (!window.isDestroyed()) window.webContents.send('message', message);
        });
        window.once('closed', () => backend.close(page));
    }
    openPage();
    app.on('activate', () => {
        if (BrowserWindow.getAllWindows().length === 0) openPage();
    });
    app.on('second-instance', () => {
        const [window] = BrowserWindow.getAllWindows();
        if (window?.isMinimized()) window.restore();
        window?.focus();
    });
    app.on('window-all-closed', () => app.quit());
    let isOver = false;
    app.on('before-quit', (event) => {
        if (isOver) return;
        event.preventDefault(); // running work is paused first
        for (const window of BrowserWindow.getAllWindows()) window.hide();
        void backend.end().then(() => {
            isOver = true;
            app.quit();
        });
    });
}

/** Only copying to the clipboard, on a person's request, is permitted; reading it is not. */
function isPermitted(permission: string, url: string | undefined): boolean {
    return permission === 'clipboard-sanitized-write' && isOurs(url);
}

/** Who started the app in a terminal reads the reason there; everybody else sees a window. */
function cannotStart(sentence: string): void {
    console.error(sentence);
    if (isFromTerminal) return app.exit(refusedCode);
    void app.whenReady().then(() => {
        dialog.showErrorBox('Storyloop cannot start', sentence);
        app.exit(1);
    });
}

function open(): void {
    try {
        app.setPath('userData', windowFolder(home ? join(home, 'window') : app.getPath('userData'), home));
    } catch (error) {
        cannotStart(wordsOf(error));
        return;
    }
    if (app.requestSingleInstanceLock()) start().catch((error: unknown) => cannotStart(wordsOf(error)));
    else {
        console.error('Storyloop is open already with this data folder; its window comes to the front.');
        app.quit();
    }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

open();
