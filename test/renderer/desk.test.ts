/** What keys do to a rating, how long the rest will take, and what a new set is called. */
import { describe, expect, it } from 'vitest';
import {
    erased,
    freshSetName,
    keyedScores,
    levelsOf,
    minutesLeft,
    nextIn,
    waitingCriterion,
} from '../../src/renderer/lib/desk.ts';
import { storytellerCriteria } from '../../src/shared/ratings/rubric.ts';

describe('keys of the desk', () => {
    it('are the whole scores of the rubric, and no more than ten', () => {
        expect(keyedScores(storytellerCriteria)).toEqual([0, 1, 2, 3]);
        const wide = { ...storytellerCriteria[0]!, min: -1, max: 12 };
        expect(keyedScores([wide])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        expect(levelsOf({ min: 0.5, max: 2.5 })).toEqual([1, 2]);
    });
    it('fill the criteria in order, and Backspace empties them from the end', () => {
        const [first, second] = storytellerCriteria;
        expect(waitingCriterion(storytellerCriteria, {})).toBe(first);
        expect(waitingCriterion(storytellerCriteria, { readability: 0 })).toBe(second);
        expect(erased(storytellerCriteria, { readability: 0, coherence: 1 })).toEqual({ readability: 0 });
        expect(erased(storytellerCriteria, {})).toEqual({});
    });
    it('turn to the next open story, and from the last to one that was left', () => {
        const items = ['scored', 'open', 'skipped', 'scored'] as const;
        expect(nextIn(items, 0, 'open')).toBe(2);
        expect(nextIn(items, 4, 'open')).toBe(2);
        expect(nextIn(items, 0, 'skipped')).toBe(3);
        expect(nextIn(['scored'], 1, 'open')).toBeNull();
    });
});

it('the time left follows the middle pace: one story that was left open over lunch does not count', () => {
    expect(minutesLeft([10_000, 10_000], 60)).toBeNull();
    expect(minutesLeft([10_000, 12_000, 3_600_000], 60)).toBe(12);
});

it('a new set has a name that no set has', () => {
    expect(freshSetName([{ name: 'agreement-1' }, { name: 'trial' }])).toBe('agreement-2');
});
