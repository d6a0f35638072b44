/** Words that one side uses more: against numbers from the paper's formulas, written down apart, and against chance. */
import { expect, it } from 'vitest';
import { wordOdds, type WordCounts } from '../../src/main/learning/statistics/log-odds.ts';
import { RandomStream } from '../../src/main/learning/random.ts';

const counts = (given: Readonly<Record<string, number>>): WordCounts => new Map(Object.entries(given));

it('log-odds and z are those of Monroe et al. 2008, with all texts as prior', () => {
    const before = [counts({ a: 10, b: 60 }), counts({ a: 20, c: 10 })];
    const odds = wordOdds(before, [counts({ a: 50, b: 40, c: 10, d: 20 })]);
    // computed in Python from equations 16, 20 and 22
    const expected: Readonly<Record<string, readonly [number, number]>> = {
        a: [0.04955969094846069, 0.7038423756841674],
        b: [-0.1057349431762302, -1.6790683280831196],
        c: [-0.019820468668538815, -0.14078749070318503],
        d: [0.19885085874516495, 1.4055119951190291],
    };
    expect(odds).toHaveLength(4);
    for (const { word, logOdds, z } of odds) {
        const [mean, zed] = expected[word]!;
        expect(logOdds.mean).toBeCloseTo(mean, 12);
        expect(z).toBeCloseTo(zed, 12);
    }
});

it('a word that one story repeats is no finding, one in every other story is', () => {
    const random = new RandomStream('log-odds');
    const stories = (more: (i: number) => Readonly<Record<string, number>>): WordCounts[] =>
        Array.from({ length: 200 }, (_, i) => {
            const words = new Map<string, number>(Object.entries(more(i)));
            for (let n = 0; n < 60; n++) {
                const word = `w${random.integer(40)}`;
                words.set(word, (words.get(word) ?? 0) + 1);
            }
            return words;
        });
    const before = stories(() => ({}));
    const after = stories((i) => ({ ...(i === 7 && { hum: 60 }), ...(i % 2 === 0 && { fox: 1 }) }));
    const of = new Map(wordOdds(before, after).map((each) => [each.word, each]));
    expect(of.get('hum')!.z).toBeGreaterThan(3); // as if its sixty words were sixty findings
    expect(of.get('hum')!.logOdds.low).toBeLessThan(0);
    expect(of.get('fox')!.logOdds.low).toBeGreaterThan(0);
    const wrong = [...of.values()].filter(({ word, logOdds: { low, high } }) => word.startsWith('w') && low * high > 0);
    expect(wrong.length).toBeLessThanOrEqual(6); // of forty words that did not change, about two
});
