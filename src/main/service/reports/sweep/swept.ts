/** What was measured of the checkpoints of a sweep, all by one measure. */
import type { SweepMeasure } from '../../../../shared/benchmarks/sweep.ts';
import { counted } from '../../../../shared/text/numbers.ts';
import type { SweepScores } from '../../../learning/statistics/equivalence.ts';
import type { KeptCheckpoint, KeptRun } from '../../sources/kept-checkpoints.ts';

/** Draws of intervals have one seed: the same scores always give the same numbers. */
export const sweepSeed = 42;

export interface SweepCheckpoint extends KeptCheckpoint {
    readonly run: KeptRun;
}

/** The checkpoints that a measure was taken of, and their scores in the same order. */
export interface MeasuredSweep {
    readonly measure: SweepMeasure;
    readonly checkpoints: readonly SweepCheckpoint[];
    readonly scores: SweepScores;
}

/** What the most of the lists hold; null where all are empty. */
export function mostCommon(lists: readonly (readonly string[])[]): string | null {
    const counts = new Map<string, number>();
    for (const key of lists.flatMap((list) => [...new Set(list)])) counts.set(key, (counts.get(key) ?? 0) + 1);
    return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

export const missing = (checkpoints: number): readonly string[] =>
    checkpoints === 0 ? [] : [`Not measured: ${counted(checkpoints, 'checkpoint')}.`];
