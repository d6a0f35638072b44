/**
 * How a story is written, measured on its first so many words. Every one of these numbers changes with length by itself
 * (a longer story has more names and repeats more), and none of them by a straight line, so stories are compared over
 * equally many words, and shorter ones are left out.
 */
import { splitSentences } from '../sentences.ts';
import type { TaggedWord } from './tagging.ts';

export const styleMeasures = ['variety', 'repeats', 'sentence', 'dialogue', 'past', 'self', 'names'] as const;
type MeasureId = (typeof styleMeasures)[number];
/** Null where a story says nothing of it, as of tense without a tensed verb. */
export type StyleMeasured = Readonly<Record<MeasureId, number | null>>;

const word = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu;

/** The text of the first so many words, with the marks behind the last; null where there are fewer. */
export function firstWords(story: string, words: number): string | null {
    let seen = 0;
    for (const match of story.matchAll(word)) {
        if (++seen < words) continue;
        const rest = story.slice(match.index + match[0].length);
        return story.slice(0, match.index + match[0].length) + /^[.,;:!?"”’')]*/u.exec(rest)![0];
    }
    return null;
}

/** In lower case. */
export function wordsOf(text: string): readonly string[] {
    return text.toLowerCase().replaceAll('’', "'").match(word) ?? [];
}

/** @param tagged the words of the same text with their parts of speech */
export function measureStyle(text: string, tagged: readonly TaggedWord[]): StyleMeasured {
    const words = wordsOf(text);
    const quoted = quotedParts(text);
    const outside = wordsOf(quoted.outside);
    const tensed = tensesOf(tagged);
    return {
        variety: (100 * new Set(words).size) / words.length,
        repeats: repeatedTriples(words),
        sentence: words.length / splitSentences(text).length,
        dialogue: (100 * (words.length - outside.length)) / words.length,
        past: tensed.length === 0 ? null : (100 * tensed.filter((tense) => tense === 'past').length) / tensed.length,
        self: outside.length === 0 ? null : (100 * outside.filter((each) => ofSelf.has(each)).length) / outside.length,
        names: namesOf(tagged).size,
    };
}

const ofSelf = new Set(['i', 'me', 'my', 'mine', 'myself', 'we', 'us', 'our', 'ours', "i'm", "i'll", "i've", "i'd"]);

/** Words outside of double quotes; a quotation that never closes reaches to the end. */
function quotedParts(text: string): { readonly outside: string } {
    return { outside: text.replaceAll(/["“][^"”]*(?:["”]|$)/gu, ' ') };
}

/** Percent of the word triples that came before in the same text. */
function repeatedTriples(words: readonly string[]): number | null {
    const triples = words.slice(2).map((_, i) => words.slice(i, i + 3).join(' '));
    return triples.length === 0 ? null : 100 * (1 - new Set(triples).size / triples.length);
}

/** Different ones. */
function namesOf(tagged: readonly TaggedWord[]): ReadonlySet<string> {
    return new Set(
        tagged.filter(({ part, word: each }) => part === 'PROPN' && /^\p{Lu}/u.test(each)).map(({ lower }) => lower),
    );
}

const present = new Set(['am', 'is', 'are', 'has', 'does', "'s", "'re", "'m", "'ve"]);
const past = new Set(['was', 'were', 'had', 'did']);

/**
 * Tenses of the verbs that show one: endings tell most, and "went" by its base form "go". A participle behind a form of
 * be or have shows none, nor does a base form, which may be an infinitive.
 */
function tensesOf(tagged: readonly TaggedWord[]): readonly ('past' | 'present')[] {
    return tagged.flatMap(({ lower, part, base }, i) => {
        if (part !== 'VERB' && part !== 'AUX') return [];
        if (present.has(lower)) return ['present'];
        if (past.has(lower)) return ['past'];
        if (part === 'AUX' || lower.endsWith('ing') || lower === base) return [];
        if (lower.endsWith('s') && !lower.endsWith('ss')) return ['present'];
        const before = tagged.slice(Math.max(0, i - 2), i).some((each) => each.part === 'AUX');
        return before ? [] : ['past'];
    });
}
