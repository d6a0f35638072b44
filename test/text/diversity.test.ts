import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CopyFinder } from '../../src/main/text/copying.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { distinctAtEqualCounts, distinctFraction, normalWords } from '../../src/main/text/diversity.ts';

const split = (text: string): readonly string[] => text.split(' ');

describe('diversity', () => {
    test('distinct-n counts over all stories together', () => {
        expect(distinctFraction([split('a b a b')], 2)).toBeCloseTo(2 / 3);
        expect(distinctFraction([split('a b'), split('a b')], 2)).toBe(0.5);
        expect(distinctFraction([], 2)).toBe(0);
    });
});

describe('distinct-n at equal counts', () => {
    const random = new RandomStream('equal counts');
    /** Words as a language has them: few that are common and many that are rare. */
    const write = (stream: RandomStream, stories: number, length: number): readonly (readonly string[])[] =>
        Array.from({ length: stories }, () =>
            Array.from({ length }, () => `word${Math.floor(Math.exp(6 * stream.uniform()))}`),
        );

    test('does not fall because stories are longer', () => {
        const [short, long] = [write(random.fork('short'), 200, 30), write(random.fork('long'), 200, 60)];
        expect(distinctFraction(long, 2) / distinctFraction(short, 2)).toBeLessThan(0.9); // as it was compared
        const [before, after] = distinctAtEqualCounts([short, long], 2, random);
        expect(before).toBeCloseTo(distinctFraction(short, 2), 12);
        expect(after / before).toBeGreaterThan(0.97);
        expect(after / before).toBeLessThan(1.03);
    });

    test('falls where words are repeated, and is the same again', () => {
        const plain = write(random.fork('plain'), 100, 40);
        const poorer = plain.map((words) => [...words.slice(0, 20), ...words.slice(0, 20)]);
        const [before, after] = distinctAtEqualCounts([plain, poorer], 2, random.fork('poorer'));
        expect(after).toBeLessThan(0.8 * before);
        expect(distinctAtEqualCounts([plain, poorer], 2, random.fork('poorer'))).toEqual([before, after]);
        expect(distinctAtEqualCounts([plain, []], 2, random)).toEqual([0, 0]);
    });
});

describe('copied runs', () => {
    test('are found word for word, whatever case and signs', () => {
        const finder = new CopyFinder(['The fox saw some grapes.', 'On the wall, the cat sat down.']);
        const run = finder.longestRun('"Look," he said: the FOX saw, some water on the wall!');
        expect(run).toEqual({ length: 4, words: ['the', 'fox', 'saw', 'some'] });
        expect(finder.longestRun('nothing known').length).toBe(0);
        expect(finder.longestRun('').length).toBe(0);
        expect(new CopyFinder([]).longestRun('the fox').length).toBe(0);
    });

    test('do not reach from one text into the next', () => {
        expect(new CopyFinder(['a b', 'c d']).longestRun('a b c d').length).toBe(2);
    });

    test('are the longest there are', () => {
        const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 }).map((words) => words.join(' '));
        fc.assert(
            fc.property(fc.array(text, { maxLength: 4 }), text, (texts, story) => {
                const words = normalWords(story);
                let longest = 0;
                for (let start = 0; start < words.length; start++) {
                    for (let end = start + 1; end <= words.length; end++) {
                        const run = ` ${words.slice(start, end).join(' ')} `;
                        if (texts.some((other) => ` ${other} `.includes(run))) longest = Math.max(longest, end - start);
                    }
                }
                expect(new CopyFinder(texts).longestRun(story).length).toBe(longest);
            }),
            { seed: 7, numRuns: 300 },
        );
    });
});
