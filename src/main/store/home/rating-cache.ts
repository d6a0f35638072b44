/**
 * Ratings remembered across runs in `ratings.sqlite`, so that a run replays without its teacher and nothing is rated
 * twice. It is only a cache: deleting it costs nothing but time.
 */
import path from 'node:path';
import { isAbout } from '../../../shared/faults.ts';
import type { Clock } from '../connection/lease.ts';
import { openRatingCacheDatabase } from '../connection/open.ts';
import { setAside } from '../connection/places.ts';
import { readOne, transaction, write } from '../connection/statements.ts';

export interface RatingCache {
    /** What was remembered under each key, or null. */
    recall(keys: readonly string[]): (string | null)[];
    /** Keeps what was said first: a rating once used is never replaced. */
    remember(ratings: readonly { readonly key: string; readonly rating: string }[]): void;
    close(): void;
}

/** A damaged or foreign file is renamed, not deleted, and replaced by a new one. */
export function openRatingCache(home: string, clock: Clock): RatingCache {
    const file = path.join(home, 'ratings.sqlite');
    const db = openOrReplace(file);
    return {
        recall: (keys) =>
            keys.map(
                (key) =>
                    readOne<{ rating: string }>(db, 'SELECT rating FROM said WHERE key = @key', { key })?.rating ??
                    null,
            ),
        remember: (ratings) =>
            transaction(db, () => {
                for (const { key, rating } of ratings)
                    write(db, 'INSERT OR IGNORE INTO said (key, at, rating) VALUES (@key, @at, @rating)', {
                        key,
                        rating,
                        at: clock(),
                    });
            }),
        close: () => void db.close(),
    };
}

function openOrReplace(file: string): ReturnType<typeof openRatingCacheDatabase> {
    try {
        return openRatingCacheDatabase(file);
    } catch (error) {
        if (!isAbout(error, 'damaged') && !isAbout(error, 'foreign')) throw error;
        setAside(file);
        return openRatingCacheDatabase(file);
    }
}
