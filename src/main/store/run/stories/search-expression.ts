/** Turns what a person types into the search field into an FTS5 expression without operators. */

/**
 * All words must occur; "quoted words" must follow each other; star* matches a prefix. Everything is passed to FTS5 in
 * quotes (sqlite.org/fts5.html §3.1), so `NEAR`, `^`, `:` and unbalanced quotes are plain text.
 * Null: it holds no letter or digit, so nothing can be found.
 */
export function searchExpression(typed: string): string | null {
    const terms: string[] = [];
    for (const [, phrase, word] of typed.replaceAll('\0', ' ').matchAll(/"([^"]*)"?|([^\s"]+)/g)) {
        const text = phrase ?? word!.replace(/\*+$/, '');
        if (!/[\p{L}\p{N}\p{Co}]/u.test(text)) continue; // characters of tokens, for unicode61
        terms.push(`"${text}"${word?.endsWith('*') ? ' *' : ''}`);
    }
    return terms.length === 0 ? null : terms.join(' AND ');
}
