/** What a person types into the search field, as an FTS5 expression in which nothing can be an operator. */

/**
 * Words must all occur; "quoted words" must follow each other; a star* ends a beginning. Everything is handed to FTS5
 * in quotes (sqlite.org/fts5.html §3.1), so `NEAR`, `^`, `:` and unbalanced quotes are plain text.
 * Null: nothing that could be found, for there is no letter or digit in it.
 */
export function searchExpression(typed: string): string | null {
    const terms: string[] = [];
    for (const [, phrase, word] of typed.replaceAll('\0', ' ').matchAll(/"([^"]*)"?|([^\s"]+)/g)) {
        const text = phrase ?? word!.replace(/\*+$/, '');
        if (!/[\p{L}\p{N}\p{Co}]/u.test(text)) continue; // what unicode61 takes for a token
        terms.push(`"${text}"${word?.endsWith('*') ? ' *' : ''}`);
    }
    return terms.length === 0 ? null : terms.join(' AND ');
}
