/** Finds in a story the words that the app's search matched. */

/** Words that follow each other, folded; the last may be only a beginning. */
export interface SearchTerm {
    readonly words: readonly string[];
    readonly isBeginning: boolean;
}
export interface Piece {
    readonly text: string;
    readonly isHit: boolean;
}

const wordsOf = (text: string): RegExpStringIterator<RegExpExecArray> => text.matchAll(/[\p{L}\p{N}\p{M}\p{Co}]+/gu);
/** As the search compares: without case and accents. */
const folded = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** What was typed: words, "phrases" in quotes, beginnings with a star*. */
export function termsOf(typed: string): readonly SearchTerm[] {
    return [...typed.matchAll(/"([^"]*)"?|([^\s"]+)/gu)]
        .map(([, phrase, word]) => ({
            words: Array.from(wordsOf(phrase ?? word!), ([each]) => folded(each)),
            isBeginning: word?.endsWith('*') ?? false,
        }))
        .filter(({ words }) => words.length > 0);
}

/** The text in pieces, told which of them were looked for. */
export function piecesOf(text: string, terms: readonly SearchTerm[]): readonly Piece[] {
    const pieces: Piece[] = [];
    let told = 0;
    for (const { from, to } of hitsIn(text, terms)) {
        if (from > told) pieces.push({ text: text.slice(told, from), isHit: false });
        pieces.push({ text: text.slice(from, to), isHit: true });
        told = to;
    }
    if (told < text.length || pieces.length === 0) pieces.push({ text: text.slice(told), isHit: false });
    return pieces;
}

const before = 40; // characters of an excerpt before what was found

/** The beginning of a story in one line, or the stretch of it that says what was looked for. */
export function excerptAt(story: string, terms: readonly SearchTerm[]): readonly Piece[] {
    const text = story.replace(/\s+/gu, ' ').trim();
    if (text === '') return [{ text: '… (nothing)', isHit: false }];
    const [first] = hitsIn(text, terms);
    const space = first === undefined || first.from <= before ? -1 : text.lastIndexOf(' ', first.from - before);
    const [dots, ...rest] = [{ text: '…', isHit: false }, ...piecesOf(text.slice(space + 1), terms)];
    const [next] = rest;
    return next && !next.isHit ? [{ text: `…${next.text}`, isHit: false }, ...rest.slice(1)] : [dots!, ...rest];
}

/** Places in the text, in order and apart. */
function hitsIn(text: string, terms: readonly SearchTerm[]): readonly { readonly from: number; readonly to: number }[] {
    if (terms.length === 0) return [];
    const found = Array.from(wordsOf(text), ({ 0: word, index }) => ({
        word: folded(word),
        from: index,
        to: index + word.length,
    }));
    const hits: { from: number; to: number }[] = [];
    for (let i = 0; i < found.length; i++) {
        const longest = Math.max(0, ...terms.map((term) => (isAt(found, i, term) ? term.words.length : 0)));
        if (longest === 0) continue;
        hits.push({ from: found[i]!.from, to: found[i + longest - 1]!.to });
        i += longest - 1;
    }
    return hits;
}

function isAt(found: readonly { readonly word: string }[], at: number, { words, isBeginning }: SearchTerm): boolean {
    return words.every((word, k) => {
        const here = found[at + k]?.word;
        return here === word || (isBeginning && k === words.length - 1 && here?.startsWith(word) === true);
    });
}

/** The same search with a star after its last word, for one that finds whole words alone; null where it has one. */
export function withStar(typed: string): string | null {
    return /[\p{L}\p{N}]$/u.test(typed.trimEnd()) && !/"[^"]*$/u.test(typed.trimEnd()) ? `${typed.trimEnd()}*` : null;
}
