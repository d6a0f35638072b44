/**
 * Intervals by resampling (Efron 1979): draw as many stories as there are, with replacement, and measure again, many
 * times; the middle 95 % of the results is the interval. It is about other stories of the same two students, not about
 * other training runs: those need several seeds. In simulations on skewed scores it covered the true value in 93–95 of
 * 100 evaluations from 60 stories on, and in 92 with 20: percentile intervals are slightly short when stories are few.
 */
import { badInput } from '../../../shared/faults.ts';
import type { RandomStream } from '../random.ts';
import { quantile } from './descriptive.ts';

/** A mean and its 95 % interval, all in the unit of what was measured. */
export interface IntervalEstimate {
    readonly mean: number;
    readonly low: number;
    readonly high: number;
}

export interface BootstrapOptions {
    readonly random: RandomStream;
    readonly resamples?: number; // at least 2000
}

/**
 * Measures the drawn stories: rows (N) are their indices, with repeats. Undefined where it cannot be measured on them.
 */
export type Measure = (rows: Uint32Array) => readonly number[] | undefined;

/**
 * Every number of `measure` with its interval. All are measured on the same draws, so parts agree with their sum.
 * Undefined where not even the stories themselves can be measured. A draw that cannot be measured is left out.
 * @throws bad input for fewer than 2000 resamples
 */
export function bootstrap(
    stories: number,
    measure: Measure,
    { random, resamples = 2000 }: BootstrapOptions,
): IntervalEstimate[] | undefined {
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
        for (let which = 0; which < again.length; which++) drawn[which]![usable] = again[which]!;
        usable++;
    }
    return measured.map((mean, which) => {
        const sorted = drawn[which]!.subarray(0, usable).sort();
        return { mean, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
    });
}
