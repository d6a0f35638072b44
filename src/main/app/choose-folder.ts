/** The system's own window for choosing a folder: what a page may name is only what a person chose here. */
import { BrowserWindow, dialog, type OpenDialogOptions } from 'electron';

const asks = {
    export: { title: 'Export into a folder', properties: ['openDirectory', 'createDirectory'] },
    import: { title: 'Import a folder', properties: ['openDirectory'] },
} as const satisfies Record<string, OpenDialogOptions>;

/** @returns null where the person thinks better of it */
export async function chooseFolder(purpose: keyof typeof asks): Promise<string | null> {
    const options: OpenDialogOptions = { ...asks[purpose], properties: [...asks[purpose].properties] };
    const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
    const { canceled, filePaths } = window
        ? await dialog.showOpenDialog(window, options)
        : await dialog.showOpenDialog(options);
    return canceled ? null : (filePaths[0] ?? null);
}
