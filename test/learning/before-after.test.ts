import { describe, expect, it } from 'vitest';
import { compareBeforeAfter } from '../../src/main/learning/statistics/before-after.ts';
import { bootstrap } from '../../src/main/learning/statistics/bootstrap.ts';
import { pairBySeed, type CleanStory, type StoryPairs } from '../../src/main/learning/statistics/pairs.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { storytellerCriteria as criteria } from '../../src/shared/ratings/rubric.ts';

const story = (seed: number, scores: readonly [number, number, number], words = 40): CleanStory => ({
    seed,
    words,
    rating: { kind: 'scored', scores: { readability: scores[0], coherence: scores[1], creativity: scores[2] } },
});
const unreadable = (seed: number): CleanStory => ({ seed, words: 40, rating: { kind: 'unreadable', reply: '?' } });
const random = (...key: readonly (string | number)[]): RandomStream => new RandomStream('evaluation', ...key);

describe('before and after', () => {
    const before = [story(1, [1, 0, 2]), story(2, [0, 1, 1]), story(3, [2, 2, 2])];
    const after = [story(3, [3, 2, 2]), story(1, [2, 1, 1]), story(2, [1, 2, 3])];

    it('are paired by seed, whatever the order, and averaged', () => {
        const { total, perCriterion, pairs } = compareBeforeAfter(criteria, pairBySeed(before, after), {
            random: random('by hand'),
        });
        expect(pairs).toBe(3);
        expect(total.before.mean).toBeCloseTo(11 / 3, 12);
        expect(total.after.mean).toBeCloseTo(17 / 3, 12);
        expect(total.difference.mean).toBeCloseTo(2, 12);
        expect(total.gainInDeviations).toBeCloseTo(
            2 / Math.sqrt(((3 - 11 / 3) ** 2 + (2 - 11 / 3) ** 2 + (6 - 11 / 3) ** 2) / 2),
            12,
        );
        expect(perCriterion['readability']!.difference).toEqual({ mean: 1, low: 1, high: 1 }); // every pair gained exactly 1
        expect(perCriterion['creativity']!.difference.mean).toBeCloseTo(1 / 3, 12);
    });

    it('give the same interval for the same stream, and for the same stories in another order', () => {
        const once = compareBeforeAfter(criteria, pairBySeed(before, after), { random: random('again') });
        const again = compareBeforeAfter(criteria, pairBySeed([...before].reverse(), after), {
            random: random('again'),
        });
        expect(again).toEqual(once);
    });

    it('leave out a pair of which one could not be rated, and count it', () => {
        const pairs = pairBySeed(
            [...before, unreadable(4), story(5, [0, 0, 0])],
            [...after, story(4, [3, 3, 3]), unreadable(5)],
        );
        expect(compareBeforeAfter(criteria, pairs, { random: random() })).toMatchObject({
            pairs: 3,
            unreadablePairs: 2,
        });
    });

    it('have no gain in deviations where the before-scores do not vary', () => {
        const flat = pairBySeed([story(1, [1, 1, 1]), story(2, [1, 1, 1])], [story(1, [2, 1, 1]), story(2, [2, 2, 1])]);
        expect(compareBeforeAfter(criteria, flat, { random: random() }).total.gainInDeviations).toBeNull();
    });

    it.each([
        ['nothing', [], [], 'no stories from before'],
        ['nothing after', before, [], 'no stories from after'],
        ['a seed without a partner', before, after.slice(1), 'seed 3'],
        ['another seed', before.slice(1), [story(2, [0, 0, 0]), story(9, [0, 0, 0])], 'seed 3'],
        ['a seed twice', [...before, before[0]!], after, 'repeat a seed'],
        ['only unreadable stories', [unreadable(1)], [unreadable(1)], 'Only 0 of 1 pairs'],
        ['scores that are no numbers', [story(1, [Number.NaN, 0, 0])], [story(1, [0, 0, 0])], 'stopped being finite'],
    ])('refuse %s', (_, early, late, sentence) => {
        expect(() => pairBySeed(early, late)).toThrow(sentence);
    });

    it('refuse a shaky interval', () => {
        expect(() =>
            compareBeforeAfter(criteria, pairBySeed(before, after), { random: random(), resamples: 100 }),
        ).toThrow('at least 2000');
    });

    it(
        'cover the true gain in about 95 of 100 evaluations, also with scores skewed and cut at both ends',
        { tags: ['simulation'] },
        () => {
            // Each story has an even chance of a score near the bottom; after learning it is a little better, partly
            // in the same places.
            const draw = (stream: RandomStream, shared: number, shift: number): number =>
                Math.min(Math.max(Math.exp(0.7 * (0.6 * shared + 0.8 * stream.normal())) - 1 + shift, 0), 3);
            const evaluation = (stream: RandomStream, stories: number): StoryPairs => ({
                unreadable: 0,
                pairs: Array.from({ length: stories }, (_, seed) => {
                    const shared = stream.normal();
                    const rated = (
                        score: number,
                    ): { readonly words: number; readonly scores: Readonly<Record<string, number>> } => ({
                        words: 40,
                        scores: { only: score },
                    });
                    return { seed, before: rated(draw(stream, shared, 0)), after: rated(draw(stream, shared, 0.3)) };
                }),
            });
            const only = [{ id: 'only', name: 'Only', means: '', min: 0, max: 3, weight: 1 }];
            const many = evaluation(random('truth'), 400_000).pairs;
            const truth =
                many.reduce((sum, pair) => sum + pair.after.scores['only']! - pair.before.scores['only']!, 0) /
                many.length;
            const trials = 250;
            let covered = 0;
            for (let trial = 0; trial < trials; trial++) {
                const { low, high } = compareBeforeAfter(only, evaluation(random('stories', trial), 60), {
                    random: random('resamples', trial),
                }).total.difference;
                if (low <= truth && truth <= high) covered++;
            }
            // 95 % ± 2.2 standard errors of 250 trials, and a point for the percentile method at 60 stories
            expect(covered / trials).toBeGreaterThan(0.91);
            expect(covered / trials).toBeLessThan(0.985);
        },
    );
});

describe('the bootstrap', () => {
    it('draws every story equally often', () => {
        const drawn = new Float64Array(10);
        bootstrap(10, (rows) => [rows.forEach((row) => drawn[row]!++), 0].slice(1) as number[], {
            random: random('even'),
            resamples: 20_000,
        });
        const expected = 20_001; // 20,000 draws of each on average, and once as they are
        const chiSquared = drawn.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
        expect(chiSquared).toBeLessThan(27.9); // 99.9 % point of 9 degrees of freedom
    });

    it('leaves out draws that cannot be measured', () => {
        const [estimate] = bootstrap(2, (rows) => (rows[0] === rows[1] ? undefined : [7]), { random: random('some') })!;
        expect(estimate).toEqual({ mean: 7, low: 7, high: 7 });
        expect(bootstrap(2, () => undefined, { random: random('none') })).toBeUndefined();
    });
});
