/** The system's own windows for choosing a file or a folder. */
import { BrowserWindow, dialog, type OpenDialogOptions } from 'electron';
import type { ChoosePurpose } from '../../shared/shell-contract.ts';

const anything = { name: 'All files', extensions: ['*'] };
const asks: Readonly<Record<ChoosePurpose, OpenDialogOptions>> = {
    export: { title: 'Export into a folder', properties: ['openDirectory', 'createDirectory'] },
    import: { title: 'Import a folder', properties: ['openDirectory'] },
    'import-file': {
        title: 'Import a file',
        properties: ['openFile'],
        filters: [{ name: 'Databases', extensions: ['sqlite'] }, anything],
    },
    model: {
        title: 'Use a model file',
        properties: ['openFile'],
        filters: [{ name: 'Models of llama.cpp', extensions: ['gguf'] }, anything], // the cache of a downloader names files otherwise
    },
    rubric: {
        title: 'Use a rubric',
        properties: ['openFile'],
        filters: [{ name: 'Markdown and text', extensions: ['md', 'txt'] }, anything],
    },
    corpus: { title: 'Read a folder of texts', properties: ['openDirectory'] },
    'corpus-file': {
        title: 'Read a text',
        properties: ['openFile'],
        filters: [{ name: 'Texts', extensions: ['txt', 'train'] }, anything],
    },
};

/** Over the window in which it was asked for, which waits. Null where the person thinks better of it. */
export async function choosePath(purpose: ChoosePurpose): Promise<string | null> {
    const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
    const { canceled, filePaths } = window
        ? await dialog.showOpenDialog(window, asks[purpose])
        : await dialog.showOpenDialog(asks[purpose]);
    return canceled ? null : (filePaths[0] ?? null);
}
