/** Finds in a story the words that the app's search matched. */

import { placesOf, type SearchTerm } from '../../../shared/text/search-terms.ts';

export interface Piece {
    readonly text: string;
    readonly isHit: boolean;
}

/** The text in pieces, told which of them were looked for. */
export function piecesOf(text: string, terms: readonly SearchTerm[]): readonly Piece[] {
    const pieces: Piece[] = [];
    let told = 0;
    for (const { from, to } of placesOf(text, terms)) {
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
    const [first] = placesOf(text, terms);
    const space = first === undefined || first.from <= before ? -1 : text.lastIndexOf(' ', first.from - before);
    const [dots, ...rest] = [{ text: '…', isHit: false }, ...piecesOf(text.slice(space + 1), terms)];
    const [next] = rest;
    return next && !next.isHit ? [{ text: `…${next.text}`, isHit: false }, ...rest.slice(1)] : [dots!, ...rest];
}

/** The same search with a star after its last word, for one that finds whole words alone; null where it has one. */
export function withStar(typed: string): string | null {
    return /[\p{L}\p{N}]$/u.test(typed.trimEnd()) && !/"[^"]*$/u.test(typed.trimEnd()) ? `${typed.trimEnd()}*` : null;
}
