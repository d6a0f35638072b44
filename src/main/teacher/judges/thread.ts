/**
 * Measures by a reader's probabilities how a story hangs together: how expected its words are, how much likelier each
 * sentence is after those before it than alone, and how much likelier the story is than its sentences in reverse order.
 */
import type { Reader } from '../reader.ts';

export interface StoryThread {
    /** Mean log-probability of a token, in nats. */
    readonly fluency: number;
    /** The same over the least likely tenth of the tokens: a word that does not exist consists of unlikely tokens. */
    readonly stumbles: number;
    /** Nats per token that sentences gain from what stands before them, compared with each sentence alone. */
    readonly thread: number;
    /** The same for the sentence that gains least. */
    readonly weakest: number;
    /** Nats per token by which the story is likelier than its sentences in reverse order. */
    readonly order: number;
}

/** A story of one sentence has nothing before it and no other order. */
const unthreaded = { thread: 0, weakest: 0, order: 0 };
/** A shorter sentence is divided by this many tokens all the same: two words may follow from anything. */
const fewestTokens = 8;

export async function readThreads(
    stories: readonly (readonly string[])[],
    reader: Reader,
): Promise<readonly StoryThread[]> {
    const told = await reader.read(stories);
    const alone = await reader.read(stories.flatMap((sentences) => sentences.slice(1).map((sentence) => [sentence])));
    const backwards = await reader.read(
        stories.map((sentences) => (sentences.length < 2 ? [] : sentences.toReversed())),
    );
    let first = 0;
    return told.map((own, s) => {
        const later = Math.max(0, own.length - 1);
        const byThemselves = alone.slice(first, (first += later)).map(([only]) => only!);
        return threadOf(own, byThemselves, total(backwards[s]!));
    });
}

function threadOf(told: readonly Float64Array[], alone: readonly Float64Array[], backwards: number): StoryThread {
    const tokens = told.flatMap((sentence) => [...sentence]);
    const count = Math.max(1, tokens.length);
    const worst = tokens.toSorted((a, b) => a - b).slice(0, Math.ceil(tokens.length / 10));
    const voice = { fluency: total(told) / count, stumbles: sum(worst) / Math.max(1, worst.length) };
    if (told.length < 2) return { ...voice, ...unthreaded };
    const gains = alone.map((sentence, i) => sum(told[i + 1]!) - sum(sentence));
    const lengths = alone.map(({ length }) => length);
    return {
        ...voice,
        thread: sum(gains) / Math.max(1, sum(lengths)),
        weakest: Math.min(...gains.map((gain, i) => gain / Math.max(fewestTokens, lengths[i]!))),
        order: (total(told) - backwards) / count,
    };
}

function total(pieces: readonly Float64Array[]): number {
    return pieces.reduce((all, piece) => all + sum(piece), 0);
}

function sum(values: ArrayLike<number>): number {
    let all = 0;
    for (let i = 0; i < values.length; i++) all += values[i]!;
    return all;
}
