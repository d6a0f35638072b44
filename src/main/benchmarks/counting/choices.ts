/** What a model chose among an item's texts, and what the choice is worth. */
import type { ScoredItem } from '../../../shared/benchmarks/benchmarks.ts';
import type { Counting } from '../../../shared/benchmarks/counting.ts';
import { FaultError } from '../../../shared/faults.ts';

export interface Choice {
    /** Place of the likeliest text; of equally likely ones, the first. */
    readonly chosen: number;
    /**
     * 1 for the right one, 0 for another. If ties are halved, a part of 1 where the right one shares the first place.
     */
    readonly credit: number;
    /** The right text is as likely as another, and none is likelier. */
    readonly isTie: boolean;
}

export function choiceOf({ logprobs }: ScoredItem, { ties, precision }: Pick<Counting, 'ties' | 'precision'>): Choice {
    const values = precision === 'float32' ? logprobs.map(Math.fround) : logprobs;
    requireFinite(values);
    const best = Math.max(...values);
    const shared = values.filter((value) => value === best).length;
    const isRight = values[0] === best;
    return {
        chosen: values.indexOf(best),
        credit: !isRight ? 0 : ties === 'first' ? 1 : 1 / shared,
        isTie: isRight && shared > 1,
    };
}

/**
 * A log-probability that is no number would count as wrong, or as right, without anybody knowing.
 * @throws a fault, `numbers-not-finite`, where one is not finite
 */
export function requireFinite(values: readonly number[]): void {
    if (!values.every(Number.isFinite))
        throw new FaultError({
            kind: 'numbers-not-finite',
            phase: 'counting a benchmark',
            where: 'log-probabilities',
        });
}
