/**
 * Chooses to which lengths the inputs of a batch are padded. llama.cpp puts only sequences of equal length into one
 * pass over the weights, so every different length costs another pass, and every token of padding costs too.
 */

/**
 * What a pass over the weights costs besides its tokens, in tokens; measured on a processor with 100 million weights.
 */
const passCost = 40;

/**
 * The length to which each input is padded: inputs of similar length form a group and all become as long as its
 * longest, with groups chosen for the least cost of tokens and passes. An input without tokens (0) stays without.
 * @param input lengths in any order
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
