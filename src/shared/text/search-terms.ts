/** What a person types to find stories, and where a text says it. */

/** Words that follow each other, folded. */
export interface SearchTerm {
    readonly words: readonly string[];
    /** The last word may be only the beginning of one. */
    readonly isBeginning: boolean;
    /** A text begins with them. */
    readonly isFirst: boolean;
}

/** Characters from–to of a text. */
export interface TextPlace {
    readonly from: number;
    readonly to: number;
}

/** "phrases" in quotes or words, each after a ^ where stories shall begin with it. */
export const typedTerms = /(\^?)"([^"]*)"?|(\^?)([^\s"]+)/gu;

const wordsOf = (text: string): RegExpStringIterator<RegExpExecArray> => text.matchAll(/[\p{L}\p{N}\p{M}\p{Co}]+/gu);
/** As the search compares: without case and accents. */
const folded = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** What was typed: words, "phrases" in quotes, beginnings of words with a star*, beginnings of stories after a ^. */
export function termsOf(typed: string): readonly SearchTerm[] {
    return [...typed.matchAll(typedTerms)]
        .map(([, beforePhrase, phrase, beforeWord, word]) => ({
            words: Array.from(wordsOf(phrase ?? word!), ([each]) => folded(each)),
            isBeginning: word?.endsWith('*') ?? false,
            isFirst: (beforePhrase ?? beforeWord) === '^',
        }))
        .filter(({ words }) => words.length > 0);
}

/** Whether the text says each of the terms; any text does where there are none. */
export function says(text: string, terms: readonly SearchTerm[]): boolean {
    const found = Array.from(wordsOf(text), ([word]) => ({ word: folded(word) }));
    return terms.every((term) => found.some((_, at) => isAt(found, at, term)));
}

/** Where the text says one of the terms, in order and apart. */
export function placesOf(text: string, terms: readonly SearchTerm[]): readonly TextPlace[] {
    if (terms.length === 0) return [];
    const found = Array.from(wordsOf(text), ({ 0: word, index }) => ({
        word: folded(word),
        from: index,
        to: index + word.length,
    }));
    const places: TextPlace[] = [];
    for (let i = 0; i < found.length; i++) {
        const longest = Math.max(0, ...terms.map((term) => (isAt(found, i, term) ? term.words.length : 0)));
        if (longest === 0) continue;
        places.push({ from: found[i]!.from, to: found[i + longest - 1]!.to });
        i += longest - 1;
    }
    return places;
}

function isAt(found: readonly { readonly word: string }[], at: number, term: SearchTerm): boolean {
    const { words, isBeginning, isFirst } = term;
    if (isFirst && at > 0) return false;
    return words.every((word, k) => {
        const here = found[at + k]?.word;
        return here === word || (isBeginning && k === words.length - 1 && here?.startsWith(word) === true);
    });
}
