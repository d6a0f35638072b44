/** Selects stories into a temporary table of one connection, for the tables that are exported from it. */
import { badInput } from '../../../shared/faults.ts';
import type { StoryChoice } from '../../../shared/run/story-filter.ts';
import { readColumn, write, type RunDatabase } from '../connection/statements.ts';
import { storyIds } from '../run/stories/story-lists.ts';

export interface ChosenStories {
    /** Selects the rows of their episodes. */
    readonly sql: string;
    /** The rows of the updates they belong to, in order. */
    readonly updates: readonly number[];
}

/** @throws bad input where no story fits, or one that is named is not in the line of history that counts */
export function chooseStories(db: RunDatabase, choice: StoryChoice): ChosenStories {
    const [column, ids] = wantedIn(db, choice);
    if (ids.length === 0)
        throw badInput('No story of the run fits; nothing was written. Look for less, or leave the filters out.');
    const sql = 'SELECT id FROM temp.chosen_episode';
    db.exec('DROP TABLE IF EXISTS temp.chosen_episode; CREATE TEMP TABLE chosen_episode (id INTEGER PRIMARY KEY)');
    write(
        db,
        `INSERT INTO temp.chosen_episode
         SELECT episode.id FROM episode JOIN current_update ON current_update.id = episode.update_id
         WHERE episode.${column} IN (SELECT value FROM json_each(@ids))`,
        { ids: JSON.stringify(ids) },
    );
    const [found = 0] = readColumn<number>(db, `SELECT count(*) FROM (${sql})`);
    if (found < ids.length)
        throw badInput(
            `${ids.length - found} of the ${ids.length} stories are not in this run, or no more; nothing was written. Choose them again.`,
        );
    const updates = readColumn<number>(
        db,
        `SELECT DISTINCT update_id FROM episode WHERE id IN (${sql}) ORDER BY update_id`,
    );
    return { sql, updates };
}

/** By which column of the episodes they are named, and their names there, each once. */
function wantedIn(db: RunDatabase, choice: StoryChoice): readonly ['id' | 'number', readonly number[]] {
    if ('episodes' in choice) return ['id', [...new Set(choice.episodes)]];
    if ('numbers' in choice) return ['number', [...new Set(choice.numbers)]];
    return ['id', Array.from(storyIds(db, { ...choice.fits, sort: 'recorded', descending: false }))];
}
