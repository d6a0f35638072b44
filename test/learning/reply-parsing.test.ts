import { describe, expect, it } from 'vitest';
import { parseNotebookReply, parsePaperReply, parseStrictReply } from '../../src/main/learning/reply-parsing.ts';
import { rewardOf } from '../../src/main/learning/rewards.ts';
import { countWords } from '../../src/main/text/words.ts';
import { storytellerCriteria, type Rating } from '../../src/shared/rubric.ts';
import { readGolden } from './golden.ts';

interface Reply {
    readonly text: string;
    readonly paperReward: number;
    readonly notebookTriple: readonly number[] | null;
    readonly teacherWordsCharged: number;
}

const criteria = storytellerCriteria;

describe('a language model’s reply', () => {
    describe.each(readGolden<readonly Reply[]>('teacher_parse'))(
        '$text',
        ({ text, paperReward, notebookTriple, teacherWordsCharged }) => {
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
            it('is drawn as the published figures drew it', () => {
                expect(parseNotebookReply(text) ?? null).toEqual(notebookTriple);
            });
        },
    );

    it('reads decimal digits of every script, and huge numbers, without overflow', () => {
        expect(parsePaperReply('١ ٢ ٣', criteria)).toEqual([1, 2, 3]);
        expect(parsePaperReply('𝟐 𝟙 𝟢', criteria)).toEqual([2, 1, 0]); // three alphabets side by side in one Unicode block
        expect(parsePaperReply(`${'9'.repeat(500)} ½ ² 1`, criteria)).toEqual([3, 1, 0]); // fractions and powers are no digits
    });

    it.each(['2 1 1', ' 2 1 1\n', '2, 1, 1', '2,1,1', '2 1 1\nReadability'])('is read strictly: %j', (text) => {
        expect(parseStrictReply(text, criteria)).toEqual([2, 1, 1]);
    });

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
        '2\n1\n1',
    ])('is refused strictly: %j', (text) => expect(parseStrictReply(text, criteria)).toBeUndefined());
});
