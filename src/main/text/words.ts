/**
 * Counts words as Python's `str.split()` does: the paper's budgets and milestones use these. Python's white space is
 * Unicode's White_Space plus the four separators U+001C–U+001F; JavaScript's `\s` lacks those and U+0085 and includes
 * U+FEFF.
 */

const asciiSpace = new Uint8Array(128);
for (const code of [9, 10, 11, 12, 13, 28, 29, 30, 31, 32]) asciiSpace[code] = 1;

/** Whether Python's `str.isspace()` holds for a UTF-16 code unit (no white space lies outside the first plane). */
export function isSpace(code: number): boolean {
    if (code < 128) return asciiSpace[code] === 1;
    return (
        code === 0x85 ||
        code === 0xa0 ||
        code === 0x1680 ||
        (code >= 0x2000 && code <= 0x200a) ||
        code === 0x2028 ||
        code === 0x2029 ||
        code === 0x202f ||
        code === 0x205f ||
        code === 0x3000
    );
}

/** How many words begin in `text`; `afterSpace` says whether what precedes it (if anything) ended in white space. */
export function countWordStarts(text: string, afterSpace: boolean): number {
    let words = 0;
    let inSpace = afterSpace;
    for (let at = 0; at < text.length; at++) {
        const space = isSpace(text.charCodeAt(at));
        if (inSpace && !space) words++;
        inSpace = space;
    }
    return words;
}

/** `len(text.split())` */
export function countWords(text: string): number {
    return countWordStarts(text, true);
}
