/**
 * Lists and finds runs. workshop.sqlite caches the summary of each folder as last read, which scanning makes again. It
 * also keeps what nothing else knows: the settings, the queue and the draft of a new run.
 */
import fs from 'node:fs';
import path from 'node:path';
import { badInput, badInputAbout, commandLine, describeFault, faultOf, isAbout } from '../../../shared/faults.ts';
import { isSameName } from '../../../shared/text/names.ts';
import { givenPath } from './given-path.ts';
import { openRunDatabase, openWorkshopCopy, openWorkshopDatabase } from '../connection/open.ts';
import { makeFolder, mayWriteDatabase, setAside } from '../connection/places.ts';
import { readSummary, type RunSummary } from '../run/run.ts';
import { folderName, runFolderAt, runFolders, runsFolder, type RunFolder } from './run-folder.ts';
import { readAll, readOne, transaction, write } from '../connection/statements.ts';
import type { RunDatabase } from '../connection/statements.ts';

/** One folder of the list: a run, or a sentence that says why it cannot be shown. */
export type ListedRun =
    | { readonly kind: 'run'; readonly folder: RunFolder; readonly summary: RunSummary }
    | { readonly kind: 'unreadable'; readonly folder: RunFolder; readonly problem: string };

export interface Workshop {
    readonly home: string;
    readonly db: RunDatabase;
    /** False: what is remembered lasts until the end of this process. */
    readonly mayWrite: boolean;
    /** Where the list lies that was found damaged and replaced; null where it was sound. */
    readonly damaged: string | null;
}

/**
 * Opens the list of a data folder. A damaged list is renamed, not deleted, and replaced by a new one; another program's
 * or a newer one is left as it is.
 */
export function openWorkshop(home: string): Workshop {
    makeDataFolder(home);
    const file = path.join(home, 'workshop.sqlite');
    if (!mayWriteDatabase(file)) return { home, db: openWorkshopCopy(file), mayWrite: false, damaged: null };
    try {
        return { home, db: openWorkshopDatabase(file), mayWrite: true, damaged: null };
    } catch (error) {
        if (!isAbout(error, 'damaged')) throw error;
        const damaged = setAside(file);
        return { home, db: openWorkshopDatabase(file), mayWrite: true, damaged };
    }
}

function makeDataFolder(home: string): void {
    makeFolder(
        runsFolder(home),
        (_, why) =>
            `The data folder ${home} cannot be made or written to (${why}); nothing was changed. Set STORYLOOP_HOME to a folder of yours.`,
    );
}

const summaryVersion = 2; // raise it to read all summaries again

/** All runs as they are now. Only folders that changed since the last look are opened. */
export function listRuns({ home, db }: Workshop, now: number): readonly ListedRun[] {
    const folders = runFolders(home);
    forgetMissing(db, folders);
    return folders.map((name) => {
        const folder = runFolderAt(path.join(runsFolder(home), name));
        const stamp = `${summaryVersion} ${stampOf(folder)}`;
        const known = readOne<KnownRow>(db, 'SELECT stamp, summary FROM run_folder WHERE folder = @name', { name });
        if (known?.stamp === stamp) return { kind: 'run', folder, summary: JSON.parse(known.summary) as RunSummary };
        const listed = look(folder, now);
        remember(db, name, stamp, listed);
        return listed;
    });
}

/**
 * The run a person means: a folder's path or name, a run's id, or the name it was given, where only one has it.
 * @throws bad input, with the choices where there are several
 */
export function findRun(workshop: Workshop, wanted: string, now: number): RunFolder {
    const asPath = runFolderAt(givenPath(wanted));
    if (fs.existsSync(asPath.database)) return asPath;
    const listed = listRuns(workshop, now);
    const exact = listed.find(
        (run) =>
            isSameName(path.basename(run.folder.folder), wanted) ||
            (run.kind === 'run' && run.summary.id === wanted.toUpperCase()),
    );
    if (exact) return exact.folder;
    const named = listed.filter((run) => run.kind === 'run' && isSameName(run.summary.name, wanted));
    if (named.length === 1) return named[0]!.folder;
    const unreadable = named.length === 0 && listed.find((run) => isCalled(run, wanted));
    if (unreadable && unreadable.kind === 'unreadable') throw badInput(unreadable.problem);
    if (named.length === 0)
        throw badInputAbout(
            'no-such-run',
            `There is no run "${wanted}"; nothing was changed.`,
            `List those in ${runsFolder(workshop.home)} with: ${commandLine} runs`,
        );
    const choices = named.map(({ folder }) => path.basename(folder.folder)).join(', ');
    throw badInput(
        `Several runs are called "${wanted}"; nothing was changed. Name one of them by its folder: ${choices}.`,
    );
}

/** A run that cannot be read does not tell its name, but its folder was named after it. */
function isCalled({ kind, folder }: ListedRun, wanted: string): boolean {
    const name = /^\d{4}-\d\d-\d\d-(.*?)(-\d+)?$/.exec(path.basename(folder.folder))?.[1];
    return kind === 'unreadable' && name === folderName(wanted);
}

export function readSetting(db: RunDatabase, key: string): unknown {
    const row = readOne<{ value: string }>(db, 'SELECT value FROM setting WHERE key = @key', { key });
    return row && JSON.parse(row.value);
}

export function writeSetting(db: RunDatabase, key: string, value: unknown): void {
    write(db, 'INSERT INTO setting (key, value) VALUES (@key, @value) ON CONFLICT (key) DO UPDATE SET value = @value', {
        key,
        value: JSON.stringify(value),
    });
}

interface KnownRow {
    readonly stamp: string;
    readonly summary: string;
}

function look(folder: RunFolder, now: number): ListedRun {
    try {
        const db = openRunDatabase(folder.database, { readonly: true });
        try {
            return { kind: 'run', folder, summary: readSummary(db, now) };
        } finally {
            db.close();
        }
    } catch (error) {
        return { kind: 'unreadable', folder, problem: describeFault(faultOf(error)) };
    }
}

/** A running run is never cached, because whether it still runs depends on the time. */
function remember(db: RunDatabase, name: string, stamp: string, listed: ListedRun): void {
    const isAtRest = listed.kind === 'run' && listed.summary.state !== 'running';
    if (!isAtRest) write(db, 'DELETE FROM run_folder WHERE folder = @name', { name });
    else
        write(
            db,
            `INSERT INTO run_folder (folder, stamp, summary) VALUES (@name, @stamp, @summary)
             ON CONFLICT (folder) DO UPDATE SET stamp = @stamp, summary = @summary`,
            { name, stamp, summary: JSON.stringify(listed.summary) },
        );
}

function forgetMissing(db: RunDatabase, folders: readonly string[]): void {
    const present = new Set(folders);
    const gone = readAll<{ folder: string }>(db, 'SELECT folder FROM run_folder').filter(
        ({ folder }) => !present.has(folder),
    );
    if (gone.length === 0) return;
    transaction(db, () => {
        for (const { folder } of gone) write(db, 'DELETE FROM run_folder WHERE folder = @folder', { folder });
    });
}

/** Changes whenever somebody wrote to the run, into the database or its log of writes. */
export function stampOf({ database }: RunFolder): string {
    return [database, `${database}-wal`]
        .map((file) => {
            try {
                const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
                return stat ? `${stat.size} ${stat.mtimeNs}` : '-';
            } catch (error) {
                // opening it will say why; the other runs are still listed
                return (error as NodeJS.ErrnoException).code ?? '?';
            }
        })
        .join(' ');
}
