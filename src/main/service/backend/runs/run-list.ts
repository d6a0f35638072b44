/**
 * The rows of all runs as they are now, whoever works on them. A folder is read again when something was written to it,
 * and that of a running run every time, because whether it still runs depends on the time.
 */
import type { ListedRow } from '../../../../shared/views/runs.ts';
import type { Clock } from '../../../store/connection/lease.ts';
import { runFolders } from '../../../store/home/run-folder.ts';
import { stampOf } from '../../../store/home/workshop.ts';
import type { OpenRuns } from './open-runs.ts';
import { FaultError } from '../../../../shared/faults.ts';
import { readSummary } from '../../../store/run/run.ts';
import { startOf, type NamesOfRuns } from '../../reports/run/student-facts.ts';
import { recordedRow, rowOrProblem, type RecordedRow } from './run-row.ts';

export type SeenRow = RecordedRow | Extract<ListedRow, { kind: 'unreadable' }>;

export interface RunList {
    rows(): readonly SeenRow[];
    /** One row as it is now. */
    row(run: string): SeenRow;
    /** What differs from what the last call told. */
    changes(): { readonly changed: readonly SeenRow[]; readonly gone: readonly string[] };
}

interface Seen {
    readonly stamp: string;
    readonly row: SeenRow;
}

export function runList(home: string, runs: OpenRuns, clock: Clock): RunList {
    const seen = new Map<string, Seen>();
    const reported = new Map<string, string>(); // rows as JSON

    /** Read, not looked up: what a run started from may be a run that is looked at after it. */
    const nameOf: NamesOfRuns = (run) => {
        try {
            return runs.read(run, (db) => readSummary(db, clock()).name);
        } catch (error) {
            if (error instanceof FaultError) return null; // it is gone, or the list says what is wrong with it
            throw error;
        }
    };
    function look(run: string): Seen {
        const folder = runs.folderOf(run);
        const stamp = stampOf(folder);
        const known = seen.get(run);
        const mayStand = known?.stamp === stamp && !(known.row.kind === 'run' && known.row.state === 'running');
        if (mayStand) return known;
        const row = rowOrProblem(folder, () =>
            runs.read(run, (db) => recordedRow(db, folder, clock(), startOf(db, folder, home, nameOf))),
        );
        const now = { stamp, row };
        seen.set(run, now);
        return now;
    }
    function present(): readonly string[] {
        const names = runFolders(home).filter((run) => exists(runs, run));
        const existing = new Set(names);
        for (const run of seen.keys()) if (!existing.has(run)) seen.delete(run);
        return names;
    }
    return {
        rows: () => present().map((run) => look(run).row),
        row: (run) => look(run).row,
        changes() {
            const names = present();
            const changed = names.flatMap((run) => {
                const { row } = look(run);
                const text = JSON.stringify(row);
                if (reported.get(run) === text) return [];
                reported.set(run, text);
                return [row];
            });
            const gone = [...reported.keys()].filter((run) => !seen.has(run));
            for (const run of gone) reported.delete(run);
            return { changed, gone };
        },
    };
}

/** A folder without a database is no run; one that is being deleted may still be there for a moment. */
function exists(runs: OpenRuns, run: string): boolean {
    try {
        runs.folderOf(run);
        return true;
    } catch {
        return false;
    }
}
