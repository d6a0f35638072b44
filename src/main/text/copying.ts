/**
 * Measures whether a student recites: the longest run of words a story shares with a corpus, found exactly in a suffix
 * array over the corpus' words (8 bytes per word, some seconds to build for five million).
 */
import { normalWords } from './diversity.ts';

export interface CopiedRun {
    /** words */
    readonly length: number;
    readonly words: readonly string[];
}

export class CopyFinder {
    readonly #idOf = new Map<string, number>();
    readonly #stream: Int32Array; // the corpus' word ids, each text followed by an id that occurs only once
    readonly #suffixes: Int32Array; // start of each suffix of the stream, in sorted order

    /** Texts are taken one at a time; a run never extends from one into the next. */
    constructor(texts: Iterable<string>) {
        const stream: number[] = [];
        let dividers = 0;
        for (const text of texts) {
            for (const word of normalWords(text)) {
                let id = this.#idOf.get(word);
                if (id === undefined) {
                    id = this.#idOf.size;
                    this.#idOf.set(word, id);
                }
                stream.push(id);
            }
            stream.push(-++dividers);
        }
        // Each text ends with an id of its own, larger than every word's.
        this.#stream = Int32Array.from(stream, (id) => (id < 0 ? this.#idOf.size - 1 - id : id));
        this.#suffixes = sortSuffixes(this.#stream);
    }

    /** The longest run of the story's words that occurs word for word in the corpus. */
    longestRun(story: string): CopiedRun {
        const words = normalWords(story);
        const ids = words.map((word) => this.#idOf.get(word) ?? -1); // −1 occurs in no corpus
        let bestStart = 0;
        let best = 0;
        for (let start = 0; start + best < ids.length; start++) {
            const length = this.#longestPrefix(ids, start);
            if (length > best) {
                best = length;
                bestStart = start;
            }
        }
        return { length: best, words: words.slice(bestStart, bestStart + best) };
    }

    /**
     * The longest prefix of ids[start …] found in the corpus: one of its neighbours among the sorted suffixes shares
     * it.
     */
    #longestPrefix(ids: readonly number[], start: number): number {
        let low = 0;
        let high = this.#suffixes.length;
        let longest = 0;
        while (low < high) {
            const middle = (low + high) >>> 1;
            const suffix = this.#suffixes[middle]!;
            let shared = 0;
            while (start + shared < ids.length && this.#stream[suffix + shared] === ids[start + shared]) shared++;
            longest = Math.max(longest, shared);
            if (start + shared === ids.length) return longest;
            if ((this.#stream[suffix + shared] ?? -Infinity) < ids[start + shared]!) low = middle + 1;
            else high = middle;
        }
        return longest;
    }
}

/**
 * Suffix array by prefix doubling (Manber & Myers 1993) with counting sorts: sort by the first word, then by the first
 * 2, 4, 8 … words, until no two suffixes tie. Every text's end differs, so no tie is longer than a text.
 */
function sortSuffixes(stream: Int32Array): Int32Array {
    const n = stream.length;
    const starts = new Int32Array(n + 1);
    const inOrder = Int32Array.from({ length: n }, (_, at) => at);
    const order = new Int32Array(n);
    let ranks = stream; // ids are 0 … fewer than n
    sortByRank(inOrder, ranks, order, starts);
    const bySecond = inOrder;
    for (let width = 0; ; width = Math.max(1, 2 * width)) {
        if (width > 0) {
            // By the second half: suffixes without one come first, the others in the order of their second halves.
            let filled = 0;
            for (let at = Math.max(0, n - width); at < n; at++) bySecond[filled++] = at;
            for (const suffix of order) if (suffix >= width) bySecond[filled++] = suffix - width;
            sortByRank(bySecond, ranks, order, starts); // then by the first half, stably
        }
        const refined = new Int32Array(n);
        for (let at = 1; at < n; at++) {
            const previous = order[at - 1]!;
            const current = order[at]!;
            const ties =
                ranks[previous] === ranks[current] &&
                (width === 0 || (ranks[previous + width] ?? -1) === (ranks[current + width] ?? -1));
            refined[current] = refined[previous]! + (ties ? 0 : 1);
        }
        ranks = refined;
        if (n === 0 || ranks[order[n - 1]!] === n - 1) return order;
    }
}

/** Stable counting sort of `items` by their ranks into `sorted`. */
function sortByRank(items: Int32Array, ranks: Int32Array, sorted: Int32Array, starts: Int32Array): void {
    starts.fill(0);
    for (const rank of ranks) starts[rank + 1]!++;
    for (let rank = 1; rank < starts.length; rank++) starts[rank]! += starts[rank - 1]!;
    for (const item of items) sorted[starts[ranks[item]!]!++] = item;
}
