import { describe, expect, it, test } from 'vitest';
import { distinctNames, givenName, isSameName, nameKey } from '../../../src/shared/text/names.ts';
import { oneLine } from '../../../src/shared/text/one-line.ts';

describe('names that look alike are the same', () => {
    it.each([
        ['é composed and decomposed', 'caf\u00e9', 'cafe\u0301'],
        ['a byte order mark and spaces around', '\ufeff Anna ', 'Anna'],
        ['a zero-width space', 'An\u200bna', 'Anna'],
        ['a soft hyphen and a direction mark', 'An\u00adna\u200e', 'Anna'],
        ['an unseen character inside a decomposed one', 'cafe\u200b\u0301', 'caf\u00e9'],
        ['another space', 'my\u00a0 run', 'my run'],
        ['Hangul by syllables and by letters', '한', '\u1112\u1161\u11ab'],
        ['emoji with and without their variation', '\u2764\ufe0f', '\u2764'],
        ['Persian with and without its joiner', 'می\u200cخواهم', 'میخواهم'],
    ])('%s', (_, a, b) => {
        expect(isSameName(a, b)).toBe(true);
        expect(nameKey(nameKey(a))).toBe(nameKey(b));
    });

    it.each([
        ['Anna', 'anna'],
        ['a b', 'ab'],
        ['e', '\u00e9'],
        ['\uff21', 'A'], // full width: it looks different
    ])('%s and %s are two', (a, b) => expect(isSameName(a, b)).toBe(false));
});

test('what is stored keeps joiners and loses only what breaks a line', () => {
    const family = '👩‍👩‍👧 می‌خواهم क्‍ष';
    expect([givenName(` ${family} `, 'a run'), oneLine(family), distinctNames([family])]).toEqual([
        family.normalize('NFC'),
        family.normalize('NFC'),
        [family.normalize('NFC')],
    ]);
    expect(oneLine('two\n\tlines\u2028and \u202eback')).toBe('two lines and  back');
});

it.each([
    ['', /cannot be empty/],
    [' \u200b\u200d\ufeff ', /cannot be empty/],
    ['two\nlines', /cannot hold line breaks/],
    ['bell\x07', /cannot hold line breaks, tabs or other control characters/],
    ['two\u2028lines', /cannot hold line breaks/],
    ['\u202eback', /turn the direction/],
    ['n'.repeat(201), /longer than 200/],
])('%j is no name', (typed, says) => {
    expect(() => givenName(typed, 'a run')).toThrow(says);
    expect(() => givenName(typed, 'a run')).toThrow(/^The name of a run .*; nothing was changed\. Choose another\.$/);
});

test('the first of each is kept, and none that nobody sees', () => {
    expect(distinctNames(['caf\u00e9', ' cafe\u0301', '', '\u200b', 'x\u200by', 'xy', 'z'])).toEqual([
        'caf\u00e9',
        'x\u200by',
        'z',
    ]);
});
