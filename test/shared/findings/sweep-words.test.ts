/** What feedback was worth, in words that end where the sweep does. */
import { expect, it } from 'vitest';
import type { Equivalent, Reach, ReachInterval } from '../../../src/shared/benchmarks/sweep.ts';
import {
    equivalentHeadline,
    sayEquivalent,
    sayReaches,
    type SweepAxis,
} from '../../../src/shared/findings/sweep-words.ts';
import { rounded } from '../../../src/shared/text/numbers.ts';

const measure = {
    ...({ key: 'zorro', task: 'zorro', part: null, name: 'Zorro', subject: 'Zorro', most: 100, remarks: [] } as const),
};
const at = (value: number): Reach => ({ kind: 'at', value });
const more: Reach = { kind: 'more', value: 3.4e6 };
const fewer: Reach = { kind: 'fewer', value: -0.4e6 };

const equivalentOf = (words: ReachInterval): Equivalent => ({
    runs: ['taught'],
    start: { words: 1e6, tokens: 1.4e6 },
    score: 55,
    interval: { low: 54, high: 56 },
    feedback: { words: 5400, updates: 14, tokens: 1e5, flop: 1e12 },
    words,
    tokens: words,
    flop: words,
});
const said = (words: ReachInterval, axis?: SweepAxis): string => sayEquivalent(measure, equivalentOf(words), axis);

it.each([
    [
        { value: at(2.1e6), low: at(1.5e6), high: more },
        'brought Zorro to where 2.1 M more words of reading would have brought it [1.5 M, more than 3.4 M]: a word of feedback was worth 389 of reading.',
    ],
    [{ value: at(2.1e6), low: at(-1e5), high: more }, 'but it could be none.'],
    [{ value: more, low: at(2e6), high: more }, 'not even 3.4 M more words of reading brought it'],
    [{ value: at(-2e5), low: fewer, high: at(1e5) }, 'where 800 k words of reading had it [below the sweep, 100 k]'],
    [
        { value: fewer, low: fewer, high: fewer },
        'below the lowest checkpoint measured: no equivalent in reading can be',
    ],
    [
        { value: fewer, low: fewer, high: at(1e5) },
        'the lowest checkpoint measured [below the sweep, 100 k]: no equivalent',
    ],
])('%#', (words, sentence) => {
    expect(said(words)).toMatch(/^5\.4 k words of feedback after 1 M words of reading .*\.$/u);
    expect(said(words)).toContain(sentence);
});

it.each([
    [
        'tokens',
        at(2e6),
        /^100 k tokens of feedback after 1\.4 M tokens of reading .* a token of feedback was worth 20 of/u,
    ],
    ['flop', at(4e12), /^1 T FLOP of feedback after 1 M words of reading .* 4 T more FLOP of reading/u],
    ['flop', at(-3e11), /left Zorro where reading with 300 G FLOP less had it/u],
] as const)('in %s', (axis, value, sentence) => {
    const reached = { value, low: at(value.value - 1), high: at(value.value + 1) };
    expect(said(reached, axis)).toMatch(sentence);
});

it.each([
    [at(2.1e6), 'As much as 2.1 M more words of reading'],
    [more, 'More than 3.4 M more words of reading'],
    [{ kind: 'more', value: 0 } as const, 'More than all of the sweep'],
    [at(-2e5), 'Worth no reading'],
    [fewer, 'No equivalent in reading can be given'],
])('in a few words: %#', (value, headline) => {
    expect(equivalentHeadline(equivalentOf({ value, low: value, high: value }), 'words')).toBe(headline);
});

it('numbers have three digits that count', () => {
    expect([999.6, 12_345, 0.01234, -1_500_000, 7e22].map(rounded)).toEqual([
        '1 k',
        '12.3 k',
        '0.0123',
        '−1.5 M',
        '70000 E',
    ]);
    expect(sayReaches({ value: at(1), low: fewer, high: more })).toBe('1 [below the sweep, more than 3.4 M]');
    const begun: Reach = { kind: 'fewer', value: 2000 };
    expect(sayReaches({ value: begun, low: fewer, high: at(3000) })).toBe('fewer than 2 k [below the sweep, 3 k]');
});
