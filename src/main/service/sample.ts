/** A finished run that ships with the app, so that every screen has something to show; a copy that one can take away. */
import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ulid } from 'ulid';
import { badInput } from '../../shared/faults.ts';
import { draftFolder, moveToFreeName, runFolderAt, runFolders, runsFolder } from '../store/home/run-folder.ts';
import { storeFault } from '../store/connection/sqlite-faults.ts';
import { shippedStudent } from './sources/checkpoint-source.ts';
import { resourcesFolder } from './sources/resources.ts';
import { makeFolder, requireWritable } from '../store/connection/places.ts';
import { sourceFile } from './sources/run-source.ts';

/** What marks a run folder as the sample: whoever made it, it was not the person. */
const mark = 'sample.json';

export function isSample(folder: string): boolean {
    return existsSync(join(folder, mark));
}

/** Lays a copy among the runs, or finds the one that is there; gives the name of its folder. */
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

/** Takes the sample away; a run that a person made never is. */
export function removeSample(folder: string): void {
    if (!isSample(folder))
        throw badInput(
            `${basename(folder)} is a run of yours and no sample; it was left as it is. Archive it instead.`,
        );
    rmSync(folder, { recursive: true, force: true });
}
