/** Computes what limits a run and how long it may still take, from what it has recorded. */
import type { Budget } from '../../../../shared/views/runs.ts';
import type { Spent } from '../../../../shared/run/progress.ts';
import type { RunConfig } from '../../../../shared/run/config.ts';

/** The limits of interactive learning that were set, and what is spent of each. */
export function budgetsOf(config: RunConfig, { inputWords, updates, minutes }: Spent): readonly Budget[] {
    const all: readonly Budget[] = [
        { unit: 'input words', spent: inputWords, of: config['budget.words'] },
        { unit: 'updates', spent: updates, of: config['budget.updates'] },
        { unit: 'minutes', spent: minutes, of: config['budget.minutes'] },
    ];
    return all.filter(({ of }) => of > 0);
}

/**
 * Seconds for `left` more updates: a 95 % prediction interval of their sum from k seen ones, n·m ± 2·s·√(n + n²/k).
 * Null until two were seen.
 */
export function secondsFor(left: number, seconds: readonly number[]): { low: number; high: number } | null {
    const k = seconds.length;
    if (k < 2 || !Number.isFinite(left)) return null;
    const mean = seconds.reduce((sum, each) => sum + each, 0) / k;
    const deviation = Math.sqrt(seconds.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (k - 1));
    const margin = 2 * deviation * Math.sqrt(left + left ** 2 / k);
    return { low: Math.max(0, left * mean - margin), high: left * mean + margin };
}

/** Thins values to at most `most` means of equal stretches, in order; a stretch of nulls alone is null. */
export function thinned(values: readonly (number | null)[], most: number): readonly (number | null)[] {
    if (values.length <= most) return values;
    return Array.from({ length: most }, (_, i) => {
        const from = Math.floor((i * values.length) / most);
        const stretch = values
            .slice(from, Math.floor(((i + 1) * values.length) / most))
            .filter((each) => each !== null);
        return stretch.length === 0 ? null : stretch.reduce((sum, each) => sum + each, 0) / stretch.length;
    });
}
