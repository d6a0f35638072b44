/** Translates SQLite's error codes into faults (sqlite.org/rescode.html). */
import path from 'node:path';
import { badInput, badInputAbout, FaultError } from '../../../shared/faults.ts';

/** Damage in the first hundred bytes, which SQLite calls an error in general. */
const isOfHeader = /^unsupported file format|^malformed database schema/;

/** A file, and what sentences call it: its path, or the place that a person gave where it is a copy. */
export interface NamedFile {
    readonly file: string;
    readonly called: string;
}

/** The fault behind an error of SQLite, or the error itself where there is nothing better to say. */
export function storeFault(error: unknown, file: string, called = file): unknown {
    if (error instanceof FaultError || !(error instanceof Error) || !('code' in error)) return error;
    const code = String(error.code);
    if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE' || code === 'ENOSPC' || code === 'EDQUOT')
        return new FaultError({ kind: 'disk-full', path: file });
    if (code === 'SQLITE_NOTADB')
        return badInputAbout(
            'damaged',
            `${called} is not a database of Storyloop; it was left as it is. Choose another file.`,
        );
    if (isDamage(error))
        return badInputAbout(
            'damaged',
            `${called} is damaged (${error.message}); nothing was changed and other runs are unaffected. Restore ${path.basename(called)} from a copy.`,
        );
    if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_PERM' || code === 'EACCES' || code === 'EROFS')
        return mayOnlyBeRead(called);
    if (code.startsWith('SQLITE_CANTOPEN'))
        return badInput(
            `${called} cannot be opened; nothing was changed. Check that it exists and that you may read it.`,
        );
    if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
        return new FaultError({ kind: 'database-locked', path: file });
    if (code.startsWith('SQLITE_IOERR'))
        return badInput(
            `${called} could not be read or written (${code}); what was recorded before is safe. Check the disk, then continue the run.`,
        );
    return error;
}

export function isDamage(error: unknown): boolean {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return code.startsWith('SQLITE_CORRUPT') || (code === 'SQLITE_ERROR' && isOfHeader.test((error as Error).message));
}

export function mayOnlyBeRead(called: string): FaultError {
    return badInput(`${called} is read-only here, so nothing was changed. Allow writing to it and to its folder.`);
}

/**
 * Runs the work and turns errors of SQLite into faults.
 * @throws a store fault where the work fails in SQLite, and whatever else it throws as it is
 */
export function withStoreFaults<T>({ file, called }: NamedFile, work: () => T): T {
    try {
        return work();
    } catch (error) {
        throw storeFault(error, file, called);
    }
}
