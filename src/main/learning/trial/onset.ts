/**
 * Where a rise begins. Readings of one quantity over a run are held against a line that is flat, rises for a while and
 * is flat again: y(u) = a + h·clamp((u − b)/(e − b), 0, 1), by least squares over all b < e. A straight line has b at
 * its beginning, a jump has e right after b. Where stories are in groups (of length), each group has a level of its
 * own: only stories of one group are compared, and a rise that the groups explain as well has no weight (analysis of
 * covariance; Frisch & Waugh 1933). The interval of b is that of resampled stories (Efron 1979), each reading's by
 * themselves.
 */
import type { RandomStream } from '../random.ts';
import { quantile } from '../statistics/descriptive.ts';
import { normalTail } from '../statistics/normal.ts';

/** What was measured of the stories of one reading, after update `at`. */
export interface StoryReading {
    readonly at: number;
    readonly values: readonly number[]; // (N)
    /** Of each story; the values are then what is left of its group's level. One group where there are none. */
    readonly groups?: readonly number[]; // (N)
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
    const best = bestOf(ramps, excessOf(storiesOf(told)));
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
    const stories = storiesOf(told);
    const drawn: number[] = [];
    for (let resample = 0; resample < resamples; resample++) {
        const found = bestOf(ramps, excessOf(stories, random));
        if (found !== null) drawn.push(found.ramp.from);
    }
    const sorted = Float64Array.from(drawn).sort();
    return { ...rise, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

/** A rise from 0 to 1 between two updates. */
interface Ramp {
    readonly from: number;
    readonly until: number;
    readonly heights: Float64Array; // (K)
    /** Σ (height − its mean in the story's group)², over stories: what the square of a rise is divided by. */
    readonly spread: number;
}

const groupOf = ({ groups }: StoryReading, story: number): number => groups?.[story] ?? 0;

function rampsOver(readings: readonly StoryReading[]): readonly Ramp[] {
    const [first, last] = [readings[0]!.at, readings.at(-1)!.at];
    const step = Math.max(1, Math.ceil((last - first) / mostPlaces));
    const places = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);
    if (places.at(-1) !== last) places.push(last);
    const counts = countsOf(readings);
    return places.flatMap((from, i) =>
        places.slice(i + 1).flatMap((until): readonly Ramp[] => {
            const heights = new Float64Array(readings.length); // by a plain loop: it is most of what finding costs
            for (let k = 0; k < heights.length; k++)
                heights[k] = Math.max(0, Math.min(1, (readings[k]!.at - from) / (until - from)));
            const spread = spreadOf(heights, counts);
            return spread > 1e-9 ? [{ from, until, heights, spread }] : [];
        }),
    );
}

/** Stories of each group in each reading: (G)(K). */
function countsOf(readings: readonly StoryReading[]): readonly Float64Array[] {
    const counts = new Map<number, Float64Array>();
    for (const [k, reading] of readings.entries())
        for (let i = 0; i < reading.values.length; i++) {
            const group = groupOf(reading, i);
            const row = counts.get(group) ?? new Float64Array(readings.length);
            counts.set(group, row);
            row[k]!++;
        }
    return [...counts.values()];
}

function spreadOf(heights: Float64Array, counts: readonly Float64Array[]): number {
    let spread = 0;
    for (const row of counts) {
        let stories = 0;
        let sum = 0;
        let squares = 0;
        for (let k = 0; k < row.length; k++) {
            const [count, height] = [row[k]!, heights[k]!];
            stories += count;
            sum += count * height;
            squares += count * height ** 2;
        }
        spread += squares - (sum * sum) / stories;
    }
    return spread;
}

/** All stories one reading after the other. */
interface Stories {
    readonly values: Float64Array; // (N)
    readonly groups: Int32Array; // (N) 0 ≤ group < groupCount
    readonly groupCount: number;
    readonly begins: readonly number[]; // (K + 1) of each reading, and the end
}

function storiesOf(readings: readonly StoryReading[]): Stories {
    const numbers = new Map<number, number>();
    const groups = readings.flatMap((reading) => reading.values.map((_, i) => groupOf(reading, i)));
    for (const group of groups) if (!numbers.has(group)) numbers.set(group, numbers.size);
    const begins = [0];
    for (const { values } of readings) begins.push(begins.at(-1)! + values.length);
    return {
        values: Float64Array.from(readings.flatMap(({ values }) => values)),
        groups: Int32Array.from(groups, (group) => numbers.get(group)!),
        groupCount: numbers.size,
        begins,
    };
}

/** Σ over each reading's stories of what they have more than their group on average: (K). Drawn again with `random`. */
function excessOf({ values, groups, groupCount, begins }: Stories, random?: RandomStream): Float64Array {
    const sums = new Float64Array(groupCount);
    const counts = new Float64Array(groupCount);
    const drawn = new Int32Array(values.length);
    for (let k = 0; k + 1 < begins.length; k++) {
        const [begin, size] = [begins[k]!, begins[k + 1]! - begins[k]!];
        for (let i = 0; i < size; i++) {
            const story = begin + (random === undefined ? i : random.integer(size));
            drawn[begin + i] = story;
            sums[groups[story]!]! += values[story]!;
            counts[groups[story]!]!++;
        }
    }
    const excess = new Float64Array(begins.length - 1);
    for (let k = 0; k < excess.length; k++)
        for (let i = begins[k]!; i < begins[k + 1]!; i++) {
            const story = drawn[i]!;
            const group = groups[story]!;
            excess[k]! += values[story]! - sums[group]! / counts[group]!;
        }
    return excess;
}

/** excess: (K). The steepest of equals begins last: between two readings nobody saw when it rose. */
function bestOf(ramps: readonly Ramp[], excess: Float64Array): { readonly ramp: Ramp; readonly height: number } | null {
    let best: { readonly ramp: Ramp; readonly height: number } | null = null;
    let most = 0;
    for (const ramp of ramps) {
        let product = 0;
        for (let k = 0; k < excess.length; k++) product += ramp.heights[k]! * excess[k]!;
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

/** Of one story around the levels of its reading and its group; null where too few stories are left to tell. */
function varianceWithin(readings: readonly StoryReading[]): number | null {
    let squares = 0;
    let freedom = 0;
    for (const reading of readings) {
        const mean = meanOf(reading);
        for (const value of reading.values) squares += (value - mean) ** 2;
        freedom += reading.values.length - 1;
    }
    const groups = new Set(readings.flatMap((reading) => reading.values.map((_, i) => groupOf(reading, i))));
    freedom -= Math.max(0, groups.size - 1);
    return freedom > 0 ? squares / freedom : null;
}
