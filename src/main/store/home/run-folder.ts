/** Creates run folders: one for each run, made completely or not at all, and never renamed. */
import fs from 'node:fs';
import path from 'node:path';
import { ulid } from 'ulid';
import { badInput } from '../../../shared/faults.ts';
import type { RunKind } from '../../../shared/run/record.ts';
import type { StoredConfig } from '../../../shared/run/stored-config.ts';
import { givenPath, homeFolder } from './given-path.ts';
import type { Clock } from '../connection/lease.ts';
import { createRunDatabase } from '../connection/open.ts';
import { writeNewRun } from '../run/run.ts';
import { makeFolder } from '../connection/places.ts';
import { storeFault } from '../connection/sqlite-faults.ts';

/** The places inside a run folder. */
export interface RunFolder {
    readonly folder: string;
    readonly database: string;
    readonly checkpoints: string;
    readonly log: string;
}

/** The data folder: `STORYLOOP_HOME`, else `Storyloop` in the home folder. */
export function dataFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
    return givenPath(environment['STORYLOOP_HOME'] || path.join(homeFolder(), 'Storyloop'));
}

export function runsFolder(home: string): string {
    return path.join(home, 'runs');
}

export function runFolderAt(folder: string): RunFolder {
    return {
        folder,
        database: path.join(folder, 'run.sqlite'),
        checkpoints: path.join(folder, 'checkpoints'),
        log: path.join(folder, 'log.jsonl'),
    };
}

interface NewRunFolder {
    readonly name: string;
    readonly kind: RunKind;
    readonly config: StoredConfig;
    /** Small text files that it has from the start, by name. */
    readonly files?: Readonly<Record<string, string>>;
}

/**
 * Makes `runs/<UTC date>-<name>/` with its database. It is prepared under a hidden name and moved into place, so a run
 * folder always holds a whole run; where the name is taken, a number is added.
 * @throws a store fault where the folder or its database cannot be written
 */
export function createRunFolder(home: string, run: NewRunFolder, clock: Clock): RunFolder {
    const createdAt = clock();
    const draft = draftFolder(home, ulid(createdAt));
    try {
        prepareRunFolder(draft, run, createdAt);
        return settleRunFolder(draft, run.name, createdAt);
    } catch (error) {
        fs.rmSync(draft, { recursive: true, force: true });
        throw storeFault(error, draft);
    }
}

/** Where a run is prepared: a hidden folder on the disk of its final place. */
export function draftFolder(home: string, id: string): string {
    return path.join(runsFolder(home), `.${id}`);
}

/** Fills a draft: its database with the run's one row, its small files, an empty log. */
export function prepareRunFolder(draft: string, run: NewRunFolder, createdAt: number): RunFolder {
    const places = runFolderAt(draft);
    makeFolder(places.checkpoints);
    const db = createRunDatabase(places.database);
    try {
        writeNewRun(db, { ...run, id: ulid(createdAt), createdAt });
    } finally {
        db.close();
    }
    for (const [name, text] of Object.entries(run.files ?? {})) fs.writeFileSync(path.join(draft, name), text);
    fs.writeFileSync(places.log, '');
    return places;
}

/** Moves a finished draft into place. */
export function settleRunFolder(draft: string, name: string, createdAt: number): RunFolder {
    const date = new Date(createdAt).toISOString().slice(0, 10);
    return runFolderAt(moveToFreeName(draft, path.join(path.dirname(draft), `${date}-${folderName(name)}`)));
}

/** Every folder under `runs/`, by name, which is by date; drafts are hidden. */
export function runFolders(home: string): readonly string[] {
    const runs = runsFolder(home);
    if (!fs.existsSync(runs)) return [];
    return fs
        .readdirSync(runs, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
        .map((entry) => entry.name)
        .sort();
}

/** Letters, digits and dashes of any script, at most 60; a name that has none of them becomes `run`. */
export function folderName(name: string): string {
    const plain = name
        .normalize('NFC')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, '-');
    return (
        [...plain]
            .slice(0, 60)
            .join('')
            .replace(/^-+|-+$/g, '') || 'run'
    );
}

/**
 * The folder under the name wanted, or the first free one with a number.
 * @throws bad input where every name that was tried is taken
 */
export function moveToFreeName(draft: string, wanted: string): string {
    for (let number = 1; number < 10_000; number++) {
        const folder = number === 1 ? wanted : `${wanted}-${number}`;
        if (fs.existsSync(folder)) continue;
        try {
            fs.renameSync(draft, folder); // fails where another process was first: a run folder is never empty
            return folder;
        } catch (error) {
            const { code } = error as NodeJS.ErrnoException;
            if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'EPERM') throw error;
            if (!fs.existsSync(folder)) throw error;
        }
    }
    throw badInput(
        `There are too many folders called ${path.basename(wanted)}; nothing was changed. Choose another name.`,
    );
}
