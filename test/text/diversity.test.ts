import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CopyFinder } from '../../src/main/text/copying.ts';
import { distinctFraction, lexicalDiversity, normalWords, selfBleu } from '../../src/main/text/diversity.ts';

const split = (text: string): readonly string[] => text.split(' ');

describe('diversity', () => {
    test('distinct-n counts over all stories together', () => {
        expect(distinctFraction([split('a b a b')], 2)).toBeCloseTo(2 / 3);
        expect(distinctFraction([split('a b'), split('a b')], 2)).toBe(0.5);
        expect(distinctFraction([], 2)).toBe(0);
    });

    test('MTLD by hand', () => {
        // forwards: "a a" is one factor (1/2 ≤ 0.72), and another; backwards the same: 4 words over 2 factors
        expect(lexicalDiversity(split('a a a a'))).toBe(2);
        // a b c a: 3/4 stays above 0.72, a part of (1 − 0.75)/0.28 of a factor
        expect(lexicalDiversity(split('a b c a'))).toBeCloseTo(4 / (0.25 / 0.28));
        expect(lexicalDiversity(split('a b c d'))).toBe(4);
        expect(lexicalDiversity([])).toBe(0);
    });

    test('self-BLEU is 1 for twins, near 0 for strangers, and equals the slow definition', () => {
        const twin = split('the fox saw the grapes on the wall');
        expect(selfBleu([twin, twin])).toBeCloseTo(1, 12);
        expect(selfBleu([twin, split('nobody ever came by here so far')])).toBeLessThan(0.1);
        const word = fc.constantFrom('a', 'b', 'c', 'd');
        const story = fc.array(word, { minLength: 4, maxLength: 12 });
        fc.assert(
            fc.property(fc.array(story, { minLength: 2, maxLength: 5 }), (stories) => {
                expect(selfBleu(stories)).toBeCloseTo(slowSelfBleu(stories), 10);
            }),
            { seed: 7 },
        );
    });
});

/** BLEU-4 of each story against all others, straight from Papineni et al. 2002. */
function slowSelfBleu(stories: readonly (readonly string[])[]): number {
    const grams = (words: readonly string[], n: number): readonly string[] =>
        words.slice(n - 1).map((_, at) => words.slice(at, at + n).join(' '));
    const occurrences = (all: readonly string[], gram: string): number => all.filter((other) => other === gram).length;
    const scores = stories.map((story, index) => {
        const others = stories.filter((_, other) => other !== index);
        let log = 0;
        for (let n = 1; n <= 4; n++) {
            const own = grams(story, n);
            const matched = [...new Set(own)].reduce(
                (sum, gram) =>
                    sum +
                    Math.min(
                        occurrences(own, gram),
                        Math.max(...others.map((other) => occurrences(grams(other, n), gram))),
                    ),
                0,
            );
            log += Math.log((matched || 0.1) / own.length) / 4;
        }
        const distances = others.map((other) => Math.abs(other.length - story.length));
        const closest = Math.min(
            ...others.filter((_, at) => distances[at] === Math.min(...distances)).map((other) => other.length),
        );
        return Math.exp(log) * (story.length >= closest ? 1 : Math.exp(1 - closest / story.length));
    });
    return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

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
