/** Episodes: written with their update, read by cursor, by filter and by the words of their story. */
import { badInput } from '../../shared/faults.ts';
import { episodeSchema, type EpisodeRecord } from '../../shared/record.ts';
import { bytesOf, float32sOf, uint16sOf } from './blobs.ts';
import { promptRow } from './prompts.ts';
import { ratingsOf, type RecordedRating } from './ratings.ts';
import { searchExpression } from './search-expression.ts';
import { readAll, readOne, write } from './statements.ts';
import type { RunDatabase } from './statements.ts';

/** An episode as lists show it. `id` is the cursor. */
export interface EpisodeRow {
    readonly id: number;
    readonly attempt: number;
    readonly number: number;
    readonly update: number;
    readonly prompt: string;
    readonly story: string;
    readonly words: number;
    readonly finished: boolean;
    readonly reward: number | null;
    readonly stages: Readonly<Record<string, number>>;
    readonly kl: number;
    /** The teacher's sum of the criteria; null where the rating was unreadable or there is none. */
    readonly total: number | null;
}

/** Everything recorded of one episode. */
export interface WholeEpisode extends EpisodeRow {
    readonly tokens: Uint16Array;
    readonly trace: Trace | null;
    readonly ratings: readonly RecordedRating[];
}

/** Per token of the story, (T) each. */
interface Trace {
    readonly kl: Float32Array;
    readonly values: Float32Array;
    readonly advantages: Float32Array;
}

export interface EpisodeFilter {
    /** Only episodes recorded after this one. */
    readonly after?: number;
    readonly fromUpdate?: number;
    readonly toUpdate?: number;
    readonly minTotal?: number;
    readonly maxTotal?: number;
    readonly finished?: boolean;
    /** Words the story holds, "phrases" in quotes, beginnings with a star*. */
    readonly text?: string;
    readonly limit?: number;
}

const episodeColumns = `
    episode.id, episode.attempt, episode.number, recorded.number AS "update", prompt.text AS prompt, episode.story,
    episode.words, episode.finished, episode.reward, episode.stages, episode.kl, episode.total`;

const isWanted = `
    episode.id > @after
    AND episode.update_id BETWEEN @firstUpdate AND @lastUpdate
    AND (@finished IS NULL OR episode.finished = @finished)
    AND (@minTotal IS NULL OR total >= @minTotal)
    AND (@maxTotal IS NULL OR total <= @maxTotal)`;

/** Episodes of the current line of history, in the order of recording. */
export function episodes(db: RunDatabase, filter: EpisodeFilter = {}): readonly EpisodeRow[] {
    const { after = 0, finished, minTotal = null, maxTotal = null, text, limit = 1000 } = filter;
    const wanted = {
        ...updatesWithin(db, filter),
        after,
        minTotal,
        maxTotal,
        finished: finished === undefined ? null : Number(finished),
        limit,
    };
    if (text === undefined)
        return readAll<StoredEpisode>(
            db,
            `SELECT ${episodeColumns}
             FROM rated_episode AS episode
             JOIN current_update AS recorded ON recorded.id = episode.update_id
             JOIN prompt ON prompt.id = episode.prompt
             WHERE ${isWanted}
             ORDER BY episode.update_id, episode.id LIMIT @limit`,
            wanted,
        ).map(toEpisode);
    const expression = searchExpression(text);
    if (expression === null) return [];
    return readAll<StoredEpisode>(
        db,
        `SELECT ${episodeColumns}
         FROM story_text
         JOIN rated_episode AS episode ON episode.id = story_text.rowid
         JOIN current_update AS recorded ON recorded.id = episode.update_id
         JOIN prompt ON prompt.id = episode.prompt
         WHERE story_text MATCH @expression AND ${isWanted}
         ORDER BY episode.id LIMIT @limit`,
        { ...wanted, expression },
    ).map(toEpisode);
}

/**
 * The rows of the first and last update that may hold what is wanted. Rows of updates and of their episodes rise
 * together, so that one range of an index holds them all.
 */
