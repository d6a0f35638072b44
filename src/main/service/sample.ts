/**
 * Adds the sample: a copy of a finished run that ships with the app, so that every page has something to
 * show.
 */
import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ulid } from 'ulid';
import { draftFolder, moveToFreeName, runFolderAt, runFolders, runsFolder } from '../store/home/run-folder.ts';
import { storeFault } from '../store/connection/sqlite-faults.ts';
import { shippedStudent } from './sources/checkpoint-source.ts';
import { resourcesFolder } from './sources/resources.ts';
import { makeFolder, requireWritable } from '../store/connection/places.ts';
import { sourceFile } from './sources/run-source.ts';

/** The file that marks a run folder as the sample, and so as no work of this person. */
const mark = 'sample.json';

export function isSample(folder: string): boolean {
    return existsSync(join(folder, mark));
}

/**
 * Copies the sample into the runs, unless it is there; returns the name of its folder.
 * @throws a store fault where the sample cannot be copied; nothing of it is left then
 */
export function addSample(home: string, now: number): string {
    const known = runFolders(home).find((run) => isSample(join(runsFolder(home), run)));
    if (known !== undefined) return known;
    requireWritable(home);
    const draft = draftFolder(home, ulid(now));
    try {
        const { database, checkpoints, log } = runFolderAt(draft);
        makeFolder(checkpoints);
        copyFileSync(join(resourcesFolder(), 'sample', 'run.sqlite'), database);
        writeFileSync(join(draft, mark), JSON.stringify({ version: 1 }));
        writeFileSync(join(draft, sourceFile), JSON.stringify({ version: 1, kind: 'learn', source: shippedStudent }));
        writeFileSync(log, '');
        return basename(moveToFreeName(draft, join(runsFolder(home), 'sample')));
    } catch (error) {
        rmSync(draft, { recursive: true, force: true });
        throw storeFault(error, draft);
    }
}
