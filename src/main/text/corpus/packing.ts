/**
 * Packs text into rows of tokens to learn from. A row has T + 1 tokens: T to read and, one further on, T to predict;
 * and the exact number of words read with it is known.
 */
import { badInput, type Sentence } from '../../../shared/faults.ts';
import type { RandomStream } from '../../learning/random.ts';
import { breathing, readDocuments } from './corpus.ts';
import type { Corpus, ReadingOptions } from './corpus.ts';
import type { Split } from './corpus-files.ts';
import { cutPassages, familiarWords, passageDefaults } from './passages.ts';
import type { PassageOptions } from './passages.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { countWords } from '../words.ts';

/**
 * How a corpus is laid out.
 * - `documents`: documents in order, end of text after each, one stream cut into rows.
 * - `passages`: story-sized passages (passages.ts), end of text after each; a row starts where a passage starts.
 * - `paper`: the published way (arXiv 2509.15714, quirks P1 and P2): lines shuffled, end of text after each, joined in
 * groups of a thousand whose last end of text and last incomplete row are dropped.
 */
export type Layout =
    | { readonly kind: 'documents' }
    | { readonly kind: 'passages'; readonly passages: PassageOptions }
    | { readonly kind: 'paper'; readonly linesFraction: number };

export interface PackingOptions extends ReadingOptions {
    readonly layout: Layout;
    /** T; with `paper` a row of T + 1 is one published block */
    readonly tokensPerRow: number;
    /** Shuffles the lines of `paper`; the other layouts draw nothing. */
    readonly random: RandomStream;
}

/** A text at whose end a student should stop; its words are counted as Python's `str.split()` does. */
export interface TrainingText {
    readonly text: string;
    /** False: the next text continues the same document. */
    readonly isComplete: boolean;
}

const familiarOnceInWords = 170_000; // 30 times in 5 million words
const linesPerGroup = 1000; // `datasets.map` passes on its rows by the thousand
const linesMeasured = 10_000; // for the tokens per word of `paper`

/** Rows of T + 1 tokens, in the corpus' order; each epoch draws its own order. */
export class PackedRows {
    readonly tokensPerRow: number;
    /** Of the lines of `paper`, without ends of text: the ratio behind its milestones (quirk P1). Otherwise null. */
    readonly tokensPerWord: number | null;
    readonly #tokens: Uint16Array; // the stream
    readonly #starts: Uint32Array; // (rows) where a row starts in the stream
    readonly #words: Uint32Array; // (rows)

    constructor(tokensPerRow: number, stream: TokenStream, starts: Uint32Array, tokensPerWord: number | null) {
        this.tokensPerRow = tokensPerRow;
        this.tokensPerWord = tokensPerWord;
        this.#tokens = stream.tokens;
        this.#starts = starts;
        this.#words = Uint32Array.from(starts, (start) => {
            let words = 0;
            for (let at = start; at < start + tokensPerRow; at++) words += stream.wordStarts[at]!;
            return words;
        });
    }

    get length(): number {
        return this.#starts.length;
    }

    /** (T + 1) tokens; a view that must not be written to. */
    row(index: number): Uint16Array {
        const start = this.#starts[index];
        if (start === undefined) throw new RangeError(`there is no row ${index} among ${this.length}`);
        return this.#tokens.subarray(start, start + this.tokensPerRow + 1);
    }

    /** Number of words that begin within the T tokens the row gives to read. */
    wordsIn(index: number): number {
        const words = this.#words[index];
        if (words === undefined) throw new RangeError(`there is no row ${index} among ${this.length}`);
        return words;
    }

    /** Words of all rows: one epoch. */
    get words(): number {
        return this.#words.reduce((sum, words) => sum + words, 0);
    }

    /** The rows of a batch, one after the other: (B, T + 1). */
    batch(indices: Iterable<number>): Uint16Array {
        const rows = Array.from(indices, (index) => this.row(index));
        const batch = new Uint16Array(rows.length * (this.tokensPerRow + 1));
        rows.forEach((row, at) => batch.set(row, at * row.length));
        return batch;
    }
}

/**
 * A layout with its published or proven settings. `passages` first learns which words the corpus makes familiar, so
 * that dev text is judged by what the training text can teach.
 */
