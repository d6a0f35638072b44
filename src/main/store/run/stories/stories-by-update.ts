/** The stories of every update that counts, as text alone. */
import { readAll, type RunDatabase } from '../../connection/statements.ts';

export function storiesByUpdate(db: RunDatabase): ReadonlyMap<number, readonly string[]> {
    const rows = readAll<{ update: number; story: string }>(
        db,
        `SELECT recorded.number AS "update", episode.story
         FROM current_update AS recorded JOIN episode ON episode.update_id = recorded.id
         ORDER BY recorded.number, episode.id`,
    );
    const stories = new Map<number, string[]>();
    for (const { update, story } of rows) {
        const known = stories.get(update);
        if (known) known.push(story);
        else stories.set(update, [story]);
    }
    return stories;
}
