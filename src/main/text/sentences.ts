/** Simplifies the typography of printed English and splits it into sentences. */

/**
 * One style of quotes, dashes and spaces: curly and angled quotes become straight, every dash " - ", and emphasis marks
 * go. A small student need not learn the same thing in several forms.
 */
export function plainTypography(text: string): string {
    return text
        .replace(/[“”„«»]|''|``/g, '"')
        .replace(/[‘’‚`´]/g, "'")
        .replace(/…|(?:\. ){2,}\.|\.{4,}/g, '...')
        .replace(/[_*]/g, '')
        .replace(/(?<=\p{L})--?(?=[.!?]?["'](?:\s|$)|\s*$)/gu, ' -') // interrupted speech
        .replace(/\s*(?:[—–―]|--+)\s*/g, ' - ')
        .replace(/\s+/g, ' ')
        .trim();
}

/**
 * Turns dialogue in single quotes into double ones (and quotations inside it into single ones), where the quotes pair
 * up.
 */
export function doubleQuoted(paragraph: string): string {
    const { opening, closing } = singleQuotes(paragraph);
    if (opening.length === 0 || opening.length !== closing.length) return paragraph;
    const firstDouble = paragraph.indexOf('"');
    if (firstDouble >= 0 && firstDouble < opening[0]!) return paragraph;
    const characters = paragraph.replaceAll('"', "'").split('');
    for (const at of [...opening, ...closing]) characters[at] = '"';
    return characters.join('');
}

/** Where single quotes open and close a quotation; apostrophes are left out as far as punctuation can tell. */
export function singleQuotes(text: string): {
    readonly opening: readonly number[];
    readonly closing: readonly number[];
} {
    return {
        opening: Array.from(text.matchAll(openingQuote), (match) => match.index),
        closing: Array.from(text.matchAll(closingQuote), (match) => match.index),
    };
}

const openingQuote =
    /(?<![\p{L}.,!?;:-])'(?=\p{L})(?!(?:tis|twas|twere|twill|em|im|er|un|til|cause|course|bout|way)\b)/giu;
const closingQuote = /(?<=[\p{L}.,!?-])'(?!\p{L})/gu;

/** Words whose full stop does not end a sentence. */
const abbreviation =
    /(?:^|[\s"'(-])(?:Mr|Mrs|Ms|Messrs|Dr|St|Mme|Mlle|Rev|Prof|Capt|Col|Gen|Lieut|Hon|Sr|Jr|Esq|No|Vol|vol|etc|viz|[A-Z])\.$/;
const sentenceEnd = /[.!?]["')]*(?= +["'(]?\p{Lu})/gu;

/** The sentences of a paragraph, each with its closing quotes. */
export function splitSentences(paragraph: string): readonly string[] {
    const sentences: string[] = [];
    let start = 0;
    for (const match of paragraph.matchAll(sentenceEnd)) {
        const end = match.index + match[0].length;
        if (abbreviation.test(paragraph.slice(Math.max(0, end - 12), end))) continue;
        sentences.push(paragraph.slice(start, end).trim());
        start = end;
    }
    const rest = paragraph.slice(start).trim();
    if (rest !== '') sentences.push(rest);
    return sentences;
}
