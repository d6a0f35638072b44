/** Prints what the window's page shows as a PDF of the page's own size, without a dialog. */
import { BrowserWindow } from 'electron';

const none = { top: 0, bottom: 0, left: 0, right: 0 } as const; // inches; the page's style has its own

/** As base64; null where no window is open. */
export async function printPage(): Promise<string | null> {
    const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
    if (window === undefined) return null;
    const pdf = await window.webContents.printToPDF({ preferCSSPageSize: true, printBackground: true, margins: none });
    return pdf.toString('base64');
}
