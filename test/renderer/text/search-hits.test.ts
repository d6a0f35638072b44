/** What the search found is marked where the story says it, and lists begin there. */
import { expect, it } from 'vitest';
import { excerptAt, piecesOf, withStar } from '../../../src/renderer/lib/text/search-hits.ts';
import { says, termsOf } from '../../../src/shared/text/search-terms.ts';

const marked = (text: string, typed: string): string =>
    piecesOf(text, termsOf(typed))
        .map(({ text: piece, isHit }) => (isHit ? `[${piece}]` : piece))
        .join('');
const excerpt = (story: string, typed: string): string =>
    excerptAt(story, termsOf(typed))
        .map(({ text, isHit }) => (isHit ? `[${text}]` : text))
        .join('');

it('marks whole words, beginnings with a star, and phrases, without case and accents', () => {
    const story = 'The Dragon dragged a café to “the fox”, the fox.';
    expect(marked(story, 'dragon')).toBe('The [Dragon] dragged a café to “the fox”, the fox.');
    expect(marked(story, 'drag')).toBe(story);
    expect(marked(story, 'drag*')).toBe('The [Dragon] [dragged] a café to “the fox”, the fox.');
    expect(marked(story, '"the fox"')).toBe('The Dragon dragged a café to “[the fox]”, [the fox].');
    expect(marked(story, 'cafe fox')).toBe('The Dragon dragged a [café] to “the [fox]”, the [fox].');
    expect(marked(story, 'NEAR( ^ : *')).toBe(story);
    expect(marked(story, '^"the dragon"')).toBe('[The Dragon] dragged a café to “the fox”, the fox.');
    expect(marked(story, '^fox ^the')).toBe('[The] Dragon dragged a café to “the fox”, the fox.');
    expect(marked('', 'fox')).toBe('');
});

it('joins to the text again, whatever was typed', () => {
    const story = 'Ａ naïve  owl’s 3rd “nest”\n\nsang — 猫 and 猫.';
    for (const typed of ['owl', 'naive 3*', '"猫 and"', '猫*', '"unbalanced', '***', 'a"b"c'])
        expect(
            piecesOf(story, termsOf(typed))
                .map(({ text }) => text)
                .join(''),
        ).toBe(story);
});

it('begins an excerpt shortly before what was found, and at the beginning where that is near', () => {
    const story = `${'Once there was a king who slept. '.repeat(6)}Then a dragon came.`;
    expect(excerpt(story, 'dragon')).toBe('…Once there was a king who slept. Then a [dragon] came.');
    expect(excerpt('There was a fox.', 'fox')).toBe('…There was a [fox].');
    expect(excerpt('Fox!', 'fox')).toBe('…[Fox]!');
    expect(excerpt(story, '').startsWith('…Once there was a king')).toBe(true);
    expect(excerpt('  ', 'fox')).toBe('… (nothing)');
});

it('offers the beginning of a word where whole words alone are looked for', () => {
    expect(withStar('drag')).toBe('drag*');
    expect(withStar('the drag ')).toBe('the drag*');
    for (const none of ['', 'drag*', '"the drag', '"the drag"', '?']) expect(withStar(none)).toBeNull();
});

it('tells whether a story says all that is looked for', () => {
    const story = ' there was a fox, and there was a hare.';
    for (const typed of ['', 'fox hare', '"was a hare"', '^"there was a"', '^th* hare']) {
        expect(says(story, termsOf(typed)), typed).toBe(true);
    }
    for (const typed of ['fox owl', '"a hare was"', '^fox', '^"and there"', 'th'])
        expect(says(story, termsOf(typed)), typed).toBe(false);
});
