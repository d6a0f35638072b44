/** Electron's shell: one window, no rights. Training never runs here (docs/architecture.md). */
import { app, BrowserWindow, net, protocol, session, shell } from 'electron';
import { join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const pages = join(here, '../renderer');
const contentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

app.setAppUserModelId('app.storyloop.workbench');
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox(); // enableSandbox() would cancel --no-sandbox: a crash loop as root
protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

async function servePage(request: Request): Promise<Response> {
    const path = decodeURIComponent(new URL(request.url).pathname);
    const file = join(pages, path === '/' ? 'index.html' : path);
    if (!file.startsWith(pages + sep)) return new Response('There is nothing here.', { status: 403 });
    const found = await net.fetch(pathToFileURL(file).toString());
    const headers = new Headers(found.headers);
    headers.set('Content-Security-Policy', contentSecurityPolicy);
    headers.set('X-Content-Type-Options', 'nosniff');
    return new Response(found.body, { status: found.status, headers });
}

async function start(): Promise<void> {
    await app.whenReady();
    protocol.handle('app', servePage);
    session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
    session.defaultSession.setPermissionCheckHandler(() => false);
    const window = new BrowserWindow({
        title: 'Storyloop',
        width: 1280,
        height: 800,
        show: false,
        webPreferences: {
            preload: join(here, '../preload/preload.cjs'),
            sandbox: true,
            contextIsolation: true,
            nodeIntegration: false,
        },
    });
    window.once('ready-to-show', () => window.show());
    window.webContents.setWindowOpenHandler(({ url }) => {
        if (url.startsWith('https://')) void shell.openExternal(url);
        return { action: 'deny' };
    });
    window.webContents.on('will-navigate', (event, url) => {
        if (!url.startsWith('app://ui/')) event.preventDefault();
    });
    app.on('window-all-closed', () => app.quit());
    await window.loadURL('app://ui/');
}

if (app.requestSingleInstanceLock()) void start();
else app.quit();
