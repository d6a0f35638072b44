import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { episodesIn } from './all-episodes.ts';
import type { Lease } from '../../../src/main/store/connection/lease.ts';
import { searchExpression } from '../../../src/main/store/run/stories/search-expression.ts';
import { newestWith } from '../../../src/main/store/run/stories/story-lists.ts';
import { write } from '../../../src/main/store/connection/statements.ts';
import { recordUpdate } from '../../../src/main/store/run/updates.ts';
import type { StoryFilter } from '../../../src/shared/run/story-filter.ts';
import { aLease } from '../a-run.ts';
import { anUpdate, episodesOf, ratingsOf } from '../records.ts';

function aRunOf(updates: number): Lease {
    const lease = aLease();
    for (let number = 1; number <= updates; number++) {
        const written = episodesOf(number);
        recordUpdate(lease, anUpdate(number), written, ratingsOf(written));
    }
    return lease;
}

describe('finding episodes', () => {
    it('by words, phrases and beginnings, without regard to case and accents', () => {
        const lease = aLease();
        const stories = ['The fox and the king.', 'A king met a fox.', 'Éclair the foxglove', ''];
        const written = episodesOf(1).map((episode, i) => ({ ...episode, story: stories[i]! }));
        recordUpdate(lease, anUpdate(1), written, []);
        const found = (text: string): readonly number[] => episodesIn(lease.db, { text }).map(({ number }) => number);
        expect(found('KING fox')).toEqual([1, 2]);
        expect(found('"the king"')).toEqual([1]);
        expect(found('"a fox')).toEqual([2]);
        expect(found('fox*')).toEqual([1, 2, 3]);
        expect(found('eclair')).toEqual([3]);
        expect(found('fox NOT king')).toEqual([]);
        expect(found('!!! ""')).toEqual([]);
        expect(found('king !!!')).toEqual([1, 2]);
    });

    it('the newest with the words, so many and no more, and none of an update that was redone', () => {
        const lease = aRunOf(2);
        const all = episodesIn(lease.db, { text: 'the' }).map(({ episode }) => episode);
        const newest = newestWith(lease.db, 'the', 1000);
        expect([...newest].sort((a, b) => a - b)).toEqual([...all].sort((a, b) => a - b));
        expect(newest).toEqual([...newest].sort((a, b) => b - a));
        expect(newestWith(lease.db, 'the', 2)).toEqual(newest.slice(0, 2));
        expect(newestWith(lease.db, '!!!', 5)).toEqual([]);
        const again = episodesOf(2).map((episode) => ({ ...episode, story: 'Nobody came.' }));
        recordUpdate(lease, anUpdate(2, 'other weights'), again, ratingsOf(again));
        expect(newestWith(lease.db, 'nobody', 1000)).toHaveLength(again.length);
        expect(newestWith(lease.db, 'the', 1000)).toHaveLength(all.length - again.length);
    });

    it('whatever is typed is text, never an operator, an error or a way in', () => {
        const lease = aRunOf(1);
        const hostile = [
            '"',
            '""',
            'a"b',
            'story:fox',
            '^fox',
            'NEAR(a b)',
            '(',
            '*',
            "'; DROP TABLE episode; --",
            '\0',
            'fox\0"',
            '{a b}',
            '-fox',
            '🦊',
            '\uD800',
            'AND',
            'NOT',
        ];
        for (const text of hostile) expect(Array.isArray(episodesIn(lease.db, { text })), text).toBe(true);
        fc.assert(
            fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
                expect(episodesIn(lease.db, { text }).length).toBeLessThanOrEqual(4);
            }),
            { numRuns: 200, seed: 1 },
        );
        expect(searchExpression('a "b c" d*')).toBe('"a" AND "b c" AND "d" *');
        expect(searchExpression('^a ^"b c" ^')).toBe('^"a" AND ^"b c"');
        expect(searchExpression(' "" ')).toBeNull();
    });

    it('by update, score, length, end and all of them at once', () => {
        const lease = aRunOf(6);
        const numbers = (filter: StoryFilter): readonly number[] =>
            episodesIn(lease.db, filter).map(({ number }) => number);
        expect(numbers({ fromUpdate: 2, toUpdate: 2 })).toEqual([5, 6, 7, 8]);
        expect(numbers({ minScore: 4, toUpdate: 2 })).toEqual([3, 7]);
        expect(numbers({ maxScore: 2, toUpdate: 2 })).toEqual([4, 8]);
        expect(numbers({ finished: false, fromUpdate: 6 })).toEqual([21, 23]);
        expect(numbers({ maxWords: 13 })).toEqual([]);
        expect(numbers({ minWords: 14, maxWords: 14, fromUpdate: 6 })).toEqual([21, 22, 23, 24]);
        expect(numbers({ text: 'fox', finished: true, fromUpdate: 3, minScore: 3 })).toEqual([18]);
    });

    it('in an index that agrees with the stories', () => {
        const lease = aRunOf(3);
        expect(() =>
            write(lease.db, "INSERT INTO story_text (story_text, rank) VALUES ('integrity-check', 1)"),
        ).not.toThrow();
    });
});
