import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { countPretokens, trainBytePairs } from '../../src/main/text/tokenizer/bpe-training.ts';
import { openCorpus, readDocuments } from '../../src/main/text/corpus/corpus.ts';
import type { Corpus } from '../../src/main/text/corpus/corpus.ts';
import {
    milestonesBetween,
    publishedMilestonesAt,
    publishedMilestoneStep,
    wordMilestones,
} from '../../src/main/text/corpus/milestones.ts';
import { layoutFor, packCorpus, trainingTexts } from '../../src/main/text/corpus/packing.ts';
import type { Layout, PackedRows } from '../../src/main/text/corpus/packing.ts';
import { passageDefaults } from '../../src/main/text/corpus/passages.ts';
import { writeStory } from '../../src/main/text/storyworld/storyworld.ts';
import { Tokenizer } from '../../src/main/text/tokenizer/tokenizer.ts';
import { trainTokenizer } from '../../src/main/text/tokenizer-training.ts';
import { countWords } from '../../src/main/text/words.ts';

const random = new RandomStream('packing test');
let folder = '';
let corpus: Corpus;
let tokenizer: Tokenizer;

beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'storyloop-packing-'));
    const stories = Array.from({ length: 600 }, (_, index) => writeStory(random, index).replaceAll('. ', '.\n'));
    writeFileSync(join(folder, 'stories.train'), stories.slice(20).join('\n\n'));
    writeFileSync(join(folder, 'stories.dev'), stories.slice(0, 20).join('\n\n'));
    corpus = await openCorpus({ kind: 'files', path: folder });
    tokenizer = await trainTokenizer(corpus, { kind: 'documents' }, { vocabularySize: 700 });
});
afterAll(() => {
    rmSync(folder, { recursive: true });
});

const documents: Layout = { kind: 'documents' };
const passages: Layout = { kind: 'passages', passages: passageDefaults };
const paper: Layout = { kind: 'paper', linesFraction: 0.9 };

function pack(layout: Layout, tokensPerRow = 64, seed = 1): Promise<PackedRows> {
    return packCorpus(corpus, 'train', tokenizer, { layout, tokensPerRow, random: random.fork(seed) });
}

function rowsOf(packed: PackedRows): readonly (readonly number[])[] {
    return Array.from({ length: packed.length }, (_, index) => [...packed.row(index)]);
}

describe('documents', () => {
    test('are one stream, an end after each, rows overlapping by the token they predict', async () => {
        const packed = await pack(documents);
        const stream: number[] = [];
        for (const { paragraphs } of readDocuments(corpus, 'train')) {
            stream.push(...tokenizer.encode(paragraphs.join('\n')), tokenizer.endOfText);
        }
        expect(packed.length).toBe(Math.floor((stream.length - 1) / 64));
        rowsOf(packed).forEach((row, index) => expect(row).toEqual(stream.slice(64 * index, 64 * index + 65)));
    });

    test('know the words of every row', async () => {
        const packed = await pack(documents);
        let read: number[] = [];
        let words = 0;
        for (let index = 0; index < packed.length; index++) {
            read = read.concat([...packed.row(index).subarray(0, 64)]);
            words += packed.wordsIn(index);
            if (index % 50 > 0) continue;
            const text = tokenizer.decode(read, { keepSpecials: true }).replaceAll('</s>', ' ');
            // a word cut by the row's end counts where it begins, so the text so far has exactly these words
            expect(words).toBe(countWords(text));
        }
        expect(packed.words).toBe(words);
        expect(corpus.extent.train.words - words).toBeLessThan(64);
    });
});

