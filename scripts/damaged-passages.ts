/** People's passages of four sentences and more, and the same passages damaged in known ways. */
import { RandomStream } from '../src/main/learning/random.ts';
import { corpusDocuments, shareOf } from './corpus-shares.ts';
import { normalise, passagesOf, sentencesOf } from './story-passages.ts';

export const kinds = ['whole', 'sentences', 'others', 'words', 'cut', 'swapped', 'replaced', 'broken'] as const;
export type Kind = (typeof kinds)[number];
export type Source = 'fairy' | 'novels' | 'qa' | 'simple';

export interface Specimen {
    readonly source: Source;
    readonly kind: Kind;
    /** Which passage it is, or was made of. */
    readonly passage: number;
    readonly story: string;
}

interface Passage {
    readonly source: Source;
    readonly document: number;
    readonly sentences: readonly string[];
}

const fewestSentences = 4;

function sourceOf(file: string): Source {
    if (/[\\/]simple[\\/]/u.test(file)) return 'simple';
    if (file.includes('fairytaleqa')) return 'qa';
    return file.includes('novels') ? 'novels' : 'fairy';
}

/**
 * `fitting`: documents of the training text that no reader learns from; `dev`, `test`: the corpus' own held-out parts.
 * At most so many passages of a source, drawn by the random stream's name alone.
 */
export function specimens(
    corpus: string,
    part: 'fitting' | 'dev' | 'test',
    most: number,
    wanted: readonly Kind[],
): Specimen[] {
    const random = new RandomStream('damaged passages', part);
    const documents = corpusDocuments(corpus, part === 'fitting' ? /\.train$/u : new RegExp(`\\.${part}$`, 'u')).filter(
        ({ text }) => part !== 'fitting' || shareOf(text) === 'fitting',
    );
    const all = documents.flatMap(({ file, text }, document): Passage[] =>
        passagesOf(text.split('\n').map(normalise).filter(Boolean), random.fork('cut', document))
            .map(sentencesOf)
            .filter((sentences) => sentences.length >= fewestSentences)
            .map((sentences) => ({ source: sourceOf(file), document, sentences })),
    );
    const passages = [...Map.groupBy(all, ({ source }) => source)].flatMap(([source, those]) =>
        Array.from(random.fork('pick', source).permutation(those.length).subarray(0, most), (i) => those[i]!),
    );
    return passages.flatMap((passage, at) =>
        wanted.map((kind) => ({
            source: passage.source,
            kind,
            passage: at,
            story: damage(kind, passage, passages, random.fork(kind, at)),
        })),
    );
}

function damage(kind: Kind, passage: Passage, passages: readonly Passage[], random: RandomStream): string {
    const { sentences } = passage;
    const whole = sentences.join(' ');
    const words = whole.split(' ');
    switch (kind) {
        case 'whole':
            return whole;
        case 'sentences':
            return otherOrder(sentences.length, random)
                .map((i) => sentences[i]!)
                .join(' ');
        case 'others':
            return sentences.map((own, i) => (i === 0 ? own : foreign(passage, passages, random.fork(i)))).join(' ');
        case 'words':
            return Array.from(random.permutation(words.length), (i) => words[i]!).join(' ');
        case 'cut':
            return words.slice(0, Math.round(0.75 * words.length)).join(' ');
        case 'swapped':
            for (let swaps = Math.ceil(words.length / 12); swaps > 0; swaps--) {
                const i = random.fork(swaps).integer(words.length - 1);
                [words[i], words[i + 1]] = [words[i + 1]!, words[i]!];
            }
            return words.join(' ');
        case 'replaced': {
            const others = random.fork('from').pick(passages).sentences.join(' ').split(' ');
            const plain = (word: string): string => word.replace(/[^A-Za-z']/gu, '').toLowerCase();
            return words
                .map((word, i) => (random.fork(i).uniform() < 0.12 ? plain(random.fork('word', i).pick(others)) : word))
                .join(' ');
        }
        case 'broken':
            return words.map((word, i) => broken(word, words, random.fork(i))).join(' ');
        default:
            return kind satisfies never;
    }
}

function otherOrder(length: number, random: RandomStream): number[] {
    for (let attempt = 0; ; attempt++) {
        const order = Array.from(random.fork(attempt).permutation(length));
        if (order.some((from, to) => from !== to)) return order;
    }
}

/** A sentence of another document of the same source. */
function foreign(passage: Passage, passages: readonly Passage[], random: RandomStream): string {
    const others = passages.filter(
        ({ source, document }) => source === passage.source && document !== passage.document,
    );
    return random.fork('sentence').pick(random.fork('passage').pick(others).sentences);
}

/** One long word in ten becomes one that is none: its beginning with the end of another. */
function broken(word: string, words: readonly string[], random: RandomStream): string {
    const [, letters, marks] = /^([a-z]{4,})([.,!?;"']*)$/u.exec(word) ?? [];
    if (letters === undefined || random.uniform() > 0.1) return word;
    const other = random
        .fork('end')
        .pick(words)
        .toLowerCase()
        .replace(/[^a-z]/gu, '');
    return `${letters.slice(0, 3)}${other.slice(-4)}${marks}`;
}
