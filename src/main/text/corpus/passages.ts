/**
 * Cuts documents into passages: stretches of a story's length that can stand alone. A student with room for ninety
 * tokens learns to end a story only from text that ends, and whole tales rarely do so in time.
 */
import { breathing, wordsIn } from './corpus.ts';
import type { Document, ReadingOptions } from './corpus.ts';
import { doubleQuoted, plainTypography, singleQuotes, splitSentences } from '../sentences.ts';
import { ownedString } from '../tokenizer/tokenizer.ts';
import { countWords } from '../words.ts';

export interface Passage {
    /** One paragraph in plain typography. */
    readonly text: string;
    readonly words: number;
    /** How well it stands alone, 0–1; see `quality`. */
    readonly quality: number;
    /** It begins where its document begins. */
    readonly opensDocument: boolean;
}

export interface PassageOptions {
    /** words */
    readonly shortest: number;
    /** words */
    readonly longest: number;
    /** Passages of lower quality are left out. */
    readonly leastQuality: number;
    /** Lower-case words the reader is expected to know; without it, all words count as known. */
    readonly familiar?: ReadonlySet<string> | undefined;
}

export const passageDefaults: PassageOptions = { shortest: 35, longest: 80, leastQuality: 0.5 };

const longestSentence = 40; // words
const longestAverageSentence = 22; // words
const unreadable = /[\d[\]{}<>|~=#@&%$\\/^+]|\p{Lu}{3,}|\p{Lu}\.\p{Lu}/u;
const wholeSentence = /^["'(]?\p{Lu}.*[.!?]["')]*$/u;
/** A passage that begins like this refers to something the reader has not seen. */
const leansOnBefore =
    /^["'(]?(?:He|She|It|They|We|Him|His|Her|Hers|Their|Its|This|That|These|Those|Such|But|And|Or|Nor|So|Yet|Then|For|Now|Thus|However|Therefore|Besides|Moreover|Meanwhile|Still|Again|Also|Here|There(?! (?:was|were|lived|once|came|stood|is|are))|Which|Who)\b/;
const shoutedOpening = /^(["']?\p{Lu})(\p{Lu}+)(?= (?:\p{Lu}?\p{Ll}|\p{Lu} \p{Ll}))/u;

interface CorpusSentence {
    readonly text: string;
    readonly words: number;
    /** Readable by itself; a passage contains only such sentences. */
    readonly usable: boolean;
    readonly unfamiliar: number; // words
    readonly spoken: number; // words, about
    readonly opensParagraph: boolean;
    readonly endsParagraph: boolean;
}

/**
 * The best way to cut a document into passages: of all divisions the one with the most words, weighted by each
 * passage's quality. Text that fits no passage is left out.
 */
export function cutPassages(document: Document, options: PassageOptions = passageDefaults): readonly Passage[] {
    const sentences = readSentences(document, options.familiar);
    // best[end]: the most that sentences[0 … end) can give, with a passage that ends there or none.
    const best: { readonly value: number; readonly passage: Passage | null; readonly start: number }[] = [
        { value: 0, passage: null, start: 0 },
    ];
    for (let end = 1; end <= sentences.length; end++) {
        let choice = { value: best[end - 1]!.value, passage: null as Passage | null, start: end - 1 };
        let words = 0;
        for (let start = end - 1; start >= 0 && sentences[start]!.usable; start--) {
            words += sentences[start]!.words;
            if (words > options.longest) break;
            if (words < options.shortest) continue;
            const passage = passageOf(sentences, start, end, words);
            if (passage === null || passage.quality < options.leastQuality) continue;
            const value = best[start]!.value + passage.words * passage.quality;
            if (value > choice.value) choice = { value, passage, start };
        }
        best.push(choice);
    }
    const passages: Passage[] = [];
    for (let end = sentences.length; end > 0; end = best[end]!.start) {
        const { passage } = best[end]!;
        if (passage !== null) passages.push(passage);
    }
    return passages.reverse();
}

/** Lower-case words that occur at least `leastOften` times: those a reader of these documents gets to know. */
export async function familiarWords(
    documents: Iterable<Document>,
    leastOften: number,
    options: ReadingOptions = {},
): Promise<ReadonlySet<string>> {
    const counts = new Map<string, number>();
    for await (const { paragraphs } of breathing(documents, wordsIn, options)) {
        for (const paragraph of paragraphs) {
            for (const word of paragraph.toLowerCase().match(spelledWord) ?? []) {
                const count = counts.get(word);
                counts.set(count === undefined ? ownedString(word) : word, (count ?? 0) + 1);
            }
        }
    }
    return new Set([...counts].filter(([, count]) => count >= leastOften).map(([word]) => word));
}

const spelledWord = /\p{L}+(?:['’]\p{L}+)*/gu;

function readSentences({ paragraphs }: Document, familiar: ReadonlySet<string> | undefined): readonly CorpusSentence[] {
    const sentences: CorpusSentence[] = [];
    paragraphs.forEach((paragraph, index) => {
        let plain = doubleQuoted(plainTypography(paragraph));
        if (index === 0)
            plain = plain.replace(shoutedOpening, (_, first: string, rest: string) => first + rest.toLowerCase());
        const texts = splitSentences(plain);
        let insideSpeech = false;
        texts.forEach((text, at) => {
            const words = countWords(text);
            const spoken = spokenWords(text, insideSpeech);
            if (countOf(text, /"/g) % 2 === 1) insideSpeech = !insideSpeech;
            sentences.push({
                text,
                words,
                usable: words <= longestSentence && !unreadable.test(text) && wholeSentence.test(text),
                unfamiliar: familiar === undefined ? 0 : unfamiliarWords(text, familiar),
                spoken,
                opensParagraph: at === 0,
                endsParagraph: at === texts.length - 1,
            });
        });
    });
    return sentences;
}

function passageOf(sentences: readonly CorpusSentence[], start: number, end: number, words: number): Passage | null {
    const parts = sentences.slice(start, end);
    if (words / parts.length > longestAverageSentence) return null;
    const text = parts.map((sentence) => sentence.text).join(' ');
    if (!isBalanced(text)) return null;
    return {
        text,
        words,
        quality: quality(parts, words, start === 0, end === sentences.length),
        opensDocument: start === 0,
    };
}

/**
 * How well a passage stands alone, as a product of doubts: does it begin at a beginning, end at an end, read easily,
 * and tell more than it quotes?
 */
function quality(
    parts: readonly CorpusSentence[],
    words: number,
    opensDocument: boolean,
    endsDocument: boolean,
): number {
    const first = parts[0]!;
    const last = parts[parts.length - 1]!;
    const sum = (count: (sentence: CorpusSentence) => number): number =>
        parts.reduce((total, part) => total + count(part), 0);
    const opening = leansOnBefore.test(first.text) ? 0.75 : first.text.startsWith('"') ? 0.85 : 1;
    const beginning = opensDocument ? 1 : (first.opensParagraph ? 0.95 : 0.85) * opening;
    const ending = endsDocument ? 1 : last.endsParagraph ? 0.95 : 0.8;
    const ease = Math.min(1, 18 / (words / parts.length)) * Math.max(0, 1 - 0.12 * sum((part) => part.unfamiliar));
    const spokenShare = sum((part) => part.spoken) / words;
    const telling = spokenShare <= 0.5 ? 1 : 1.5 - spokenShare;
    return beginning * ending * ease * telling;
}

/**
 * Whether every quotation and bracket that opens also closes: double quotes, single quotes used as such, parentheses.
 */
function isBalanced(text: string): boolean {
    const { opening, closing } = singleQuotes(text);
    return (
        countOf(text, /"/g) % 2 === 0 &&
        opening.length === closing.length &&
        countOf(text, /\(/g) === countOf(text, /\)/g)
    );
}

/** Capitalised words count as names and pass, even at the start of a sentence, where the two cannot be told apart. */
function unfamiliarWords(text: string, familiar: ReadonlySet<string>): number {
    let unknown = 0;
    for (const [word] of text.matchAll(spelledWord)) {
        const isName = word[0] !== word[0]!.toLowerCase();
        if (!isName && !familiar.has(word)) unknown++;
    }
    return unknown;
}

function spokenWords(text: string, insideSpeech: boolean): number {
    const pieces = text.split('"');
    return pieces.reduce((sum, piece, at) => sum + ((at % 2 === 1) !== insideSpeech ? countWords(piece) : 0), 0);
}

function countOf(text: string, pattern: RegExp): number {
    return text.match(pattern)?.length ?? 0;
}
