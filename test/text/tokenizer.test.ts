import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { countPretokens, trainBytePairs } from '../../src/main/text/tokenizer/bpe-training.ts';
import { writeStory } from '../../src/main/text/storyworld/storyworld.ts';
import { specialTokens, Tokenizer } from '../../src/main/text/tokenizer/tokenizer.ts';
import { countWords } from '../../src/main/text/words.ts';
import { huggingFaceMerges, readTokenizer } from './hugging-face.ts';

const random = new RandomStream('tokenizer test');
const stories = Array.from({ length: 400 }, (_, index) => `${writeStory(random, index)}\n`).join('');
const trickyText = [
    "It's the dogs' house, they'll say; I'd've… 12,000 naïve cafés — “so”!",
    'two  spaces   three\t\ttabs\r\n\r\nlines\n\n\n  indented\n',
    'emoji 👩‍👩‍👧 🐉🐉 flags 🇬🇷, Ελληνικά, Русский, 日本語テキスト, عربى',
    'odd spaces: \u00a0 \u0085 \ufeff \u2028 \u3000 \u200b \x1c\x1d|\x00|\x7f end ',
    `dashes ${'-'.repeat(300)} and aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`,
].join('\n');

function train(text: string, vocabularySize: number, minFrequency = 2): Tokenizer {
    const counts = new Map<string, number>();
    countPretokens(text, counts);
    return new Tokenizer(trainBytePairs(counts, { vocabularySize, minFrequency }));
}

const tokenizer = train(stories + trickyText.repeat(2), 1200);

describe('training', () => {
    test('learns the merges of Hugging Face, in their order', () => {
        const text = stories + trickyText.repeat(3);
        const ours = train(text, 30_000).toJson().model.merges;
        expect(ours.length).toBeGreaterThan(500);
        expect(huggingFaceMerges(text).slice(0, ours.length)).toEqual(ours);
    });

    test('agrees on texts made to overlap, tie and run on', () => {
        const letters = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '-', 'é'), maxLength: 200 });
        fc.assert(
            fc.property(letters, (text) => {
                const ours = train(text, 30_000, 1).toJson().model.merges;
                expect(huggingFaceMerges(text)).toEqual(ours);
            }),
            { numRuns: 60, seed: 7 },
        );
    });

    test('does not depend on the order of the counts', () => {
        const counts = new Map<string, number>();
        countPretokens(stories, counts);
        const reversed = new Map([...counts].reverse());
        const options = { vocabularySize: 600 };
        expect(trainBytePairs(reversed, options).merges).toEqual(trainBytePairs(counts, options).merges);
    });

    test('never learns a merge that spells a special token', () => {
        const { tokens } = trainBytePairs(new Map([['</s>', 1000]]), { vocabularySize: 300 });
        expect(tokens.filter((token) => token === '</s>')).toHaveLength(1);
        const taught = train('</s> </s>\n'.repeat(50), 300);
        expect([...taught.encode('</s>')]).not.toContain(taught.endOfText);
        expect(taught.decode(taught.encode('</s>'))).toBe('</s>');
    });

    test.each([10, 65_537, 300.5])('refuses a vocabulary of %d', (vocabularySize) => {
        expect(() => trainBytePairs(new Map(), { vocabularySize })).toThrow(/choose a whole number from 261/);
    });
});

/** Any code point but half of a pair; the library's own keeps a table of all of them, which takes seconds to make. */
const anyCharacter = fc
    .integer({ min: 0, max: 0x10ffff - 0x800 })
    .map((place) => String.fromCodePoint(place < 0xd800 ? place : place + 0x800));

