/**
 * Opens databases where nothing may be written, as on a disk mounted read-only. Ours are in WAL mode, and
 * SQLite reads those only where it finds or makes a file `-shm` beside them (sqlite.org/wal.html#readonly). Where it
 * can do neither, they are opened as *immutable*: without locks and without a look at `-wal`.
 *
 * Why that is right: immutable is only asked for where SQLite refused, where the folder cannot be written to, and where
 * no `-wal` holds anything. A program that writes has a `-wal` from its first write until it closes, and with a `-shm`
 * beside it SQLite does not refuse. So nobody is writing at that moment, and nothing that was recorded is missing. That
 * somebody begins to write later, through another mount of the same disk, shows in the file's size and time: whoever
 * keeps such a connection compares them before each question and opens it anew.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { badInput } from '../../../shared/faults.ts';
import { mayWrite } from './places.ts';

type RunDatabase = Database.Database;

// read once, when better-sqlite3 loads its library: `immutable` can only be asked for in a URI
process.env['SQLITE_USE_URI'] = '1';

/** Did SQLite refuse because it could not create its `-shm` file? */
export function mayBeFrozen(file: string, error: unknown): boolean {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const isRefused = code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY');
    return isRefused && fs.existsSync(file) && !mayWrite(path.dirname(file));
}

/**
 * Opens a file where nothing may be written.
 * @throws bad input where the last writes still lie beside the file
 */
export function openFrozen(file: string, called: string): RunDatabase {
    const log = fs.statSync(`${file}-wal`, { throwIfNoEntry: false });
    if (log && log.size > 0)
        throw badInput(
            `${called} is read-only here, and what was written last still lies beside it in ${path.basename(called)}-wal; nothing was changed. Copy its folder to where you may write and open it there; a run can also be imported from here.`,
        );
    return new Database(`${pathToFileURL(file).href}?immutable=1`, { readonly: true });
}

/** Does the connection miss changes that others make to its file? */
export function isFrozen(db: RunDatabase): boolean {
    return db.memory || db.name.startsWith('file:');
}

/** The path of its file. */
export function fileOf({ name }: RunDatabase): string {
    return name.startsWith('file:') ? fileURLToPath(name.slice(0, name.lastIndexOf('?'))) : name;
}

const calledBy = new WeakMap<RunDatabase, string>();

/** Sets the name of the connection's file in sentences. */
export function callFile(db: RunDatabase, called: string): RunDatabase {
    calledBy.set(db, called);
    return db;
}

/** The name of its file in sentences. */
export function nameOf(db: RunDatabase): string {
    return calledBy.get(db) ?? fileOf(db);
}

/** A copy in memory, for changes that cannot be made in the file. */
export function copyInMemory(db: RunDatabase): RunDatabase {
    const bytes = db.serialize();
    bytes.fill(1, 18, 20); // no log of writes: memory has none (sqlite.org/fileformat2.html §1.3.3)
    return new Database(bytes);
}
