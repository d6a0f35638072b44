/**
 * Measures how much a story repeats itself. Repetition is the loophole of every automatic rating, so it lowers all
 * criteria.
 */
import type { ParsedStory } from './reading.ts';
import { notBeyond, type Norms } from './norms.ts';

export type RepetitionFeature = 'repeatedTriples' | 'sameStarts' | 'heaviest' | 'commonest';
export type RepetitionFeatures = Readonly<Record<RepetitionFeature, number>> & { readonly repeatedSentences: number };

// A share is taken of at least so many sentences or words: in a story of two sentences that begin alike, or of ten
// words that say *fox* twice, the plain share would be as high as in a story that does nothing else.
const fewestSentences = 4;
const fewestWords = 40;
const shortestHeavyWord = 4; // letters; shorter ones are mostly words of grammar, which every text repeats

/** Shares of 0–1; `tokens` and `sentences` as the rules read them. */
export function measureRepetition({ tokens, sentences, words }: ParsedStory): RepetitionFeatures {
    const lower: string[] = [];
    for (const token of tokens) if (token.kind === 'word') lower.push(token.lower);
    const triples = new Set<string>();
    const counts = new Map<string, number>();
    for (let i = 0; i < lower.length; i++) {
        counts.set(lower[i]!, (counts.get(lower[i]!) ?? 0) + 1);
        if (i + 2 < lower.length) triples.add(`${lower[i]} ${lower[i + 1]} ${lower[i + 2]}`);
    }
    const texts = sentences.map((sentence) => sentence.words.map((i) => tokens[i]!.lower));
    const starts = new Map<string, number>();
    for (const text of texts) {
        const start = text.slice(0, 2).join(' ');
        starts.set(start, (starts.get(start) ?? 0) + 1);
    }
    const long = [...counts].filter(([word]) => word.length >= shortestHeavyWord);
    return {
        repeatedTriples: 1 - triples.size / Math.max(1, lower.length - 2),
        sameStarts: (Math.max(1, ...starts.values()) - 1) / Math.max(fewestSentences, sentences.length),
        heaviest: Math.max(0, ...long.map(([, n]) => n)) / Math.max(fewestWords, words),
        commonest: Math.max(0, ...counts.values()) / Math.max(fewestWords, words),
        repeatedSentences: 1 - new Set(texts.map((text) => text.join(' '))).size / Math.max(1, texts.length),
    };
}

/** 0–1: the factor that repetition leaves of a score; 1 where people's passages lie. */
export function freshness(features: RepetitionFeatures, norms: Norms<RepetitionFeature>): number {
    return (
        notBeyond(features.repeatedTriples, norms.repeatedTriples) *
        notBeyond(features.sameStarts, norms.sameStarts) *
        notBeyond(features.heaviest, norms.heaviest) *
        notBeyond(features.commonest, norms.commonest) *
        // people hardly ever write a sentence twice, so this has no norm: one in four leaves less than half
        Math.exp(-3 * features.repeatedSentences)
    );
}
