/** Two stories side by side: which words only one of them has. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordsAgainst } from '../../../src/renderer/lib/text/word-differences.ts';

fc.configureGlobal({ seed: 43 });

describe('words that differ', () => {
    const own = (text: string, other: string): string[] =>
        wordsAgainst(text, other)
            .filter(({ isOwn }) => isOwn)
            .map(({ text: word }) => word);
    it('are those the other text lacks, cases and stops aside', () => {
        expect(own('The small owl kept the moon.', 'the owl kept a moon')).toEqual(['small', 'the']);
        expect(own('same words', 'Same, words!')).toEqual([]);
        expect(own('all new', '')).toEqual(['all', 'new']);
    });
    it('give the text back, letter by letter', () => {
        fc.assert(
            fc.property(fc.string(), fc.string(), (text, other) => {
                const back = wordsAgainst(text, other).map(({ text: word, gap }) => word + gap);
                expect(back.join('')).toBe(text.trimStart());
            }),
        );
    });
});
