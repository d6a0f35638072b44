import fc from 'fast-check';
import { expect, it } from 'vitest';
import { equalisedLengths } from '../../../src/main/teacher/llama/equal-lengths.ts';

it('lengthens neighbours, not the many for the sake of one', () => {
    expect(equalisedLengths([])).toEqual([]);
    expect(equalisedLengths([100, 101, 103])).toEqual([103, 103, 103]);
    expect(equalisedLengths([50, 50, 50, 300])).toEqual([50, 50, 50, 300]);
    expect(equalisedLengths([298, 50, 0, 300, 52])).toEqual([300, 52, 0, 300, 52]);
});

it('never shortens, keeps the order, and costs no more than doing nothing or making all equal', () => {
    const cost = (from: readonly number[], to: readonly number[]): number =>
        to.reduce((sum, length, i) => sum + length - from[i]!, 0) + 40 * new Set(to).size;
    fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 24 }), (given) => {
            const lengths = given.sort((a, b) => a - b);
            const equal = equalisedLengths(lengths);
            equal.forEach((length, i) => expect(length).toBeGreaterThanOrEqual(lengths[i]!));
            expect(equal.toSorted((a, b) => a - b)).toEqual(equal);
            const longest = lengths.map(() => lengths.at(-1)!);
            expect(cost(lengths, equal)).toBeLessThanOrEqual(Math.min(cost(lengths, lengths), cost(lengths, longest)));
        }),
    );
});
