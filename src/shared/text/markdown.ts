/**
 * Text from somewhere else inside Markdown of ours: it is read as the text it is, never as markup, HTML or a line of
 * its own.
 */

const longest = 500; // characters; a sentence stays one whatever a file holds
const special = /[\\`*[\]<>&|~#]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu; // a _ inside of a word is only a _

/** One line of plain text. */
export function plain(text: string, most = longest): string {
    const line = text
        .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
        .replace(/\s+/g, ' ')
        .trim();
    const short = line.length > most ? `${line.slice(0, most).toWellFormed().trimEnd()}…` : line;
    return short.replace(special, (character) => entities[character] ?? `\\${character}`);
}

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };
