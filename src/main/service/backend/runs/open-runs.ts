/** Keeps the databases of runs open between questions of a page; the least recently used one is closed. */
import fs from 'node:fs';
import path from 'node:path';
import { badInput } from '../../../../shared/faults.ts';
import { mostCompared } from '../../../../shared/run/comparable.ts';
import { isFrozen } from '../../../store/connection/frozen.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';
import { runFolderAt, runsFolder, type RunFolder } from '../../../store/home/run-folder.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { stampOf } from '../../../store/home/workshop.ts';

export interface OpenRuns {
    folderOf(run: string): RunFolder;
    /** Reads from a run. The connection cannot write, and must not be used after `work`. */
    read<T>(run: string, work: (db: RunDatabase, folder: RunFolder) => T): T;
    /** Writes what needs no lease, such as notes and a person's ratings. */
    write<T>(run: string, work: (db: RunDatabase) => T): T;
    /** Closes everything of a run. */
    forget(run: string): void;
    close(): void;
}

interface Opened {
    readonly db: RunDatabase;
    readonly file: string;
    readonly stamp: string;
}

const mostOpen = mostCompared + 4; // a comparison asks of all of its runs, question by question

export function openRuns(home: string): OpenRuns {
    const open = new Map<string, Opened>(); // the least recently used first

    function folderOf(run: string): RunFolder {
        const folder = runFolderAt(path.join(runsFolder(home), run));
        if (!fs.existsSync(folder.database))
            throw badInput(`There is no run "${run}" any more; nothing was changed. Look at the list of runs.`);
        return folder;
    }
    /** Identifies the file at a path, where a run may be deleted and another one put in its place. */
    function fileOf({ database }: RunFolder): string {
        const { ino, birthtimeMs } = fs.statSync(database);
        return `${ino} ${birthtimeMs}`;
    }
    /** A file that was opened as unchangeable, and was changed all the same: its connection would not notice. */
    function isStale({ db, stamp }: Opened, folder: RunFolder): boolean {
        return isFrozen(db) && stamp !== stampOf(folder);
    }
    function connectionTo(run: string, folder: RunFolder): RunDatabase {
        const known = open.get(run);
        const file = fileOf(folder);
        open.delete(run);
        const isGood = known?.file === file && !isStale(known, folder);
        if (known && !isGood) known.db.close();
        const now = isGood
            ? known
            : { file, stamp: stampOf(folder), db: openRunDatabase(folder.database, { readonly: true }) };
        open.set(run, now);
        const oldest = open.keys().next().value;
        if (open.size > mostOpen && oldest !== undefined) {
            open.get(oldest)!.db.close();
            open.delete(oldest);
        }
        return now.db;
    }
    return {
        folderOf,
        read(run, work) {
            const folder = folderOf(run);
            return work(connectionTo(run, folder), folder);
        },
        write(run, work) {
            const db = openRunDatabase(folderOf(run).database, { readonly: false });
            try {
                return work(db);
            } finally {
                db.close();
            }
        },
        forget(run) {
            open.get(run)?.db.close();
            open.delete(run);
        },
        close() {
            for (const { db } of open.values()) db.close();
            open.clear();
        },
    };
}
