/**
 * Byte-level BPE: text to ids and back, with the ids that Hugging Face's `tokenizers` gives for the same file. Every
 * string has ids and every id sequence has a text; special tokens are never read out of a person's text.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { badInput } from '../../../shared/faults.ts';
import { quotable } from '../../../shared/text/quoting.ts';
import { byteAlphabet, byteCharacters, splitPretokens } from './pretokens.ts';
import { countWordStarts, isSpace } from '../words.ts';

/** Ids 0–4 of every tokenizer we train (the published order). */
export const specialTokens = ['<s>', '<pad>', '</s>', '<unk>', '<mask>'] as const;

/** Ids are kept in two bytes. */
export const largestVocabulary = 65_536;

const endOfTextNames = ['</s>', '<|endoftext|>'];
const cacheLimit = 400_000; // pretokens; a large corpus has some million, and the rare ones are merged again each time
const longestCachedPretoken = 64;

const tokenizerFileSchema = z.object({
    added_tokens: z.array(z.object({ id: z.number().int().nonnegative(), content: z.string() })),
    normalizer: z.null().optional(),
    pre_tokenizer: z.object({
        type: z.literal('ByteLevel'),
        add_prefix_space: z.literal(false),
        use_regex: z.literal(true).optional(),
    }),
    model: z.object({
        type: z.literal('BPE').optional(),
        dropout: z.literal(0).nullish(),
        continuing_subword_prefix: z.literal('').nullish(),
        end_of_word_suffix: z.literal('').nullish(),
        byte_fallback: z.literal(false).optional(),
        ignore_merges: z.literal(false).optional(),
        vocab: z.record(z.string(), z.number().int().nonnegative()),
        merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
    }),
});

export interface TokenizerFile {
    readonly version: '1.0';
    readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
    readonly model: {
        readonly vocab: Readonly<Record<string, number>>;
        readonly merges: readonly (readonly string[])[];
    };
}

/** The result of BPE training. `tokens[id]` uses the byte substitutes; special tokens come first. */
export interface BytePairs {
    readonly tokens: readonly string[];
    readonly specials: ReadonlyMap<string, number>;
    readonly merges: readonly (readonly [string, string])[];
}

/** The ids of a text and where each one's characters end, as in Hugging Face's offsets. */
export interface LocatedEncoding {
    readonly ids: Uint16Array;
    /**
     * (ids) The token's end in UTF-16 units. A token that ends within a character's bytes ends after the whole
     * character.
     */
    readonly ends: Uint32Array;
}

export interface CountedEncoding {
    readonly ids: Uint16Array;
    /** (ids) words that begin with this token; they sum to `countWords(text)`. */
    readonly wordStarts: Uint8Array;
}

interface Pretoken {
    readonly ids: readonly number[]; // small arrays: plain ones are read faster than typed ones
    readonly endsInSpace: boolean;
    readonly wordsAfterSpace: number;
    readonly wordsAfterWord: number;
}

export class Tokenizer {
    /** Ids are 0 … vocabularySize − 1. */
    readonly vocabularySize: number;
    /** The id that ends a story or a document. */
    readonly endOfText: number;

    readonly #pairs: BytePairs;
    readonly #specialIds: ReadonlySet<number>;
    readonly #idOfByte: Uint16Array;
    /** left · 65536 + right → rank · 65536 + merged; ranks grow in the order of training */
    readonly #merges: ReadonlyMap<number, number>;
    readonly #bytesOfToken: readonly Uint8Array[];
    readonly #cache = new Map<string, Pretoken>();
    readonly #utf8 = new TextEncoder();
    readonly #fromUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

