import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
    expectedScore,
    mostProbable,
    sampleCategorical,
    shannonEntropy,
    softmax,
} from '../../src/main/learning/digit-scores.ts';

const logits = fc.array(fc.double({ min: -80, max: 80, noNaN: true }), { minLength: 2, maxLength: 10 });

describe('digits as scores', () => {
    it('softmax is a distribution that a temperature sharpens and no logit breaks', () =>
        fc.assert(
            fc.property(logits, (given) => {
                const warm = softmax(given)!;
                const cold = softmax(given, 0.2)!;
                expect(warm.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
                const best = mostProbable(warm);
                expect(cold[best]! - warm[best]!).toBeGreaterThan(-1e-12);
                expect(softmax([...given, Number.NaN])).toBeNull();
                expect(softmax([...given, Infinity])).toBeNull();
            }),
        ));

    it('by pencil: 0.2 · 1 + 0.5 · 2 + 0.3 · 3', () => {
        expect(softmax([0, Math.log(3)])![1]).toBeCloseTo(0.75, 12);
        expect(expectedScore([0, 0.2, 0.5, 0.3], 0)).toBeCloseTo(2.1, 12);
        expect(expectedScore([0.5, 0.5], 4)).toBe(4.5);
        expect(shannonEntropy([0.25, 0.25, 0.25, 0.25])).toBeCloseTo(Math.log(4), 12);
        expect(shannonEntropy([0, 1])).toBe(0);
    });

    it('an expected score stays within its range, whatever the roundings', () =>
        fc.assert(
            fc.property(logits, fc.nat(5), (given, min) => {
                const score = expectedScore(softmax(given)!, min);
                expect(score).toBeGreaterThanOrEqual(min);
                expect(score).toBeLessThanOrEqual(min + given.length - 1);
            }),
        ));

    it('a draw falls on each score as often as it is probable', () => {
        const counts = [0, 0, 0];
        for (let i = 0; i < 1000; i++) counts[sampleCategorical([0.1, 0.7, 0.2], (i + 0.5) / 1000)]!++;
        expect(counts).toEqual([100, 700, 200]);
        expect(sampleCategorical([0.5, 0.4], 0.99)).toBe(1);
    });
});
