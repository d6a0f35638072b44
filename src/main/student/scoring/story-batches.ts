/**
 * Collates stories into batches of static shape. A row is prompt, story, zeros. The heads read columns from the end of
 * the shortest prompt on, so stories after longer prompts start further right. Stories of similar length share a
 * micro-batch, whose width is the smallest of a few that fits: the choice depends on the stories alone.
 */
import { badInput } from '../../../shared/faults.ts';

export interface StoryTokens {
    readonly prompt: Int32Array;
    /** The tokens written after it, including a final end-of-text token; at least one. */
    readonly story: Int32Array;
}

export interface StoryLimits {
    readonly shortestPrompt: number; // tokens
    readonly longestPrompt: number;
    readonly longestStory: number;
}

export interface StoryBatch {
    /** Columns the heads read. */
    readonly width: number;
    /** Indices of the stories in its rows; the last batch may have fewer than the graph has rows. */
    readonly rows: readonly number[];
}

const WIDTHS = 4;
const WIDTH_STEP = 8;

/** @throws bad input, in one sentence, for limits that contradict themselves or the student's context */
export function checkStoriesFit({ shortestPrompt, longestPrompt, longestStory }: StoryLimits, context: number): void {
    if (shortestPrompt < 1 || longestPrompt < shortestPrompt || longestStory < 1) {
        throw badInput(
            `Prompts of ${shortestPrompt} to ${longestPrompt} tokens and stories of up to ${longestStory} cannot be; both need at least 1.`,
        );
    }
    if (longestPrompt + longestStory > context) {
        throw badInput(
            `A prompt of ${longestPrompt} and a story of ${longestStory} tokens do not fit a student with a context of ${context}. ` +
                `Choose a shorter prompt or fewer new tokens.`,
        );
    }
}

/** Column of a story's first token, counted from the first column the heads read. */
export function firstColumn({ prompt }: StoryTokens, limits: StoryLimits): number {
    return prompt.length - limits.shortestPrompt;
}

/** The few widths for which graphs are compiled, narrowest first; `extra` columns follow each story. */
export function batchWidths(
    { shortestPrompt, longestPrompt, longestStory }: StoryLimits,
    extra: number,
): readonly number[] {
    const widest = longestPrompt - shortestPrompt + longestStory + extra;
    const rounded = (share: number): number => Math.min(widest, Math.ceil((share * widest) / WIDTH_STEP) * WIDTH_STEP);
    return [...new Set(Array.from({ length: WIDTHS }, (_, i) => rounded((i + 1) / WIDTHS)))];
}

/**
 * Splits the chosen stories, shortest first, into batches of at most `size` rows.
 * @throws bad input for a story outside the limits
 */
export function storyBatches(
    stories: readonly StoryTokens[],
    chosen: Iterable<number>,
    limits: StoryLimits,
    { size, extra }: { readonly size: number; readonly extra: number },
): readonly StoryBatch[] {
    const needed = (row: number): number => {
        const { prompt, story } = stories[row]!;
        const fits = prompt.length >= limits.shortestPrompt && prompt.length <= limits.longestPrompt;
        if (!fits || story.length < 1 || story.length > limits.longestStory) {
            throw badInput(
                `Story ${row} has a prompt of ${prompt.length} and ${story.length} tokens of its own; prompts of ` +
                    `${limits.shortestPrompt} to ${limits.longestPrompt} and stories of 1 to ${limits.longestStory} tokens fit.`,
            );
        }
        return prompt.length - limits.shortestPrompt + story.length + extra;
    };
    const sorted = [...chosen].toSorted((a, b) => needed(a) - needed(b) || a - b);
    const choices = batchWidths(limits, extra);
    return Array.from({ length: Math.ceil(sorted.length / size) }, (_, index) => {
        const rows = sorted.slice(index * size, (index + 1) * size);
        const longest = needed(rows.at(-1)!);
        return { rows, width: choices.find((width) => width >= longest)! };
    });
}

/** ids (size, shortestPrompt + width − 1) and the token taken at each column the heads read, (size, width). */
export function collate(
    stories: readonly StoryTokens[],
    { rows, width }: StoryBatch,
    limits: StoryLimits,
    size: number,
): { readonly ids: Int32Array; readonly taken: Int32Array } {
    const length = limits.shortestPrompt + width - 1;
    const ids = new Int32Array(size * length);
    const taken = new Int32Array(size * width);
    for (const [row, index] of rows.entries()) {
        const { prompt, story } = stories[index]!;
        ids.set(prompt.subarray(0, length), row * length);
        // the last token is never read
        ids.set(story.subarray(0, length - prompt.length), row * length + prompt.length);
        taken.set(story, row * width + firstColumn(stories[index]!, limits));
    }
    return { ids, taken };
}