describe('encoding', () => {
    const oracle = readTokenizer(tokenizer.toJson());

    async function oracleIds(text: string): Promise<number[]> {
        return (await oracle.encode(text, null, { addSpecialTokens: false })).getIds();
    }

    test('gives the ids of Hugging Face', async () => {
        expect([...tokenizer.encode(stories)]).toEqual(await oracleIds(stories));
        expect([...tokenizer.encode(trickyText)]).toEqual(await oracleIds(trickyText));
    });

    test('gives them for any text, and gives the text back', async () => {
        await fc.assert(
            fc.asyncProperty(fc.string({ unit: anyCharacter, maxLength: 80 }), async (text) => {
                const ids = tokenizer.encode(text);
                expect([...ids]).toEqual(await oracleIds(text));
                expect(tokenizer.decode(ids)).toBe(text);
            }),
            { numRuns: 300, seed: 7 },
        );
    });

    test('says where tokens end as Hugging Face does, also within a character', async () => {
        const endsOf = async (text: string): Promise<number[]> => {
            const offsets = (await oracle.encode(text, null, { addSpecialTokens: false })).getOffsets();
            const units = [0, ...[...text].map(({ length }) => length)]; // the oracle counts code points
            const upTo = units.map((_, count) => units.slice(0, count + 1).reduce((sum, length) => sum + length, 0));
            return offsets.map(([, end]) => upTo[end!]!);
        };
        await fc.assert(
            fc.asyncProperty(fc.string({ unit: anyCharacter, maxLength: 60 }), async (text) => {
                const { ids, ends } = tokenizer.encodeLocated(text);
                expect(ids).toEqual(tokenizer.encode(text));
                expect([...ends]).toEqual(await endsOf(text));
            }),
            { numRuns: 300, seed: 11 },
        );
        expect([...tokenizer.encodeLocated(trickyText).ends]).toEqual(await endsOf(trickyText));
    });

    test('reads no special tokens out of a text', () => {
        const text = specialTokens.join(' ');
        expect(Math.min(...tokenizer.encode(text))).toBeGreaterThanOrEqual(specialTokens.length);
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    });

    test('turns lone surrogates into replacement characters', () => {
        expect(tokenizer.decode(tokenizer.encode('a\ud83db\udc09'))).toBe('a\ufffdb\ufffd');
    });

    test('counts the words that begin with each token as Python does', () => {
        fc.assert(
            fc.property(
                fc.string({ unit: fc.constantFrom('a', 'é', '.', ' ', '\n', '\x1c', '\u2003', '\ufeff', '🐉') }),
                (text) => {
                    const { ids, wordStarts } = tokenizer.encodeCounted(text);
                    expect(ids).toEqual(tokenizer.encode(text));
                    expect(wordStarts.reduce((sum, words) => sum + words, 0)).toBe(countWords(text));
                },
            ),
        );
        expect([...tokenizer.encodeCounted('ab, cd').wordStarts].filter((words) => words > 0)).toEqual([1, 1]);
    });

    test('stays quick on a line of a hundred thousand dashes', () => {
        const dashes = '-'.repeat(100_000);
        expect(tokenizer.decode(tokenizer.encode(dashes))).toBe(dashes);
    });
});

describe('decoding', () => {
    test('reads what is not UTF-8 as Hugging Face does', async () => {
        const oracle = readTokenizer(tokenizer.toJson());
        const drawn = random.fork('ids');
        for (let sample = 0; sample < 100; sample++) {
            const ids = Array.from({ length: 12 }, () => 5 + drawn.integer(256));
            expect(tokenizer.decode(ids)).toBe(await oracle.decode(ids, true));
        }
    });

    test('leaves special tokens out unless asked', () => {
        const ids = [...tokenizer.encode('the end'), tokenizer.endOfText];
        expect(tokenizer.endOfText).toBe(2);
        expect(tokenizer.decode(ids)).toBe('the end');
        expect(tokenizer.decode(ids, { keepSpecials: true })).toBe('the end</s>');
        expect(() => tokenizer.decode([tokenizer.vocabularySize])).toThrow(RangeError);
    });
});

describe('tokenizer.json', () => {
    test('comes back the same', () => {
        const again = Tokenizer.fromJson(JSON.parse(JSON.stringify(tokenizer.toJson())));
        expect(again.digest()).toBe(tokenizer.digest());
        expect(again.encode(trickyText)).toEqual(tokenizer.encode(trickyText));
        expect(train(stories, 400).digest()).not.toBe(tokenizer.digest());
    });

    test('is read in the older form of merges too', () => {
        const json = tokenizer.toJson();
        const merges = json.model.merges.map((merge) => merge.join(' '));
        expect(Tokenizer.fromJson({ ...json, model: { ...json.model, merges } }).digest()).toBe(tokenizer.digest());
    });

    test.each([
        ['not an object', 'hello', /cannot be read/],
        [
            'another model',
            { ...tokenizer.toJson(), model: { type: 'WordPiece', vocab: {}, merges: [] } },
            /only byte-level BPE/,
        ],
        ['a normaliser', { ...tokenizer.toJson(), normalizer: { type: 'Lowercase' } }, /at "normalizer"/],
        ['no end of text', { ...tokenizer.toJson(), added_tokens: [] }, /lacks an end-of-text token/],
    ])('is refused in a sentence: %s', (_, json, sentence) => {
        expect(() => Tokenizer.fromJson(json)).toThrow(sentence);
    });
});
