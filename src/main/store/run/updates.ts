/** Records updates, each with its episodes and ratings in one transaction, and reads them. */
import { badInput } from '../../../shared/faults.ts';
import { updateSchema, type EpisodeRecord, type RatingRecord, type UpdateRecord } from '../../../shared/run/record.ts';
import { updateFieldList, updateFields } from '../../../shared/run/update-fields.ts';
import { curveFields, type CurveCells } from '../../../shared/figures/curve-rows.ts';
import { attemptForRow, noteFirstNumber } from './attempts.ts';
import { insertEpisodes } from './stories/episodes.ts';
import { underLease, type Lease } from '../connection/lease.ts';
import { insertRatings } from './ratings/ratings.ts';
import { readAll, readCells, readColumn, readOne, write } from '../connection/statements.ts';
import type { RunDatabase } from '../connection/statements.ts';

/** What the store did: `ignored` means the same update, by its digest, was there already. */
export interface Recorded {
    readonly outcome: 'stored' | 'ignored';
    readonly attempt: number;
}

/** An update as read: `id` is the cursor; rows follow the order of recording. */
export type RecordedUpdate = UpdateRecord & { readonly id: number; readonly attempt: number };

const updateColumns = [
    'id',
    'attempt',
    ...updateFieldList.map(({ name, column }) => (name === column ? column : `${column} AS ${name}`)),
    'extras',
].join(', ');

const insertSql = `
    INSERT INTO update_metrics (attempt, ${updateFieldList.map(({ column }) => column).join(', ')}, extras)
    VALUES (@attempt, ${updateFieldList.map(({ name }) => `@${name}`).join(', ')}, @extras)`;

/**
 * Records one update in one transaction; when it returns, all of it is on the disk.
 *
 * The update with the same number and digest is ignored (the loop was resumed and computed it again). With another
 * digest it goes under a later attempt and, in `current_update`, supersedes what came before from its number on; the
 * older rows and their ratings stay.
 * @throws faults: `bad-input` for a gap, `run-busy` for a lost lease, `disk-full`
 */
export function recordUpdate(
    lease: Lease,
    update: UpdateRecord,
    episodes: readonly EpisodeRecord[],
    ratings: readonly RatingRecord[],
): Recorded {
    const { extras = {}, ...metrics } = updateSchema.parse(update);
    if (metrics.episodes !== episodes.length)
        throw badInput(
            `Update ${metrics.number} counts ${metrics.episodes} episodes and brings ${episodes.length}; nothing was recorded.`,
        );
    return underLease(lease, () => {
        const { db } = lease;
        const existing = currentUpdate(db, metrics.number);
        if (existing?.digest === metrics.digest) return { outcome: 'ignored', attempt: existing.attempt };
        if (!existing) refuseGap(db, metrics.number);
        const attempt = attemptForRow(lease, existing !== undefined);
        const update = insertUpdate(db, { ...metrics, attempt, extras: JSON.stringify(extras) });
        noteFirstNumber(db, attempt, metrics.number);
        const rowOf = insertEpisodes(db, { attempt, update }, episodes);
        insertRatings(db, 'episode', rowOf, ratings);
        return { outcome: 'stored', attempt };
    });
}

/**
 * What was recorded after the cursor (0: from the start), in order. A number that was seen before means the run went
 * back: the row replaces all that was held from that number on.
 */
export function updatesAfter(db: RunDatabase, cursor: number, limit = 1000): readonly RecordedUpdate[] {
    const sql = `SELECT ${updateColumns} FROM current_update WHERE id > @cursor ORDER BY id LIMIT @limit`;
    return readAll<RecordedUpdate>(db, sql, { cursor, limit }, { extras: 'json' });
}

const curveColumns = ['id', ...curveFields.map((name) => updateFields[name].column)].join(', ');

/** The same, but only what is drawn beside other runs. */
export function curvesAfter(db: RunDatabase, cursor: number, limit: number): readonly CurveCells[] {
    const sql = `SELECT ${curveColumns} FROM current_update WHERE id > @cursor ORDER BY id LIMIT @limit`;
    return readCells(db, sql, { cursor, limit }) as unknown as readonly CurveCells[];
}

export function lastUpdate(db: RunDatabase): RecordedUpdate | undefined {
    const sql = `SELECT ${updateColumns} FROM current_update ORDER BY id DESC LIMIT 1`;
    return readOne<RecordedUpdate>(db, sql, {}, { extras: 'json' });
}

/** Episodes of the largest update: the batch of every update but one that was cut short. */
export function largestUpdate(db: RunDatabase): number {
    return readOne<{ n: number }>(db, 'SELECT coalesce(max(episodes), 0) AS n FROM current_update')!.n;
}

/** What was spent up to an update, itself included. */
export function spentUntil(
    db: RunDatabase,
    update: number,
): {
    readonly episodes: number;
    readonly tokensTrained: number;
    /** Tokens of the stories that could be rated, whether or not a step took them. */
    readonly tokensWritten: number;
} {
    return readOne<{ episodes: number; tokensTrained: number; tokensWritten: number }>(
        db,
        `SELECT coalesce(sum(episodes), 0) AS episodes, coalesce(max(tokens_trained), 0) AS tokensTrained,
                coalesce(sum(story_tokens_mean * (episodes - unreadable_count)), 0) AS tokensWritten
         FROM current_update WHERE number <= @update`,
        { update },
    )!;
}

/** The last few, in order. */
export function lastUpdates(db: RunDatabase, count: number): readonly RecordedUpdate[] {
    const sql = `SELECT ${updateColumns} FROM current_update ORDER BY id DESC LIMIT @count`;
    return readAll<RecordedUpdate>(db, sql, { count }, { extras: 'json' }).toReversed();
}

/** The number of the update whose spent input words are nearest; null before the first. */
export function updateNearest(db: RunDatabase, inputWords: number): number | null {
    const sql = 'SELECT number FROM current_update ORDER BY abs(input_words - @inputWords), number LIMIT 1';
    return readOne<{ number: number }>(db, sql, { inputWords })?.number ?? null;
}

/** Mean score of every update, in order. */
export function scoreCurve(db: RunDatabase): readonly (number | null)[] {
    return readColumn<number | null>(db, 'SELECT score_mean FROM current_update ORDER BY id');
}

function currentUpdate(db: RunDatabase, number: number): { attempt: number; digest: string } | undefined {
    return readOne(db, 'SELECT attempt, digest FROM current_update WHERE number = @number', { number });
}

function refuseGap(db: RunDatabase, number: number): void {
    const last = lastUpdate(db)?.number ?? 0;
    if (number !== last + 1)
        throw badInput(
            `Update ${number} cannot follow update ${last}; nothing was recorded. Continue the run from its last state.`,
        );
}

function insertUpdate(
    db: RunDatabase,
    row: Omit<UpdateRecord, 'extras'> & { readonly attempt: number; readonly extras: string },
): number {
    return write(db, insertSql, { ...row }).id;
}
