/**
 * Notices that the folder of a run at work was renamed, moved or deleted. The database is open and would still be
 * written, wherever it is now; but log and checkpoints would have no place any more.
 */
import fs from 'node:fs';
import path from 'node:path';
import { FaultError } from '../../../shared/faults.ts';
import { runFolderAt, type RunFolder } from '../../store/home/run-folder.ts';

export interface WatchedFolder {
    /** @throws the faults `run-folder-moved` and `run-folder-deleted` */
    check(): void;
    close(): void;
}

export function watchFolder({ folder, database }: RunFolder): WatchedFolder {
    const handle = openFolder(folder);
    return {
        check() {
            if (!isMissing(database)) return;
            const now = handle === null ? null : placeOf(handle);
            if (now === 'deleted' || (now === null && fs.existsSync(folder)))
                throw new FaultError({ kind: 'run-folder-deleted', folder });
            throw new FaultError({ kind: 'run-folder-moved', now });
        },
        close() {
            if (handle !== null) fs.closeSync(handle);
        },
    };
}

/**
 * Opens the folder, so that it can be found again; null on Windows, which opens no folders but lets nobody move them.
 */
function openFolder(folder: string): number | null {
    try {
        return fs.openSync(folder, 'r');
    } catch {
        return null;
    }
}

/** Is the file missing for sure? A network drive that does not answer is not a missing file. */
function isMissing(file: string): boolean {
    try {
        fs.statSync(file);
        return false;
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        return code === 'ENOENT' || code === 'ENOTDIR';
    }
}

/** The path of an open folder now; null where the system does not tell. */
function placeOf(handle: number): string | 'deleted' | null {
    if (fs.fstatSync(handle).nlink === 0) return 'deleted';
    const link = `/proc/self/fd/${handle}`; // Linux
    if (!fs.existsSync('/proc/self/fd')) return null;
    const now = fs.readlinkSync(link);
    if (!path.isAbsolute(now)) return null;
    return fs.existsSync(runFolderAt(now).database) ? now : 'deleted'; // emptied, or being deleted
}
