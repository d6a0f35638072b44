/** What SQLite's error codes mean to a person (sqlite.org/rescode.html). */
import path from 'node:path';
import { badInput, FaultError } from '../../../shared/faults.ts';

/** Damage in the first hundred bytes, which SQLite calls an error in general. */
const isOfHeader = /^unsupported file format|^malformed database schema/;

/** The fault behind an error of SQLite, or the error itself where there is nothing better to say. */
export function storeFault(error: unknown, file: string): unknown {
    if (error instanceof FaultError || !(error instanceof Error) || !('code' in error)) return error;
    const code = String(error.code);
    const name = path.basename(file);
    if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE' || code === 'ENOSPC' || code === 'EDQUOT')
        return new FaultError({ kind: 'disk-full', path: file });
    if (code === 'SQLITE_NOTADB')
        return badInput(`${file} is not a database of Storyloop; it was left as it is. Choose another file.`);
    if (isDamage(error))
        return badInput(
            `${file} is damaged (${error.message}); nothing was changed and other runs are unaffected. Restore ${name} from a copy.`,
        );
    if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_PERM' || code === 'EACCES' || code === 'EROFS')
        return mayOnlyBeRead(file);
    if (code.startsWith('SQLITE_CANTOPEN'))
        return badInput(
            `${file} cannot be opened; nothing was changed. Check that it exists and that you may read it.`,
        );
    if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
        return new FaultError({ kind: 'database-locked', path: file });
    if (code.startsWith('SQLITE_IOERR'))
        return badInput(
            `${file} could not be read or written (${code}); what was recorded before is safe. Check the disk, then resume the run.`,
        );
    return error;
}

export function isDamage(error: unknown): boolean {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return code.startsWith('SQLITE_CORRUPT') || (code === 'SQLITE_ERROR' && isOfHeader.test((error as Error).message));
}

export function mayOnlyBeRead(file: string): FaultError {
    return badInput(`${file} may only be read here, so nothing was changed. Allow writing to it and to its folder.`);
}

/** Runs the work; an error of SQLite leaves as a fault. */
export function withStoreFaults<T>(file: string, work: () => T): T {
    try {
        return work();
    } catch (error) {
        throw storeFault(error, file);
    }
}
