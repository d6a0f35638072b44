/** How far a run is, in words. */
import type { Budget, Live, RunRow } from '../../shared/app-views.ts';
import { count } from './words.ts';

/** The budget that will end the run: the one that is spent most. */
export function leadingBudget(budgets: readonly Budget[]): Budget | null {
    return budgets.reduce<Budget | null>(
        (most, budget) => (most === null || budget.spent / budget.of > most.spent / most.of ? budget : most),
        null,
    );
}

/** "update 379 of 920", "412,300 of 1,000,000 words", "step 1,200". */
export function budgetWords(row: Pick<RunRow, 'budgets' | 'updates' | 'steps' | 'job'>): string {
    if (row.job === 'pretrain') return `step ${count(row.steps)}`;
    const updates = row.budgets.find(({ unit }) => unit === 'updates');
    if (updates) return `update ${count(row.updates)} of ${count(updates.of)}`;
    return `update ${count(row.updates)}`;
}

/** The words read so far and of how many; null where words are not what limits the run. */
export function wordsWords({ words, budgets }: Pick<RunRow, 'words' | 'budgets'>): {
    readonly spent: string;
    readonly of: string | null;
} {
    const budget = budgets.find(({ unit }) => unit === 'input words');
    return { spent: count(words), of: budget ? count(budget.of) : null };
}

/** "rating 210 of 360". */
export function phaseWords({ phase, done, of, pauseAsked }: Live): string {
    if (pauseAsked) return 'pausing after this update';
    return of > 0 ? `${phase} ${count(done)} of ${count(of)}` : phase;
}

export const updatePhases = ['writing', 'rating', 'scoring', 'learning'] as const;
