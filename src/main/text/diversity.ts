/** Measures how varied stories are. Words are letters, digits and apostrophes in lower case. */

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

function* ngrams(words: readonly string[], n: number): Generator<string, void, void> {
    for (let at = 0; at + n <= words.length; at++) yield words.slice(at, at + n).join(' ');
}
