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

/** A story of one side, before or after learning. */
interface SideCandidate {
    readonly score: number;
    readonly side: 'before' | 'after';
    /** In another set of the same run: it is no candidate any more, but the quarters are counted with it. */
    readonly isTaken: boolean;
}

/**
 * Indices of a random sample in the order of asking: of any eight in a row, four are of each side, one from each
 * quarter of that side's scores. So whoever stops early has a random sample, too; every story comes with the same
 * chance, and equal shares of the quarters can only make the error smaller (Cochran 1977, §5.6).
 */
export function sampleInOrder(
    candidates: readonly SideCandidate[],
    wanted: number,
    random: RandomStream,
): readonly number[] {
    const [before, after] = (['before', 'after'] as const).map((side) =>
        inQuarters(
            candidates.flatMap((candidate, i) => (candidate.side === side ? i : [])),
            candidates,
            random.fork(side),
        ),
    );
    const pairs = random.fork('sides');
    const order: number[] = [];
    for (let i = 0; i < Math.max(before!.length, after!.length); i++) {
        const [first, second] = pairs.integer(2) === 0 ? [before!, after!] : [after!, before!];
        order.push(...[first[i], second[i]].filter((place) => place !== undefined));
    }
    return order.slice(0, wanted);
}

/** Those of one side that are not taken: of any four in a row one of each quarter, in random order. */
function inQuarters(
    side: readonly number[],
    candidates: readonly SideCandidate[],
    random: RandomStream,
): readonly number[] {
    // so that equal scores fall anywhere
    const shuffled = Array.from(random.permutation(side.length), (at) => side[at]!);
    const byScore = shuffled.toSorted((a, b) => candidates[a]!.score - candidates[b]!.score);
    const quarters: number[][] = Array.from({ length: scoreQuarters }, () => []);
    const quarterOf = new Map(byScore.map((at, rank) => [at, Math.floor((scoreQuarters * rank) / byScore.length)]));
    for (const at of shuffled) if (!candidates[at]!.isTaken) quarters[quarterOf.get(at)!]!.push(at);
    const order: number[] = [];
    const rounds = random.fork('rounds');
    for (let round = 0; round < Math.max(...quarters.map((each) => each.length)); round++)
        for (const quarter of rounds.permutation(scoreQuarters)) {
            const next = quarters[quarter]![round];
            if (next !== undefined) order.push(next);
        }
    return order;
}

/** Fraction of stories that are shown a second time, unannounced. */
const repeatedShare = 0.1;

/**
 * Story indices 0…n−1 in the order of showing. Every tenth is repeated: from the first third of the order into its
 * second half, so at least a sixth of the set lies between.
 * @param first the order of the first showings, where it is not to be any
 */
export function showingOrder(
    stories: number,
    random: RandomStream,
    first = random.permutation(stories),
): readonly number[] {
    const order = [...first];
    const repeats = order.slice(0, Math.round(repeatedShare * stories)); // a tenth is within the first third
    const half = Math.ceil(stories / 2);
    const tail = [...order.slice(half), ...repeats];
    return [
        ...order.slice(0, half),
        ...Array.from(random.fork('tail').permutation(tail.length), (index) => tail[index]!),
    ];
}
