/** Where runs live: one folder each, made whole or not at all, and never renamed. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ulid } from 'ulid';
import { badInput } from '../../shared/faults.ts';
import type { RunKind } from '../../shared/record.ts';
import type { StoredConfig } from '../../shared/run-config.ts';
import type { Clock } from './lease.ts';
import { createRunDatabase } from './open.ts';
import { writeNewRun } from './run.ts';
import { storeFault } from './sqlite-faults.ts';

/** The places inside a run folder. */
export interface RunFolder {
    readonly folder: string;
    readonly database: string;
    readonly checkpoints: string;
    readonly log: string;
}

/** The data folder: `STORYLOOP_HOME`, else `Storyloop` in the home folder. */
export function dataFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
    return path.resolve(environment['STORYLOOP_HOME'] || path.join(os.homedir() || os.userInfo().homedir, 'Storyloop'));
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

/**
 * Makes `runs/<UTC date>-<name>/` with its database. It is prepared under a hidden name and moved into place, so a run
 * folder always holds a whole run; where the name is taken, a number is added.
 */
export function createRunFolder(
    home: string,
    run: {
        readonly name: string;
        readonly kind: RunKind;
        readonly config: StoredConfig;
        /** Small texts that belong to it from its first moment on, by file name. */
        readonly files?: Readonly<Record<string, string>>;
    },
    clock: Clock,
): RunFolder {
    const createdAt = clock();
    const id = ulid(createdAt);
    const runs = runsFolder(home);
    const draft = runFolderAt(path.join(runs, `.${id}`));
    try {
        fs.mkdirSync(draft.checkpoints, { recursive: true });
        const db = createRunDatabase(draft.database);
        try {
            writeNewRun(db, { ...run, id, createdAt });
        } finally {
            db.close();
        }
        for (const [name, text] of Object.entries(run.files ?? {}))
            fs.writeFileSync(path.join(draft.folder, name), text);
        fs.writeFileSync(draft.log, '');
        const date = new Date(createdAt).toISOString().slice(0, 10);
        return runFolderAt(moveToFreeName(draft.folder, path.join(runs, `${date}-${folderName(run.name)}`)));
    } catch (error) {
        fs.rmSync(draft.folder, { recursive: true, force: true });
        throw storeFault(error, draft.folder);
    }
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
function folderName(name: string): string {
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

function moveToFreeName(draft: string, wanted: string): string {
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
        `There are too many runs called ${path.basename(wanted)}; nothing was changed. Choose another name.`,
    );
}
