/**
 * Finds the tokens with which a model writes "2 1 1". A score is read from the probabilities of single tokens, so a
 * model without a token for each digit cannot be asked in this way.
 */
import type { LlamaModel, Token } from 'node-llama-cpp';

export interface AnswerTokens {
    /** Put into the context between two digits; empty where the tokens of later digits include the space. */
    readonly separator: readonly Token[];
    /** By digit: the tokens of a reply's first score, and of the scores after it. */
    readonly first: readonly Token[];
    readonly later: readonly Token[];
    readonly inWords: string;
}

/** Null where the digits are not single tokens, whatever stands between them. */
export function findAnswerTokens(model: LlamaModel): AnswerTokens | null {
    const tokens = (text: string): readonly Token[] => model.tokenize(text, false, 'trimLeadingSpace');
    const digits = Array.from('0123456789');
    const first = digits.map((digit) => tokens(digit));
    if (!areSingle(first)) return null;
    for (const separator of [' ', ',', '\n']) {
        const pairs = digits.map((digit) => tokens(`0${separator}${digit}`));
        if (!pairs.every((pair) => pair[0] === first[0]![0])) continue;
        const rests = pairs.map((pair) => pair.slice(1));
        if (areSingle(rests))
            return { separator: [], first: first.flat(), later: rests.flat(), inWords: 'digits with their own space' };
        const shared = rests[0]![0]!;
        const digitTokens = rests.map((rest) => rest.slice(1));
        if (rests.every((rest) => rest[0] === shared) && areSingle(digitTokens))
            return {
                separator: [shared],
                first: first.flat(),
                later: digitTokens.flat(),
                inWords: JSON.stringify(separator),
            };
    }
    return null;
}

/** One token each, and no two the same. */
function areSingle(each: readonly (readonly Token[])[]): boolean {
    return each.every(({ length }) => length === 1) && new Set(each.flat()).size === each.length;
}
