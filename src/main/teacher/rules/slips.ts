/** Counts slips that need no statistics: quotes, spaces, doubled words and marks, a/an, agreement, capitals. */
import { wordKind } from './language-statistics.ts';
import type { ParsedStory } from './reading.ts';
import { determiners, doubles, pluralSubjects, singularSubjects } from './word-lists.ts';

/** The weighted number of slips; 1 is one that every reader notices. */
export function slips(reading: ParsedStory): number {
    let total = quoteSlips(reading);
    for (let i = 0; i < reading.tokens.length; i++) total += slipsAt(reading, i);
    return total;
}

/** Each double or single quote must open outside and close inside; an apostrophe after s needs no opening. */
function quoteSlips({ tokens }: ParsedStory): number {
    let wrong = 0;
    let double = false;
    let single = false;
    for (const [i, { text }] of tokens.entries()) {
        if (text === '“') {
            if (double) wrong++;
            double = true;
        } else if (text === '”') {
            if (!double) wrong++;
            double = false;
        } else if (text === '‘') {
            if (single) wrong++;
            single = true;
        } else if (text === '’') {
            const plural = tokens[i - 1]?.kind === 'word' && tokens[i - 1]!.lower.endsWith('s');
            if (!single && !plural) wrong++;
            single = false;
        }
    }
    return wrong + (double ? 1.5 : 0) + (single ? 1 : 0);
}

function slipsAt(reading: ParsedStory, i: number): number {
    const { tokens, kinds, ids } = reading;
    const token = tokens[i]!;
    const before = tokens[i - 1];
    if (token.kind === 'alien') return 1.5;
    if (before === undefined) return firstSlip(reading);
    if (token.kind === 'mark')
        return markSlips(
            token.text,
            token.spaceBefore,
            before.text,
            before.kind === 'word' && determiners.has(before.lower),
        );
    let total = 0;
    if (before.kind === 'mark' && !token.spaceBefore && /[.,!?;:”)]/u.test(before.text)) total += 0.7;
    if (before.kind !== 'word') return total;
    const { lower, text } = token;
    if (before.lower === lower && !doubles.has(lower)) total += 1;
    if (before.lower === 'a' && /^[aeio]/u.test(lower) && !/^(one|once|eu)/u.test(lower)) total += 0.7;
    if (before.lower === 'an' && /^[bcdfgjklmnpqrstvwxyz]/u.test(lower)) total += 0.7;
    if (determiners.has(before.lower) && determiners.has(lower) && lower !== 'every') total += 1;
    if (singularSubjects.has(before.lower) && (lower === 'are' || lower === 'am' || lower === 'have')) total += 0.7;
    if (pluralSubjects.has(before.lower) && (lower === 'is' || lower === 'was' || lower === 'has' || lower === 'am'))
        total += 0.7;
    if (text.length > 1 && text === text.toUpperCase()) total += 0.5;
    // a capital inside a sentence on a word that is no name: a new sentence without a stop
    const capital = text[0] !== lower[0] && lower !== 'i' && !lower.startsWith("i'");
    if (capital && ids[i]! > 0 && (kinds[i]! & wordKind.function) !== 0) total += 0.8;
    if (lower === 'i' && text === 'i') total += 0.7;
    return total;
}

/** Where the prompt broke off in a sentence, the story goes on in lower case, unless it begins with a name or "I". */
function firstSlip({ tokens, kinds, ids, continues }: ParsedStory): number {
    const { kind, text, lower } = tokens[0]!;
    if (kind === 'mark') return continues || !(text === '“' || text === '‘') ? 0.8 : 0;
    const name = ids[0] === 0 || (kinds[0]! & wordKind.name) !== 0 || lower === 'i';
    return continues && text[0] !== lower[0] && !name ? 0.8 : 0;
}

function markSlips(mark: string, spaceBefore: boolean, before: string, afterDeterminer: boolean): number {
    const stops = /^[.,!?;:]$/u;
    if (mark === '“' || mark === '‘' || mark === '(' || mark === '-' || mark === '‐')
        return mark === '“' && before === '”' ? 0.7 : 0;
    let slip = 0;
    if (spaceBefore) slip += 0.7;
    if (afterDeterminer) slip += 0.7;
    // people write "!!", "?!" and "...", but not ",."
    if (stops.test(mark) && stops.test(before)) slip += mark === before || /[!?]/u.test(before + mark) ? 0.4 : 0.8;
    if (stops.test(mark) && (before === '“' || before === '‘')) slip += 0.8;
    return slip;
}
