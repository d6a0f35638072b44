/** Feedback's worth in words of reading: the published sweep, other people's isotonic fits, and simulated worlds. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
    equivalentWords,
    levelWithReading,
    readingCurve,
    wordsWhere,
    type ReadingPoint,
} from '../../src/main/learning/statistics/equivalence.ts';
import { risingHeights } from '../../src/main/learning/statistics/rising.ts';
import { RandomStream } from '../../src/main/learning/random.ts';

const recorded = JSON.parse(readFileSync(new URL('../parity/isotonic.json', import.meta.url), 'utf8')) as {
    readonly fits: readonly {
        readonly values: readonly number[];
        readonly weights: readonly number[];
        readonly fitted: readonly number[];
    }[];
    readonly inverses: readonly {
        readonly words: readonly number[];
        readonly scores: readonly number[];
        readonly score: number;
        readonly at: number;
    }[];
};

it('fits the rising line that scikit-learn fits', () => {
    expect(recorded.fits.length).toBeGreaterThan(20);
    for (const { values, weights, fitted } of recorded.fits) {
        const heights = risingHeights(values, weights);
        heights.forEach((height, i) => expect(height).toBeCloseTo(fitted[i]!, 12));
    }
});

it('looks scores up where numpy’s interpolation over the logarithm of words does', () => {
    expect(recorded.inverses.length).toBeGreaterThan(20);
    for (const { words, scores, score, at } of recorded.inverses)
        expect(wordsWhere(words, scores, score) / at).toBeCloseTo(1, 10);
});

/** Mayer Martins et al. 2025: mean scores of the first and the last ten batches, by millions of words read. */
const published = {
    words: [20, 50, 90, 200, 500, 900],
    before: [0.0322, 0.2581, 0.6981, 1.4481, 2.2475, 2.6408],
    after: [0.1964, 1.3558, 2.2797, 2.7, 3.125, 3.3681],
};

it('finds the published sweep’s equivalents, and says where the sweep ends', () => {
    const extra = published.after.map(
        (score, i) => wordsWhere(published.words, published.before, score) - published.words[i]!,
    );
    expect(extra[0]).toBeCloseTo(18.9, 1);
    expect(extra[1]).toBeCloseTo(131, 0);
    expect(extra[2]).toBeCloseTo(435, 0);
    expect(extra.slice(3)).toEqual([Infinity, Infinity, Infinity]);
    expect(wordsWhere(published.words, published.before, 0.01)).toBe(-Infinity);
    expect(wordsWhere(published.words, published.before, 0.0322)).toBe(20);
});

it('pools checkpoints that fall, and answers with the first place that is as good', () => {
    const points = [1, 2, 4, 8].map((words, i): ReadingPoint => ({ words, members: [i] }));
    expect(readingCurve(points, [1, 3, 2, 4])).toEqual([1, 2.5, 2.5, 4]);
    expect(wordsWhere([1, 2, 4, 8], [1, 2.5, 2.5, 4], 2.5)).toBe(2);
    expect(
        readingCurve(
            [
                { words: 1, members: [0, 1, 2] },
                { words: 2, members: [3] },
            ],
            [3, 4, 5, 2],
        ),
    ).toEqual([3.5, 3.5]); // three seeds weigh three times as much
});

it('finds no reading in what the temperature of a run alone did to a score', () => {
    const points = [1, 2, 4].map((words, i): ReadingPoint => ({ words, members: [i] }));
    // three that read; start and end of a run from the first
    const scores = { measured: [52, 55, 58, 51, 51], drawn: [[51, 56, 58, 50, 50.5]] };
    const taught = [{ members: [4] }];
    const random = new RandomStream(7, 'temperature');
    expect(equivalentWords(points, taught, scores, random)[0]!.words).toBe(-Infinity);
    const level = levelWithReading(scores, [{ at: 4, start: 3, reading: 0 }]);
    expect(level).toEqual({ measured: [52, 55, 58, 51, 52], drawn: [[51, 56, 58, 50, 51.5]] });
    expect(equivalentWords(points, taught, level, random)[0]!.words).toBe(1);
});

/** A student's true score after so many words of reading: an S over the logarithm, as published scores nearly are. */
const truth = (words: number): number => 5 / (1 + Math.exp(-1.3 * Math.log(words / 8e6)));
const milestones = [1, 2, 4, 8, 16, 32].map((millions) => millions * 1e6);
const spread = 1.8; // between stories

interface World {
    readonly equivalent: number;
    readonly seeds: number;
    /** Between seeds of learning. */
    readonly ofSeeds: number;
}

/** How often the interval holds the true equivalent: in `worlds` sweeps of `stories` stories a checkpoint. */
function coverage({ equivalent, seeds, ofSeeds }: World, worlds: number, stories: number, draws: number): number {
    let held = 0;
    for (let world = 0; world < worlds; world++) {
        const random = new RandomStream('equivalence-worlds', seeds, equivalent, world);
        const taught = Array.from({ length: seeds }, () => truth(equivalent) + ofSeeds * random.normal());
        const samples = [...milestones.map(truth), ...taught].map((mean) =>
            Float64Array.from({ length: stories }, () => mean + spread * random.normal()),
        );
        const meanOf = (sample: Float64Array): number => sample.reduce((sum, value) => sum + value, 0) / stories;
        const again = (sample: Float64Array): number => {
            let sum = 0;
            for (let i = 0; i < stories; i++) sum += sample[random.integer(stories)]!;
            return sum / stories;
        };
        const [found] = equivalentWords(
            milestones.map((words, i) => ({ words, members: [i] })),
            [{ members: taught.map((_, i) => milestones.length + i) }],
            { measured: samples.map(meanOf), drawn: Array.from({ length: draws }, () => samples.map(again)) },
            random.fork('seeds'),
        );
        if (found!.low <= equivalent && equivalent <= found!.high) held++;
    }
    return held / worlds;
}

it.each([
    ['one run', { equivalent: 11e6, seeds: 1, ofSeeds: 0 }],
    ['one run, near the end of the sweep', { equivalent: 28e6, seeds: 1, ofSeeds: 0 }],
    ['three seeds', { equivalent: 11e6, seeds: 3, ofSeeds: 0.2 }],
    ['five seeds that hardly differ', { equivalent: 11e6, seeds: 5, ofSeeds: 0.03 }],
])('its interval holds the truth in about 95 of 100 simulated sweeps: %s', { tags: ['simulation'] }, (_name, world) => {
    const held = coverage(world, 150, 60, 120);
    expect(held).toBeGreaterThanOrEqual(0.91);
});

it('says that an equivalent lies beyond the sweep, on the side where it does', () => {
    const scores = { measured: [1, 2, 2.95], drawn: Array.from({ length: 100 }, (_, i) => [1, 2, 2.5 + i / 100]) };
    const points = [1e6, 2e6].map((words, i) => ({ words, members: [i] }));
    const [beyond] = equivalentWords(points, [{ members: [2] }], scores, new RandomStream('beyond'));
    expect(beyond).toEqual({ words: Infinity, low: Infinity, high: Infinity });
    const partly = { measured: [1, 2, 1.9], drawn: Array.from({ length: 100 }, (_, i) => [1, 2, 1.5 + i / 100]) };
    const [some] = equivalentWords(points, [{ members: [2] }], partly, new RandomStream('beyond'));
    expect(some!.words).toBeGreaterThan(1e6);
    expect(some!.low).toBeLessThan(1.6e6);
    expect(some!.high).toBe(Infinity);
});
