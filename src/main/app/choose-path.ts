/** The system's dialogs for choosing a file or a folder. */
import { BrowserWindow, dialog, type OpenDialogOptions } from 'electron';
import type { ChoosePurpose } from '../../shared/contracts/shell.ts';

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
        // downloaders' caches use other file names
        filters: [{ name: 'Models of llama.cpp', extensions: ['gguf'] }, anything],
    },
    rubric: {
        title: 'Use a rubric',
        properties: ['openFile'],
        filters: [{ name: 'Markdown and text', extensions: ['md', 'txt'] }, anything],
    },
    student: { title: 'Evaluate a student', properties: ['openDirectory'] },
    tasks: { title: 'Read a folder of tasks', properties: ['openDirectory'] },
    published: {
        title: 'Show published results',
        properties: ['openFile'],
        filters: [{ name: 'JSON', extensions: ['json'] }, anything],
    },
    corpus: { title: 'Read a folder of texts', properties: ['openDirectory'] },
    'corpus-file': {
        title: 'Read a text',
        properties: ['openFile'],
        filters: [{ name: 'Texts', extensions: ['txt', 'train'] }, anything],
    },
};

/** Opens over the window that asked, and blocks it. Null if the person cancels. */
export async function choosePath(purpose: ChoosePurpose): Promise<string | null> {
    const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
    const { canceled, filePaths } = window
        ? await dialog.showOpenDialog(window, asks[purpose])
        : await dialog.showOpenDialog(asks[purpose]);
    return canceled ? null : (filePaths[0] ?? null);
}
