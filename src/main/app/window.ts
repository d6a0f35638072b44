/** One window without privileges: a sandboxed page that can only show things and send messages. */
import { BrowserWindow, shell, type WebContents } from 'electron';
import { firstPage, isOurs } from './pages-protocol.ts';
import { readBounds, saveBounds } from './window-bounds.ts';

export function openWindow(preload: string, boundsFile: string): BrowserWindow {
    const { maximized, ...bounds } = readBounds(boundsFile);
    const window = new BrowserWindow({
        title: 'Storyloop',
        ...bounds,
        minWidth: 900,
        minHeight: 600,
        show: false,
        webPreferences: {
            preload,
            sandbox: true,
            contextIsolation: true,
            nodeIntegration: false,
            webSecurity: true,
            spellcheck: false,
        },
    });
    window.once('ready-to-show', () => {
        if (maximized) window.maximize();
        window.show();
    });
    window.on('close', () => saveBounds(boundsFile, window));
    void window.loadURL(firstPage);
    return window;
}

/** Keeps the contents on our pages; a link opens in the person's browser. For all web contents, however created. */
export function confine(contents: WebContents): void {
    contents.setWindowOpenHandler(({ url }) => {
        if (URL.canParse(url) && new URL(url).protocol === 'https:') void shell.openExternal(url);
        return { action: 'deny' };
    });
    contents.on('will-navigate', (event, url) => {
        if (!isOurs(url)) event.preventDefault();
    });
    contents.on('will-redirect', (event, url) => {
        if (!isOurs(url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
}
