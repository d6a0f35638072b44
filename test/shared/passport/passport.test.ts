import { describe, expect, it } from 'vitest';
import {
    judge,
    judgementSentence,
    prescribedCheckpoints,
    totalsOf,
    type PassportJudgement,
    type PassportStage,
} from '../../../src/shared/passport/passport.ts';
import { prescribedWords } from '../../../src/shared/passport/rules.ts';

const million = 1e6;
const reading: PassportStage = {
    kind: 'pretrain',
    name: 'reader',
    corpusWords: 9 * million,
    corpusWordsSeen: 90 * million,
    promptWords: 0,
    studentWords: 0,
    teacherWords: 0,
    teacherRead: 0,
    teacher: null,
};
const byLength = { id: 'length', isModel: false, readsProbabilities: false, details: {} };
const learning: PassportStage = {
    kind: 'learn',
    name: 'learner',
    corpusWords: 0,
    corpusWordsSeen: 0,
    promptWords: 100_000,
    studentWords: 9 * million,
    teacherWords: million,
    teacherRead: 9 * million,
    teacher: byLength,
};
const complete = prescribedCheckpoints(
    90 * million,
    prescribedWords(90 * million).map((words) => ({ words, folder: `${words}` })),
);
const verdict = (judgements: readonly PassportJudgement[], year: number, track: string): PassportJudgement =>
    judgements.find((each) => each.year === year && each.track === track)!;

describe('the ledger', () => {
    it('adds up what every run of the chain read, wrote and was paid', () => {
        expect(totalsOf([reading, learning])).toEqual({
            corpusWords: 9 * million,
            corpusWordsSeen: 90 * million,
            interactionWords: 10_100_000,
        });
    });

    it('knows nothing of a sum of which a part is unknown', () => {
        expect(totalsOf([{ ...reading, corpusWordsSeen: null }, learning])).toMatchObject({ corpusWordsSeen: null });
    });
});

describe('the rules', () => {
    it('let a student of ten million words pass where only its corpus taught it', () => {
        const all = judge([reading], complete);
        expect(all.map(({ verdict: found }) => found)).toEqual(all.map(() => 'compliant'));
        expect(judgementSentence(verdict(all, 2025, 'strict-small'))).toBe(
            '2025 strict-small: compliant (at most 10,000,000 words of the corpus: 9,000,000; at most 100,000,000 words of the corpus seen, every pass counted: 90,000,000; all 18 prescribed checkpoints are there).',
        );
    });

    it('let a teacher in where the track does: in 2025 for interaction, in 2026 everywhere', () => {
        const all = judge([reading, learning], complete);
        expect(verdict(all, 2025, 'strict').verdict).toBe('not compliant');
        expect(verdict(all, 2025, 'strict').reasons).toEqual([
            { verdict: 'not compliant', says: 'nothing but the corpus may teach; "learner" learned from a teacher' },
        ]);
        expect(verdict(all, 2025, 'interaction').verdict).toBe('compliant');
        expect(verdict(all, 2026, 'strict').verdict).toBe('compliant');
    });

    it('count words of interaction as seen in 2026', () => {
        const much = { ...learning, studentWords: 950 * million };
        const all = judge([reading, much], complete);
        expect(verdict(all, 2025, 'interaction').verdict).toBe('compliant');
        expect(verdict(all, 2026, 'strict').reasons.map(({ says }) => says)).toEqual([
            'at most 1,000,000,000 words seen: corpus, prompts, the student’s own and the teacher’s: 1,041,100,000',
        ]);
    });

    it('never call compliant what is not known', () => {
        const broughtIn = { ...reading, kind: 'brought-in' as const, corpusWords: null, corpusWordsSeen: null };
        for (const { verdict: found } of judge([broughtIn], [])) expect(found).toBe('unknown');
        const model = { ...byLength, id: 'model', isModel: true, readsProbabilities: true };
        const all = judge([reading, { ...learning, teacher: model }], complete);
        expect(verdict(all, 2025, 'interaction').verdict).toBe('unknown');
        expect(verdict(all, 2026, 'strict').reasons).toHaveLength(2);
        const rules = judge([reading, { ...learning, teacher: { ...byLength, id: 'rules' } }], complete);
        expect(verdict(rules, 2026, 'strict').verdict).toBe('unknown'); // words behind helpers count too
        expect(verdict(judge([reading, { ...learning, teacher: null }], complete), 2026, 'strict').verdict).toBe(
            'unknown',
        );
    });

    it('an open question is no reason for failing, and is told beside it', () => {
        const byRules = { ...learning, teacher: { ...byLength, id: 'rules' } };
        const strict = verdict(judge([reading, byRules], complete), 2025, 'strict');
        expect(strict.reasons.map((reason) => reason.verdict)).toEqual(['not compliant', 'unknown']);
        expect(judgementSentence(strict)).toMatch(
            /^2025 strict: not compliant, because nothing but .* from a teacher; not known: words behind helpers .*\.$/u,
        );
    });

    it('ask for a checkpoint at every prescribed number of words', () => {
        expect(prescribedWords(25 * million).map((words) => words / million)).toEqual([
            ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20],
        ]);
        const kept = [{ words: 1_010_000, folder: 'chck_1M' }];
        expect(prescribedCheckpoints(2.5 * million, kept)).toEqual([
            { words: million, folder: 'chck_1M' },
            { words: 2 * million, folder: null },
        ]);
        const all = judge([{ ...reading, corpusWordsSeen: 2.5 * million }], prescribedCheckpoints(2.5 * million, kept));
        expect(verdict(all, 2025, 'strict').reasons).toEqual([
            { verdict: 'not compliant', says: '1 of 2 prescribed checkpoints are missing' },
        ]);
    });
});
