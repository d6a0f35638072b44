/**
 * How far the shorter of a batch are padded so that llama.cpp can take them together: it packs only sequences of equal
 * length into one pass over the weights, so every other length costs another pass.
 */

/** What a pass over the weights costs beside its tokens, in tokens; measured on a processor, 100 million weights. */
const passCost = 40;

/**
 * The length each is brought to, at least its own: groups of neighbours in length, each as long as its longest, with
 * the least total cost of tokens and passes. Nothing (0) stays nothing. @param input in any order
 */
export function equalisedLengths(input: readonly number[]): readonly number[] {
    const lengths = input.filter((length) => length > 0).sort((a, b) => a - b);
    // best[n]: the least cost of the first n, the last group of which begins at from[n]
    const best = [0];
    const from = [0];
    let sum = 0;
    const sums = [0, ...lengths.map((length) => (sum += length))];
    for (let n = 1; n <= lengths.length; n++) {
        let least = Infinity;
        for (let start = 0; start < n; start++) {
            const tokens = (n - start) * lengths[n - 1]! - (sums[n]! - sums[start]!);
            const cost = best[start]! + tokens + passCost;
            if (cost < least) [least, from[n]] = [cost, start];
        }
        best[n] = least;
    }
    const longest: number[] = []; // of each group, from the longest down
    for (let end = lengths.length; end > 0; end = from[end]!) longest.push(lengths[end - 1]!);
    return input.map((length) => (length === 0 ? 0 : longest.findLast((each) => each >= length)!));
}
