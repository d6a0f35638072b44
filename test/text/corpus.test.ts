import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCorpus, readDocuments } from '../../src/main/text/corpus/corpus.ts';
import type { Corpus } from '../../src/main/text/corpus/corpus.ts';
import type { Split } from '../../src/main/text/corpus/corpus-files.ts';

let folder = '';
beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'storyloop-corpus-'));
});
afterEach(() => {
    rmSync(folder, { recursive: true });
});

function write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
}

function open(path = folder): Promise<Corpus> {
    return openCorpus({ kind: 'files', path });
}

function texts(corpus: Corpus, split: Split): readonly string[] {
    return Array.from(readDocuments(corpus, split), ({ paragraphs }) => paragraphs.join('|'));
}

describe("BabyLM's files", () => {
    test('have a paragraph a line, and documents between empty lines', async () => {
        write('b/tales.train', 'One.\nTwo.\n\n \nThree.\n');
        write('a/more.train', 'Four.\r\nFive.\r\n\r\nSix.');
        write('tales.dev', 'Seven.');
        write('tales.test', 'Eight nine.\n\nTen.');
        write('README.md', 'not text to learn from');
        write('LICENSE.txt', 'nor this');
        const corpus = await open();
        expect(texts(corpus, 'train')).toEqual(['Four.|Five.', 'Six.', 'One.|Two.', 'Three.']);
        expect(texts(corpus, 'dev')).toEqual(['Seven.']);
        expect(texts(corpus, 'test')).toEqual(['Eight nine.', 'Ten.']);
        expect(corpus.extent).toEqual({
            train: { documents: 4, words: 6 },
            dev: { documents: 1, words: 1 },
            test: { documents: 2, words: 3 },
        });
    });

    test('are read the same whatever the blocks they come in', async () => {
        // several blocks of 4 MiB, characters of two bytes across their borders, and one document too long to hold
        const lines = Array.from({ length: 100_000 }, (_, line) => `${line} ${'é'.repeat(line % 97)}`);
        write('long.train', lines.join('\n'));
        write('long.dev', 'dev');
        const corpus = await open();
        const parts = [...readDocuments(corpus, 'train')];
        expect(parts.flatMap(({ paragraphs }) => paragraphs)).toEqual(lines.map((line) => line.trim()));
        expect(parts.map(({ isComplete }) => isComplete)).toEqual(parts.map((_, at) => at === parts.length - 1));
        expect(corpus.extent.train.documents).toBe(1);
    });
});

describe('plain text', () => {
    test('is one document a file, wrapped paragraphs joined', async () => {
        write('a.txt', '\ufeffFirst line\nof one paragraph.\n\nSecond\nparagraph.\n');
        write('b.txt', 'Every line\nis a paragraph.\n');
        const corpus = await open();
        const all = [...readDocuments({ ...corpus, heldOut: null }, 'train')].map(({ paragraphs }) => paragraphs);
        expect(all).toEqual([
            ['First line of one paragraph.', 'Second paragraph.'],
            ['Every line', 'is a paragraph.'],
        ]);
    });

    test('may be a single file of any name', async () => {
        write('book', 'Once.\n\nTwice.\n\nThrice.');
        const corpus = await open(join(folder, 'book'));
        expect(corpus.extent.train.words + corpus.extent.dev.words).toBe(3);
    });
});

describe('names of files', () => {
    test('may be in capitals, as old ones are', async () => {
        write('one.txt', 'One.\nOnly.');
        write('TWO.TXT', 'Two.');
        expect((await open()).extent.train.words + (await open()).extent.dev.words).toBe(3);
        write('A.TRAIN', 'Three.\nFour.');
        write('A.Dev', 'Five.');
        const corpus = await open();
        expect([texts(corpus, 'train'), texts(corpus, 'dev')]).toEqual([['Three.|Four.'], ['Five.']]);
    });

    test('that are hidden are passed over, and what lies in hidden folders', async () => {
        write('one.txt', 'One.\nTwo.');
        write('._one.txt', Uint8Array.of(0, 5, 22, 7));
        write('.git/notes.train', 'not text to learn from');
        const corpus = await open();
        expect(corpus.extent.train.words + corpus.extent.dev.words).toBe(2);
    });
});

describe('long lines', () => {
    test('are read whole, across many blocks', async () => {
        const line = 'the owl went home. '.repeat(700_000).trim(); // 13 MB
        write('a.train', `First.\n${line}\nLast.`);
        write('a.dev', 'dev');
        expect(texts(await open(), 'train')).toEqual([`First.|${line}|Last.`]);
    });
});

