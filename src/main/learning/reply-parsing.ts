/** Scores read from what a language-model teacher wrote. A reply that cannot be read gives undefined, never a score. */
import type { Criterion } from '../../shared/ratings/rubric.ts';

// Python's \b and \d on str: word characters are letters, numbers of any kind and "_"; digits are the decimal ones.
const notAfterWord = String.raw`(?<![\p{L}\p{N}_])`;
const notBeforeWord = String.raw`(?![\p{L}\p{N}_])`;
const wholeNumber = new RegExp(String.raw`${notAfterWord}\p{Nd}+${notBeforeWord}`, 'gu');

/** Tokens of the longest reply that is read as published: a number and a space for each criterion; six for the three of then. */
export function paperReplyTokens(criteria: number): number {
    return 2 * criteria;
}

/**
 * As published (T3): every whole number in the reply counts, wherever it stands; each is clamped into its criterion's
 * range, surplus numbers are ignored and missing ones count as the lowest score. No number at all: undefined.
 */
export function parsePaperReply(reply: string, criteria: readonly Criterion[]): number[] | undefined {
    const numbers = [...reply.matchAll(wholeNumber)].map(([digits]) => decimalValue(digits));
    if (numbers.length === 0) return undefined;
    return criteria.map(({ min, max }, i) => Math.min(Math.max(numbers[i] ?? min, min), max));
}

/**
 * Only what the rubric asks for: one whole ASCII number per criterion, each inside its range, on a first line with spaces
 * or one comma between them or each on a line of its own; further lines may hold words but no digits, which could be
 * second thoughts.
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

/** "١٢" → 12. Unicode lays decimal digits out in unbroken tens from 0 to 9, so a digit's value is its place in the ten. */
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
