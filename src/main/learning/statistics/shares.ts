/** A share of cases with the interval that stays within 0 and 1. */
import type { IntervalEstimate } from './bootstrap.ts';

const z = 1.959963984540054;

/** `times` of n, 95 % (Wilson 1927). Ties may count half. @throws a RangeError for no case at all */
export function wilson(times: number, n: number): IntervalEstimate {
    if (n === 0) throw new RangeError('a share of nothing');
    const mean = times / n;
    const scale = 1 + z ** 2 / n;
    const centre = (mean + z ** 2 / (2 * n)) / scale;
    const half = (z / scale) * Math.sqrt((mean * (1 - mean)) / n + z ** 2 / (4 * n ** 2));
    return { mean, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
