/**
 * Text from anywhere, made harmless for a terminal: what would ring a bell, move the cursor, change colours or titles,
 * or turn the direction of writing is shown as a mark. Joiners, without which some scripts and emoji fall apart, stay.
 */

const actsOnTerminal = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const picturesOfControls = 0x2400; // ␀ and its row: one sign for each of the first 32 controls

/** New lines and tabs stay as they are. */
export function visible(text: string): string {
    return text.replace(actsOnTerminal, (sign) => (sign === '\n' || sign === '\t' ? sign : mark(sign)));
}

/** For what must stay on one line, such as a name: new lines and tabs are marks too. */
export function visibleInLine(text: string): string {
    return text.replace(actsOnTerminal, mark);
}

function mark(sign: string): string {
    const code = sign.codePointAt(0)!;
    if (code < 32) return String.fromCodePoint(picturesOfControls + code);
    if (code === 127) return '␡';
    return `\\u${code.toString(16).padStart(4, '0')}`;
}
