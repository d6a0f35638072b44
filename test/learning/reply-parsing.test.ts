import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePaperReply, parseStrictReply } from '../../src/main/learning/reply-parsing.ts';
import { rewardOf } from '../../src/main/learning/ppo/rewards.ts';
import { countWords } from '../../src/main/text/words.ts';
import { storytellerCriteria, type Rating } from '../../src/shared/ratings/rubric.ts';
import { readGolden } from './golden.ts';

interface Reply {
    readonly text: string;
    readonly paperReward: number;
    readonly teacherWordsCharged: number;
}

const criteria = storytellerCriteria;

describe('a language model’s reply', () => {
    describe.each(readGolden<readonly Reply[]>('teacher_parse'))(
        '$text',
        ({ text, paperReward, teacherWordsCharged }) => {
            it('is worth what the published training made of it', () => {
                const scores = parsePaperReply(text, criteria);
                const rating: Rating = scores
                    ? { kind: 'scored', scores: Object.fromEntries(criteria.map(({ id }, i) => [id, scores[i]!])) }
                    : { kind: 'unreadable', reply: text };
                const options = {
                    calibration: { kind: 'identity' },
                    lengthWeight: 0,
                    lengthUnit: 'words',
                    lengthCap: 90,
                    unreadable: 'half',
                } as const;
                expect(rewardOf(rating, { words: 0, tokens: 0 }, criteria, options)!.reward).toBeCloseTo(
                    paperReward,
                    12,
                );
            });
            it('costs the budget its words', () => expect(countWords(text)).toBe(teacherWordsCharged));
        },
    );

    it('reads decimal digits of every script, and huge numbers, without overflow', () => {
        expect(parsePaperReply('١ ٢ ٣', criteria)).toEqual([1, 2, 3]);
        expect(parsePaperReply('𝟐 𝟙 𝟢', criteria)).toEqual([2, 1, 0]); // three alphabets side by side in one Unicode block
        expect(parsePaperReply(`${'9'.repeat(500)} ½ ² 1`, criteria)).toEqual([3, 1, 0]); // fractions and powers are no digits
    });

    it.each(['2 1 1', ' 2 1 1\n', '2, 1, 1', '2,1,1', '2 1 1\nReadability', '2\n1\n1', '2,\r\n\r\n1,\n 1 \n\nGood.'])(
        'is read strictly: %j',
        (text) => {
            expect(parseStrictReply(text, criteria)).toEqual([2, 1, 1]);
        },
    );

    it.each([
        '',
        '2 1',
        '1 2 3 3',
        '-1 2 3',
        '2.5 1 0',
        '10 2 1',
        '2/3 1/3 0',
        '1,,2 3',
        'four 1 1 1',
        '1 1 1 four',
        '１ ２ ３',
        '2 1 1\nor 2 2 2',
        '1e0 1 1',
        '2\n1',
        '2\n1\n1\n0',
        '2\n1\n1\nThat is 4.',
        '2 1\n1',
        '1. 2\n2. 1\n3. 1',
    ])('is refused strictly: %j', (text) => expect(parseStrictReply(text, criteria)).toBeUndefined());
});

describe('any text at all', () => {
    const texts = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc
            .array(
                fc.constantFrom(
                    '0',
                    '1',
                    '2',
                    '3',
                    '9',
                    '17',
                    '٣',
                    '½',
                    '²',
                    '-',
                    '.',
                    ',',
                    ' ',
                    '\n',
                    '/',
                    '_',
                    'a',
                    '\ud800',
                ),
            )
            .map((pieces) => pieces.join('')),
    );
    const many = { numRuns: 10_000 };

    it('is a score for every criterion, each a whole number in its range, or nothing; a number is what makes the difference', () =>
        fc.assert(
            fc.property(texts, (text) => {
                const scores = parsePaperReply(text, criteria);
                if (scores === undefined) expect(text).not.toMatch(/^[0-9]+$|^[0-9]+\s|\s[0-9]+$|\s[0-9]+\s/);
                else {
                    expect(text).toMatch(/\p{Nd}/u);
                    expect(scores).toHaveLength(criteria.length);
                    for (const score of scores) expect([0, 1, 2, 3]).toContain(score);
                }
            }),
            many,
        ));

    it('read strictly is never more than read as published: what passes is the same score both ways', () =>
        fc.assert(
            fc.property(texts, (text) => {
                const strict = parseStrictReply(text, criteria);
                if (strict !== undefined) expect(parsePaperReply(text, criteria)).toEqual(strict);
            }),
            many,
        ));

    it('written by the rubric’s rules is read as it was meant', () =>
        fc.assert(
            fc.property(
                fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 }),
                fc.constantFrom(' ', ', ', ','),
                (meant, between) => {
                    const text = meant.join(between);
                    expect(parseStrictReply(text, criteria)).toEqual(meant);
                    expect(parsePaperReply(text, criteria)).toEqual(meant);
                },
            ),
        ));
});
