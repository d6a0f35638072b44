/**
 * Chooses stories worth rating and the order in which they are shown. Kappa depends on the distribution of scores, so
 * stories are taken in equal numbers from every quarter of the teacher's scores in every stretch of training, as far as
 * there are any.
 */
import type { RandomStream } from '../random.ts';

export const stages = 4;
const scoreQuarters = 4;

export interface Candidate {
    readonly score: number;
    readonly stage: number;
}

/** Indices of the chosen candidates, ascending; all of them where there are no more than wanted. */
export function chooseStratified(
    candidates: readonly Candidate[],
    wanted: number,
    random: RandomStream,
): readonly number[] {
    const byScore = candidates.map((_, i) => i).sort((a, b) => candidates[a]!.score - candidates[b]!.score || a - b);
    const quarter = new Map(
        byScore.map((candidate, rank) => [candidate, Math.floor((scoreQuarters * rank) / byScore.length)]),
    );
    const strata = new Map<string, number[]>();
    for (const candidate of random.permutation(candidates.length)) {
        const key = `${candidates[candidate]!.stage} ${quarter.get(candidate)!}`;
        strata.set(key, [...(strata.get(key) ?? []), candidate]);
    }
    const queues = [...strata].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, queue]) => queue);
    // who comes first when the last round is incomplete
    const order = [...random.fork('strata').permutation(queues.length)];
    const chosen: number[] = [];
    for (let round = 0; chosen.length < Math.min(wanted, candidates.length); round++)
        for (const stratum of order) {
            const next = queues[stratum]![round];
            if (next !== undefined && chosen.length < wanted) chosen.push(next);
        }
    return chosen.sort((a, b) => a - b);
}

/** Fraction of stories that are shown a second time, unannounced. */
const repeatedShare = 0.1;

/**
 * Story indices 0…n−1 in the order of showing. Every tenth is repeated: from the first third of the order into its
 * second half, so at least a sixth of the set lies between.
 */
export function showingOrder(stories: number, random: RandomStream): readonly number[] {
    const order = [...random.permutation(stories)];
    const repeats = order.slice(0, Math.round(repeatedShare * stories)); // a tenth is within the first third
    const half = Math.ceil(stories / 2);
    const tail = [...order.slice(half), ...repeats];
    return [
        ...order.slice(0, half),
        ...Array.from(random.fork('tail').permutation(tail.length), (index) => tail[index]!),
    ];
}
