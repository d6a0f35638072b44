/**
 * Cuts a text into words and marks. The space around quotes and hyphens tells opening from closing, hyphen from dash.
 */

export interface Token {
    /** A word as written; a mark as it stands in `marks`. */
    readonly text: string;
    readonly lower: string;
    /** `alien`: digits, symbols, control characters, other scripts. */
    readonly kind: 'word' | 'mark' | 'alien';
    readonly spaceBefore: boolean;
    /** Inside double quotes. */
    readonly quoted: boolean;
}

/** “ ” ‘ ’ are opening and closing quotes however they were typed, ‐ joins two words, - stands between them. */
export const marks: readonly string[] = ['.', ',', '!', '?', ';', ':', '“', '”', '‘', '’', '‐', '-', '(', ')'];
const knownMarks = new Set(marks);

const pieces = /\p{Script=Latin}+(?:['’]\p{Script=Latin}+)*|[^\s\p{Script=Latin}]/gu;
const space = /\s/u;

/** The tokens in order, in O(n). It never fails: what is neither a Latin word nor a known mark is `alien`. */
export function tokenise(text: string): Token[] {
    const tokens: Token[] = [];
    let insideQuote = false;
    for (const match of text.matchAll(pieces)) {
        const at = match.index;
        const raw = match[0];
        const end = at + raw.length;
        const spaceBefore = at === 0 || space.test(text[at - 1]!);
        const spaceAfter = end >= text.length || space.test(text[end]!);
        if (/^\p{Script=Latin}/u.test(raw)) {
            const word = raw.replaceAll('’', "'");
            tokens.push({ text: word, lower: word.toLowerCase(), kind: 'word', spaceBefore, quoted: insideQuote });
            continue;
        }
        const opens = spaceBefore && !spaceAfter ? true : spaceAfter && !spaceBefore ? false : undefined;
        const mark = nameMark(raw, opens, insideQuote, spaceBefore || spaceAfter);
        if (mark === '”') insideQuote = false;
        tokens.push({
            text: mark,
            lower: mark,
            kind: knownMarks.has(mark) ? 'mark' : 'alien',
            spaceBefore,
            quoted: insideQuote,
        });
        if (mark === '“') insideQuote = true;
    }
    return tokens;
}

/** @param opens by the space around it; undefined where that tells nothing: then a quote closes the open one, if any */
function nameMark(raw: string, opens: boolean | undefined, insideQuote: boolean, besideSpace: boolean): string {
    switch (raw) {
        case '"':
        case '“':
        case '”':
            return (opens ?? !insideQuote) ? '“' : '”';
        case "'":
        case '‘':
        case '’':
            return opens === true ? '‘' : '’';
        case '-':
            return besideSpace ? '-' : '‐';
        case '–':
        case '—':
            return '-';
        default:
            return raw;
    }
}

const titles = new Set(['mr', 'mrs', 'ms', 'dr', 'st', 'messrs']);
const isEnd = (token: Token): boolean => token.text === '.' || token.text === '!' || token.text === '?';
const closes = (token: Token): boolean => token.text === '”' || token.text === ')' || token.text === '’';

export interface Span {
    readonly from: number;
    /** One past the last token. */
    readonly to: number;
    /** It ends with a full stop, an exclamation or a question mark. */
    readonly ended: boolean;
}

/** Sentences as spans of tokens. `"Oh!" said he.` is one sentence, because a lower-case word follows the quote. */
export function sentenceSpans(tokens: readonly Token[]): Span[] {
    const spans: Span[] = [];
    let from = 0;
    for (let i = 0; i < tokens.length; i++) {
        const token = tokens[i]!;
        if (!isEnd(token)) continue;
        if (token.text === '.' && titles.has(tokens[i - 1]?.lower ?? '')) continue;
        let to = i + 1;
        while (to < tokens.length && (isEnd(tokens[to]!) || (closes(tokens[to]!) && !tokens[to]!.spaceBefore))) to++;
        const next = tokens[to];
        const lowerNext = next?.kind === 'word' && next.text === next.lower;
        const midSentence = lowerNext && (to > i + 1 || token.text !== '.');
        i = to - 1;
        if (midSentence || next?.text === ',') continue;
        spans.push({ from, to, ended: true });
        from = to;
    }
    if (tokens.slice(from).some(({ kind }) => kind === 'word')) spans.push({ from, to: tokens.length, ended: false });
    return spans;
}

const opensSpeech = new Set(['“', '‘', '.', '!', '?']);

/** (tokens) 1 where a word has a capital although no sentence or speech begins: it is a name, or a slip. */
export function capitalsInside(tokens: readonly Token[], spans: readonly Span[] = sentenceSpans(tokens)): Uint8Array {
    const starts = new Set(spans.map(({ from }) => from));
    return Uint8Array.from(tokens, ({ kind, text, lower }, i) => {
        const capital = kind === 'word' && text[0] !== lower[0];
        return capital && !starts.has(i) && !opensSpeech.has(tokens[i - 1]?.text ?? '') ? 1 : 0;
    });
}
