/** Words of one text that the other lacks, by their longest common subsequence. */

export interface Word {
    readonly text: string;
    /** White space after it. */
    readonly gap: string;
    readonly isOwn: boolean;
}

const bare = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** The words of `text`, each told whether `other` lacks it at that place. */
export function wordsAgainst(text: string, other: string): readonly Word[] {
    const parts = [...text.matchAll(/(\S+)(\s*)/gu)].map(([, word, gap]) => ({ text: word!, gap: gap! }));
    const a = parts.map(({ text: word }) => bare(word));
    const b = [...other.matchAll(/\S+/gu)].map(([word]) => bare(word));
    const width = b.length + 1;
    const longest = new Uint16Array((a.length + 1) * width); // common to a[i…] and b[j…]
    for (let i = a.length - 1; i >= 0; i--)
        for (let j = b.length - 1; j >= 0; j--)
            longest[i * width + j] =
                a[i] === b[j]
                    ? longest[(i + 1) * width + j + 1]! + 1
                    : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
    const own = new Set<number>();
    for (let [i, j] = [0, 0]; i < a.length;) {
        if (j < b.length && a[i] === b[j]) [i, j] = [i + 1, j + 1];
        else if (j < b.length && longest[i * width + j + 1]! > longest[(i + 1) * width + j]!) j++;
        else own.add(i++);
    }
    return parts.map((part, i) => ({ ...part, isOwn: own.has(i) }));
}
