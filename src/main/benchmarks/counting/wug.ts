/** Wug tests: does a model prefer the forms that people prefer, and as clearly? */
import type { ScoredItem } from '../../../shared/benchmarks/benchmarks.ts';
import type { Counting } from '../../../shared/benchmarks/counting.ts';
import type { TaskScore } from '../../../shared/benchmarks/results.ts';
import type { RandomStream } from '../../learning/random.ts';
import { bootstrap } from '../../learning/statistics/bootstrap.ts';
import { rankCorrelation } from '../statistics/correlation.ts';
import { requireFinite } from './choices.ts';

export function countWug(
    task: 'wug_adj' | 'wug_past',
    scored: readonly ScoredItem[],
    counting: Counting,
    random: RandomStream,
): TaskScore {
    const model = scored.map((item) => preference(item, counting.precision));
    const people = scored.map(({ item }) => item.human['ratio']!);
    const measure = (rows: Uint32Array): readonly [number] | undefined => {
        const rho = rankCorrelation(
            Array.from(rows, (row) => model[row]!),
            Array.from(rows, (row) => people[row]!),
        );
        return rho === undefined ? undefined : [100 * rho];
    };
    const estimate = scored.length < 2 ? undefined : bootstrap(scored.length, measure, { random })?.[0];
    const alike = model.length - new Set(model).size;
    return {
        task,
        part: null,
        measure: 'rank-correlation',
        scale: 100,
        items: scored.length,
        score: estimate?.mean ?? null,
        interval: estimate ? { low: estimate.low, high: estimate.high } : null,
        chance: 0,
        ties: scored.filter(({ logprobs: [first, second] }) => first === second).length,
        groups: [],
        remarks: [
            ...(estimate ? [] : ['There is no correlation, since one side is the same for all items.']),
            ...(alike === 0 || counting.precision === 'double'
                ? []
                : [`${alike} of ${model.length} probabilities equal another in 32 bits and share its rank.`]),
        ],
    };
}

/** Spearman's rho alone, between −1 and 1, without an interval. */
export const wugCorrelation = (scored: readonly ScoredItem[], precision: Counting['precision']): number | undefined =>
    rankCorrelation(
        scored.map((item) => preference(item, precision)),
        scored.map(({ item }) => item.human['ratio']!),
    );

/**
 * The probability of the first of two texts as the pipeline computes it, each step rounded to 32 bits: from about 17
 * nats on it is exactly 1, and such items share a rank.
 */
export function firstOfTwo([first, second]: readonly number[]): number {
    const values = [Math.fround(first!), Math.fround(second!)];
    const most = Math.max(...values);
    const [a, b] = values.map((value) => Math.fround(Math.exp(Math.fround(value - most))));
    return Math.fround(a! / Math.fround(a! + b!));
}

/** In double precision the difference stands for the probability: it has the same order and never runs into 1. */
function preference({ logprobs }: ScoredItem, precision: Counting['precision']): number {
    requireFinite(logprobs);
    return precision === 'float32' ? firstOfTwo(logprobs) : logprobs[0]! - logprobs[1]!;
}
