/**
 * A corpus: documents to learn from, and others held out for measuring. It is plain data that says where the text is
 * and how it is split; the text itself is read document by document, as often as needed.
 */
import { createHash, hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { badInput } from '../../../shared/faults.ts';
import { RandomStream } from '../../learning/random.ts';
import { listCorpusFiles, readTextBlocks } from './corpus-files.ts';
import type { CorpusFile, Split } from './corpus-files.ts';
import { storyworldVersion, writeStory } from '../storyworld/storyworld.ts';
import { countWords } from '../words.ts';

export interface Document {
    readonly paragraphs: readonly string[];
    /** False: the document is too long to hold at once, and its next part follows. */
    readonly isComplete: boolean;
}

export type CorpusSource =
    | { readonly kind: 'files'; readonly path: string }
    | { readonly kind: 'storyworld'; readonly stories: number; readonly seed: number };

/** How many documents and words a split of the corpus has. */
export interface Extent {
    readonly documents: number;
    readonly words: number;
}

/** What is held out of the training files where there are no `.dev` files: the units whose hash is below `below`. */
export interface HeldOut {
    readonly unit: 'document' | 'paragraph';
    readonly below: number;
}

export interface Corpus {
    readonly source: CorpusSource;
    /** SHA-256 of every file's name and bytes, or of the sample corpus' version, seed and size. */
    readonly digest: string;
    readonly extent: Readonly<Record<Split, Extent>>;
    /** Null: the corpus has `.dev` files of its own. */
    readonly heldOut: HeldOut | null;
}

export interface ReadingOptions {
    readonly signal?: AbortSignal | undefined;
    /** Called now and then with the number of words read so far. */
    readonly onProgress?: ((words: number) => void) | undefined;
}

const heldOutFraction = 0.02;
const hashes = 2 ** 32;
// with fewer, 2 % would be a handful, all of them short by chance: paragraphs are held out instead
const fewDocuments = 500;
const longestDocument = 4096; // paragraphs
const longestText = 2 ** 28; // characters of a document held at once; a string can hold twice as many
const wordsBetweenBreaths = 500_000;

/**
 * Opens a corpus, reading it once to check and count it.
 * @throws bad input for what is missing, empty, binary, not UTF-8 or unreadable; the signal's reason when aborted
 */
export async function openCorpus(source: CorpusSource, options: ReadingOptions = {}): Promise<Corpus> {
    const hasher = createHash('sha256');
    const files = source.kind === 'files' ? listCorpusFiles(source.path) : [];
    if (source.kind === 'storyworld') {
        hasher.update(JSON.stringify([source.kind, storyworldVersion, source.seed, source.stories]));
    } else {
        for (const file of files) {
            hasher.update(`${file.name}\0`);
            const blocks = readTextBlocks(file, (bytes) => hasher.update(bytes));
            await walk(breathing(blocks, (block) => block.length / 6, options));
        }
    }
    const digest = hasher.digest('hex');

    const hasDev = files.some((file) => file.split === 'dev');
    const heldOut = hasDev ? null : await chooseHeldOut(() => readSource(source, 'train'), options);
    const extent = {
        train: await measure({ source, heldOut }, 'train', options),
        dev: await measure({ source, heldOut }, 'dev', options),
        test: await measure({ source, heldOut }, 'test', options),
    };
    if (extent.train.words + extent.dev.words === 0) {
        throw badInput(
            source.kind === 'files'
                ? `The corpus "${source.path}" is empty: it has no words to learn from.`
                : 'A sample corpus without stories is empty; ask for at least two.',
        );
    }
    if (extent.train.words === 0 || extent.dev.words === 0) {
        throw badInput(oneSided({ source, heldOut, extent }, files));
    }
    return { source, digest, extent, heldOut };
}

/** Why there is nothing to learn from, or nothing to measure on, although there is text. */
function oneSided({ source, heldOut, extent }: Omit<Corpus, 'digest'>, files: readonly CorpusFile[]): string {
    if (heldOut !== null) {
        let paragraphs = 0;
        for (const document of readSource(source, 'train')) paragraphs += document.paragraphs.length;
        return paragraphs === 1
            ? 'The corpus is a single paragraph, and there has to be one to learn from and another to measure on. Divide it with line breaks, or put other text beside it in a file that ends in .dev.'
            : `The ${paragraphs} paragraphs of the corpus are all the same, so none can be held out to measure on. Add other text.`;
    }
    const split = extent.dev.words === 0 ? 'dev' : 'train';
    const empty = files.filter((file) => file.split === split).map(({ name }) => `"${name}"`);
    const which = `${empty.slice(0, 3).join(', ')}${empty.length > 3 ? ` and ${empty.length - 3} more` : ''}`;
    if (empty.length === 0)
        return 'The corpus has text to measure on and none to learn from. Put it beside, in a file that ends in .train.';
    return split === 'dev'
        ? `There is no text to measure on: ${which} ${empty.length === 1 ? 'is' : 'are'} empty. Put text there, or take ${empty.length === 1 ? 'the file' : 'the files'} away: then a part of the training text is held out.`
        : `There is no text to learn from: ${which} ${empty.length === 1 ? 'is' : 'are'} empty. Put text there.`;
}

/** The documents of one split of the corpus, in order. */
export function* readDocuments(
    { source, heldOut }: Pick<Corpus, 'source' | 'heldOut'>,
    split: Split,
): Generator<Document, void, void> {
    if (heldOut === null || split === 'test') {
        yield* readSource(source, split);
        return;
    }
    const wanted = (text: string): boolean => hashOf(text) < heldOut.below === (split === 'dev');
    for (const document of readSource(source, 'train')) {
        if (heldOut.unit === 'document') {
            if (wanted(document.paragraphs.join('\n'))) yield document;
            continue;
        }
        const paragraphs = document.paragraphs.filter(wanted);
        if (paragraphs.length > 0) yield { ...document, paragraphs };
    }
}

/** Iterates over texts, yielding to signals and other work now and then. */
export async function* breathing<T>(
    items: Iterable<T>,
    wordsOf: (item: T) => number,
    { signal, onProgress }: ReadingOptions,
): AsyncGenerator<T, void, void> {
    let words = 0;
    let nextBreath = 0;
    for (const item of items) {
        yield item;
        words += Math.max(1, wordsOf(item));
        if (words < nextBreath) continue;
        nextBreath = words + wordsBetweenBreaths;
        await setImmediate();
        signal?.throwIfAborted();
        onProgress?.(words);
    }
}

/** Reads to the end, for the checks along the way. */
async function walk(items: AsyncIterator<unknown>): Promise<void> {
    while ((await items.next()).done !== true);
}

async function measure(
    corpus: Pick<Corpus, 'source' | 'heldOut'>,
    split: Split,
    options: ReadingOptions,
): Promise<Extent> {
    let documents = 0;
    let words = 0;
    for await (const { paragraphs, isComplete } of breathing(readDocuments(corpus, split), wordsIn, options)) {
        if (isComplete) documents++;
        for (const paragraph of paragraphs) words += countWords(paragraph);
    }
    return { documents, words };
}

/** A rough measure of the work a document takes, for `breathing`. */
export function wordsIn({ paragraphs }: Document): number {
    return paragraphs.reduce((length, paragraph) => length + paragraph.length, 0) / 6;
}

/** Holds out 2 % of the documents by hash, at least one; of a corpus with few documents, paragraphs. */
async function chooseHeldOut(read: () => Iterable<Document>, options: ReadingOptions): Promise<HeldOut> {
    let documents = 0;
    let lowestDocument = hashes;
    let lowestParagraph = hashes;
    for await (const { paragraphs } of breathing(read(), wordsIn, options)) {
        documents++;
        lowestDocument = Math.min(lowestDocument, hashOf(paragraphs.join('\n')));
        if (documents < fewDocuments) {
            for (const paragraph of paragraphs) lowestParagraph = Math.min(lowestParagraph, hashOf(paragraph));
        }
    }
    const unit = documents < fewDocuments ? 'paragraph' : 'document';
    const lowest = unit === 'paragraph' ? lowestParagraph : lowestDocument;
    return { unit, below: Math.max(lowest + 1, Math.round(heldOutFraction * hashes)) };
}

/** Uniform in [0, 2³²), the same on every machine. */
function hashOf(text: string): number {
    return hash('sha256', text, 'buffer').readUInt32BE(0);
}

function* readSource(source: CorpusSource, split: Split): Generator<Document, void, void> {
    if (source.kind === 'storyworld') {
        if (split !== 'train') return;
        const random = new RandomStream('storyworld', source.seed);
        for (let index = 0; index < source.stories; index++) {
            yield { paragraphs: [writeStory(random, index)], isComplete: true };
        }
        return;
    }
    for (const file of listCorpusFiles(source.path)) {
        if (file.split === split) yield* file.layout === 'lines' ? readLines(file) : readText(file);
    }
}

/** BabyLM's format: a line is a paragraph, an empty line ends a document, and so does the end of the file. */
function* readLines(file: CorpusFile): Generator<Document, void, void> {
    let paragraphs: string[] = [];
    let length = 0; // of paragraphs
    for (const block of readTextBlocks(file)) {
        for (const line of block.slice(0, block.endsWith('\n') ? -1 : undefined).split('\n')) {
            const paragraph = line.trim();
            if (paragraph !== '') {
                // Only now is it known that the document continues.
                const isFull = paragraphs.length === longestDocument || length + paragraph.length > longestText;
                if (isFull && paragraphs.length > 0) {
                    yield { paragraphs, isComplete: false };
                    [paragraphs, length] = [[], 0];
                }
                paragraphs.push(paragraph);
                length += paragraph.length;
            } else if (paragraphs.length > 0) {
                yield { paragraphs, isComplete: true };
                [paragraphs, length] = [[], 0];
            }
        }
    }
    if (paragraphs.length > 0) yield { paragraphs, isComplete: true };
}

/**
 * Plain text as one document. Where there are empty lines, the lines between them are one wrapped paragraph; otherwise
 * every line is a paragraph.
 */
function* readText(file: CorpusFile): Generator<Document, void, void> {
    const blocks: string[] = [];
    let length = 0;
    for (const block of readTextBlocks(file)) {
        length += block.length;
        if (length > longestText) {
            throw badInput(
                `"${file.path}" is too large for one document (over 256 MB); divide it into several files, or give it line breaks and a name that ends in .train, which is read line by line.`,
            );
        }
        blocks.push(block);
    }
    const text = blocks.join('').trim();
    const divided = /\n\s*\n/.test(text);
    const paragraphs = (divided ? text.split(/\n\s*\n/) : text.split('\n'))
        .map((paragraph) => paragraph.replace(/\s*\n\s*/g, ' ').trim())
        .filter((paragraph) => paragraph !== '');
    if (paragraphs.length > 0) yield { paragraphs, isComplete: true };
}
