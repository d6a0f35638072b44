import { describe, expect, it, test } from 'vitest';
import { execFileSync } from 'node:child_process';
import { shellArgument, shellWord } from '../../../src/shared/text/shell-word.ts';
import { visible, visibleInLine } from '../../../src/shared/text/visible.ts';

describe('what acts on a terminal is shown as a mark', () => {
    it.each([
        ['\x1b[31mred\x1b]0;title\x07', '␛[31mred␛]0;title␇'],
        ['a\0b\x7f\b\r', 'a␀b␡␈␍'],
        ['\x9b31m', '\\u009b31m'], // the same as ESC [ to some terminals
        ['abc\u202ecba', 'abc\\u202ecba'],
        ['one\u2028two', 'one\\u2028two'],
        ['line\n\tline', 'line\n\tline'],
    ])('%j', (text, shown) => expect(visible(text)).toBe(shown));

    test('and on one line new lines too', () => expect(visibleInLine('a\nb\tc')).toBe('a␊b␉c'));

    it.each(['👩‍👩‍👧 family', '❤️', 'می‌خواهم', 'क्‍ष', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', 'שלום', 'naïve'])('%s stays whole', (text) => {
        expect(visible(text)).toBe(text);
    });
});

describe.skipIf(process.platform === 'win32')('a word given to a shell comes out as it was', () => {
    it.each([
        ['my run', "'my run'"],
        ['plain-name_1.gguf', 'plain-name_1.gguf'],
        ['狐狸', '狐狸'],
        ["it's", String.raw`'it'\''s'`],
        ['$HOME `id` "x" \\ !!', null],
        ['a;b&c|d>e*?[f]#~', null],
        ['~', null],
        ['', "''"],
        ['two\nlines', null],
    ])('%j', (word, written) => {
        if (written !== null) expect(shellWord(word)).toBe(written);
        const printed = execFileSync('sh', ['-c', `printf '<%s>' ${shellWord(word)}`], { encoding: 'utf8' });
        expect(printed).toBe(`<${word}>`);
    });

    test('and what begins like an option is none', () => {
        expect(shellArgument('-rf x')).toBe("-- '-rf x'");
        expect(shellArgument('mine')).toBe('mine');
    });
});