export async function layoutFor(kind: Layout['kind'], corpus: Corpus, options: ReadingOptions = {}): Promise<Layout> {
    switch (kind) {
        case 'documents':
            return { kind };
        case 'passages': {
            const leastOften = Math.max(2, Math.round(corpus.extent.train.words / familiarOnceInWords));
            const familiar = await familiarWords(readDocuments(corpus, 'train'), leastOften, options);
            return { kind, passages: { ...passageDefaults, familiar } };
        }
        case 'paper':
            return { kind, linesFraction: 0.9 };
        default:
            throw new Error(`unknown layout ${kind satisfies never}`);
    }
}

/** What a layout makes of a split of the corpus: the texts to tokenize, in order. */
export function* trainingTexts(corpus: Corpus, split: Split, layout: Layout): Generator<TrainingText, void, void> {
    for (const document of readDocuments(corpus, split)) {
        switch (layout.kind) {
            case 'documents': {
                const ending = document.isComplete ? '' : '\n';
                yield { text: document.paragraphs.join('\n') + ending, isComplete: document.isComplete };
                break;
            }
            case 'passages':
                // With a space in front, as after a prompt: a word is the same token at the start of a story and inside
                // it.
                for (const { text } of cutPassages(document, layout.passages))
                    yield { text: ` ${text}`, isComplete: true };
                break;
            case 'paper':
                for (const text of document.paragraphs) yield { text, isComplete: true };
                break;
            default:
                layout satisfies never;
        }
    }
}

/** Packs one split of a corpus. @throws bad input where it is too small for a single row */
export async function packCorpus(
    corpus: Corpus,
    split: Split,
    tokenizer: Tokenizer,
    options: PackingOptions,
): Promise<PackedRows> {
    const { layout, tokensPerRow } = options;
    const texts = trainingTexts(corpus, split, layout);
    let stream = new TokenStream();
    const textStarts: number[] = [];
    for await (const { text, isComplete } of breathing(texts, ({ text }) => countWords(text), options)) {
        textStarts.push(stream.length);
        stream.append(tokenizer.encodeCounted(text));
        if (isComplete) stream.end(tokenizer.endOfText);
    }
    let starts: Uint32Array;
    let tokensPerWord: number | null = null;
    switch (layout.kind) {
        case 'documents':
            starts = rowsBackToBack(stream.length, tokensPerRow);
            break;
        case 'passages':
            starts = rowsFromTextStarts(textStarts, stream.length, tokensPerRow);
            break;
        case 'paper':
            ({ stream, starts, tokensPerWord } = shuffledGroups(
                stream,
                textStarts,
                layout.linesFraction,
                tokensPerRow,
                options.random,
            ));
            break;
        default:
            throw new Error(`unknown layout ${JSON.stringify(layout satisfies never)}`);
    }
    if (starts.length === 0) {
        throw badInput(tooFewTokens(split, layout, textStarts.length, stream.length, tokensPerRow + 1));
    }
    return new PackedRows(tokensPerRow, stream, starts, tokensPerWord);
}

function tooFewTokens(split: Split, layout: Layout, texts: number, tokens: number, row: number): Sentence {
    const which = split === 'train' ? 'training' : 'held-out';
    return (name) => {
        const takesAll = `set ${name('pretrain.packing')} to documents`;
        const smaller = `choose a smaller ${name('student.context')}`;
        if (layout.kind !== 'passages')
            return `The ${which} text gives ${tokens} tokens, less than one row of ${row}; nothing was started. Add text, or ${smaller}.`;
        if (texts > 0)
            return `The passages of the ${which} text give ${tokens} tokens, less than one row of ${row}; nothing was started. Add text, ${smaller}, or ${takesAll}, which uses all of the text.`;
        const { shortest, longest } = layout.passages;
        return `No passages were found in the ${which} text: each would be ${shortest} to ${longest} words in whole sentences that begin with a capital letter and hold no digits or signs. To use text of every kind, ${takesAll}.`;
    };
}

/** Tokens one after the other, each with the number of words that begin with it. */
export class TokenStream {
    #length = 0;
    #tokens = new Uint16Array(1 << 16);
    #wordStarts = new Uint8Array(1 << 16);

    get length(): number {
        return this.#length;
    }

