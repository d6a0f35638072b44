/** What charts draw is true to what was measured, however many points there are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apart, nearest, niceTicks, rangeOf, smoothed, thinned } from '../../../src/shared/figures/series.ts';

fc.configureGlobal({ seed: 43 });
const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('smoothing', () => {
    it('is not pulled by the first value: a constant stays itself from the first point on', () => {
        expect(smoothed([5, 5, 5], 0.99).map((value) => Number(value!.toFixed(9)))).toEqual([5, 5, 5]);
    });
    it('is the mean weighted by keep to the power of the distance, on both sides', () => {
        // by pencil: (0.5·2 + 4 + 0.5·9) / (0.5 + 1 + 0.5) = 9.5 / 2
        expect(smoothed([2, 4, 9], 0.5)[1]).toBeCloseTo(4.75, 12);
        expect(smoothed([2, 4], 0.5)).toEqual([expect.closeTo(8 / 3, 12), expect.closeTo(10 / 3, 12)]);
    });
    it('does not trail behind: inside of a line that falls evenly, it is that line', () => {
        const falling = Array.from({ length: 400 }, (_, i) => 8 - i / 100);
        const drawn = smoothed(falling, 0.9);
        for (const i of [150, 200, 250]) expect(drawn[i]).toBeCloseTo(falling[i]!, 5);
    });
    it('of what falls as losses do, lies above its values no more than by a hundredth of the fall', () => {
        const loss = Array.from({ length: 400 }, (_, i) => 3 + 5 * Math.exp(-i / 60));
        const drawn = smoothed(loss, 0.9);
        for (const [i, value] of loss.entries()) if (i > 20) expect(drawn[i]! - value).toBeLessThan(0.15);
        expect(Math.max(...loss.map((value, i) => drawn[i]! - value).slice(60, -20))).toBeLessThan(0.05);
    });
    it('leaves gaps open and does not count them', () => {
        expect(smoothed([2, null, 4], 0.5)).toEqual([expect.closeTo(8 / 3, 12), null, expect.closeTo(10 / 3, 12)]);
    });
    it('changes nothing at 0', () => {
        expect(smoothed([3, 1, 2], 0)).toEqual([3, 1, 2]);
    });
});

describe('thinning', () => {
    const xs = Array.from({ length: 50_000 }, (_, i) => i);
    it('loses no peak and keeps the order, with two points a column at most', () => {
        const values = xs.map((x) => (x === 31_007 ? 99 : x === 12_345 ? -99 : Math.sin(x)));
        const points = thinned(xs, values, 300);
        expect(points.length).toBeLessThanOrEqual(602);
        expect(points).toContainEqual({ x: 31_007, y: 99 });
        expect(points).toContainEqual({ x: 12_345, y: -99 });
        expect(points.map(({ x }) => x)).toEqual(points.map(({ x }) => x).sort((a, b) => a - b));
    });
    it('keeps few points as they are, without the gaps', () => {
        expect(thinned([1, 2, 3], [4, null, 6], 10)).toEqual([
            { x: 1, y: 4 },
            { x: 3, y: 6 },
        ]);
    });
});

describe('ticks', () => {
    it('are whole steps of 1, 2 or 5 that hold the range', () => {
        expect(niceTicks(0, 0.3, 3)).toEqual([0, 0.1, 0.2, 0.3]);
        expect(niceTicks(37, 95, 3)).toEqual([20, 40, 60, 80, 100]);
        fc.assert(
            fc.property(finite, finite, (a, b) => {
                const ticks = niceTicks(Math.min(a, b), Math.max(a, b), 4);
                const slack = 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));
                expect(ticks.length).toBeGreaterThanOrEqual(2);
                expect(ticks.length).toBeLessThanOrEqual(12);
                expect(ticks[0]!).toBeLessThanOrEqual(Math.min(a, b) + slack);
                expect(ticks.at(-1)!).toBeGreaterThanOrEqual(Math.max(a, b) - slack);
            }),
        );
    });
});

it('one outlier in a hundred does not flatten a curve, but the smooth line is never cut', () => {
    const values = [...Array.from({ length: 299 }, (_, i) => i / 299), 1000];
    expect(rangeOf([values], [[0.5]])![1]).toBeLessThan(2);
    expect(rangeOf([values], [[40]])![1]).toBe(40);
    expect(rangeOf([[null]], [])).toBeNull();
});

it('finds the nearest point as a search through all would', () => {
    fc.assert(
        fc.property(fc.uniqueArray(finite, { minLength: 1 }), finite, (found, to) => {
            const xs = found.toSorted((a, b) => a - b);
            const least = Math.min(...xs.map((x) => Math.abs(x - to)));
            expect(Math.abs(xs[nearest(xs, to)]! - to)).toBe(least);
        }),
    );
});

it('keeps names apart, and in the order of their lines', () => {
    expect(apart([10, 12, 50], 15)).toEqual([10, 25, 50]);
    expect(apart([50, 10, 11], 15)).toEqual([50, 10, 25]);
    expect(apart([95, 96, 20], 15, 100)).toEqual([85, 100, 20]); // and off what stands below
});
