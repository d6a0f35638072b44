/** The words that a run of learning exchanged up to an update: prompts, stories, and what its teacher said. */
import { readAll, readOne, type RunDatabase } from '../connection/statements.ts';

export interface ExchangedWords {
    readonly prompts: readonly { readonly text: string; readonly times: number }[];
    readonly studentWords: number;
    /** The published counter: the prompts of the first update once, and every word of the teacher. */
    readonly inputWords: number;
    readonly firstPrompts: readonly { readonly text: string; readonly times: number }[];
}

export function exchangedWords(db: RunDatabase, update: number): ExchangedWords {
    const prompts = (until: number): ExchangedWords['prompts'] =>
        readAll(
            db,
            `SELECT prompt.text, count(*) AS times FROM episode
             JOIN current_update AS recorded ON recorded.id = episode.update_id
             JOIN prompt ON prompt.id = episode.prompt
             WHERE recorded.number <= @until GROUP BY prompt.id`,
            { until },
        );
    const sums = readOne<{ studentWords: number; inputWords: number }>(
        db,
        `SELECT coalesce(max(student_words), 0) AS studentWords, coalesce(max(input_words), 0) AS inputWords
         FROM current_update WHERE number <= @update`,
        { update },
    )!;
    return { ...sums, prompts: prompts(update), firstPrompts: prompts(Math.min(1, update)) };
}
