/** Turns what a person types into the search field into an FTS5 expression without operators. */
import { typedTerms } from '../../../../shared/text/search-terms.ts';

/**
 * All words must occur; "quoted words" must follow each other; star* matches a prefix; what comes after a ^ begins the
 * story. Everything else is passed to FTS5 in quotes (sqlite.org/fts5.html §3.1), so `NEAR`, `:` and unbalanced quotes
 * are plain text.
 * Null: it holds no letter or digit, so nothing can be found.
 */
export function searchExpression(typed: string): string | null {
    const terms: string[] = [];
    for (const [, beforePhrase, phrase, beforeWord, word] of typed.replaceAll('\0', ' ').matchAll(typedTerms)) {
        const text = phrase ?? word!.replace(/\*+$/, '');
        if (!/[\p{L}\p{N}\p{Co}]/u.test(text)) continue; // characters of tokens, for unicode61
        terms.push(`${beforePhrase ?? beforeWord}"${text}"${word?.endsWith('*') ? ' *' : ''}`);
    }
    return terms.length === 0 ? null : terms.join(' AND ');
}
