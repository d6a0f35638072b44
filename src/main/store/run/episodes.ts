/** Episodes: written with their update, read one by one with everything recorded of them. */
import { badInput } from '../../../shared/faults.ts';
import { episodeSchema, type EpisodeRecord } from '../../../shared/record.ts';
import { bytesOf, float32sOf, uint16sOf } from '../connection/blobs.ts';
import { promptRow } from './prompts.ts';
import { ratingsOf, type RecordedRating } from './ratings.ts';
import { readOne, write } from '../connection/statements.ts';
import type { RunDatabase } from '../connection/statements.ts';

interface EpisodeRow {
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

const episodeColumns = `
    episode.id, episode.attempt, episode.number, recorded.number AS "update", prompt.text AS prompt, episode.story,
    episode.words, episode.finished, episode.reward, episode.stages, episode.kl, episode.total`;

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
