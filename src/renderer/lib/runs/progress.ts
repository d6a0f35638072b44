/** The progress of a run in words. */
import type { Budget, Live, RunRow } from '../../../shared/views/runs.ts';
import { count, duration } from '../text/words.ts';

const rarity: Readonly<Record<Budget['unit'], number>> = { updates: 2, minutes: 1, 'input words': 0 };

/** The budget that will end the run: the one spent most; before anything is, one that no preset sets by itself. */
export function leadingBudget(budgets: readonly Budget[]): Budget | null {
    const [leading] = budgets.toSorted((a, b) => b.spent / b.of - a.spent / a.of || rarity[b.unit] - rarity[a.unit]);
    return leading ?? null;
}

/** "update 379 of 920", "412,300 of 1,000,000 words", "step 1,200". */
export function budgetWords(row: Pick<RunRow, 'budgets' | 'updates' | 'steps' | 'job'>): string {
    if (row.job === 'pretrain') return `step ${count(row.steps)}`;
    const updates = row.budgets.find(({ unit }) => unit === 'updates');
    if (updates) return `update ${count(row.updates)} of ${count(updates.of)}`;
    return `update ${count(row.updates)}`;
}

/** How far a run is: what will end it first, "3 of 40 updates", and what else there is to say. */
export interface Headline {
    readonly spent: string;
    /** Null where nothing limits it. */
    readonly of: string | null;
    readonly unit: string;
    readonly beside: readonly string[];
}

export function headlineOf(row: Pick<RunRow, 'budgets' | 'updates' | 'steps' | 'words' | 'job'>): Headline {
    if (row.job === 'pretrain')
        return { spent: count(row.words), of: null, unit: 'words read', beside: [budgetWords(row)] };
    const leading = leadingBudget(row.budgets);
    const words = `${count(row.words)} input words`;
    switch (leading?.unit) {
        case 'updates':
            return { spent: count(row.updates), of: count(leading.of), unit: 'updates', beside: [words] };
        case 'minutes':
            return {
                spent: duration(60 * leading.spent),
                of: duration(60 * leading.of),
                unit: 'of work',
                beside: [budgetWords(row), words],
            };
        default: {
            const of = leading ? count(leading.of) : null;
            return { spent: count(row.words), of, unit: 'input words', beside: [budgetWords(row)] };
        }
    }
}

export const updatePhases = ['writing', 'rating', 'scoring', 'learning'] as const;

/** "rating 210 of 360". */
export function phaseWords({ phase, done, of, pauseAsked }: Live): string {
    if (pauseAsked) return updatePhases.some((each) => each === phase) ? 'pausing after this update' : 'pausing';
    return of > 0 ? `${phase} ${count(done)} of ${count(of)}` : phase;
}
