/**
 * Long lists of stories: first the row ids that match, in order; then the few rows that are on the screen.
 */
import type { StoryRow } from '../../../../shared/views/stories.ts';
import { badInput } from '../../../../shared/faults.ts';
import type { StoryFilter } from '../../../../shared/run/story-filter.ts';
import { searchExpression } from './search-expression.ts';
import { readAll, readColumn, readOne } from '../../connection/statements.ts';
import type { RunDatabase } from '../../connection/statements.ts';

export type StoryListQuery = StoryFilter & {
    readonly sort: 'recorded' | 'score' | 'reward' | 'words' | 'kl';
    readonly descending: boolean;
};

const fitsText = 'episode.id IN (SELECT rowid FROM story_text WHERE story_text MATCH @text)';
const isTraced = 'EXISTS (SELECT 1 FROM token_trace WHERE token_trace.episode = episode.id)';
const mostUpdates = Number.MAX_SAFE_INTEGER;

const sortColumns = {
    recorded: 'episode.id',
    score: 'episode.total',
    reward: 'episode.reward',
    words: 'episode.words',
    kl: 'episode.kl',
} as const;

/** Rows of the episodes that fit, of the current line of history, in the order asked for; nulls come last. */
export function storyIds(db: RunDatabase, query: StoryListQuery): Uint32Array {
    const { text, fromUpdate = 1, toUpdate = mostUpdates, finished, sort, descending } = query;
    const parameters: Record<string, string | number> = { fromUpdate, toUpdate };
    const wanted: string[] = [];
    const restrict = (sql: string, name: string, value: number | string | undefined): void => {
        if (value === undefined) return;
        wanted.push(sql);
        parameters[name] = value;
    };
    restrict('episode.words >= @minWords', 'minWords', query.minWords);
    restrict('episode.words <= @maxWords', 'maxWords', query.maxWords);
    restrict('episode.finished = @finished', 'finished', finished === undefined ? undefined : Number(finished));
    restrict('episode.total >= @minScore', 'minScore', query.minScore);
    restrict('episode.total <= @maxScore', 'maxScore', query.maxScore);
    if (query.traced) wanted.push(isTraced);
    if (text !== undefined && text.trim() !== '') {
        const expression = searchExpression(text);
        if (expression === null) return new Uint32Array(0);
        restrict(fitsText, 'text', expression);
    }
    const direction = descending ? 'DESC' : 'ASC';
    const isOfAll = sort === 'recorded' && fromUpdate <= 1 && toUpdate >= mostUpdates && !hasOldLines(db);
    if (isOfAll && wanted.length === 0) {
        const all = unbrokenIds(db);
        if (all) return descending ? all.reverse() : all;
    }
    // The index of words answers alone where nothing else is asked: reading 10,000 episodes for it takes ten times as
    // long.
    const sql =
        isOfAll && wanted.length === 1 && wanted[0] === fitsText
            ? `SELECT rowid FROM story_text WHERE story_text MATCH @text ORDER BY rowid ${direction}`
            : `SELECT episode.id FROM rated_episode AS episode
               WHERE episode.update_id IN (SELECT id FROM current_update WHERE number BETWEEN @fromUpdate AND @toUpdate)
               ${wanted.map((each) => `AND ${each}`).join(' ')}
               ORDER BY ${sortColumns[sort]} ${direction} NULLS LAST${sort === 'recorded' ? '' : ', episode.id'}`;
    return Uint32Array.from(readColumn<number>(db, sql, parameters));
}

/** Rows of the newest stories with these words, at most `most`; where that many come back there may be more. */
export function newestWith(db: RunDatabase, text: string, most: number): readonly number[] {
    const expression = searchExpression(text);
    if (expression === null) return [];
    const counts = hasOldLines(db)
        ? 'AND rowid IN (SELECT id FROM episode WHERE update_id IN (SELECT id FROM current_update))'
        : '';
    return readColumn<number>(
        db,
        `SELECT rowid FROM story_text WHERE story_text MATCH @text ${counts} ORDER BY rowid DESC LIMIT @most`,
        { text: expression, most },
    );
}

/** Rows of an update's episodes from the lowest score to the highest; unreadable ratings stand for nothing. */
export function ratedIds(db: RunDatabase, update: number): Uint32Array {
    const rated = { minScore: -Infinity }; // every score is above it, and a missing score is not
    return storyIds(db, { fromUpdate: update, toUpdate: update, ...rated, sort: 'score', descending: false });
}

/** Did the run go back and redo updates? The first ones are kept but no longer count. */
function hasOldLines(db: RunDatabase): boolean {
    return readColumn(db, 'SELECT id FROM update_metrics EXCEPT SELECT id FROM current_update LIMIT 1').length > 0;
}

/** Rows of all episodes where they follow one another without a gap, counted instead of read; else null. */
function unbrokenIds(db: RunDatabase): Uint32Array | null {
    const { first, last, n } = readOne<{ first: number | null; last: number | null; n: number }>(
        db,
        'SELECT (SELECT min(id) FROM episode) AS first, (SELECT max(id) FROM episode) AS last, (SELECT count(*) FROM episode) AS n',
    )!;
    if (first === null || last === null) return new Uint32Array(0);
    return n === last - first + 1 ? Uint32Array.from({ length: n }, (_, i) => first + i) : null;
}

/**
 * The episodes with these rows, in the order given.
 * @throws bad input where the run has none in a row
 */
export function storyRows(db: RunDatabase, ids: ArrayLike<number>): readonly StoryRow[] {
    return Array.from(ids, (id) => {
        const row = readOne<StoryRow>(
            db,
            `SELECT episode.id AS episode, episode.number, recorded.number AS "update", prompt.text AS prompt,
                    episode.story, episode.words, episode.finished, episode.reward, episode.kl, rating.total,
                    ${isTraced} AS isTraced,
                    CASE WHEN rating.total IS NOT NULL THEN
                        (SELECT json_group_object(criterion, value) FROM score WHERE score.rating = rating.id)
                    END AS scores
             FROM rated_episode AS episode
             JOIN update_metrics AS recorded ON recorded.id = episode.update_id
             JOIN prompt ON prompt.id = episode.prompt
             LEFT JOIN rating ON rating.id = episode.rating
             WHERE episode.id = @id`,
            { id },
            { finished: 'flag', isTraced: 'flag', scores: 'json' },
        );
        if (!row) throw badInput(`The run has no episode ${id}; nothing was changed.`);
        return row;
    });
}

/** Mean score of each criterion, by the row of the update, for updates whose rows lie in the range. */
export function criterionMeans(
    db: RunDatabase,
    firstRow: number,
    lastRow: number,
): ReadonlyMap<number, Readonly<Record<string, number>>> {
    const rows = readAll<{ row: number; criterion: string; mean: number }>(
        db,
        `SELECT episode.update_id AS row, score.criterion, avg(score.value) AS mean
         FROM rated_episode AS episode
         JOIN score ON score.rating = episode.rating
         WHERE episode.update_id BETWEEN @firstRow AND @lastRow
         GROUP BY episode.update_id, score.criterion`,
        { firstRow, lastRow },
    );
    const means = new Map<number, Record<string, number>>();
    for (const { row, criterion, mean } of rows) {
        const known = means.get(row);
        if (known) known[criterion] = mean;
        else means.set(row, { [criterion]: mean });
    }
    return means;
}
