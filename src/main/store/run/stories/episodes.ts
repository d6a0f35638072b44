/** Records the episodes of an update, and reads one with everything that was recorded of it. */
import { badInput } from '../../../../shared/faults.ts';
import { episodeSchema, type EpisodeRecord } from '../../../../shared/run/record.ts';
import type { WholeStory } from '../../../../shared/views/stories.ts';
import { bytesOf, float32sOf, uint16sOf } from '../../connection/blobs.ts';
import { promptRow } from './prompts.ts';
import { ratingsOf } from '../ratings/ratings.ts';
import { storyRows } from './story-lists.ts';
import { readOne, write } from '../../connection/statements.ts';
import type { RunDatabase } from '../../connection/statements.ts';

/** Everything recorded of one episode: what a page shows, with the ids of its tokens. */
export type RecordedEpisode = Omit<WholeStory, 'trace'> & {
    readonly tokens: Uint16Array; // (T)
    readonly trace: Omit<NonNullable<WholeStory['trace']>, 'texts'> | null;
};

/**
 * One episode with its tokens, trace and ratings, superseded or not.
 * @throws bad input where the run has none in that row
 */
export function readEpisode(db: RunDatabase, id: number): RecordedEpisode {
    const [story] = storyRows(db, [id]);
    const { stages, tokens } = readOne<{ stages: Record<string, number>; tokens: Uint8Array }>(
        db,
        'SELECT stages, tokens FROM episode WHERE id = @id',
        { id },
        { stages: 'json' },
    )!;
    return {
        ...story!,
        stages,
        tokens: uint16sOf(tokens),
        trace: readTrace(db, id),
        ratings: ratingsOf(db, 'episode', id),
    };
}

/**
 * Inserts the episodes of one update; returns the row of each by its number.
 * @throws bad input where an episode comes twice
 */
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

function readTrace(db: RunDatabase, episode: number): RecordedEpisode['trace'] {
    const row = readOne<{ kl: Uint8Array; value: Uint8Array; advantage: Uint8Array }>(
        db,
        'SELECT kl, value, advantage FROM token_trace WHERE episode = @episode',
        { episode },
    );
    if (!row) return null;
    const numbers = (bytes: Uint8Array): readonly number[] => Array.from(float32sOf(bytes));
    return { kl: numbers(row.kl), values: numbers(row.value), advantages: numbers(row.advantage) };
}
