/**
 * Bytes as text, whatever program saved them: UTF-8 with or without a mark, UTF-16 with one, and else Windows-1252, the
 * superset of Latin-1 that browsers read for it. What is not text at all is told apart.
 */

export interface Decoded {
    readonly text: string;
    /** What else than UTF-8 it was; null for UTF-8. */
    readonly otherEncoding: 'UTF-16' | 'Latin-1' | null;
}

/** Null: these bytes are no text. */
export function decodeText(bytes: Uint8Array): Decoded | null {
    if (startsWith(bytes, 0xff, 0xfe)) return utf16(bytes, 'utf-16le');
    if (startsWith(bytes, 0xfe, 0xff)) return utf16(bytes, 'utf-16be');
    if (bytes.includes(0)) return null;
    try {
        return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), otherEncoding: null };
    } catch (error) {
        if (!(error instanceof TypeError)) throw error; // only "not UTF-8" is expected here
        return { text: new TextDecoder('windows-1252').decode(bytes), otherEncoding: 'Latin-1' };
    }
}

/** Lines as Python's text mode divides them; a line of white space alone is none. */
export function* linesOf(text: string): Generator<{ readonly number: number; readonly line: string }> {
    let number = 0;
    for (const line of text.split(/\r\n|\n|\r/u)) {
        number++;
        if (line.trim() !== '') yield { number, line };
    }
}

const startsWith = (bytes: Uint8Array, first: number, second: number): boolean =>
    bytes[0] === first && bytes[1] === second;

function utf16(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): Decoded | null {
    const text = new TextDecoder(encoding).decode(bytes);
    return text.includes('\0') ? null : { text, otherEncoding: 'UTF-16' };
}
