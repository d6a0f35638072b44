/**
 * Learns byte-pair encoding from a corpus, merge for merge what Hugging Face's `tokenizers` learns (its BPE trainer,
 * version 0.23): pretokens are counted line by line including the line's end, the most frequent pair is merged first,
 * and among equals the pair with the smaller ids. One difference: no merge ever spells a special token.
 */
import { badInput } from '../../../shared/faults.ts';
import { byteCharacters, splitPretokens } from './pretokens.ts';
import { initialTokens, largestVocabulary, ownedString, specialTokens } from './tokenizer.ts';
import type { BytePairs } from './tokenizer.ts';

/** Pretoken → number of occurrences in the corpus. */
export type PretokenCounts = Map<string, number>;

export interface BpeOptions {
    /** Specials + 256 bytes + merges; fewer when the corpus has no more frequent pairs. */
    readonly vocabularySize: number;
    /** A pair must occur this often to be merged. */
    readonly minFrequency?: number;
    readonly onMerge?: (merges: number, wanted: number) => void;
}

/** Adds the pretokens of a text to `counts`; the text ends where a line ends. */
export function countPretokens(text: string, counts: PretokenCounts): void {
    for (let start = 0; start < text.length;) {
        const newline = text.indexOf('\n', start);
        const end = newline < 0 ? text.length : newline + 1;
        for (const pretoken of splitPretokens(text.slice(start, end))) {
            const count = counts.get(pretoken);
            if (count === undefined) counts.set(ownedString(pretoken), 1);
            else counts.set(pretoken, count + 1);
        }
        start = end;
    }
}

/** @throws bad input for a vocabulary too small for the bytes or too large for two-byte ids */
export function checkVocabularySize(vocabularySize: number): void {
    const smallest = initialTokens().length;
    if (!Number.isInteger(vocabularySize) || vocabularySize < smallest || vocabularySize > largestVocabulary) {
        throw badInput(
            `A vocabulary of ${vocabularySize} tokens is not possible; choose a whole number from ${smallest} (the bytes and the special tokens) to ${largestVocabulary}.`,
        );
    }
}

/**
 * Learns the merges; deterministic in the counts, whatever their order.
 * @throws bad input for an impossible vocabulary
 */
export function trainBytePairs(counts: PretokenCounts, options: BpeOptions): BytePairs {
    const { vocabularySize, minFrequency = 2, onMerge } = options;
    checkVocabularySize(vocabularySize);

    const tokens = [...initialTokens()];
    const idOf = new Map(tokens.map((token, id) => [token, id]));
    const words = spellWords(
        counts,
        byteCharacters.map((character) => idOf.get(character)!),
    );
    const pairs = countPairs(words);
    const queue = new MergeQueue();
    const least = Math.max(1, minFrequency);
    const enqueue = (found: Iterable<readonly [number, readonly number[]]>): void => {
        for (const [pair, where] of found) {
            const count = pairs.counts.get(pair)!;
            if (count >= least) queue.push({ pair, count, words: where });
        }
    };
    enqueue(pairs.words);
    pairs.words.clear();

    const specials = new Map<string, number>(specialTokens.map((token, id) => [token, id]));
    const merges: (readonly [string, string])[] = [];
    const wanted = vocabularySize - tokens.length;
    while (tokens.length < vocabularySize) {
        const candidate = queue.pop();
        if (candidate === undefined) break;
        const count = pairs.counts.get(candidate.pair)!;
        if (count !== candidate.count) {
            // Its neighbours were merged since it was queued, so it returns to its present position.
            if (count >= least) queue.push({ ...candidate, count });
            continue;
        }
        const left = Math.floor(candidate.pair / largestVocabulary);
        const right = candidate.pair % largestVocabulary;
        const token = tokens[left]! + tokens[right]!;
        if (specials.has(token)) continue; // a text that spells "</s>" must not end there
        let merged = idOf.get(token);
        if (merged === undefined) {
            merged = tokens.length;
            idOf.set(token, merged);
            tokens.push(token);
        }
        merges.push([tokens[left]!, tokens[right]!]);
        onMerge?.(merges.length, wanted);
        enqueue(mergeEverywhere(words, pairs.counts, candidate, merged));
    }
    return { tokens, specials, merges };
}

/** All pretokens as symbols in one array: word w is symbols[starts[w] … starts[w] + lengths[w]). */
interface SpelledWords {
    readonly symbols: Uint16Array;
    readonly starts: Uint32Array; // (words)
    readonly lengths: Uint32Array; // (words) shrinks as symbols merge
    readonly counts: Float64Array; // (words)
}

