/** How varied stories are, and how much of them is copied. Words are letters, digits and apostrophes in lower case. */

/** The words of a text as these measures see them. */
export function normalWords(text: string): readonly string[] {
    return text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu) ?? [];
}

/** distinct-n (Li et al. 2016): different n-grams over all n-grams of the stories together, 0–1; 0 without any. */
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

/**
 * MTLD (McCarthy & Jarvis 2010): how many words it takes on average, forwards and backwards, until the share of
 * different words falls to 0.72. 0 for a text without words.
 */
export function lexicalDiversity(words: readonly string[]): number {
    return (oneWayDiversity(words) + oneWayDiversity(words.toReversed())) / 2;
}

function oneWayDiversity(words: readonly string[]): number {
    const threshold = 0.72;
    let factors = 0;
    let seen = new Set<string>();
    let length = 0;
    for (const word of words) {
        seen.add(word);
        length++;
        if (seen.size / length <= threshold) {
            factors++;
            seen = new Set();
            length = 0;
        }
    }
    // the words left over count as the part of a factor that they have used up
    if (length > 0) factors += (1 - seen.size / length) / (1 - threshold);
    return factors === 0 ? words.length : words.length / factors;
}

/**
 * Self-BLEU-4 (Zhu et al. 2018): the mean BLEU of each story against all others, 0–1, high when stories are alike. An
 * n-gram's clipped count needs only the two stories that have it most often, so the work grows with the words and not
 * with the square of the stories. Where no n-gram matches, 0.1 stands for the count.
 */
export function selfBleu(stories: readonly (readonly string[])[]): number {
    if (stories.length < 2) return 0;
    const highest = 4;
    const logPrecision = new Float64Array(stories.length);
    for (let n = 1; n <= highest; n++) {
        const counts = stories.map((words) => countGrams(words, n));
        const leaders = new Map<string, { readonly story: number; readonly most: number; readonly second: number }>();
        counts.forEach((grams, story) => {
            for (const [gram, count] of grams) {
                const leader = leaders.get(gram);
                if (leader === undefined) leaders.set(gram, { story, most: count, second: 0 });
                else if (count > leader.most) leaders.set(gram, { story, most: count, second: leader.most });
                else if (count > leader.second) leaders.set(gram, { ...leader, second: count });
            }
        });
        counts.forEach((grams, story) => {
            let matched = 0;
            let total = 0;
            for (const [gram, count] of grams) {
                const leader = leaders.get(gram)!;
                matched += Math.min(count, leader.story === story ? leader.second : leader.most);
                total += count;
            }
            logPrecision[story]! += Math.log((matched || 0.1) / (total || 1)) / highest;
        });
    }
    // brevity: the closest other length, longer on ties the shorter (Papineni et al. 2002)
    const lengths = stories.map((words) => words.length).sort((a, b) => a - b);
    const total = stories.reduce((sum, words, story) => {
        const closest = closestOther(lengths, words.length);
        const brevity = words.length >= closest || words.length === 0 ? 1 : Math.exp(1 - closest / words.length);
        return sum + brevity * Math.exp(logPrecision[story]!);
    }, 0);
    return total / stories.length;
}

function closestOther(sortedLengths: readonly number[], length: number): number {
    const at = sortedLengths.indexOf(length);
    const below = sortedLengths[at - 1];
    const above = sortedLengths[at + 1];
    if (below === undefined) return above!;
    if (above === undefined) return below;
    return length - below <= above - length ? below : above;
}

function* ngrams(words: readonly string[], n: number): Generator<string, void, void> {
    for (let at = 0; at + n <= words.length; at++) yield words.slice(at, at + n).join(' ');
}

function countGrams(words: readonly string[], n: number): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const gram of ngrams(words, n)) counts.set(gram, (counts.get(gram) ?? 0) + 1);
    return counts;
}