describe('passages', () => {
    test('begin every row, and each is read whole from its beginning', async () => {
        const packed = await pack(passages, 192);
        const texts = Array.from(trainingTexts(corpus, 'train', passages), ({ text }) => text);
        const starts = new Set(texts.map((text) => text.slice(0, 20)));
        const read: string[] = [];
        for (const row of rowsOf(packed)) {
            const pieces = tokenizer.decode(row, { keepSpecials: true }).split('</s>');
            expect(starts.has(pieces[0]!.slice(0, 20))).toBe(true);
            read.push(...pieces.slice(0, -1));
        }
        expect(texts.length).toBeGreaterThan(300);
        // all but what the last row cuts off
        const different = new Set(read);
        expect(texts.slice(0, read.length - 2).every((text) => different.has(text))).toBe(true);
        expect(texts.length - different.size).toBeLessThan(5);
    });
});

describe('a layout', () => {
    test('knows its settings, and the familiar words from the training text alone', async () => {
        expect(await layoutFor('documents', corpus)).toEqual(documents);
        expect(await layoutFor('paper', corpus)).toEqual(paper);
        const layout = await layoutFor('passages', corpus);
        if (layout.kind !== 'passages') throw new Error('another layout');
        expect(layout.passages.familiar!.has('the')).toBe(true);
        expect(layout.passages.familiar!.has('esurient')).toBe(false);
    });
});

describe('paper', () => {
    test('shuffles lines, ends each, and drops the last end and the rest of each thousand', async () => {
        const packed = await pack(paper, 63); // a row of 64 is one block
        const lines = Array.from(trainingTexts(corpus, 'train', paper), ({ text }) => text);
        const kept = Math.round(0.9 * lines.length);
        expect(lines.length).toBeGreaterThan(2000);
        const order = random.fork(1).permutation(lines.length).subarray(0, kept);
        const expected: number[][] = [];
        for (let group = 0; group < kept; group += 1000) {
            const ids = [...order.subarray(group, group + 1000)].flatMap((line) => [
                ...tokenizer.encode(lines[line]!),
                tokenizer.endOfText,
            ]);
            ids.pop();
            for (let at = 0; at + 64 <= ids.length; at += 64) expected.push(ids.slice(at, at + 64));
        }
        expect(rowsOf(packed)).toEqual(expected);
    });

    test('draws its order from the stream it is given', async () => {
        expect(rowsOf(await pack(paper, 63, 2))).not.toEqual(rowsOf(await pack(paper, 63, 1)));
        expect(rowsOf(await pack(paper, 63, 1))).toEqual(rowsOf(await pack(paper, 63, 1)));
    });
});

describe('rows', () => {
    test('make batches', async () => {
        const packed = await pack(documents);
        expect([...packed.batch([3, 0])]).toEqual([...packed.row(3), ...packed.row(0)]);
        expect(() => packed.row(packed.length)).toThrow(RangeError);
    });

    test('need text enough for one', async () => {
        await expect(pack(documents, 1_000_000)).rejects.toThrow(
            /less than one row of 1000001; nothing was started\. Add text/,
        );
    });

    test.each([
        ['Chinese', '从前有一只狐狸住在森林里。它每天都去河边喝水。'.repeat(20)],
        ['Arabic', 'كان يا ما كان في قديم الزمان ثعلب يعيش في الغابة. '.repeat(20)],
        ['emoji', '🦊 🦉 🌙 🍞 👑. '.repeat(20)],
        ['sentences with digits', 'The 3 owls went home over the river at 5. '.repeat(20)],
    ])('no passages of %s: the sentence names the packing that takes it', async (_, paragraph) => {
        const of = mkdtempSync(join(tmpdir(), 'storyloop-passages-'));
        try {
            const lines = Array.from({ length: 60 }, (_, at) => `${paragraph} ${'x'.repeat(at)}`);
            writeFileSync(join(of, 'a.train'), lines.join('\n\n'));
            writeFileSync(join(of, 'a.dev'), lines.slice(0, 5).join('\n\n'));
            const other = await openCorpus({ kind: 'files', path: of });
            const packAs = async (kind: 'passages' | 'documents'): Promise<PackedRows> =>
                packCorpus(other, 'train', tokenizer, {
                    layout: await layoutFor(kind, other),
                    tokensPerRow: 64,
                    random,
                });
            await expect(packAs('passages')).rejects.toThrow(
                /No passages were found in the training text.*, set .*acking.* to documents\.$/,
            );
            expect((await packAs('documents')).length).toBeGreaterThan(100);
        } finally {
            rmSync(of, { recursive: true });
        }
    });
});

