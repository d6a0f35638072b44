/**
 * The loss of direct preference optimisation (Rafailov et al. 2023, equation 7) over stories token by token, in
 * float64, and its slopes by each token's log-probability from finite differences: nothing of a derivative is written
 * down here.
 */
export interface PreferredStories {
    readonly lengths: readonly number[]; // (B)
    readonly longest: number;
    readonly reference: readonly number[]; // (B, R)
    readonly scores: readonly number[]; // (B)
    /** So many stories, one after the other, are a group; the best and the worst of it are its pair. */
    readonly group: number;
    readonly beta: number;
}

/** Pairs by sorting each group: the best and the worst by their scores, none where these are equal. */
export function preferredPairs({ scores, group }: PreferredStories): readonly (readonly [number, number])[] {
    const pairs: (readonly [number, number])[] = [];
    for (let at = 0; at < scores.length; at += group) {
        const places = [...scores.keys()].slice(at, at + group);
        const best = places.toSorted((a, b) => scores[b]! - scores[a]! || a - b)[0]!;
        const worst = places.toSorted((a, b) => scores[a]! - scores[b]! || a - b)[0]!;
        if (scores[best]! > scores[worst]!) pairs.push([best, worst]);
    }
    return pairs;
}

/** now: (B, R). */
export function preferenceLossOf(stories: PreferredStories, now: readonly number[]): number {
    const { lengths, longest, reference, beta } = stories;
    const logRatio = (b: number): number => {
        let [policy, frozen] = [0, 0];
        for (let t = 0; t < lengths[b]!; t++) {
            policy += now[b * longest + t]!;
            frozen += reference[b * longest + t]!;
        }
        return policy - frozen;
    };
    const pairs = preferredPairs(stories);
    const sum = pairs.reduce((total, [chosen, rejected]) => {
        const preference = 1 / (1 + Math.exp(-(beta * logRatio(chosen) - beta * logRatio(rejected))));
        return total - Math.log(preference);
    }, 0);
    return sum / pairs.length;
}

/** Central differences of fourth order: (B, R). */
export function preferenceSlopesOf(stories: PreferredStories, now: readonly number[]): readonly number[] {
    const step = 1e-3;
    return now.map((_, cell) => {
        const at = (by: number): number =>
            preferenceLossOf(
                stories,
                now.map((logprob, i) => (i === cell ? logprob + by : logprob)),
            );
        return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
    });
}
