/**
 * What the demo's runs over several seeds come to. Intervals over stories are not intervals over seeds: both are
 * shown.
 */
import { z } from 'zod';
import { studentQuantile } from '../../src/main/learning/statistics/student-t.ts';
import { mean, standardDeviation } from '../../src/main/learning/statistics/descriptive.ts';
import { above, atLeast, atMost, below, readable, type Row } from './row.ts';

const intervalSchema = z.object({ mean: z.number(), low: z.number(), high: z.number() });
const measuredSchema = z.object({ words: z.number(), finished: z.number() });

/** The line a run of `learn --json` ends with, as far as it is judged here. */
export const resultSchema = z.object({
    type: z.literal('result'),
    difference: intervalSchema,
    before: measuredSchema,
    after: measuredSchema,
    gainInDeviations: z.number().nullable(),
    lengthMatched: intervalSchema.nullable(),
    distinct2AtEqualCounts: z.tuple([z.number(), z.number()]),
    /** Of a run whose control was there before it. */
    control: z.object({ overLengthMatched: intervalSchema.nullable() }).nullable(),
    peakRssMB: z.number(),
});
export type RunResult = Readonly<z.infer<typeof resultSchema>>;

export interface SeedResults {
    readonly seed: number;
    readonly real: RunResult;
    /** Of the real run, from the command to its end. */
    readonly seconds: number;
    /** The same with the rewards shuffled within each batch: there is nothing to learn. */
    readonly control: RunResult;
}

export function demoRows(seeds: readonly SeedResults[]): Row[] {
    return [...seeds.flatMap(rowsOfSeed), ...rowsOverSeeds(seeds)];
}

function rowsOfSeed({ seed, real, control, seconds }: SeedResults): Row[] {
    const at = `demo.seed-${seed}`;
    return [
        { name: `${at}.gain`, value: real.difference.mean, unit: 'of 9', note: changes(real) },
        { name: `${at}.gain-low`, value: real.difference.low, unit: 'of 9', target: above(0) },
        { name: `${at}.gain-high`, value: real.difference.high, unit: 'of 9' },
        {
            name: `${at}.length-matched-low`,
            value: real.lengthMatched?.low ?? null,
            unit: 'of 9',
            target: above(0),
            note: real.lengthMatched
                ? `mean ${readable(real.lengthMatched.mean)}`
                : 'too few stories of equal length on both sides',
        },
        {
            name: `${at}.over-control`,
            value: real.control?.overLengthMatched?.low ?? null,
            unit: 'of 9, at equal length, lower end',
            target: above(0),
            note: real.control?.overLengthMatched
                ? `mean ${readable(real.control.overLengthMatched.mean)}`
                : 'no control',
        },
        { name: `${at}.control`, value: control.difference.mean, unit: 'of 9', note: changes(control) },
        {
            name: `${at}.control-share`,
            value: control.difference.high / real.difference.mean,
            unit: 'of the gain',
            ...(real.difference.mean > 0 ? {} : { note: 'there is no gain to take a share of' }),
        },
        { name: `${at}.seconds`, value: seconds, unit: 's', note: `memory at most ${real.peakRssMB} MB` },
    ];
}

function rowsOverSeeds(seeds: readonly SeedResults[]): Row[] {
    const real = seeds.map((each) => each.real);
    const control = seeds.map((each) => each.control);
    const gains = real.map(({ difference }) => difference.mean);
    const controls = control.map(({ difference }) => difference.mean);
    // equal scores before: no gain is known
    const inDeviations = real.map(({ gainInDeviations }) => gainInDeviations ?? 0);
    const matched = real.map(({ lengthMatched }) => lengthMatched?.mean ?? null);
    const matchedLows = real.map(({ lengthMatched }) => lengthMatched?.low ?? -Infinity);
    const over = real.map((run) => run.control?.overLengthMatched?.mean ?? null);
    const kept = real.map(({ distinct2AtEqualCounts: [before, after] }) => after / before);
    return [
        {
            name: 'demo.over-control',
            value: over.includes(null) ? null : mean(over.map(Number)),
            unit: 'of 9, at equal length',
            target: above(0),
            note: over.includes(null) ? 'a seed has nothing to hold it against' : overSeeds(over.map(Number)),
        },
        { name: 'demo.gain', value: mean(gains), unit: 'of 9', note: overSeeds(gains) },
        {
            name: 'demo.gain-in-deviations',
            value: mean(inDeviations),
            unit: 'of the scores before',
            target: atLeast(0.6),
            note: overSeeds(inDeviations),
        },
        {
            name: 'demo.length-matched-low',
            value: matched.includes(null) ? null : Math.min(...matchedLows),
            unit: 'of 9, lowest seed',
            target: above(0),
            note: matched.includes(null)
                ? 'a seed has too few stories of equal length'
                : `means ${overSeeds(matched.map(Number))}`,
        },
        { name: 'demo.distinct-2', value: mean(kept), unit: 'of before', target: atLeast(0.8), note: overSeeds(kept) },
        {
            name: 'demo.control',
            value: mean(controls),
            unit: 'of 9',
            note: `${overSeeds(controls)}; ${wordsOver(control)}`,
        },
        {
            name: 'demo.control-share',
            value: mean(gains) > 0 ? mean(control.map(({ difference }) => difference.high)) / mean(gains) : null,
            unit: 'of the gain, upper end',
            target: below(0.2),
        },
        {
            name: 'demo.seconds',
            value: Math.max(...seeds.map(({ seconds }) => seconds)),
            unit: 's, longest',
            target: atMost(300),
        },
        {
            name: 'demo.peak-rss',
            value: Math.max(...real.map(({ peakRssMB }) => peakRssMB)),
            unit: 'MB, largest',
            target: atMost(800),
        },
    ];
}

function changes({ before, after, distinct2AtEqualCounts: [early, late] }: RunResult): string {
    const words = `words ${before.words.toFixed(0)} → ${after.words.toFixed(0)}`;
    const finished = `finished ${before.finished.toFixed(2)} → ${after.finished.toFixed(2)}`;
    return `${words}, ${finished}, distinct-2 of equally many ${early.toFixed(2)} → ${late.toFixed(2)}`;
}

function wordsOver(runs: readonly RunResult[]): string {
    const [before, after] = [mean(runs.map((run) => run.before.words)), mean(runs.map((run) => run.after.words))];
    return `words ${before.toFixed(0)} → ${after.toFixed(0)}`;
}

function overSeeds(values: readonly number[]): string {
    const interval = tInterval(values);
    return interval
        ? `over seeds [${readable(interval.low)}, ${readable(interval.high)}]`
        : 'one seed: no interval over seeds';
}

export const mostSeeds = 20;

/**
 * 95 % interval of the mean over seeds (Student 1908); null for a single one. Each seed has evaluation stories of its
 * own, so
 * the spread between seeds holds the noise of the stories, too.
 */
export function tInterval(values: readonly number[]): { readonly low: number; readonly high: number } | null {
    if (values.length < 2) return null;
    const half = (studentQuantile(values.length - 1) * standardDeviation(values)) / Math.sqrt(values.length);
    return { low: mean(values) - half, high: mean(values) + half };
}
