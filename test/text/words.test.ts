import { describe, expect, test } from 'vitest';
import { countWords, countWordStarts, isSpace } from '../../src/main/text/words.ts';

// [chr(c) for c in range(0x110000) if chr(c).isspace()], Python 3.11
const pythonSpaces = [
    ...[0x9, 0xa, 0xb, 0xc, 0xd, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680],
    ...[0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a],
    ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000],
];

describe('words', () => {
    test('are divided by exactly the characters Python divides them by', () => {
        const spaces = Array.from({ length: 0x10000 }, (_, code) => code).filter(isSpace);
        expect(spaces).toEqual(pythonSpaces);
        for (let code = 0; code < 0x10000; code++) {
            const words = pythonSpaces.includes(code) ? 2 : 1;
            const text = `a${String.fromCharCode(code)}b`;
            if (countWords(text) !== words) throw new Error(`U+${code.toString(16)}`);
        }
    });

    test('are counted as they are split', () => {
        for (const text of ['', ' ', 'a', ' a  b\nc ', '“Oh!” — she said', '\ufeffa\u200bb 🐉 \x1cc']) {
            expect(countWords(text)).toBe((text.match(/[^\p{White_Space}\x1c-\x1f]+/gu) ?? []).length);
        }
    });

    test('that go on from what came before do not count again', () => {
        expect(countWordStarts('ing on', false)).toBe(1);
        expect(countWordStarts('ing on', true)).toBe(2);
    });
});
