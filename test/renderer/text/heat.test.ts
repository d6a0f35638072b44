/** Lines under tokens: how heavy, above which values, and nothing where every value is 0. */
import { expect, it } from 'vitest';
import { heatOf, heatOfTokens } from '../../../src/renderer/lib/text/heat.ts';

const trace = (kl: readonly number[], texts: readonly string[] | null) => ({ kl, values: kl, advantages: kl, texts });

it('says above which values a line is drawn, from those of the story', () => {
    const kl = [0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1];
    const heat = heatOf(
        trace(
            kl,
            kl.map((_, t) => ` w${t}`),
        ),
        'kl',
    )!;
    expect(heat.bounds).toEqual([0.6, 0.8, 1.0]);
    expect(heat.tokens.map(({ weight }) => weight)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3]);
    expect(heat.tokens[4]).toMatchObject({ isNegative: true, weight: 0 });
});

it('draws nothing where every value is 0, as before the first update has changed anything', () => {
    const heat = heatOf(trace([0, 0, 0], [' a', ' b', '.']), 'kl')!;
    expect(heat.bounds).toEqual([]);
    expect(heat.tokens.every(({ weight }) => weight === 0)).toBe(true);
});

it('leaves one space after the prompt, whatever the first tokens are', () => {
    const texts = (first: readonly string[]): readonly string[] =>
        heatOf(trace([1, 2, 3], first), 'kl')!.tokens.map(({ text }) => text);
    expect(texts([' there', ' was', '.'])).toEqual(['there', ' was', '.']);
    expect(texts(['\n', '  there', '.'])).toEqual(['', 'there', '.']);
    expect(texts(['', ' ', ''])).toEqual(['', ' ', '']);
});

it('is not there where nothing was recorded or nobody knows what the tokens say', () => {
    expect(heatOf(null, 'values')).toBeNull();
    expect(heatOf(trace([1], null), 'values')).toBeNull();
});

it('draws two stories on one scale, so that a line means the same in both', () => {
    const [calm, wild] = [
        [0.1, 0.2, 0.3],
        [1, 2, 3],
    ];
    const texts = [' a', ' b', ' c'];
    const [before, after] = [heatOfTokens(texts, calm!, wild), heatOfTokens(texts, wild!, calm)];
    expect(before.bounds).toEqual(after.bounds);
    expect(before.tokens.map(({ weight }) => weight)).toEqual([0, 0, 0]);
    expect(after.tokens.map(({ weight }) => weight)).toEqual([1, 2, 3]);
});
