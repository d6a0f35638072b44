/** A run's database from elsewhere becomes one of ours: checked from end to end, brought up to date, free for work. */
import { ulid } from 'ulid';
import { badInput, FaultError } from '../../shared/faults.ts';
import { checkpointSchema, type RunKind } from '../../shared/record.ts';
import { milestones, type Milestone } from './checkpoints.ts';
import { openRunDatabase } from './open.ts';
import { readConfig, readSummary } from './run.ts';
import { transaction, write } from './statements.ts';

export interface Adopted {
    readonly name: string;
    readonly kind: RunKind;
    readonly createdAt: number;
    readonly checkpoints: readonly Milestone[];
    /** It came with the id of a run that is here already and got another. */
    readonly isRenumbered: boolean;
}

/**
 * Checks and adopts the copy at `file`; sentences name `source`, where it came from.
 * @throws bad input, one sentence: foreign, altered, damaged, newer
 */
export function adoptDatabase(
    file: string,
    source: string,
    {
        knownRuns,
        name,
        at,
    }: { readonly knownRuns: readonly string[]; readonly name: string | null; readonly at: number },
): Adopted {
    try {
        const db = openRunDatabase(file, { readonly: false, untrusted: true });
        try {
            readConfig(db); // refuses what it does not know
            const { id, ...run } = readSummary(db, at);
            const checkpoints = milestones(db);
            const lost = checkpoints.find(({ path }) => !checkpointSchema.shape.path.safeParse(path).success);
            if (lost)
                throw badInput(
                    `${source} names a checkpoint outside of its folder (${JSON.stringify(lost.path)}); nothing was imported. Ask for another copy.`,
                );
            const isRenumbered = knownRuns.includes(id);
            transaction(db, () => {
                write(db, 'DELETE FROM lease'); // whoever held it is elsewhere
                write(db, 'UPDATE run SET id = @id, name = @name', {
                    id: isRenumbered ? ulid(at) : id,
                    name: name ?? run.name,
                });
                write(db, "INSERT INTO event (at, kind, message) VALUES (@at, 'imported', @message)", {
                    at,
                    message: isRenumbered ? `under a new id; the run ${id} was here already` : 'from elsewhere',
                });
            });
            db.pragma('wal_checkpoint(TRUNCATE)');
            return { name: name ?? run.name, kind: run.kind, createdAt: run.createdAt, checkpoints, isRenumbered };
        } finally {
            db.close();
        }
    } catch (error) {
        if (error instanceof FaultError && error.fault.kind === 'bad-input')
            throw badInput(error.message.replaceAll(file, source));
        throw error;
    }
}
