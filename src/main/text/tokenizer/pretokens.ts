/**
 * Splits text before byte-pair encoding: GPT-2's regular expression, and GPT-2's printable substitutes for the 256
 * bytes (Radford et al. 2019, `encoder.py`). Training and encoding must agree on both, so they live here.
 */

/**
 * A word with the space before it, a number, a run of punctuation, or white space. `\p{White_Space}` instead of `\s`:
 * Hugging Face's tokenizers treat U+0085 as a space and U+FEFF not; JavaScript's `\s` does the opposite.
 */
const pretokenPattern =
    /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

const noPretokens: readonly string[] = [];

/** The pretokens of a text in order; joined, they give the text again. */
export function splitPretokens(text: string): readonly string[] {
    return text.match(pretokenPattern) ?? noPretokens;
}

/** Byte → the character that represents it in vocabularies; printable Latin-1 represents itself. */
export const byteCharacters: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(standInCode(byte)),
);

/** The 256 substitutes by code point: the order in which the alphabet gets its ids. */
export const byteAlphabet: readonly string[] = byteCharacters.toSorted((a, b) => a.charCodeAt(0) - b.charCodeAt(0));

function isPrintable(byte: number): boolean {
    return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
}

function standInCode(byte: number): number {
    if (isPrintable(byte)) return byte;
    let unprintableBefore = 0;
    for (let other = 0; other < byte; other++) if (!isPrintable(other)) unprintableBefore++;
    return 256 + unprintableBefore;
}
