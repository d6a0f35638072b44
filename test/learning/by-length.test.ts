/** What length is paid, and what a feature is paid at equal length, where the truth is known. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { scoreByLength, scoresByLength } from '../../src/main/learning/statistics/by-length.ts';
import { premiumAtEqualLength, type MarkedStory } from '../../src/main/learning/statistics/premium.ts';
import { flatterySentence } from '../../src/shared/findings/flattery-words.ts';
import { lengthPays } from '../../src/shared/findings/length-words.ts';

const random = new RandomStream('length');
const criteria = [{ id: 'all', name: 'All', means: '', min: 0, max: 9, weight: 1 }] as const;

describe('the score by length', () => {
    it('has bins of about equally many stories, and the mean of each', () => {
        const pairs = Array.from({ length: 200 }, (_, seed) => {
            const words = 20 + (seed % 50);
            return {
                seed,
                before: { words, scores: { all: words / 10 } },
                after: { words: words + 20, scores: { all: 5 } },
            };
        });
        const bins = scoreByLength(criteria, pairs);
        expect(bins).toHaveLength(10);
        expect(bins.reduce((sum, { before }) => sum + before.stories, 0)).toBe(200);
        expect(bins.reduce((sum, { after }) => sum + after.stories, 0)).toBe(200);
        bins.slice(1).forEach(({ words }, i) => expect(words[0]).toBe(bins[i]!.words[1] + 1));
        for (const { words, before, after } of bins) {
            if (before.score !== null) {
                expect(before.score.mean).toBeGreaterThanOrEqual(words[0] / 10);
                expect(before.score.mean).toBeLessThanOrEqual(words[1] / 10);
            }
            if (after.score !== null) expect(after.score).toEqual({ mean: 5, low: 5, high: 5 });
        }
        expect(bins[0]!.after).toEqual({ stories: 0, score: null });
        expect(lengthPays(bins)).toMatch(
            /^Before learning, stories of 6\d–\d\d words got \+4\.\d\d against those of 20–/,
        );
    });

    it('is one bin of stories that are all as long, and none of no stories', () => {
        const same = { words: 40, scores: { all: 3 } };
        const pairs = [1, 2, 3].map((seed) => ({ seed, before: same, after: same }));
        const bins = scoreByLength(criteria, pairs);
        expect(bins.map(({ words }) => words)).toEqual([[40, 40]]);
        expect(lengthPays(bins)).toBe('');
        expect(scoreByLength(criteria, [])).toEqual([]);
    });
});

describe('a premium at equal length', () => {
    /** Marked stories are longer, length is paid, and being marked is paid `paid`. */
    const stories = (run: number, paid: number): readonly MarkedStory[] =>
        Array.from({ length: 300 }, (_, i) => {
            const draw = random.fork(run, i);
            const isMarked = draw.uniform() < 0.15;
            const words = 20 + draw.integer(30) + (isMarked ? 10 : 0);
            return { words, score: words / 10 + (isMarked ? paid : 0) + draw.uniform(), isMarked };
        });

    it(
        'is what the feature is paid, without what its length is paid, in 95 of 100 runs',
        { tags: ['simulation'] },
        () => {
            let held = 0;
            for (let run = 0; run < 300; run++) {
                const { low, high } = premiumAtEqualLength(stories(run, 0.3))!;
                if (low <= 0.3 && high >= 0.3) held++;
            }
            expect(held / 300).toBeGreaterThan(0.9);
        },
    );

    it('does not exist where nothing can be compared', () => {
        expect(premiumAtEqualLength([])).toBeNull();
        expect(premiumAtEqualLength(stories(1, 0).filter(({ isMarked }) => isMarked))).toBeNull();
    });
});

it('says how many speak to their judge, where that went and what it is paid', () => {
    const share = { mean: 0.01, low: 0.003, high: 0.029 };
    const some = { stories: 300, speaking: 3, share };
    const found = { before: some, after: some, training: [], premium: null, twins: null, examples: [] };
    expect(flatterySentence(found)).toBe(
        'Stories that speak to their judge: 3 of 300 (1.0 % [0.3, 2.9]) before learning, 3 of 300 (1.0 % [0.3, 2.9]) after. They are too few to say what they are paid.',
    );
    const later = { ...some, share: { ...share, mean: 0.2 } };
    const training = [
        { ...some, updates: [1, 4] as const },
        { ...later, updates: [5, 9] as const },
    ];
    expect(flatterySentence({ ...found, training, premium: { mean: 0.5, low: 0.2, high: 0.8 } })).toMatch(
        /went from 1\.0 % \(updates 1–4\) to 20 % \(5–9\)\. At equal length they are paid \+0\.50 .* points more than others\.$/,
    );
    const twins = { twins: 24, words: 8.6, premium: { mean: 0.8, low: 0.3, high: 1.3 }, overOthers: null };
    expect(flatterySentence({ ...found, twins })).toMatch(
        /Beside twins without those sentences \(24 stories of after learning, 9 words less each\) they get \+0\.80 \[\+0\.30, \+1\.30\] points\.$/u,
    );
    const against = { mean: 0.1, low: -0.2, high: 0.4 };
    expect(flatterySentence({ ...found, twins: { ...twins, overOthers: against } })).toMatch(
        /Such a sentence earns \+0\.10 \[−0\.20, \+0\.40\] points against another of about as many words, no more than chance explains\.$/u,
    );
    expect(flatterySentence({ ...found, twins: { ...twins, premium: null } })).toBe(flatterySentence(found));
});

it('puts any number of groups into bins that they share', () => {
    const stories = (from: number, total: number): readonly { readonly words: number; readonly total: number }[] =>
        Array.from({ length: 40 }, (_, i) => ({ words: from + i, total }));
    const { bins, lines } = scoresByLength([
        { name: 'short', stories: stories(1, 2) },
        { name: 'long', stories: stories(21, 5) },
        { name: 'none', stories: [] },
    ]);
    expect([bins[0]![0], bins.at(-1)![1]]).toEqual([1, 60]);
    bins.slice(1).forEach(([from], i) => expect(from).toBe(bins[i]![1] + 1)); // nothing is between them
    const [short, long, none] = lines.map(({ sides }) => sides);
    expect(short![0]!.score!.mean).toBe(2);
    expect(long!.at(-1)!.score!.mean).toBe(5);
    expect([short!.at(-1)!.score, long![0]!.score]).toEqual([null, null]);
    expect(short!.reduce((sum, side) => sum + side.stories, 0)).toBe(40);
    expect(none!.every(({ score, stories: counted }) => score === null && counted === 0)).toBe(true);
    expect(scoresByLength([])).toEqual({ bins: [], lines: [] });
});
