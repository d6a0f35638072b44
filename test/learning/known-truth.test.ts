/** Raters on twins: chance is found as chance, a rater that sees one defect is found to see that one. */
import { describe, expect, it } from 'vitest';
import { controlSentence, truthRows } from '../../src/shared/findings/known-truth-words.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { truthFound, type RatedTwins } from '../../src/main/learning/statistics/known-truth.ts';
import { wilson } from '../../src/main/learning/statistics/shares.ts';
import { editIds } from '../../src/shared/ratings/known-truth.ts';

const random = new RandomStream('twins');

function pairs(count: number, give: (pair: number, defect: string) => number | null): readonly RatedTwins[] {
    return Array.from({ length: count }, (_, i) => ({
        sound: give(i, 'sound'),
        edited: Object.fromEntries(editIds.map((defect) => [defect, give(i, defect)])),
    }));
}

describe('the share of pairs in which the sound twin gets more', () => {
    it('is chance for a rater that knows nothing', () => {
        const found = truthFound(
            'dice',
            9,
            pairs(1000, (pair, defect) => random.fork(pair, defect).uniform()),
        );
        for (const { preferred, below } of found.defects) {
            expect(Math.abs(preferred!.mean - 0.5)).toBeLessThan(0.06);
            expect(Math.abs(below!.mean - 0.2)).toBeLessThan(0.08); // as many as of sound ones
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
        for (const { edit: defect, preferred, below } of defects) {
            expect(preferred!.mean, defect).toBe(defect === 'cut-off' ? 1 : 0.5);
            expect(below!.mean, defect).toBe(defect === 'cut-off' ? 1 : 0);
        }
        expect(specificity!.mean).toBe(1);
    });

    it('leaves out what could not be rated, and sets no threshold from a few', () => {
        const some = pairs(6, (pair, defect) => (defect === 'repeated' && pair > 3 ? null : 1));
        const { defects, unreadable, threshold, specificity } = truthFound('some', 9, some);
        expect(defects.find(({ edit }) => edit === 'repeated')!.pairs).toBe(4);
        expect([unreadable, threshold, specificity]).toEqual([2, null, null]);
        const none = truthFound('none', 9, pairs(3, () => null)); // prettier-ignore
        expect(none.defects.every(({ preferred }) => preferred === null)).toBe(true);
    });
});

it('harmless edits are the control: whoever minds any change is found to', () => {
    const minds = pairs(40, (_, edit) => (edit === 'sound' ? 5 : 4));
    const { controls, harmless } = truthFound('pedant', 9, minds);
    expect(controls.map(({ preferred }) => preferred!.mean)).toEqual([1, 1, 1, 1]);
    expect([harmless.pairs, harmless.preferred!.low]).toEqual([40, wilson(40, 40).low]); // not of 160 trials
    expect(controlSentence({ ...truthFound('pedant', 9, minds) })).toMatch(/pedant minds any change/u);
    const dice = truthFound(
        'dice',
        9,
        pairs(1000, (pair, edit) => random.fork('control', pair, edit).uniform()),
    );
    expect(controlSentence(dice)).toMatch(/does not mind change as such/u);
    expect(truthRows(dice).map(({ isControl }) => isControl)).toEqual([
        ...Array(8).fill(false),
        ...Array(5).fill(true),
    ]);
});

it('has Wilson’s interval', () => {
    const { low, high } = wilson(8, 10); // Newcombe 1998: 0.4902 to 0.9433
    expect([low, high].map((bound) => bound.toFixed(4))).toEqual(['0.4902', '0.9433']);
    expect(wilson(0, 10).low).toBe(0);
    expect(() => wilson(0, 0)).toThrow(RangeError);
});
