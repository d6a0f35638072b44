/** Time, taken so that a busy machine harms all sides alike: turn by turn in one run, medians of several rounds. */
import { performance } from 'node:perf_hooks';
import { quantile } from '../../src/main/learning/statistics/descriptive.ts';
import type { Row } from './row.ts';

export interface BenchOptions {
    /** Rounds behind a median. */
    readonly repeats: number;
    readonly threads: number;
    /** A folder of text, where a bench reads text; null for stories of the storyworld. */
    readonly corpus: string | null;
    readonly runs: RunOptions;
}

/** Of benches that let a student learn. */
export interface RunOptions {
    /** Seeds 1 … N. */
    readonly seeds: number;
    /** Null: as many as the bench makes by itself. */
    readonly updates: number | null;
    readonly from: string;
    /** Where runs go and stay; null for a folder that is gone afterwards. */
    readonly home: string | null;
    /** Null: as the preset has it. */
    readonly threads: number | null;
}

export interface Bench {
    readonly name: string;
    /** Runs only when it is named. */
    readonly isLong?: boolean;
    measure(options: BenchOptions): Promise<readonly Row[]>;
}

export type Work = () => unknown;

export async function secondsOf(work: Work): Promise<number> {
    const started = performance.now();
    await work();
    return (performance.now() - started) / 1000;
}

/** Each work once unmeasured, then all of them in turn, round after round; seconds by name, (repeats) each. */
export async function inTurns<Name extends string>(
    works: Readonly<Record<Name, Work>>,
    repeats: number,
): Promise<Readonly<Record<Name, readonly number[]>>> {
    const named = Object.entries<Work>(works);
    for (const [, work] of named) await work();
    const seconds = Object.fromEntries(named.map(([name]) => [name, [] as number[]])) as Record<Name, number[]>;
    for (let round = 0; round < repeats; round++)
        for (const [name, work] of named) seconds[name as Name].push(await secondsOf(work));
    return seconds;
}

export function median(values: readonly number[]): number {
    return quantile(
        values.toSorted((a, b) => a - b),
        0.5,
    );
}

/** The median over rounds of what one round's times give. */
export function medianRatio(over: readonly number[], under: readonly number[]): number {
    return median(over.map((value, round) => value / under[round]!));
}
