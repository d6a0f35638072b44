import { describe, expect, test } from 'vitest';
import { cutPassages, familiarWords, passageDefaults } from '../../src/main/text/corpus/passages.ts';
import type { Document } from '../../src/main/text/corpus/corpus.ts';
import { doubleQuoted, plainTypography, splitSentences } from '../../src/main/text/sentences.ts';
import { countWords } from '../../src/main/text/words.ts';

function documentOf(...paragraphs: readonly string[]): Document {
    return { paragraphs, isComplete: true };
}

const short = { ...passageDefaults, shortest: 8, longest: 24 };
const cut = (...paragraphs: readonly string[]): readonly string[] =>
    cutPassages(documentOf(...paragraphs), short).map(({ text }) => text);

describe('sentences', () => {
    test('end at full stops, not at abbreviations or inside quotations', () => {
        const text = 'Mr. Fox met Dr. A. Hen. "Good day!" he said. "Is it?" Nobody knew... The end.';
        expect(splitSentences(text)).toEqual([
            'Mr. Fox met Dr. A. Hen.',
            '"Good day!" he said.',
            '"Is it?"',
            'Nobody knew...',
            'The end.',
        ]);
    });

    test('have one kind of quotes, dashes and dots', () => {
        expect(plainTypography('“Oh--no…” said _she_—‘why?’')).toBe('"Oh - no..." said she - \'why?\'');
        expect(plainTypography('one  two\u00a0three')).toBe('one two three');
    });

    test('quote in double quotes, and inside in single ones', () => {
        expect(doubleQuoted("'It's mine,' said the boys.")).toBe('"It\'s mine," said the boys.');
        expect(doubleQuoted(`'Who said "no"?' he asked.`)).toBe(`"Who said 'no'?" he asked.`);
        expect(doubleQuoted(`She said, "Don't."`)).toBe(`She said, "Don't."`);
        expect(doubleQuoted("The boys' hats and 'tis so.")).toBe("The boys' hats and 'tis so.");
    });
});

describe('passages', () => {
    const story = [
        'A fox lived in a wood and was very hungry. One day the fox saw some grapes on a wall.',
        'The fox jumped as high as a fox can jump. In the end the grapes stayed where they were.',
    ];

    test('have a length, end with a sentence and do not overlap', () => {
        const passages = cutPassages(documentOf(...story), short);
        expect(passages.length).toBeGreaterThan(1);
        for (const { text, words } of passages) {
            expect(words).toBe(countWords(text));
            expect(words).toBeGreaterThanOrEqual(short.shortest);
            expect(words).toBeLessThanOrEqual(short.longest);
            expect(text).toMatch(/[.!?]["']?$/);
        }
        expect(story.join(' ')).toContain(passages[0]!.text);
        expect(passages.map(({ opensDocument }) => opensDocument)).toEqual(passages.map((_, at) => at === 0));
    });

    test('prefer to begin and end where paragraphs do', () => {
        expect(cut(...story)).toEqual(story);
    });

    test.each([
        ['digits', 'A fox saw 12 grapes on a wall and was very hungry.'],
        ['capitals', 'A fox saw the GRAPES on a wall and was very hungry.'],
        ['half a quotation', 'A fox said, "I will have the grapes, for I am hungry.'],
        ['half a bracket', 'A fox saw grapes (and was very hungry, and jumped and jumped.'],
        ['no end', 'A fox saw the grapes on a wall and was very'],
    ])('leave out %s', (_, text) => {
        expect(cut(text)).toEqual([]);
        expect(cut(story[0]!, text)).not.toContain(text);
    });

    test('are held in lower esteem where they lean on what came before', () => {
        const quality = (text: string): number =>
            cutPassages(documentOf('x', text), { ...short, leastQuality: 0 })[0]!.quality;
        const ending = 'lived in a wood and was very hungry all day.';
        expect(quality(`A fox ${ending}`)).toBeGreaterThan(quality(`But he ${ending}`));
    });

    test('are held in lower esteem where words are unfamiliar', async () => {
        const document = documentOf('A fox lived in a wood and was esurient all day.');
        const familiar = await familiarWords([documentOf('a fox lived in a wood and was very hungry all day')], 1);
        const [known] = cutPassages(document, { ...short, leastQuality: 0 });
        const [unknown] = cutPassages(document, { ...short, leastQuality: 0, familiar });
        expect(unknown!.quality).toBeLessThan(known!.quality);
    });

    test('write the shouted first word of a chapter small', () => {
        expect(cut('ONCE there was a fox who was very hungry.')).toEqual(['Once there was a fox who was very hungry.']);
    });
});
