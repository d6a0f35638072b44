/** Takes in a run's database from elsewhere: checks all of it, migrates it, and frees it for work. */
import { basename, dirname } from 'node:path';
import { ulid } from 'ulid';
import { badInput, isAbout } from '../../../shared/faults.ts';
import { checkpointSchema, type RunKind } from '../../../shared/run/record.ts';
import { milestones, type Milestone } from '../run/checkpoints.ts';
import { checkForeignRun } from './foreign-run.ts';
import { isNewerRun, openRunDatabase } from '../connection/open.ts';
import { oneLine } from '../../../shared/text/one-line.ts';
import { readSummary } from '../run/run.ts';
import { readCells, transaction, write, type RunDatabase } from '../connection/statements.ts';

export interface Adopted {
    readonly name: string;
    readonly kind: RunKind;
    readonly createdAt: number;
    readonly checkpoints: readonly Milestone[];
    /** Its id belonged to a run that is here already, so it was given a new one. */
    readonly isRenumbered: boolean;
    /** A newer Storyloop wrote it: it was left as it came, and can only be read. */
    readonly isNewer: boolean;
}

export interface KnownRun {
    readonly id: string;
    readonly database: string;
}

/**
 * Checks and adopts the copy at `file`; sentences name `source`, where it came from.
 * @throws bad input where it is foreign, altered, damaged, or of a newer version that did more than add
 */
export function adoptDatabase(
    file: string,
    source: string,
    {
        knownRuns,
        name,
        at,
    }: { readonly knownRuns: readonly KnownRun[]; readonly name: string | null; readonly at: number },
): Adopted {
    const isNewer = wroteNewer(file, source);
    const db = openRunDatabase(file, { readonly: isNewer, untrusted: true, called: source });
    try {
        checkForeignRun(db);
        const { id, ...run } = readSummary(db, at);
        const called = oneLine(name ?? run.name);
        const checkpoints = milestones(db);
        const lost = checkpoints.find(({ path }) => !checkpointSchema.shape.path.safeParse(path).success);
        if (lost)
            throw badInput(
                `${source} names a checkpoint outside of its folder (${JSON.stringify(lost.path)}); nothing was imported. Ask for another copy.`,
            );
        const known = knownRuns.find((each) => each.id === id);
        if (known && (name === null || isNewer)) refuseTwice(db, known, oneLine(run.name), isNewer);
        if (isNewer) return { ...run, name: oneLine(run.name), checkpoints, isRenumbered: false, isNewer };
        const isRenumbered = known !== undefined;
        transaction(db, () => {
            write(db, 'DELETE FROM lease'); // its holder is on another machine
            write(db, 'UPDATE run SET id = @id, name = @name', {
                id: isRenumbered ? ulid(at) : id,
                name: called,
            });
            write(db, "INSERT INTO event (at, kind, message) VALUES (@at, 'imported', @message)", {
                at,
                message: isRenumbered ? `under a new id; the run ${id} was here already` : 'from elsewhere',
            });
        });
        db.pragma('wal_checkpoint(TRUNCATE)');
        return {
            name: called,
            kind: run.kind,
            createdAt: run.createdAt,
            checkpoints,
            isRenumbered,
            isNewer,
        };
    } finally {
        db.close();
    }
}

/** The same id with the same record is the same run; one that went on elsewhere is another. */
function refuseTwice(db: RunDatabase, known: KnownRun, name: string, isNewer: boolean): void {
    const here = openRunDatabase(known.database, { readonly: true });
    try {
        if (recordOf(here) === recordOf(db))
            throw badInput(
                `The run "${name}" is here already, with the same record (${basename(dirname(known.database))}); nothing was imported. To have it twice, give the copy another name.`,
            );
        if (isNewer)
            throw badInput(
                `Another state of the run "${name}" is here already (${basename(dirname(known.database))}), and this one, which a newer Storyloop wrote, cannot get another id; nothing was imported. Import it with the newer one.`,
            );
    } finally {
        here.close();
    }
}

/** A fingerprint of the recorded work: equal for two copies of the same state. */
function recordOf(db: RunDatabase): string {
    return JSON.stringify([
        readCells(db, 'SELECT attempt, number, digest, at FROM update_metrics ORDER BY id'),
        readCells(db, 'SELECT max(id), count(*), max(loss), sum(loss) FROM pretrain_step'),
        readCells(db, 'SELECT phase, update_number, at, digest FROM evaluation ORDER BY id'),
        ...['episode', 'sample', 'rating', 'attempt'].map((table) => readCells(db, `SELECT count(*) FROM ${table}`)),
    ]);
}

function wroteNewer(file: string, called: string): boolean {
    try {
        const db = openRunDatabase(file, { readonly: true, untrusted: true, called });
        try {
            return isNewerRun(db);
        } finally {
            db.close();
        }
    } catch (error) {
        if (isAbout(error, 'older')) return false;
        throw error;
    }
}