describe('without .dev files', () => {
    test('2 % of the documents are held out, by hash: the same wherever they stand', async () => {
        const documents = Array.from({ length: 3000 }, (_, at) => `Document number ${at}.`);
        write('all.train', documents.join('\n\n'));
        const dev = texts(await open(), 'dev');
        expect(dev.length).toBeGreaterThan(30);
        expect(dev.length).toBeLessThan(90);
        write('all.train', documents.toReversed().join('\n\n'));
        const corpus = await open();
        expect(texts(corpus, 'dev')).toEqual(dev.toReversed());
        expect(new Set([...texts(corpus, 'train'), ...dev])).toEqual(new Set(documents));
    });

    test('a corpus of few documents gives paragraphs, at least one and never all', async () => {
        for (const paragraphs of [2, 3, 10, 1000]) {
            write('book.txt', Array.from({ length: paragraphs }, (_, at) => `Paragraph ${at}.`).join('\n'));
            const corpus = await open();
            const held = texts(corpus, 'dev').join('|').split('|').length;
            expect(held).toBeGreaterThanOrEqual(1);
            expect(held).toBeLessThanOrEqual(Math.max(1, 0.04 * paragraphs));
            expect(corpus.extent.train.words + corpus.extent.dev.words).toBe(2 * paragraphs);
        }
    });
});

describe('the digest', () => {
    test('knows every byte and every name', async () => {
        write('a.train', 'one\n\ntwo');
        const digest = (await open()).digest;
        expect((await open()).digest).toBe(digest);
        write('a.train', 'one\n\ntwo ');
        expect((await open()).digest).not.toBe(digest);
        rmSync(join(folder, 'a.train'));
        write('b.train', 'one\n\ntwo');
        expect((await open()).digest).not.toBe(digest);
    });
});

describe('bad input is refused in one sentence', () => {
    const cases: readonly (readonly [string, () => void, RegExp])[] = [
        ['an empty folder', () => {}, /has no \.train and no \.txt files/],
        ['an empty file', () => write('a.txt', ' \n\n'), /is empty: it has no words to learn from/],
        ['a single paragraph', () => write('a.txt', 'Only one.'), /is a single paragraph.*Divide it with line breaks/],
        [
            'one paragraph over and over',
            () => write('a.train', 'The owl.\n'.repeat(700)),
            /The 700 paragraphs of the corpus are all the same/,
        ],
        [
            'an empty .dev file',
            () => {
                write('a.train', 'One.\nTwo.\nThree.');
                write('deep/b.DEV', ' \n');
            },
            /no text to measure on: "deep\/b\.DEV" is empty.*take the file away/,
        ],
        [
            'an empty .train file',
            () => {
                write('a.train', '');
                write('a.dev', 'One.');
            },
            /no text to learn from: "a\.train" is empty/,
        ],
        [
            'a binary file',
            () => write('a.train', Uint8Array.of(65, 10, 66, 0, 67)),
            /a\.train" is a binary file.*byte 3/,
        ],
        ['Latin-1', () => write('a.train', Buffer.from('caf\u00e9 au lait\n', 'latin1')), /not UTF-8 text \(byte 3\)/],
        ['a cut-off character', () => write('a.txt', Uint8Array.of(65, 66, 0xc3)), /not UTF-8 text \(byte 2\)/],
        [
            'UTF-16',
            () => write('a.txt', Buffer.from('\ufeffabc', 'utf16le')),
            /a\.txt" is UTF-16 text; save it as UTF-8/,
        ],
        [
            'UTF-16, the other way round',
            () => write('a.txt', Buffer.from('\ufeffabc', 'utf16le').swap16()),
            /a\.txt" is UTF-16 text/,
        ],
        [
            'UTF-16 without its mark',
            () => write('a.train', Buffer.from('The owl went home, it was café time.\n', 'utf16le')),
            /a\.train" is UTF-16 text/,
        ],
        ['UTF-32', () => write('a.txt', Uint8Array.of(0xff, 0xfe, 0, 0, 65, 0, 0, 0)), /a\.txt" is UTF-32 text/],
        ['a broken link', () => symlinkSync('/nowhere/at/all', join(folder, 'a.txt')), /cannot be read \(ENOENT\)/],
    ];
    test.each(cases)('%s', async (_, prepare, sentence) => {
        prepare();
        await expect(open()).rejects.toThrow(sentence);
        await expect(open()).rejects.toMatchObject({ fault: { kind: 'bad-input' } });
    });

    test('a missing corpus', async () => {
        await expect(open(join(folder, 'missing'))).rejects.toThrow(/There is no corpus at ".*missing"/);
    });

    test('with the offset in the file, however far inside', async () => {
        const bytes = Buffer.from('words and words\n'.repeat(600_000)); // 9.6 MB
        bytes[9_000_001] = 0xff;
        write('a.train', bytes);
        await expect(open()).rejects.toThrow(/\(byte 9000001\)/);
    });
});

describe('the storyworld', () => {
    test('is a corpus with held-out stories, no files and no test part', async () => {
        const corpus = await openCorpus({ kind: 'storyworld', stories: 300, seed: 1 });
        const { train, dev, test: rest } = corpus.extent;
        expect(train.documents + dev.documents).toBe(300);
        expect(dev.documents).toBeGreaterThan(0);
        expect(rest.documents).toBe(0);
        expect((await openCorpus({ kind: 'storyworld', stories: 300, seed: 2 })).digest).not.toBe(corpus.digest);
    });
});

test('opening can be called off', async () => {
    const called = AbortSignal.abort(new Error('called off'));
    write('a.train', 'one\n\ntwo');
    await expect(openCorpus({ kind: 'files', path: folder }, { signal: called })).rejects.toThrow('called off');
});
