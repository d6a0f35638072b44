/**
 * What a reader makes of a story: whether its words come as expected, whether a sentence is the likelier for what stood
 * before it, and whether the story is likelier as it stands than with the same sentences backwards.
 */
import type { Reader } from '../reader.ts';

export interface StoryThread {
    /** Mean log-probability of a token, in nats. */
    readonly fluency: number;
    /** The same of the least likely tenth of all tokens: a word that is none falls apart into unlikely tokens. */
    readonly stumbles: number;
    /** Nats a token that a sentence gains by standing where it stands rather than by itself. */
    readonly thread: number;
    /** The same of the sentence that gains least. */
    readonly weakest: number;
    /** Nats a token that the story is likelier as it stands than told from its last sentence to its first. */
    readonly order: number;
}

/** A story of one sentence follows from nothing and could not be told in another order. */
const unthreaded = { thread: 0, weakest: 0, order: 0 };
/** A remark of two words may follow from anything: a short sentence counts as if it had as many tokens. */
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
