import { expect, it } from 'vitest';
import { plain } from '../../../src/shared/text/markdown.ts';

it.each([
    ['night owl', 'night owl'],
    ['a\nb\r\n# c', 'a b \\# c'],
    ['<script>&amp;', '&lt;script&gt;&amp;amp;'],
    ['a|b', 'a\\|b'],
    ['![x](http://x) `code` **b** ~~s~~', '!\\[x\\](http://x) \\`code\\` \\*\\*b\\*\\* \\~\\~s\\~\\~'],
    ['chck_100K _em_', 'chck_100K \\_em\\_'],
    ['\u001b[31mred\u202egpj', '\\[31mred gpj'],
    ['\\', '\\\\'],
])('text stays text: %j', (text, written) => expect(plain(text)).toBe(written));

it('and stays short, without half a character at its end', () => {
    expect(plain('owl '.repeat(1000))).toHaveLength(500);
    expect(plain('🦉'.repeat(300), 3)).toBe('🦉\ufffd…');
});
