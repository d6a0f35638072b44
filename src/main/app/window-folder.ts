/**
 * Where the window keeps what is its own: its place on the screen, and the lock that makes it the only one of its data
 * folder. Chromium ends without a word where it cannot write there, so we look first.
 */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Makes the folder if need be and gives it. For a data folder that may only be looked at it is one for this time alone.
 * @throws one sentence where there can be none
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

/** From the top down, for Node's own way runs for ever in /proc. */
function make(folder: string): void {
    if (fs.existsSync(folder)) return;
    make(dirname(folder));
    fs.mkdirSync(folder);
}