    get tokens(): Uint16Array {
        return this.#tokens.subarray(0, this.#length);
    }

    get wordStarts(): Uint8Array {
        return this.#wordStarts.subarray(0, this.#length);
    }

    append({ ids, wordStarts }: { readonly ids: Uint16Array; readonly wordStarts: Uint8Array }): void {
        this.#makeRoom(ids.length);
        this.#tokens.set(ids, this.#length);
        this.#wordStarts.set(wordStarts, this.#length);
        this.#length += ids.length;
    }

    end(endOfText: number): void {
        this.#makeRoom(1);
        this.#tokens[this.#length] = endOfText;
        this.#wordStarts[this.#length] = 0;
        this.#length++;
    }

    /** Drops everything after the first `length` tokens. */
    cutTo(length: number): void {
        this.#length = length;
    }

    #makeRoom(tokens: number): void {
        const needed = this.#length + tokens;
        if (needed <= this.#tokens.length) return;
        const capacity = Math.max(needed, 2 * this.#tokens.length);
        this.#tokens = new Uint16Array(this.#tokens.buffer.transfer(2 * capacity));
        this.#wordStarts = new Uint8Array(this.#wordStarts.buffer.transfer(capacity));
    }
}

/** Rows overlap by one token, which one row only predicts and the next one reads. */
function rowsBackToBack(tokens: number, tokensPerRow: number): Uint32Array {
    const rows = Math.max(0, Math.floor((tokens - 1) / tokensPerRow));
    return Uint32Array.from({ length: rows }, (_, row) => row * tokensPerRow);
}

/**
 * Each row starts at a text and continues with the following ones. The text it cuts off starts the next row, so every
 * text is read from its beginning and, if it fits a row, to its end.
 */
function rowsFromTextStarts(textStarts: readonly number[], tokens: number, tokensPerRow: number): Uint32Array {
    const starts: number[] = [];
    for (let text = 0; text < textStarts.length;) {
        const start = textStarts[text]!;
        const end = start + tokensPerRow + 1;
        if (end > tokens) break;
        starts.push(start);
        // On to the first text that is not complete in this row.
        do text++;
        while (text < textStarts.length && (textStarts[text + 1] ?? tokens) <= end);
    }
    return Uint32Array.from(starts);
}

function shuffledGroups(
    lines: TokenStream,
    lineStarts: readonly number[],
    fraction: number,
    tokensPerRow: number,
    random: RandomStream,
): { readonly stream: TokenStream; readonly starts: Uint32Array; readonly tokensPerWord: number } {
    const order = random.permutation(lineStarts.length).subarray(0, Math.round(fraction * lineStarts.length));
    const stream = new TokenStream();
    const starts: number[] = [];
    const { tokens, wordStarts } = lines;
    for (let group = 0; group < order.length; group += linesPerGroup) {
        const groupStart = stream.length;
        for (const line of order.subarray(group, group + linesPerGroup)) {
            const start = lineStarts[line]!;
            const end = lineStarts[line + 1] ?? lines.length;
            stream.append({ ids: tokens.subarray(start, end), wordStarts: wordStarts.subarray(start, end) });
        }
        const groupTokens = stream.length - 1 - groupStart; // without its last end of text
        const rows = Math.floor(groupTokens / (tokensPerRow + 1));
        for (let row = 0; row < rows; row++) starts.push(groupStart + row * (tokensPerRow + 1));
        stream.cutTo(groupStart + rows * (tokensPerRow + 1));
    }
    const measured = order.subarray(0, linesMeasured); // the order is random already
    return { stream, starts: Uint32Array.from(starts), tokensPerWord: tokensPerWordOf(lines, lineStarts, measured) };
}

/** Tokens per word of the chosen lines, without their ends of text. */
function tokensPerWordOf(lines: TokenStream, lineStarts: readonly number[], chosen: Uint32Array): number {
    const { wordStarts } = lines;
    let [tokens, words] = [0, 0];
    for (const line of chosen) {
        const end = lineStarts[line + 1] ?? lines.length;
        tokens += end - 1 - lineStarts[line]!;
        for (let at = lineStarts[line]!; at < end; at++) words += wordStarts[at]!;
    }
    return tokens / words;
}
