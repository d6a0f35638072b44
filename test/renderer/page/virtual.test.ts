/** A list draws the rows that are seen, and reaches all of them however long it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrollTo, stretchOf } from '../../../src/renderer/lib/page/virtual.ts';

fc.configureGlobal({ seed: 43 });

describe('a list of any length', () => {
    it.each([3, 1204, 331_200, 5_000_000])('of %i rows reaches its first and its last row', (total) => {
        const [row, seen] = [84, 700];
        expect(stretchOf(total, row, 0, seen).first).toBe(0);
        const { height } = stretchOf(total, row, 0, seen);
        expect(height).toBeLessThanOrEqual(15e6);
        expect(stretchOf(total, row, Math.max(0, height - seen), seen).end).toBe(total);
    });
    it('draws only what is seen, wherever it is', () => {
        fc.assert(
            fc.property(
                fc.integer({ min: 1, max: 1_000_000 }),
                fc.double({ min: 0, max: 1, noNaN: true }),
                (total, at) => {
                    const scrolled = at * Math.max(0, stretchOf(total, 84, 0, 700).height - 700);
                    const { first, end } = stretchOf(total, 84, scrolled, 700);
                    expect(end - first).toBeLessThanOrEqual(15);
                    expect(end).toBeGreaterThan(first);
                },
            ),
        );
    });
    it('scrolls to a row so that it is seen, and not where it is already', () => {
        for (const [total, to] of [
            [1000, 400],
            [331_200, 300_000],
        ] as const) {
            const scrolled = scrollTo(to, total, 84, 0, 700)!;
            const { first, end } = stretchOf(total, 84, scrolled, 700);
            expect(first <= to && to < end).toBe(true);
            expect(scrollTo(to, total, 84, scrolled, 700)).toBeNull();
        }
    });
});
