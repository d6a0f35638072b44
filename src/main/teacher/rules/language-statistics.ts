/**
 * The statistics of English that the rules use, counted from a corpus by `scripts/make-rules.ts`: words with their
 * kinds, how word classes follow each other, which pairs of words occur, hashed six-grams against copying, and word
 * vectors. No sentence of the corpus can be read back from them.
 */
import type { Token } from './tokens.ts';
import { marks } from './tokens.ts';
import { copyLength, hashSequence, isSampledCopy, stepLength, type SeenFilter } from './seen-filter.ts';

/** What a word can be, as bits; several may hold ("walk" is a noun and a verb). */
export const wordKind = {
    function: 1,
    noun: 2,
    name: 4,
    finiteVerb: 8,
    past: 16,
    present: 32,
    describing: 64,
} as const;

/**
 * Word classes: 0–3 are fixed; then come a class for each mark, one for each of the commonest words, and word kinds.
 */
export const boundaryClass = 0;
export const unknownClass = 1;
export const unknownNameClass = 2;
export const contractionClass = 3;
export const firstMarkClass = 4;
export const firstMarkWord = 1;

export interface Vocabulary {
    /** (V) index 0 is the unknown word; then marks, then words. */
    readonly words: readonly string[];
    /** (V) 8 × natural logarithm of (corpus words / occurrences): large is rare. */
    readonly rarity: Uint8Array;
    /** (V) bits of `wordKind`. */
    readonly kinds: Uint8Array;
    /** (V) */
    readonly classes: Uint8Array;
}

export interface LanguageTables {
    readonly vocabulary: Vocabulary;
    /** C */
    readonly classCount: number;
    /** (C, C, C) occurrences of class c after a, b as 12 × log2(1 + n), rounded. */
    readonly classTrigrams: Uint8Array;
    /** Pairs of neighbouring words that occur at least twice. */
    readonly pairs: SeenFilter;
    /** Four word classes in a row that occur at least twice. */
    readonly steps: SeenFilter;
    /** A sample of the corpus's six-grams of words, without marks. */
    readonly sixGrams: SeenFilter;
    /** (vectorWords.length) ids of the words that have a vector. */
    readonly vectorWords: Uint16Array;
    /** (vectorWords.length, dimensions), unit length × 127. */
    readonly vectors: Int8Array;
    readonly dimensions: number;
}

/** Backing off: the table of shorter contexts counts as this many occurrences in that of longer ones. */
const backOffCounts = 4;

export class LanguageStatistics {
    readonly tables: LanguageTables;
    readonly #ids: ReadonlyMap<string, number>;
    readonly #vectorRows: ReadonlyMap<number, number>;
    readonly #backedOff: BackedOff;

    constructor(tables: LanguageTables) {
        this.tables = tables;
        const ids = new Map<string, number>();
        tables.vocabulary.words.forEach((word, id) => ids.set(word, id));
        this.#ids = ids;
        this.#vectorRows = new Map(Array.from(tables.vectorWords, (word, row) => [word, row]));
        this.#backedOff = backedOff(tables.classTrigrams, tables.classCount);
    }

    /** 0 for a word or mark outside the vocabulary. */
    idOf(token: Token): number {
        return this.#ids.get(token.lower) ?? 0;
    }

    kindsOf(id: number): number {
        return this.tables.vocabulary.kinds[id]!;
    }

    /** Natural logarithm of (corpus words / occurrences of this one). */
    rarityOf(id: number): number {
        return this.tables.vocabulary.rarity[id]! / 8;
    }

    /** @param nameLike the token has a capital where no sentence starts */
    classOf(token: Token, id: number, nameLike: boolean): number {
        if (id > 0) return this.tables.vocabulary.classes[id]!;
        if (token.kind === 'word' && token.lower.includes("'")) return contractionClass;
        return nameLike ? unknownNameClass : unknownClass;
    }

    /** −log2 P(class c | classes a, b), in bits; at most about 16. Backed off to P(c | b) and P(c). */
    surprise(a: number, b: number, c: number): number {
        const { classCount, classTrigrams } = this.tables;
        const ab = a * classCount + b;
        const n = occurrences[classTrigrams[ab * classCount + c]!]!;
        const { lower, totals } = this.#backedOff;
        const p = (n + backOffCounts * lower[b * classCount + c]!) / (totals[ab]! + backOffCounts);
        return Math.fround(-Math.log2(p)); // ratings are compared to the last bit, and this was kept in 32 of them
    }

    hasPair(left: number, right: number): boolean {
        return this.tables.pairs.has(hashSequence([left, right], 0, 2));
    }

    /** Does the corpus have the four classes from `from` on in this order? */
    hasStep(classes: Uint8Array, from: number): boolean {
        return this.tables.steps.has(hashSequence(classes, from, stepLength));
    }

    /** How many six-grams of `words` were looked up, and how many of them the corpus has. */
    copied(words: ArrayLike<number>): { readonly looked: number; readonly found: number } {
        let looked = 0;
        let found = 0;
        for (let i = 0; i + copyLength <= words.length; i++) {
            const hash = hashSequence(words, i, copyLength);
            if (!isSampledCopy(hash)) continue;
            looked++;
            if (this.tables.sixGrams.has(hash)) found++;
        }
        return { looked, found };
    }

    /** Adds the word's vector to `sum` (dimensions); false when it has none. */
    addVector(id: number, sum: Float64Array): boolean {
        const row = this.#vectorRows.get(id);
        if (row === undefined) return false;
        const { vectors, dimensions } = this.tables;
        for (let d = 0; d < dimensions; d++) sum[d]! += vectors[row * dimensions + d]!;
        return true;
    }
}

/** The first entries of every vocabulary: the unknown word, then the marks. */
export const leadingWords: readonly string[] = ['', ...marks];

/** (256) Occurrences that a code of the trigram table stands for. */
const occurrences = Float64Array.from({ length: 256 }, (_, code) => 2 ** (code / 12) - 1);

/** What the surprise of three classes is computed from: the table of all of them would take longer than most starts. */
interface BackedOff {
    /** (b, c) P(c | b), itself backed off to P(c). */
    readonly lower: Float64Array;
    /** (a, b) occurrences of the two, whatever follows. */
    readonly totals: Float64Array;
}

function backedOff(trigrams: Uint8Array, classes: number): BackedOff {
    const unigram = new Float64Array(classes);
    const bigram = new Float64Array(classes * classes); // (b, c)
    const totals = new Float64Array(classes * classes);
    let all = 0;
    for (let ab = 0; ab < classes * classes; ab++) {
        const from = ab * classes;
        const toBigram = (ab % classes) * classes;
        let total = 0;
        for (let c = 0; c < classes; c++) {
            const n = occurrences[trigrams[from + c]!]!;
            bigram[toBigram + c]! += n;
            unigram[c]! += n;
            total += n;
            all += n;
        }
        totals[ab] = total;
    }
    const lower = new Float64Array(classes * classes);
    for (let b = 0; b < classes; b++) {
        const row = bigram.subarray(b * classes, (b + 1) * classes);
        const total = row.reduce((sum, n) => sum + n, 0);
        for (let c = 0; c < classes; c++) {
            const prior = (unigram[c]! + 0.5) / (all + 0.5 * classes);
            lower[b * classes + c] = (row[c]! + backOffCounts * prior) / (total + backOffCounts);
        }
    }
    return { lower, totals };
}
