/** Reads the stories that a teacher rates again, and records its ratings beside the first ones. */
import type { StoredStory } from '../../../../shared/contracts/engine.ts';
import type { RatingRecord } from '../../../../shared/run/record.ts';
import { underLease, type Lease } from '../../connection/lease.ts';
import { insertRatings } from './ratings.ts';
import { readAll, readOne } from '../../connection/statements.ts';
import type { RunDatabase } from '../../connection/statements.ts';

export interface StoryKey {
    readonly subject: StoredStory['subject'];
    readonly row: number;
}

/** Every episode that counts, in the order of recording: of updates that nothing has superseded. */
export function episodeKeys(db: RunDatabase): readonly StoryKey[] {
    const sql = `SELECT episode.id AS "row" FROM episode
                 JOIN current_update AS recorded ON recorded.id = episode.update_id ORDER BY episode.id`;
    return readAll<{ row: number }>(db, sql).map(({ row }) => ({ subject: 'episode', row }));
}

/** The stories of evaluations that count, seed by seed: before and after learning, they are compared in pairs. */
export function sampleKeys(db: RunDatabase): readonly (readonly StoryKey[])[] {
    const sql = `SELECT sample.id AS "row", seed FROM sample
                 JOIN current_evaluation AS recorded ON recorded.id = sample.evaluation ORDER BY sample.id`;
    const bySeed = Map.groupBy(readAll<{ row: number; seed: number }>(db, sql), ({ seed }) => seed);
    return [...bySeed.values()].map((rows) => rows.map(({ row }) => ({ subject: 'sample', row })));
}

export function isRatedBy(db: RunDatabase, rater: string, { subject, row }: StoryKey): boolean {
    const sql = `SELECT 1 FROM rating WHERE ${subject} = @row AND rater = @rater`;
    return readOne(db, sql, { row, rater }) !== undefined;
}

/** A story as it was recorded, and whether it ended by itself. @throws where the run has no such story */
export function readStory(db: RunDatabase, { subject, row }: StoryKey): StoredStory {
    const found = readOne<Omit<StoredStory, 'subject' | 'row'>>(
        db,
        `SELECT prompt.text AS prompt, story, finished FROM ${subject} JOIN prompt ON prompt.id = ${subject}.prompt
         WHERE ${subject}.id = @row`,
        { row },
        { finished: 'flag' },
    );
    if (!found) throw new Error(`the run has no ${subject} in row ${row}`);
    return { subject, row, ...found };
}

/** Adds ratings in one transaction; `story` of each is the row of its story. */
export function recordReratings(
    lease: Lease,
    ratings: readonly { readonly subject: StoredStory['subject']; readonly rating: RatingRecord }[],
): void {
    underLease(lease, () => {
        for (const subject of ['episode', 'sample'] as const) {
            const given = ratings.flatMap((each) => (each.subject === subject ? [each.rating] : []));
            insertRatings(lease.db, subject, new Map(given.map(({ story }) => [story, story])), given);
        }
    });
}
