/** What students have read of benchmarks, or are reading, as the app tells it. */
import type { BenchmarkRow } from '../../shared/views/benchmarks.ts';

let rows = $state.raw<readonly BenchmarkRow[] | null>(null);
const running = $derived((rows ?? []).filter(({ state }) => state === 'running'));

export const benchmarks = {
    /** Newest first; null until they are known. */
    get rows(): readonly BenchmarkRow[] | null {
        return rows;
    },
    get running(): readonly BenchmarkRow[] {
        return running;
    },
};

export function takeBenchmarks(all: readonly BenchmarkRow[]): void {
    rows = all;
}

/** The row as it was before, or undefined for a new one. */
export function takeBenchmark(row: BenchmarkRow): BenchmarkRow | undefined {
    const known = rows?.find(({ id }) => id === row.id);
    rows = known
        ? rows!.map((each) => (each.id === row.id ? row : each))
        : [row, ...(rows ?? [])].toSorted((a, b) => b.createdAt - a.createdAt);
    return known;
}

export function takeBenchmarkGone(benchmark: string): void {
    rows = rows?.filter(({ id }) => id !== benchmark) ?? null;
}
