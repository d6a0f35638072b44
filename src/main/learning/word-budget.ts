/**
 * The word budget and its three counters. The published "1 M words of input" are the prompt's words once plus the
 * teacher's words, mostly digits (quirk T5); the other counters are the words the student wrote and the tokens it was
 * trained on. Words are those of Python's `text.split()`.
 */

/** Counters since the run began: plain data, part of the resume state. */
export interface WordsUsed {
    readonly updates: number;
    readonly inputWords: number; // prompts of the first update + everything the teacher wrote
    readonly studentWords: number; // words of all stories written, the greedy one included
    readonly tokensTrained: number; // story tokens × epochs
}

export const nothingUsed: WordsUsed = { updates: 0, inputWords: 0, studentWords: 0, tokensTrained: 0 };

/** The words and tokens one update spends. */
export interface UpdateWords {
    readonly promptWords: number; // Σ over its stories; only charged for the run's first update
    readonly teacherWords: number;
    readonly studentWords: number;
    readonly tokensTrained: number;
}

/** What of it counts against the budget. */
export type InputWords = Pick<UpdateWords, 'promptWords' | 'teacherWords'>;

export interface WordBudget {
    readonly inputWords: number; // 0: no limit
    /** What happens to the batch that exceeds the budget (R7): written, rated and discarded, or never begun. */
    readonly lastBatch: 'discard' | 'stop-before';
}

export function chargeUpdate(used: WordsUsed, spent: UpdateWords): WordsUsed {
    return {
        updates: used.updates + 1,
        inputWords: chargedWords(used, spent),
        studentWords: used.studentWords + spent.studentWords,
        tokensTrained: used.tokensTrained + spent.tokensTrained,
    };
}

function chargedWords(used: WordsUsed, { promptWords, teacherWords }: InputWords): number {
    return used.inputWords + (used.updates === 0 ? promptWords : 0) + teacherWords;
}

/** Asked before a batch is written. most: the most it can cost, with the teacher's longest reply for every story. */
export function mayBegin(budget: WordBudget, used: WordsUsed, most: InputWords): boolean {
    return budget.lastBatch === 'discard' || mayCount(budget, used, most);
}

/** Asked once a batch has been rated: may the student learn from it? The budget is never exceeded. */
export function mayCount(budget: WordBudget, used: WordsUsed, spent: InputWords): boolean {
    return budget.inputWords === 0 || chargedWords(used, spent) <= budget.inputWords;
}

/**
 * Checkpoint marks that an update passed, in input words: every `every` words up to the tenth mark, then every second
 * one (published: 100 K … 1 M, 1.2 M …). Marks lie in (before, after].
 */
export function checkpointsPassed(every: number, before: number, after: number): number[] {
    const marks: number[] = [];
    for (let nth = Math.floor(before / every) + 1; nth * every <= after; nth++)
        if (nth <= 10 || nth % 2 === 0) marks.push(nth * every);
    return marks;
}