function spellWords(counts: PretokenCounts, idOfByte: readonly number[]): SpelledWords {
    const starts = new Uint32Array(counts.size);
    const lengths = new Uint32Array(counts.size);
    const wordCounts = new Float64Array(counts.size);
    let total = 0;
    for (const pretoken of counts.keys()) total += Buffer.byteLength(pretoken);
    const symbols = new Uint16Array(total);
    let word = 0;
    let at = 0;
    for (const [pretoken, count] of counts) {
        const bytes = Buffer.from(pretoken);
        starts[word] = at;
        lengths[word] = bytes.length;
        wordCounts[word] = count;
        for (const byte of bytes) symbols[at++] = idOfByte[byte]!;
        word++;
    }
    return { symbols, starts, lengths, counts: wordCounts };
}

/** Pairs have the key left · 65536 + right, so keys sort as (left, right) do. */
interface PairTable {
    readonly counts: Map<number, number>;
    readonly words: Map<number, number[]>;
}

function countPairs({ symbols, starts, lengths, counts }: SpelledWords): PairTable {
    const table: PairTable = { counts: new Map(), words: new Map() };
    for (let word = 0; word < starts.length; word++) {
        const end = starts[word]! + lengths[word]! - 1;
        for (let at = starts[word]!; at < end; at++) {
            const pair = symbols[at]! * largestVocabulary + symbols[at + 1]!;
            table.counts.set(pair, (table.counts.get(pair) ?? 0) + counts[word]!);
            noteWord(table.words, pair, word);
        }
    }
    return table;
}

/** Within one pass words come in ascending order, so the last one tells whether this one has been noted. */
function noteWord(words: Map<number, number[]>, pair: number, word: number): void {
    const noted = words.get(pair);
    if (noted === undefined) words.set(pair, [word]);
    else if (noted[noted.length - 1] !== word) noted.push(word);
}

/** Replaces the pair in its words, from left to right; returns the new pairs and the words they are in. */
function mergeEverywhere(
    { symbols, starts, lengths, counts }: SpelledWords,
    pairCounts: Map<number, number>,
    { pair, words }: MergeCandidate,
    merged: number,
): Map<number, number[]> {
    const left = Math.floor(pair / largestVocabulary);
    const right = pair % largestVocabulary;
    const born = new Map<number, number[]>();
    const change = (key: number, by: number): void => {
        pairCounts.set(key, (pairCounts.get(key) ?? 0) + by);
    };
    for (const word of words) {
        const start = starts[word]!;
        const end = start + lengths[word]!;
        const count = counts[word]!;
        let written = start;
        for (let at = start; at < end; written++) {
            if (at + 1 >= end || symbols[at] !== left || symbols[at + 1] !== right) {
                symbols[written] = symbols[at++]!;
                continue;
            }
            if (written > start) {
                const before = symbols[written - 1]! * largestVocabulary;
                change(before + left, -count);
                change(before + merged, count);
                noteWord(born, before + merged, word);
            }
            if (at + 2 < end) {
                const after = symbols[at + 2]!;
                change(right * largestVocabulary + after, -count);
                change(merged * largestVocabulary + after, count);
                noteWord(born, merged * largestVocabulary + after, word);
            }
            symbols[written] = merged;
            at += 2;
        }
        lengths[word] = written - start;
    }
    return born;
}

interface MergeCandidate {
    readonly pair: number;
    /** At the time it was queued; the pair's count may have changed since. */
    readonly count: number;
    readonly words: readonly number[];
}

/** A binary heap: highest count first, among equals the smaller pair. */
class MergeQueue {
    readonly #heap: MergeCandidate[] = [];

    push(candidate: MergeCandidate): void {
        const heap = this.#heap;
        let at = heap.length;
        heap.push(candidate);
        while (at > 0) {
            const parent = (at - 1) >> 1;
            if (!comesFirst(candidate, heap[parent]!)) break;
            heap[at] = heap[parent]!;
            at = parent;
        }
        heap[at] = candidate;
    }

    pop(): MergeCandidate | undefined {
        const heap = this.#heap;
        const first = heap[0];
        const last = heap.pop();
        if (first === undefined || last === undefined || heap.length === 0) return first;
        let at = 0;
        for (;;) {
            let child = 2 * at + 1;
            if (child >= heap.length) break;
            if (child + 1 < heap.length && comesFirst(heap[child + 1]!, heap[child]!)) child++;
            if (!comesFirst(heap[child]!, last)) break;
            heap[at] = heap[child]!;
            at = child;
        }
        heap[at] = last;
        return first;
    }
}

function comesFirst(a: MergeCandidate, b: MergeCandidate): boolean {
    return a.count !== b.count ? a.count > b.count : a.pair < b.pair;
}
