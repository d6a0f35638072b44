/**
 * Where a rise begins. Readings of one quantity over a run are held against a line that is flat, rises for a while and
 * is flat again: y(u) = a + h·clamp((u − b)/(e − b), 0, 1), by least squares over all b < e. A straight line has b at
 * its beginning, a jump has e right after b. The interval of b is that of resampled stories (Efron 1979), each
 * reading's by themselves.
 */
import type { RandomStream } from '../random.ts';
import { quantile } from '../ppo/statistics.ts';
import { normalTail } from './normal.ts';

/** What was measured of the stories of one reading, after update `at`. */
export interface StoryReading {
    readonly at: number;
    readonly values: readonly number[]; // (N)
}

export interface Rise {
    /** The last update before it rose. */
    readonly from: number;
    readonly until: number;
    /** In units of the values; above 0. */
    readonly height: number;
    /**
     * One-sided, of a flat course: the normal tail of the largest rise, times the pairs of readings that it may have
     * begun and ended at.
     */
    readonly p: number;
}

export interface Onset extends Rise {
    /** 95 % of `from`. */
    readonly low: number;
    readonly high: number;
}

const mostPlaces = 80; // where a rise may begin or end: each update, or fewer of equal distance in a long run
const fewestReadings = 3;

/** The rise that explains the readings best; null where none does, or there is too little to tell. */
export function findRise(readings: readonly StoryReading[]): Rise | null {
    const told = readings.filter(({ values }) => values.length > 0);
    const noise = varianceWithin(told);
    if (told.length < fewestReadings || noise === null) return null;
    const ramps = rampsOver(told);
    const best = bestOf(ramps, told.map(meanOf));
    if (best === null) return null;
    const { ramp, height } = best;
    const deviations = noise === 0 ? Infinity : height * Math.sqrt(ramp.spread / noise);
    const pairs = (told.length * (told.length - 1)) / 2;
    return { from: ramp.from, until: ramp.until, height, p: Math.min(1, pairs * normalTail(deviations)) };
}

/** The same with the interval of its beginning. */
export function findOnset(
    readings: readonly StoryReading[],
    { random, resamples = 1000 }: { readonly random: RandomStream; readonly resamples?: number },
): Onset | null {
    const rise = findRise(readings);
    if (rise === null) return null;
    const told = readings.filter(({ values }) => values.length > 0);
    const ramps = rampsOver(told);
    const drawn: number[] = [];
    for (let resample = 0; resample < resamples; resample++) {
        const means = told.map(({ values }) => {
            let sum = 0;
            for (let i = 0; i < values.length; i++) sum += values[random.integer(values.length)]!;
            return sum / values.length;
        });
        const found = bestOf(ramps, means);
        if (found !== null) drawn.push(found.ramp.from);
    }
    const sorted = Float64Array.from(drawn).sort();
    return { ...rise, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

/** A rise from 0 to 1 between two updates, its mean over the stories taken away. */
interface Ramp {
    readonly from: number;
    readonly until: number;
    readonly weighted: Float64Array; // (K) heights times the stories of each reading
    /** Σ weight · height²: what the square of a rise is divided by. */
    readonly spread: number;
}

function rampsOver(readings: readonly StoryReading[]): readonly Ramp[] {
    const [first, last] = [readings[0]!.at, readings.at(-1)!.at];
    const step = Math.max(1, Math.ceil((last - first) / mostPlaces));
    const places = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);
    if (places.at(-1) !== last) places.push(last);
    const weights = readings.map(({ values }) => values.length);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return places.flatMap((from, i) =>
        places.slice(i + 1).flatMap((until): readonly Ramp[] => {
            const heights = readings.map(({ at }) => Math.max(0, Math.min(1, (at - from) / (until - from))));
            const mean = heights.reduce((sum, height, k) => sum + weights[k]! * height, 0) / total;
            const weighted = Float64Array.from(heights, (height, k) => weights[k]! * (height - mean));
            const spread = heights.reduce((sum, height, k) => sum + weights[k]! * (height - mean) ** 2, 0);
            return spread > 0 ? [{ from, until, weighted, spread }] : [];
        }),
    );
}

/** means: (K). The steepest of equals begins last: between two readings nobody saw when it rose. */
function bestOf(
    ramps: readonly Ramp[],
    means: readonly number[],
): { readonly ramp: Ramp; readonly height: number } | null {
    let best: { readonly ramp: Ramp; readonly height: number } | null = null;
    let most = 0;
    for (const ramp of ramps) {
        let product = 0;
        for (let k = 0; k < means.length; k++) product += ramp.weighted[k]! * means[k]!;
        if (product <= 0) continue;
        const explained = (product * product) / ramp.spread;
        if (explained > most * (1 + 1e-12)) {
            most = explained;
            best = { ramp, height: product / ramp.spread };
        }
    }
    return best;
}

const meanOf = ({ values }: StoryReading): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of one story around the mean of its reading; null where no reading has two stories. */
function varianceWithin(readings: readonly StoryReading[]): number | null {
    let squares = 0;
    let freedom = 0;
    for (const reading of readings) {
        const mean = meanOf(reading);
        for (const value of reading.values) squares += (value - mean) ** 2;
        freedom += reading.values.length - 1;
    }
    return freedom > 0 ? squares / freedom : null;
}
