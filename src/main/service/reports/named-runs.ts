/** Compares runs that a person names, for the command line. */
import { basename, dirname } from 'node:path';
import { badInput } from '../../../shared/faults.ts';
import { mostCompared } from '../../../shared/run/comparable.ts';
import type { RunsGains } from '../../../shared/views/runs.ts';
import { readRunDatabase } from '../../store/connection/open.ts';
import { runFolderAt } from '../../store/home/run-folder.ts';
import { findRun } from '../../store/home/workshop.ts';
import { readSummary } from '../../store/run/run.ts';
import { openHome } from '../sources/home.ts';
import { startOf } from './run/student-facts.ts';
import { gainsOfRuns } from './comparison/gains.ts';

/** @throws bad input where a run is not there, or fewer than two or too many are named */
export function compareNamedRuns(wanted: readonly string[]): {
    readonly names: readonly string[];
    readonly gains: RunsGains;
} {
    if (wanted.length < 2 || wanted.length > mostCompared)
        throw badInput(`Compare takes 2 to ${mostCompared} runs; nothing was read. Name each of them once.`);
    const home = openHome();
    try {
        const databases = wanted.map((run) => findRun(home, run, home.clock()).database);
        if (new Set(databases).size < databases.length)
            throw badInput('A run was named twice; nothing was compared. Name each of them once.');
        const nameOf = (database: string): string => readRunDatabase(database, (db) => readSummary(db, 0).name);
        const nameOfFolder = (folder: string): string | null => {
            const run = databases.find((database) => basename(dirname(database)) === folder);
            return run === undefined ? null : nameOf(run); // else its folder says what it is
        };
        const studentOf = (database: string): string | null =>
            readRunDatabase(database, (db) => startOf(db, runFolderAt(dirname(database)), home.home, nameOfFolder));
        return { names: databases.map(nameOf), gains: gainsOfRuns(databases, studentOf) };
    } finally {
        home.close();
    }
}
