/** The same items scored by two students, brought together. */
import type { BenchmarkItem, ScoredItem } from '../../shared/benchmarks/benchmarks.ts';
import { badInput } from '../../shared/faults.ts';

export interface ScoredPair {
    readonly item: BenchmarkItem;
    readonly before: readonly number[]; // nats, one per text
    readonly after: readonly number[];
}

/**
 * Pairs in the order of `before`. Refuses lists of different items: their difference would not be one of students.
 * @throws bad input where the lists are of different items
 */
export function pairItems(before: readonly ScoredItem[], after: readonly ScoredItem[]): ScoredPair[] {
    const later = new Map(after.map((scored) => [keyOf(scored.item), scored]));
    const pairs = before.flatMap(({ item, logprobs }): ScoredPair[] => {
        const other = later.get(keyOf(item));
        if (other?.logprobs.length !== logprobs.length) return [];
        return [{ item, before: logprobs, after: other.logprobs }];
    });
    if (pairs.length < before.length || after.length !== before.length)
        throw badInput(
            `The two students were not measured on the same items: ${pairs.length} are in both lists, of ${before.length} and ${after.length}. Both measurements stay as they are; measure both students again on the same folder.`,
        );
    return pairs;
}

const keyOf = ({ task, uid, index }: BenchmarkItem): string => JSON.stringify([task, uid, index]);
