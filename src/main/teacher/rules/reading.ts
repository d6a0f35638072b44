/**
 * Parses a story for the rules: tokens with word ids, classes and kinds, cut into sentences, and what the prompt left.
 */
import type { StoryToRate } from '../teacher.ts';
import { boundaryClass, wordKind, type LanguageStatistics } from './language-statistics.ts';
import { capitalsInside, sentenceSpans, tokenise, type Span, type Token } from './tokens.ts';

export interface StorySentence extends Span {
    /** Positions of its words among the tokens. */
    readonly words: readonly number[];
}

export interface ParsedStory {
    readonly tokens: readonly Token[];
    /** (tokens) word ids; 0: not in the vocabulary. */
    readonly ids: Int32Array;
    /** (tokens) */
    readonly classes: Uint8Array;
    /** (tokens) bits of `wordKind`. */
    readonly kinds: Uint8Array;
    /** (tokens) 1: written as a name, with a capital inside a sentence. */
    readonly nameLike: Uint8Array;
    readonly sentences: readonly StorySentence[];
    readonly words: number;
    readonly finished: boolean;
    /** The prompt broke off inside a sentence, so the story may begin in lower case. */
    readonly continues: boolean;
    readonly promptTokens: readonly Token[];
    /** Word classes of the two tokens before the story. */
    readonly before: readonly [number, number];
}

const endings = new Set(['.', '!', '?', '”', '’']);

export function readStory({ prompt, story, finished }: StoryToRate, statistics: LanguageStatistics): ParsedStory {
    const tokens = tokenise(story);
    const spans = sentenceSpans(tokens);
    const capitals = capitalsInside(tokens, spans);
    const ids = new Int32Array(tokens.length);
    const classes = new Uint8Array(tokens.length);
    const kinds = new Uint8Array(tokens.length);
    const nameLike = new Uint8Array(tokens.length);
    let words = 0;
    for (const [i, token] of tokens.entries()) {
        const id = statistics.idOf(token);
        ids[i] = id;
        kinds[i] = statistics.kindsOf(id);
        nameLike[i] = capitals[i] === 1 && (id === 0 || (kinds[i]! & wordKind.name) !== 0) ? 1 : 0;
        classes[i] = statistics.classOf(token, id, nameLike[i] === 1);
        if (token.kind === 'word') words++;
    }
    const promptTokens = tokenise(prompt);
    const classBefore = (back: number): number => {
        const token = promptTokens[promptTokens.length - back];
        return token === undefined ? boundaryClass : statistics.classOf(token, statistics.idOf(token), false);
    };
    return {
        tokens,
        ids,
        classes,
        kinds,
        nameLike,
        sentences: spans.map((span) => ({ ...span, words: wordsOf(tokens, span) })),
        words,
        finished,
        continues: promptTokens.length > 0 && !endings.has(promptTokens.at(-1)!.text),
        promptTokens,
        before: [classBefore(2), classBefore(1)],
    };
}

function wordsOf(tokens: readonly Token[], { from, to }: Span): number[] {
    const words: number[] = [];
    for (let i = from; i < to; i++) if (tokens[i]!.kind === 'word') words.push(i);
    return words;
}

/** Makes plural and singular the same; irregular ones such as "wolves" stay different, which is rare enough. */
export function stem(lower: string): string {
    const word = lower.endsWith("'s") ? lower.slice(0, -2) : lower;
    if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
    return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

/** Is it a content word: one of the vocabulary that is no function word, or an unknown one written as a name? */
export function isContent({ kinds, ids, nameLike }: ParsedStory, i: number): boolean {
    return ids[i]! > 0 ? (kinds[i]! & wordKind.function) === 0 : nameLike[i] === 1;
}

/** Is it somebody or something that the story can mention again: a noun, or a name? */
export function isEntity({ kinds, ids, nameLike }: ParsedStory, i: number): boolean {
    return (
        nameLike[i] === 1 ||
        (ids[i]! > 0 && (kinds[i]! & (wordKind.noun | wordKind.name)) !== 0 && (kinds[i]! & wordKind.function) === 0)
    );
}
