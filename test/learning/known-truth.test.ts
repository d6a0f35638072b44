/** Raters on twins: chance is found as chance, a rater that sees one defect is found to see that one. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { truthFound, type RatedTwins } from '../../src/main/learning/statistics/known-truth.ts';
import { wilson } from '../../src/main/learning/statistics/shares.ts';
import { plantedDefectIds } from '../../src/shared/ratings/known-truth.ts';

const random = new RandomStream('twins');

function pairs(count: number, give: (pair: number, defect: string) => number | null): readonly RatedTwins[] {
    return Array.from({ length: count }, (_, i) => ({
        sound: give(i, 'sound'),
        planted: Object.fromEntries(plantedDefectIds.map((defect) => [defect, give(i, defect)])),
    }));
}

describe('the share of pairs in which the sound twin gets more', () => {
    it('is chance for a rater that knows nothing', () => {
        const found = truthFound(
            'dice',
            9,
            pairs(1000, (pair, defect) => random.fork(pair, defect).uniform()),
        );
        for (const { preferred, sensitivity } of found.defects) {
            expect(Math.abs(preferred!.mean - 0.5)).toBeLessThan(0.06);
            expect(Math.abs(sensitivity!.mean - 0.2)).toBeLessThan(0.08); // as many as of sound ones
        }
        expect(Math.abs(found.specificity!.mean - 0.8)).toBeLessThan(0.06);
    });

    it('is one half of ties, which are named', () => {
        const { defects } = truthFound('level', 9, pairs(20, () => 4)); // prettier-ignore
        for (const { preferred, ties } of defects) expect([preferred!.mean, ties]).toEqual([0.5, 20]);
    });

    it('finds the defect that a rater sees, and no other', () => {
        const sees = pairs(40, (pair, defect) => (defect === 'cut-off' ? 2 : 6 + (pair % 3)));
        const { defects, specificity } = truthFound('eye', 9, sees, 5);
        for (const { defect, preferred, sensitivity } of defects) {
            expect(preferred!.mean, defect).toBe(defect === 'cut-off' ? 1 : 0.5);
            expect(sensitivity!.mean, defect).toBe(defect === 'cut-off' ? 1 : 0);
        }
        expect(specificity!.mean).toBe(1);
    });

    it('leaves out what could not be rated, and sets no threshold from a few', () => {
        const some = pairs(6, (pair, defect) => (defect === 'repeated' && pair > 3 ? null : 1));
        const { defects, unreadable, threshold, specificity } = truthFound('some', 9, some);
        expect(defects.find(({ defect }) => defect === 'repeated')!.pairs).toBe(4);
        expect([unreadable, threshold, specificity]).toEqual([2, null, null]);
        const none = truthFound('none', 9, pairs(3, () => null)); // prettier-ignore
        expect(none.defects.every(({ preferred }) => preferred === null)).toBe(true);
    });
});

it('has Wilson’s interval', () => {
    const { low, high } = wilson(8, 10); // Newcombe 1998: 0.4902 to 0.9433
    expect([low, high].map((bound) => bound.toFixed(4))).toEqual(['0.4902', '0.9433']);
    expect(wilson(0, 10).low).toBe(0);
    expect(() => wilson(0, 0)).toThrow(RangeError);
});
