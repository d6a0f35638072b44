/** How scores and lengths are spread, counted by hand. */
import { describe, expect, it } from 'vitest';
import { distributionsOf, sortedChanges } from '../../../../src/main/service/reports/comparison/distributions.ts';
import type { RatedSample } from '../../../../src/main/store/run/evaluations.ts';

const criteria = [{ id: 'coherence', name: 'Coherence', min: 0, max: 3 }] as never;
const story = (words: number, coherence: number | null): RatedSample =>
    ({ seed: words, words, story: '', scores: coherence === null ? null : { coherence } }) as RatedSample;

describe('distributions', () => {
    const before = [story(3, 0), story(7, 0.3), story(8, 2.9), story(40, null)];
    const [coherence, words] = distributionsOf(criteria, before, [story(79, 3), story(80, 3)]);
    it('count scores in twelfths of the scale, the best in the last, and leave out what could not be rated', () => {
        expect(coherence).toMatchObject({ id: 'coherence', from: 0, width: 0.25 });
        expect(coherence!.before.map((share) => Math.round(3 * share))).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        expect(coherence!.after).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    });
    it('count words of all stories in steps of a round number', () => {
        expect(words).toMatchObject({ id: 'words', from: 0, width: 10 });
        expect(words!.before).toEqual([0.75, 0, 0, 0, 0.25, 0, 0, 0, 0]);
        expect(words!.after).toEqual([0, 0, 0, 0, 0, 0, 0, 0.5, 0.5]);
    });
    it('are flat where there is no story', () => {
        const [none] = distributionsOf(criteria, [], []);
        expect(none!.before.every((share) => share === 0)).toBe(true);
    });
});

it('changes of pairs are sorted, and thinned evenly with both ends kept', () => {
    const pair = (by: number) => ({
        seed: by,
        before: { words: 9, scores: { coherence: 1 } },
        after: { words: 9, scores: { coherence: 1 + by } },
    });
    const weighted = [{ id: 'coherence', weight: 1 }] as never;
    expect(sortedChanges(weighted, [2, -1, 0.5].map(pair))).toEqual([-1, 0.5, 2]);
    const many = sortedChanges(
        weighted,
        Array.from({ length: 1000 }, (_, i) => pair(999 - i)),
    );
    expect([many.length, many[0], many.at(-1)]).toEqual([201, 0, 999]);
    expect(many).toEqual(many.toSorted((a, b) => a - b));
});
