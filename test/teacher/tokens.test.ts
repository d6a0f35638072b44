import { describe, expect, test } from 'vitest';
import { sentenceSpans, tokenise } from '../../src/main/teacher/rules/tokens.ts';

const texts = (text: string): string[] => tokenise(text).map((token) => token.text);
const sentences = (text: string): string[] => {
    const tokens = tokenise(text);
    return sentenceSpans(tokens).map(({ from, to }) =>
        tokens
            .slice(from, to)
            .map((token) => token.text)
            .join(' '),
    );
};

describe('tokens', () => {
    test('quotes are told apart by the space around them, apostrophes stay in their word', () => {
        expect(texts(`"I don't," said he, 'for it's late.'`)).toEqual([
            '“',
            'I',
            "don't",
            ',',
            '”',
            'said',
            'he',
            ',',
            '‘',
            'for',
            "it's",
            'late',
            '.',
            '’',
        ]);
    });

    test('a hyphen joins, a dash stands apart', () => {
        expect(texts('a well-known wolf - the old one')).toEqual([
            'a',
            'well',
            '‐',
            'known',
            'wolf',
            '-',
            'the',
            'old',
            'one',
        ]);
    });

    test('quoted words know that they are', () => {
        expect(
            tokenise('He said "go away" twice.')
                .filter(({ quoted }) => quoted)
                .map(({ text }) => text),
        ).toEqual(['go', 'away']);
    });
});

describe('sentences', () => {
    test('a question inside quotes does not end the sentence that goes on', () => {
        expect(sentences('"Who is there?" asked the wolf. Nobody answered.')).toHaveLength(2);
    });

    test('titles do not end a sentence', () => {
        expect(sentences('Then Mr. Fox came. He sat down.')).toHaveLength(2);
    });

    test('what never ended is a sentence that says so', () => {
        const tokens = tokenise('He came. Then the');
        expect(sentenceSpans(tokens).map(({ ended }) => ended)).toEqual([true, false]);
    });

    test('a small letter after a full stop begins a sentence, wrongly, all the same', () => {
        expect(sentences('He came. he sat down.')).toHaveLength(2);
    });
});
