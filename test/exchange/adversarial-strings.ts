/** Thousands of strings put together from what tokenizers trip over; the same ones every time. */
import { RandomStream } from '../../src/main/learning/random.ts';

const pieces = [
    ...[' ', '  ', '   ', '\n', '\r\n', '\t', '\u00a0', '\u2003', '\u3000', '\u0085', '\u2028', '\v', '\x1c'],
    ...["'s", "'S", "'ll", "'re", "'", '’s', "n't", '"', '“', '—', '...', '!?', '/', '\\', '<', '>', '</s>', '<s>'],
    ...['<|endoftext|>', '<pad>', '[INST]', '0', '7', '42', '1,000', '٣', 'Ⅷ', '½', '²', 'a', 'A', 'the', 'The'],
    ...['once', 'upon', 'ſ', 'ß', 'ﬁ', 'é', 'e\u0301', 'ñ', 'Ж', 'мир', 'שלום', 'مرحبا', '日本', '語', 'ก็', 'हि'],
    ...['🦉', '👩‍👩‍👧‍👦', '🇫🇷', '\ufe0f', '\u200b', '\u200d', '\ufeff', '\ufffd', '\u0000', '\u001f', '\u007f', '_', '-'],
];

export function adversarialStrings(count: number): readonly string[] {
    const random = new RandomStream('adversarial strings');
    return Array.from({ length: count }, () =>
        Array.from({ length: 1 + random.integer(12) }, () => pieces[random.integer(pieces.length)]!).join(''),
    );
}