    /** @throws bad input where the pairs are not a complete byte-level vocabulary with an end-of-text token */
    constructor(pairs: BytePairs) {
        const idOf = new Map(pairs.tokens.map((token, id) => [token, id]));
        if (pairs.tokens.length > largestVocabulary) {
            throw badInput(
                `The tokenizer has ${pairs.tokens.length} tokens; at most ${largestVocabulary} are supported.`,
            );
        }
        const endName = endOfTextNames.find((name) => pairs.specials.has(name));
        if (endName === undefined)
            throw badInput(`The tokenizer lacks an end-of-text token (${endOfTextNames.join(' or ')}).`);

        this.#pairs = pairs;
        this.vocabularySize = pairs.tokens.length;
        this.endOfText = pairs.specials.get(endName)!;
        this.#specialIds = new Set(pairs.specials.values());
        this.#idOfByte = Uint16Array.from(byteCharacters, (character, byte) => {
            const id = idOf.get(character);
            if (id === undefined)
                throw badInput(`The tokenizer lacks a token for byte ${byte}; it is not byte-level BPE.`);
            return id;
        });
        this.#merges = rankedMerges(pairs, idOf);
        const byteOf = new Map(byteCharacters.map((character, byte) => [character, byte]));
        this.#bytesOfToken = pairs.tokens.map((token, id) => {
            if (this.#specialIds.has(id)) return this.#utf8.encode(token);
            return Uint8Array.from(token, (character) => {
                const byte = byteOf.get(character);
                if (byte === undefined)
                    throw badInput(`Token ${id} of the tokenizer is not written in byte-level characters.`);
                return byte;
            });
        });
    }

    /** Reads a parsed `tokenizer.json`. @throws bad input for anything but byte-level BPE without a prefix space */
    static fromJson(json: unknown): Tokenizer {
        const file = tokenizerFileSchema.safeParse(json);
        if (!file.success) {
            const where = file.error.issues[0]?.path.join('.') ?? '';
            throw badInput(
                `The tokenizer cannot be read (tokenizer.json, at "${where}"); only byte-level BPE without normalisation or prefix space works here.`,
            );
        }
        const { model, added_tokens: addedTokens } = file.data;
        const tokens: string[] = [];
        for (const [token, id] of Object.entries(model.vocab)) tokens[id] = token;
        for (const { id, content } of addedTokens) tokens[id] = content;
        for (let id = 0; id < tokens.length; id++) {
            if (tokens[id] === undefined)
                throw badInput(`The tokenizer has no token with id ${id}; tokenizer.json is damaged.`);
        }
        return new Tokenizer({
            tokens,
            specials: new Map(addedTokens.map(({ content, id }) => [content, id])),
            merges: model.merges.map(readMerge),
        });
    }

    /** Ids of a text, without special tokens; lone surrogates become U+FFFD. */
    encode(text: string): Uint16Array {
        return this.encodeCounted(text).ids;
    }

    /** Ids with the positions where words begin, so that the words of any stretch of tokens can be counted. */
    encodeCounted(text: string): CountedEncoding {
        const most = 3 * text.length; // a token spells at least one of a character's up to three bytes
        const ids = new Uint16Array(most);
        const wordStarts = new Uint8Array(most);
        let at = 0;
        let afterSpace = true;
        for (const piece of splitPretokens(text)) {
            const pretoken = this.#lookUp(piece);
            wordStarts[at] = afterSpace ? pretoken.wordsAfterSpace : pretoken.wordsAfterWord;
            for (const id of pretoken.ids) ids[at++] = id;
            afterSpace = pretoken.endsInSpace;
        }
        return { ids: ids.slice(0, at), wordStarts: wordStarts.slice(0, at) };
    }

    /** Ids with the position in the text where each of them ends. */
    encodeLocated(text: string): LocatedEncoding {
        const ids = this.encode(text);
        const ends = new Uint32Array(ids.length);
        const characters = [...text];
        // index of the next character; bytes the current one still lacks; UTF-16 units up to its end
        let [character, bytesLeft, units] = [0, 0, 0];
        ids.forEach((id, token) => {
            let bytes = this.#bytesOfToken[id]!.length;
            while (bytes > 0) {
                if (bytesLeft === 0) {
                    const next = characters[character++]!;
                    bytesLeft = utf8Length(next.codePointAt(0)!);
                    units += next.length;
                }
                const taken = Math.min(bytes, bytesLeft);
                bytes -= taken;
                bytesLeft -= taken;
            }
            ends[token] = units;
        });
        return { ids, ends };
    }

    /** The text of ids; invalid UTF-8 becomes U+FFFD. Special tokens are left out unless requested. */
    decode(ids: Iterable<number>, { keepSpecials = false }: { readonly keepSpecials?: boolean } = {}): string {
        const parts: Uint8Array[] = [];
        for (const id of ids) {
            const bytes = this.#bytesOfToken[id];
            if (bytes === undefined)
                throw new RangeError(`token id ${id} is outside the vocabulary of ${this.vocabularySize}`);
            if (keepSpecials || !this.#specialIds.has(id)) parts.push(bytes);
        }
        return this.#fromUtf8.decode(Buffer.concat(parts));
    }

    /** The `tokenizer.json` that Hugging Face's `tokenizers` and `transformers` read. */
    toJson(): TokenizerFile {
        const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
        const file = {
            version: '1.0' as const,
            truncation: null,
            padding: null,
            added_tokens: [...this.#pairs.specials].map(([content, id]) => ({
                id,
                content,
                single_word: false,
                lstrip: false,
                rstrip: false,
                normalized: false,
                special: true,
            })),
            normalizer: null,
            pre_tokenizer: byteLevel,
            post_processor: null,
            decoder: byteLevel,
            model: {
                type: 'BPE',
                dropout: null,
                unk_token: null,
                continuing_subword_prefix: null,
                end_of_word_suffix: null,
                fuse_unk: false,
                byte_fallback: false,
                ignore_merges: false,
                vocab: Object.fromEntries(this.#pairs.tokens.map((token, id) => [token, id])),
                merges: this.#pairs.merges,
            },
        };
        return file;
    }

    /** SHA-256 of everything that determines ids: tokens in order, special tokens and merges. */
    digest(): string {
        const { tokens, specials, merges } = this.#pairs;
        return createHash('sha256')
            .update(JSON.stringify([tokens, [...specials], merges]))
            .digest('hex');
    }

    #lookUp(pretoken: string): Pretoken {
        const known = this.#cache.get(pretoken);
        if (known !== undefined) return known;
        const found: Pretoken = {
            ids: [...this.#merge(pretoken)],
            endsInSpace: isSpace(pretoken.charCodeAt(pretoken.length - 1)),
            wordsAfterSpace: countWordStarts(pretoken, true),
            wordsAfterWord: countWordStarts(pretoken, false),
        };
        if (this.#cache.size < cacheLimit && pretoken.length <= longestCachedPretoken) {
            this.#cache.set(ownedString(pretoken), found);
        }
        return found;
    }

    /**
     * Applies the merge of lowest rank, from left to right everywhere, until none applies. One pass per distinct merge,
     * so that a line of a hundred thousand dashes stays fast.
     */
    #merge(pretoken: string): Uint16Array {
        const symbols = Uint16Array.from(this.#utf8.encode(pretoken), (byte) => this.#idOfByte[byte]!);
        let length = symbols.length;
        for (;;) {
            let best = Infinity;
            let bestLeft = 0;
            let bestRight = 0;
            for (let at = 0; at + 1 < length; at++) {
                const left = symbols[at]!;
                const right = symbols[at + 1]!;
                const merge = this.#merges.get(left * largestVocabulary + right);
                if (merge !== undefined && merge < best) {
                    best = merge;
                    bestLeft = left;
                    bestRight = right;
                }
            }
            if (best === Infinity) return symbols.slice(0, length);
            const merged = best % largestVocabulary;
            let written = 0;
            for (let at = 0; at < length; written++) {
                const matches = at + 1 < length && symbols[at] === bestLeft && symbols[at + 1] === bestRight;
                symbols[written] = matches ? merged : symbols[at]!;
                at += matches ? 2 : 1;
            }
            length = written;
        }
    }
}

