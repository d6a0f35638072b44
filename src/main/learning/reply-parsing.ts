/**
 * Reads scores from the reply of a language-model teacher. A reply that cannot be read gives undefined, never a score.
 */
import type { Criterion } from '../../shared/ratings/rubric.ts';

// Python's \b and \d on str: word characters are letters, any kind of number and "_"; digits are decimal digits only.
const notAfterWord = String.raw`(?<![\p{L}\p{N}_])`;
const notBeforeWord = String.raw`(?![\p{L}\p{N}_])`;
const wholeNumber = new RegExp(String.raw`${notAfterWord}\p{Nd}+${notBeforeWord}`, 'gu');

/**
 * Length limit of a reply under the published parser, in tokens: a number and a space per criterion, so six for the
 * original three.
 */
export function paperReplyTokens(criteria: number): number {
    return 2 * criteria;
}

/**
 * The published rule (T3): every whole number in the reply counts, wherever it is. Each is clamped to its criterion's
 * range, surplus numbers are ignored and missing ones count as the lowest score. Undefined where there is no number.
 */
export function parsePaperReply(reply: string, criteria: readonly Criterion[]): number[] | undefined {
    const numbers = [...reply.matchAll(wholeNumber)].map(([digits]) => decimalValue(digits));
    if (numbers.length === 0) return undefined;
    return criteria.map(({ min, max }, i) => Math.min(Math.max(numbers[i] ?? min, min), max));
}

/**
 * Accepts only what the rubric asks for: one whole ASCII number per criterion, each within its range, on the first line
 * (separated by spaces or one comma) or each on its own line. Further lines may hold words but no digits, which might
 * be second thoughts.
 */
export function parseStrictReply(reply: string, criteria: readonly Criterion[]): number[] | undefined {
    const lines = reply.trim().split(/(?:\r\n|\n|\r)\s*/);
    const isOnePerLine = lines.slice(0, criteria.length).every((line) => /^[0-9]+,?\s*$/.test(line));
    const numbers = isOnePerLine
        ? lines.slice(0, criteria.length).map((line) => line.replace(/,?\s*$/, ''))
        : lines[0]!.trim().split(/ *, *| +/);
    const rest = lines.slice(isOnePerLine ? criteria.length : 1);
    if (/\p{N}/u.test(rest.join(' '))) return undefined;
    if (numbers.length !== criteria.length) return undefined;
    const scores: number[] = [];
    for (const [i, { min, max }] of criteria.entries()) {
        const score = Number(numbers[i]);
        if (!/^[0-9]{1,3}$/.test(numbers[i]!) || score < min || score > max) return undefined;
        scores.push(score);
    }
    return scores;
}

/**
 * "١٢" → 12. Unicode encodes decimal digits in contiguous blocks from 0 to 9, so a digit's value is its offset in the
 * block.
 */
function decimalValue(digits: string): number {
    let value = 0;
    for (const digit of digits) {
        const codePoint = digit.codePointAt(0)!;
        let zero = codePoint;
        while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
        value = 10 * value + ((codePoint - zero) % 10);
    }
    return value;
}
