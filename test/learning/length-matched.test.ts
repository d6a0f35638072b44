import { describe, expect, it } from 'vitest';
import { compareBeforeAfter } from '../../src/main/learning/statistics/before-after.ts';
import { overStories } from '../../src/main/learning/statistics/gain.ts';
import { gainAtEqualLength, lengthMatchedGain } from '../../src/main/learning/statistics/length-matched.ts';
import type { RatedStory, StoryPairs } from '../../src/main/learning/statistics/pairs.ts';
import { RandomStream } from '../../src/main/learning/random.ts';

const criteria = [{ id: 'score', name: 'Score', means: '', min: 0, max: 9, weight: 1 }];
const rated = (words: number, score: number): RatedStory => ({ words, scores: { score } });
const random = (...key: readonly (string | number)[]): RandomStream => new RandomStream('length matched', ...key);

/** Stories whose score is 0.08 a word and noise; those after learning are 12 words longer and `better` by so much. */
function evaluation(stream: RandomStream, stories: number, better: number): StoryPairs {
    const write = (words: number, more: number): RatedStory => {
        const length = Math.max(1, Math.round(words + 10 * stream.normal()));
        return rated(length, 0.08 * length + more + stream.normal());
    };
    return {
        unreadable: 0,
        pairs: Array.from({ length: stories }, (_, seed) => ({
            seed,
            before: write(40, 0),
            after: write(52, better),
        })),
    };
}

describe('the length-matched gain', () => {
    it('is, by hand, the weighted mean over shared bins', () => {
        const repeat = (times: number, story: RatedStory): RatedStory[] => new Array<RatedStory>(times).fill(story);
        const before = [...repeat(20, rated(12, 1)), ...repeat(10, rated(20, 3)), ...repeat(10, rated(90, 9))];
        const after = [...repeat(10, rated(14, 2)), ...repeat(20, rated(24, 7)), ...repeat(10, rated(40, 9))];
        const { gain, matchedBefore, matchedAfter } = lengthMatchedGain(
            criteria,
            { unreadable: 0, pairs: before.map((story, seed) => ({ seed, before: story, after: after[seed]! })) },
            { random: random() },
        );
        expect(gain!.mean).toBeCloseTo((1 + 4) / 2, 12); // bins 10–14 and 20–24 both weigh 20·10/30
        expect([matchedBefore, matchedAfter]).toEqual([0.75, 0.75]);
    });

    it('tells each pair’s share in it, and from these the interval that resampling finds', () => {
        const pairs = evaluation(random('shares'), 400, 0.5);
        const shared = gainAtEqualLength(criteria, pairs)!;
        const { gain } = lengthMatchedGain(criteria, pairs, { random: random() });
        expect(shared.mean).toBeCloseTo(gain!.mean, 12);
        const { low, high } = overStories(shared);
        expect((high - low) / (gain!.high - gain!.low)).toBeCloseTo(1, 0.7);
    });

    it('is none where no lengths are shared, as after a collapse', () => {
        const pairs = Array.from({ length: 50 }, (_, seed) => ({ seed, before: rated(44, 5), after: rated(9, 1) }));
        expect(lengthMatchedGain(criteria, { unreadable: 0, pairs }, { random: random() })).toEqual({
            gain: null,
            matchedBefore: 0,
            matchedAfter: 0,
        });
    });

    it.each([-1, 8e9, Number.MAX_SAFE_INTEGER, 2 ** 63])(
        'is measured as quickly where a story claims to have %d words',
        (words) => {
            const { pairs } = evaluation(random('one lies'), 60, 0.5);
            const lying = [{ seed: 0, before: rated(words, 3), after: pairs[0]!.after }, ...pairs.slice(1)];
            const [told, without] = [lying, lying.slice(1)].map((each) =>
                lengthMatchedGain(criteria, { unreadable: 0, pairs: each }, { random: random() }),
            );
            expect(told!.gain!.mean).toBeCloseTo(without!.gain!.mean, 0);
            expect(told!.matchedBefore).toBeLessThan(1);
        },
        10_000,
    );

    it('sees through a gain that is length alone', () => {
        const pairs = evaluation(random('length alone'), 300, 0);
        const { total } = compareBeforeAfter(criteria, pairs, { random: random() });
        const { gain } = lengthMatchedGain(criteria, pairs, { random: random() });
        expect(total.difference.low).toBeGreaterThan(0.6);
        expect(Math.abs(gain!.mean)).toBeLessThan(0.3);
    });

    it('covers the true gain at equal length in about 95 of 100 evaluations', { tags: ['simulation'] }, () => {
        const trials = 150;
        let covered = 0;
        for (let trial = 0; trial < trials; trial++) {
            const { low, high } = lengthMatchedGain(criteria, evaluation(random('stories', trial), 100, 0.5), {
                random: random('resamples', trial),
            }).gain!;
            if (low <= 0.5 && 0.5 <= high) covered++;
        }
        expect(covered / trials).toBeGreaterThan(0.91);
        expect(covered / trials).toBeLessThan(0.99);
    });
});