/** The tokens training starts from: specials, then the byte alphabet. */
export function initialTokens(): readonly string[] {
    return [...specialTokens, ...byteAlphabet];
}

/**
 * A copy that does not keep the large text it was cut from alive (V8 makes a slice of 13 or more characters a view).
 */
export function ownedString(slice: string): string {
    return slice.length < 13 ? slice : Buffer.from(slice, 'utf16le').toString('utf16le');
}

/** Bytes of a code point in UTF-8; a lone surrogate is written as U+FFFD, which has three. */
function utf8Length(codePoint: number): number {
    if (codePoint < 0x80) return 1;
    if (codePoint < 0x800) return 2;
    return codePoint < 0x10000 ? 3 : 4;
}

function rankedMerges(pairs: BytePairs, idOf: ReadonlyMap<string, number>): ReadonlyMap<number, number> {
    const ranked = new Map<number, number>();
    pairs.merges.forEach(([left, right], rank) => {
        const [leftId, rightId, merged] = [idOf.get(left), idOf.get(right), idOf.get(left + right)];
        if (leftId === undefined || rightId === undefined || merged === undefined) {
            throw badInput(
                `Merge ${rank} of the tokenizer ("${quotable(`${left} ${right}`, 40)}") names a token it does not have; nothing was loaded. Its merges and its vocabulary do not belong together: fetch both again.`,
            );
        }
        ranked.set(leftId * largestVocabulary + rightId, rank * largestVocabulary + merged);
    });
    return ranked;
}

/** Merges are pairs since tokenizers 0.20, and "left right" strings before that. */
function readMerge(merge: string | readonly [string, string]): readonly [string, string] {
    if (typeof merge !== 'string') return merge;
    const space = merge.indexOf(' ');
    return [merge.slice(0, space), merge.slice(space + 1)];
}
