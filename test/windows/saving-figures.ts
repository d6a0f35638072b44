/** Saves a figure by the sheet that every figure has. */
import { readFileSync } from 'node:fs';
import type { Download, Locator, Page } from 'playwright-core';

export interface SavedFile {
    readonly name: string;
    readonly content: Buffer;
}

/** Opens the sheet and chooses; the button "Save" is left to press. */
export async function chooseFigure(
    page: Page,
    within: Page | Locator,
    format: 'PDF' | 'SVG' | 'PNG',
    width = 'As on the screen',
): Promise<Locator> {
    await within.getByRole('button', { name: 'Save figure' }).first().click();
    const sheet = page.getByRole('dialog', { name: 'Save figure' });
    await sheet.getByRole('radio', { name: format }).check();
    await sheet.getByRole('radio', { name: width }).check();
    return sheet;
}

/** What comes of it: the picture, and its numbers where it has some. */
export async function savedFigure(
    page: Page,
    within: Page | Locator,
    format: 'SVG' | 'PNG',
    width?: string,
): Promise<{ readonly picture: SavedFile; readonly numbers: SavedFile | null }> {
    const sheet = await chooseFigure(page, within, format, width);
    const numbersToo = sheet.getByRole('checkbox', { name: 'its numbers' });
    const hasNumbers = (await numbersToo.count()) > 0;
    if (hasNumbers) await numbersToo.check(); // it stays as it was left
    const downloads: Download[] = [];
    const all = new Promise<void>((resolve) => {
        page.on('download', (download) => {
            downloads.push(download);
            if (downloads.length === (hasNumbers ? 2 : 1)) resolve();
        });
    });
    await sheet.getByRole('button', { name: 'Save', exact: true }).click();
    await all;
    page.removeAllListeners('download');
    const fileOf = async (ending: string): Promise<SavedFile | null> => {
        const download = downloads.find((each) => each.suggestedFilename().endsWith(ending));
        return download ? { name: download.suggestedFilename(), content: readFileSync(await download.path()) } : null;
    };
    return { picture: (await fileOf(`.${format.toLowerCase()}`))!, numbers: await fileOf('.csv') };
}