describe('the tokenizer of a corpus', () => {
    test('learned in its thread is the one learned here', async () => {
        const counts = new Map<string, number>();
        for (const { text } of trainingTexts(corpus, 'train', documents)) countPretokens(text, counts);
        const here = new Tokenizer(trainBytePairs(counts, { vocabularySize: 700 }));
        expect(tokenizer.digest()).toBe(here.digest());
    });

    test('reports progress and can be called off', async () => {
        const phases = new Set<string>();
        await trainTokenizer(corpus, paper, { vocabularySize: 900, onProgress: ({ phase }) => phases.add(phase) });
        expect(phases).toEqual(new Set(['counting', 'merging']));
        const controller = new AbortController();
        const training = trainTokenizer(corpus, documents, { vocabularySize: 5000, signal: controller.signal });
        controller.abort(new Error('called off'));
        await expect(training).rejects.toThrow('called off');
    });

    test('passes on what the thread could not read', async () => {
        const gone = { ...corpus, source: { kind: 'files', path: join(folder, 'gone') } } as const;
        await expect(trainTokenizer(gone, documents, { vocabularySize: 500 })).rejects.toMatchObject({
            fault: { kind: 'bad-input' },
        });
    });
});

describe('milestones', () => {
    test('are the published ones', () => {
        const millions = wordMilestones(1e9).map((words) => words / 1e6);
        expect(millions).toEqual([
            ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
            ...[200, 300, 400, 500, 600, 700, 800, 900, 1000],
        ]);
        expect(milestonesBetween(1e6, 3.5e6)).toEqual([2e6, 3e6]);
        expect(milestonesBetween(0, 999_999)).toEqual([]);
    });

    test('come after the published step', () => {
        // ceil(1e6 · 1.31) = 1,310,000 tokens; 9 steps of 131,072 are 1,179,648, 10 are 1,310,720
        expect(publishedMilestoneStep(1e6, 1.31, 131_072)).toBe(10);
        expect(publishedMilestoneStep(1e6, 1.310_72, 131_072)).toBe(10);
        expect(publishedMilestoneStep(1e6, 1.310_721, 131_072)).toBe(11);
        expect(publishedMilestonesAt(10, 1.310_72, 131_072)).toEqual([1e6]);
        expect(publishedMilestonesAt(11, 1.310_72, 131_072)).toEqual([]);
        expect(publishedMilestonesAt(1, 1, 2.5e6)).toEqual([1e6, 2e6]); // a step may reach several
        const reached = Array.from({ length: 7600 }, (_, step) =>
            publishedMilestonesAt(step + 1, 1.09, 131_072),
        ).flat();
        expect(reached).toEqual(wordMilestones((7600 * 131_072) / 1.09)); // each once, none left out
    });

    test('of the published rule come early, because its ratio leaves out the ends of text', async () => {
        const packed = await pack(paper, 63);
        const lines = [...trainingTexts(corpus, 'train', paper)];
        const ratio =
            lines.reduce((sum, { text }) => sum + tokenizer.encode(text).length, 0) /
            lines.reduce((sum, { text }) => sum + countWords(text), 0);
        expect(lines.length).toBeLessThan(10_000); // so all that are kept are measured: nine tenths
        expect(packed.tokensPerWord).toBeCloseTo(ratio, 2);
        const tokens = packed.length * 64;
        expect(tokens / packed.tokensPerWord! / packed.words).toBeGreaterThan(1.05); // words counted to words read
        expect((await pack(documents)).tokensPerWord).toBeNull();
    });
});
