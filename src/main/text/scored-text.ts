/** From a text of which a part is scored to the token sequences whose log-probabilities sum to its score. */
import type { ScoredText, ScoredWord } from '../../shared/benchmarks/benchmarks.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

/** Tokens of a text; those from `from` on are scored. */
export interface ScoredTokens {
    readonly ids: Uint16Array;
    readonly from: number;
}

/** One sequence for a span; one per token for a word scored as published. */
export function tokensOf(text: ScoredText, tokenizer: Tokenizer): readonly ScoredTokens[] {
    switch (text.kind) {
        case 'span':
            return [spanTokens(text.text, text.from, tokenizer)];
        case 'word':
            return wordTokens(text, tokenizer);
        default:
            return text satisfies never;
    }
}

/**
 * A token is scored where its characters end after the beginning, as the official pipeline has it, which counts from
 * where the first token's own characters begin: after its space.
 */
function spanTokens(text: string, beginning: number, tokenizer: Tokenizer): ScoredTokens {
    const { ids, ends } = tokenizer.encodeLocated(text);
    const firstBegins = text.startsWith(' ') ? Math.min(leadingSpaces(text), ends[0]!) : 0;
    const first = ends.findIndex((end) => end > beginning + firstBegins);
    return { ids, from: first === -1 ? ids.length : first };
}

function leadingSpaces(text: string): number {
    return text.length - text.replace(/^ +/u, '').length;
}

/** Each token of the word after a context to which the word's earlier tokens were added as text. */
function wordTokens({ context, word }: ScoredWord, tokenizer: Tokenizer): readonly ScoredTokens[] {
    let before = context;
    return [...tokenizer.encode(word)].map((id, at) => {
        const piece = tokenizer.decode([id]);
        const contextIds = tokenizer.encode(before);
        const target = at === 0 ? id : (tokenizer.encode(piece)[0] ?? id);
        before += piece;
        return { ids: Uint16Array.of(...contextIds, target), from: contextIds.length };
    });
}
