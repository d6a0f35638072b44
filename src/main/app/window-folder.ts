/**
 * Where the window keeps its own files: its bounds, and the lock that makes it the only one for its data folder.
 * Chromium exits without a message if it cannot write there, so we check first.
 */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Makes the folder if need be and returns it. For a read-only data folder it is a temporary one.
 * @throws one sentence where no folder can be had
 */
export function windowFolder(wanted: string, home: string | null): string {
    if (canKeep(wanted)) return wanted;
    if (home !== null && fs.existsSync(join(home, 'runs'))) return fs.mkdtempSync(join(tmpdir(), 'storyloop-window-'));
    throw new Error(
        home === null
            ? `The window cannot write to ${wanted}; nothing was changed. Make that folder yours again: it may belong to another user.`
            : `The data folder ${home} cannot be made or written to; nothing was changed. Set STORYLOOP_HOME to a folder of yours.`,
    );
}

function canKeep(folder: string): boolean {
    try {
        make(folder);
        const probe = fs.mkdtempSync(join(folder, 'look-'));
        fs.rmdirSync(probe);
        return true;
    } catch {
        return false;
    }
}

/** From the top down, because Node's own recursive mkdir never returns in /proc. */
function make(folder: string): void {
    if (fs.existsSync(folder)) return;
    make(dirname(folder));
    fs.mkdirSync(folder);
}
