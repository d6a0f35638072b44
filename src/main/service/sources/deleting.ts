/** Moves runs, rating sets, models and benchmarks to the trash, unless somebody is at work on them. */
import path from 'node:path';
import { badInput, FaultError } from '../../../shared/faults.ts';
import { openRunDatabase } from '../../store/connection/open.ts';
import { runFolderAt, runsFolder } from '../../store/home/run-folder.ts';
import { moveToTrash, type Trashable } from '../../store/home/trash.ts';
import { readSummary } from '../../store/run/run.ts';
import type { OpenHome } from './home.ts';

/** @throws bad input where it is not there, or a run is at work */
export function deleteThing({ home, clock }: Pick<OpenHome, 'home' | 'clock'>, thing: Trashable): string {
    if (thing.kind === 'run' && isAtWork(path.join(runsFolder(home), thing.name), clock()))
        throw badInput(`${thing.label} is at work; it was left as it is. Pause it first.`);
    return moveToTrash(home, thing, clock());
}

function isAtWork(folder: string, now: number): boolean {
    try {
        const db = openRunDatabase(runFolderAt(folder).database, { readonly: true });
        try {
            return readSummary(db, now).state === 'running';
        } finally {
            db.close();
        }
    } catch (error) {
        if (error instanceof FaultError) return false; // nobody can work on what cannot be read
        throw error;
    }
}