function updatesWithin(
    db: RunDatabase,
    { after = 0, fromUpdate = 1, toUpdate = Number.MAX_SAFE_INTEGER }: EpisodeFilter,
): { readonly firstUpdate: number; readonly lastUpdate: number } {
    const found = readOne<{ firstUpdate: number | null; lastUpdate: number | null }>(
        db,
        `SELECT min(id) AS firstUpdate, max(id) AS lastUpdate FROM current_update
         WHERE number BETWEEN @fromUpdate AND @toUpdate
           AND id >= coalesce((SELECT update_id FROM episode WHERE id = @after), 0)`,
        { after, fromUpdate, toUpdate },
    );
    return { firstUpdate: found?.firstUpdate ?? 0, lastUpdate: found?.lastUpdate ?? -1 };
}

/** One episode with its tokens, trace and ratings, superseded or not. */
export function readEpisode(db: RunDatabase, id: number): WholeEpisode {
    const row = readOne<StoredEpisode & { readonly tokens: Uint8Array }>(
        db,
        `SELECT ${episodeColumns}, episode.tokens
         FROM rated_episode AS episode
         JOIN update_metrics AS recorded ON recorded.id = episode.update_id
         JOIN prompt ON prompt.id = episode.prompt
         WHERE episode.id = @id`,
        { id },
    );
    if (!row) throw badInput(`The run has no episode ${id}; nothing was changed.`);
    return {
        ...toEpisode(row),
        tokens: uint16sOf(row.tokens),
        trace: readTrace(db, id),
        ratings: ratingsOf(db, 'episode', id),
    };
}

/** Inserts the episodes of one update; returns the row of each by its number. */
export function insertEpisodes(
    db: RunDatabase,
    { attempt, update }: { readonly attempt: number; readonly update: number },
    given: readonly EpisodeRecord[],
): ReadonlyMap<number, number> {
    const rowOf = new Map<number, number>();
    for (const episode of given) {
        const { number, prompt, story, tokens, words, finished, reward, stages, kl, trace } =
            episodeSchema.parse(episode);
        if (rowOf.has(number)) throw badInput(`Episode ${number} comes twice in one update; nothing was recorded.`);
        const { id } = write(
            db,
            `INSERT INTO episode (attempt, number, update_id, prompt, story, tokens, words, finished, reward, stages, kl)
             VALUES (@attempt, @number, @update, @prompt, @story, @tokens, @words, @finished, @reward, @stages, @kl)`,
            {
                attempt,
                number,
                update,
                prompt: promptRow(db, prompt),
                story,
                tokens: bytesOf(tokens),
                words,
                finished: Number(finished),
                reward,
                stages: JSON.stringify(stages),
                kl,
            },
        );
        rowOf.set(number, id);
        if (trace)
            write(db, 'INSERT INTO token_trace (episode, kl, value, advantage) VALUES (@id, @kl, @value, @advantage)', {
                id,
                kl: bytesOf(trace.kl),
                value: bytesOf(trace.values),
                advantage: bytesOf(trace.advantages),
            });
    }
    write(db, 'INSERT INTO story_text (rowid, story) SELECT id, story FROM episode WHERE update_id = @update', {
        update,
    });
    return rowOf;
}

type StoredEpisode = Omit<EpisodeRow, 'finished' | 'stages'> & { readonly finished: number; readonly stages: string };

function toEpisode(row: StoredEpisode): EpisodeRow {
    const { id, attempt, number, update, prompt, story, words, finished, reward, stages, kl, total } = row;
    return {
        id,
        attempt,
        number,
        update,
        prompt,
        story,
        words,
        finished: finished === 1,
        reward,
        stages: JSON.parse(stages) as Record<string, number>,
        kl,
        total,
    };
}

function readTrace(db: RunDatabase, episode: number): Trace | null {
    const row = readOne<{ kl: Uint8Array; value: Uint8Array; advantage: Uint8Array }>(
        db,
        'SELECT kl, value, advantage FROM token_trace WHERE episode = @episode',
        { episode },
    );
    return row
        ? { kl: float32sOf(row.kl), values: float32sOf(row.value), advantages: float32sOf(row.advantage) }
        : null;
}
