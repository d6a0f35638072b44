/**
 * Intervals by resampling (Efron 1979): draw as many stories as there are, with replacement, measure again, and again;
 * the middle 95 % of what was measured is the interval. It speaks about other stories of the same two students, not
 * about other training runs: those need several seeds. Simulated on skewed scores it held the truth in 93–95 of 100
 * evaluations from 60 stories on, in 92 with 20: percentiles are a little short when stories are few.
 */
import { badInput } from '../../../shared/faults.ts';
import type { RandomStream } from '../random.ts';
import { quantile } from '../ppo/statistics.ts';

/** A measured mean and its 95 % interval, all in the unit of what was measured. */
export interface Estimate {
    readonly mean: number;
    readonly low: number;
    readonly high: number;
}

export interface BootstrapOptions {
    readonly random: RandomStream;
    readonly resamples?: number; // at least 2000
}

/** What is measured: rows (N) are indices of the drawn stories, with repeats; undefined if it cannot be measured on them. */
export type Measure = (rows: Uint32Array) => readonly number[] | undefined;

/**
 * Each number of `measure` with its interval. All of them are measured on the same draws, so that parts and their sum
 * agree. Undefined: not even the stories themselves can be measured. A draw that cannot be measured is left out.
 */
export function bootstrap(
    stories: number,
    measure: Measure,
    { random, resamples = 2000 }: BootstrapOptions,
): Estimate[] | undefined {
    if (!Number.isInteger(resamples) || resamples < 2000)
        throw badInput(
            `An interval from ${resamples} resamples would not be steady; nothing was measured. Take at least 2000.`,
        );
    const rows = Uint32Array.from({ length: stories }, (_, i) => i);
    const measured = measure(rows);
    if (measured === undefined) return undefined;
    const drawn = measured.map(() => new Float64Array(resamples)); // (measures, resamples)
    let usable = 0;
    for (let resample = 0; resample < resamples; resample++) {
        for (let i = 0; i < stories; i++) rows[i] = random.integer(stories);
        const again = measure(rows);
        if (again === undefined) continue;
        again.forEach((value, which) => (drawn[which]![usable] = value));
        usable++;
    }
    return measured.map((mean, which) => {
        const sorted = drawn[which]!.subarray(0, usable).sort();
        return { mean, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
    });
}
