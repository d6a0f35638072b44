import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
    chargeUpdate,
    checkpointsPassed,
    mayBegin,
    mayCount,
    nothingUsed,
    type UpdateWords,
    type WordBudget,
    type WordsUsed,
} from '../../src/main/learning/word-budget.ts';
import { readGolden } from './golden.ts';

interface PublishedRun {
    readonly promptWords: number;
    readonly batchesDone: number;
    readonly stories: number;
    readonly wordsCharged: number;
    readonly checkpoints: readonly (readonly [name: string, batch: number, words: number])[];
}

const golden = readGolden<Readonly<Record<'paper' | 'earlierRun_220_1600K', PublishedRun>>>('word_budget');

describe('the word budget', () => {
    it.each([
        { run: golden.paper, inputWords: 1_000_000, batch: 360 },
        { run: golden.earlierRun_220_1600K, inputWords: 1_600_000, batch: 220 },
    ])('ends a published run of $inputWords words where it ended', ({ run, inputWords, batch }) => {
        const spent: UpdateWords = {
            promptWords: run.promptWords * batch,
            teacherWords: 3 * batch,
            studentWords: 0,
            tokensTrained: 0,
        };
        const budget: WordBudget = { inputWords, lastBatch: 'discard' };
        const checkpoints: [string, number, number][] = [];
        let used = nothingUsed;
        while (mayBegin(budget, used, spent) && mayCount(budget, used, spent)) {
            const before = used.inputWords;
            used = chargeUpdate(used, spent);
            for (const mark of checkpointsPassed(100_000, before, used.inputWords))
                checkpoints.push([`chck_${mark / 1000}K`, used.updates, used.inputWords]);
        }
        expect(used).toMatchObject({ updates: run.batchesDone, inputWords: run.wordsCharged });
        expect(used.updates * batch).toBe(run.stories);
        expect(checkpoints).toEqual(run.checkpoints);
    });

    // words per batch
    const teacherSays = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 200, maxLength: 200 });
    const spend = (teacherWords: number): UpdateWords => ({
        promptWords: 50,
        teacherWords,
        studentWords: 700,
        tokensTrained: 4 * 900,
    });

    /** Runs until it stops; every batch written is listed, with what became of it. */
    function play(
        budget: WordBudget,
        says: readonly number[],
    ): { readonly used: WordsUsed; readonly discarded: number } {
        let used = nothingUsed;
        for (const words of says) {
            if (!mayBegin(budget, used, spend(60))) return { used, discarded: 0 };
            if (!mayCount(budget, used, spend(words))) return { used, discarded: 1 };
            used = chargeUpdate(used, spend(words));
        }
        return { used, discarded: 0 };
    }

    it('is never exceeded, however much the teacher says', () => {
        fc.assert(
            fc.property(
                teacherSays,
                fc.integer({ min: 1, max: 4000 }),
                fc.constantFrom('discard' as const, 'stop-before' as const),
                (says, inputWords, lastBatch) => {
                    expect(play({ inputWords, lastBatch }, says).used.inputWords).toBeLessThanOrEqual(inputWords);
                },
            ),
        );
    });

    it('throws no batch away when it stops before, and one at most when it discards', () => {
        fc.assert(
            fc.property(teacherSays, fc.integer({ min: 1, max: 4000 }), (says, inputWords) => {
                const careful = play({ inputWords, lastBatch: 'stop-before' }, says);
                const published = play({ inputWords, lastBatch: 'discard' }, says);
                expect(careful.discarded).toBe(0);
                expect(careful.used.updates).toBeLessThanOrEqual(published.used.updates);
            }),
        );
    });

    it('keeps three counters apart and charges prompts once', () => {
        const { used } = play({ inputWords: 0, lastBatch: 'stop-before' }, [3, 4, 5]);
        expect(used).toEqual({ updates: 3, inputWords: 50 + 12, studentWords: 2100, tokensTrained: 10_800 });
    });

    it('names every checkpoint mark that one big update passes, once', () => {
        expect(checkpointsPassed(10, 0, 9)).toEqual([]);
        expect(checkpointsPassed(10, 0, 30)).toEqual([10, 20, 30]);
        expect(checkpointsPassed(10, 30, 39)).toEqual([]);
        expect(checkpointsPassed(10, 95, 145)).toEqual([100, 120, 140]);
    });
});
