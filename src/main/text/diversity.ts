/** Measures how varied stories are. Words are letters, digits and apostrophes in lower case. */

import type { RandomStream } from '../learning/random.ts';

/** The words of a text as these measures see them. */
export function normalWords(text: string): readonly string[] {
    return text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu) ?? [];
}

/**
 * distinct-n (Li et al. 2016): number of different n-grams over number of n-grams, of all stories together, 0–1; 0
 * without any.
 */
export function distinctFraction(stories: readonly (readonly string[])[], n: number): number {
    const seen = new Set<string>();
    let total = 0;
    for (const words of stories) {
        for (const gram of ngrams(words, n)) {
            seen.add(gram);
            total++;
        }
    }
    return total === 0 ? 0 : seen.size / total;
}

const subsamples = 20;

/**
 * distinct-n of two lists of stories over equally many n-grams, (2): it falls with every word that is read, so lists of
 * longer stories look poorer than they are. Of both, whole stories in a random order, as many as hold what the smaller
 * list
 * has in all, the last one cut; the mean over twenty such orders.
 */
export function distinctAtEqualCounts(
    lists: readonly [readonly (readonly string[])[], readonly (readonly string[])[]],
    n: number,
    random: RandomStream,
): readonly [number, number] {
    const counts = lists.map((stories) => stories.reduce((sum, words) => sum + Math.max(0, words.length - n + 1), 0));
    const least = Math.min(...counts);
    const of = (stories: readonly (readonly string[])[], side: number): number => {
        if (least === 0) return 0;
        let sum = 0;
        for (let subsample = 0; subsample < subsamples; subsample++) {
            const order = random.fork(side, subsample).permutation(stories.length);
            sum +=
                distinctOfFirst(
                    Array.from(order, (story) => stories[story]!),
                    n,
                    least,
                ) / subsamples;
        }
        return sum;
    };
    return [of(lists[0], 0), of(lists[1], 1)];
}

/** distinct-n of the first so many n-grams, which must be there. */
function distinctOfFirst(stories: readonly (readonly string[])[], n: number, most: number): number {
    const seen = new Set<string>();
    let left = most;
    for (const words of stories)
        for (const gram of ngrams(words, n)) {
            if (left-- === 0) return seen.size / most;
            seen.add(gram);
        }
    return seen.size / most;
}

function* ngrams(words: readonly string[], n: number): Generator<string, void, void> {
    for (let at = 0; at + n <= words.length; at++) yield words.slice(at, at + n).join(' ');
}
