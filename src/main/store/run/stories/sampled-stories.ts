/** Some of a run's stories, evenly over its training and the same every time, however many there are. */
import { readAll, readOne } from '../../connection/statements.ts';
import type { RunDatabase } from '../../connection/statements.ts';

export interface SampledStory {
    readonly update: number;
    readonly story: string;
}

/**
 * At most so many of each of `stretches` stretches of updates, every n-th of them.
 * @returns one list a stretch, in the order of updates
 */
export function sampledStories(
    db: RunDatabase,
    stretches: number,
    most: number,
): { readonly episodes: number; readonly stretches: readonly (readonly SampledStory[])[] } {
    const updates = readOne<{ last: number | null }>(db, 'SELECT max(number) AS last FROM current_update')!.last ?? 0;
    const size = Math.ceil(updates / Math.min(stretches, updates || 1));
    const found: (readonly SampledStory[])[] = [];
    let episodes = 0;
    for (let from = 1; from <= updates; from += size) {
        const span = { from, to: from + size - 1 };
        const { n } = readOne<{ n: number }>(
            db,
            'SELECT coalesce(sum(episodes), 0) AS n FROM current_update WHERE number BETWEEN @from AND @to',
            span,
        )!;
        episodes += n;
        found.push(
            readAll<SampledStory>(
                db,
                `SELECT recorded.number AS "update", episode.story
                 FROM current_update AS recorded JOIN episode ON episode.update_id = recorded.id
                 WHERE recorded.number BETWEEN @from AND @to AND episode.number % @every = 0
                 ORDER BY episode.id LIMIT @most`,
                { ...span, every: Math.max(1, Math.ceil(n / most)), most },
            ),
        );
    }
    return { episodes, stretches: found };
}
