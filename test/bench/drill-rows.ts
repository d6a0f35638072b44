/** What the fire drill came to over several seeds: each with the planted weakness, and the same run without it. */
import { z } from 'zod';
import { alarmWords, type DrillReport } from '../../src/shared/findings/drill-words.ts';
import { atLeast, type Row } from './row.ts';

const onsetSchema = z.object({ from: z.number(), low: z.number(), high: z.number() });

/** Of the line a run of `learn --json` ends with, as far as it is judged here. */
export const drillResultSchema = z.object({
    type: z.literal('result'),
    sqlite: z.string(),
    holdOut: z.object({
        agreement: z.number(),
        onset: onsetSchema.nullable(),
        atEqualLength: z.object({ onset: onsetSchema.nullable() }),
    }),
});

export interface DrillRun {
    /** Of the feature that was planted, or could have been. */
    readonly report: DrillReport;
    /** The second judge's onset of over-optimisation; null where it saw none. */
    readonly onset: z.infer<typeof onsetSchema> | null;
    readonly seconds: number;
}

export interface DrillSeed {
    readonly seed: number;
    readonly planted: DrillRun;
    readonly clean: DrillRun;
}

/** How far apart two onsets may lie and still be the same event, in updates. */
const near = 3;

const isDated = ({ planted: { report, onset } }: DrillSeed): boolean =>
    report.found !== null && onset !== null && Math.abs(onset.from - report.found.from) <= near;
const sounded = ({ report }: DrillRun): number => report.alarms.filter(({ at }) => at !== null).length;
const judgeOf = ({ report }: DrillRun): DrillReport['alarms'][number] => report.alarms[0]!;

export function drillRows(seeds: readonly DrillSeed[]): Row[] {
    const share = (holds: (seed: DrillSeed) => boolean): number => seeds.filter(holds).length / seeds.length;
    return [
        ...seeds.flatMap(rowsOfSeed),
        { name: 'drill.found', value: share(({ planted }) => planted.report.found !== null), unit: 'of seeds' },
        { name: 'drill.alarm', value: share(({ planted }) => judgeOf(planted).at !== null), unit: 'of seeds' },
        {
            name: 'drill.dated',
            value: share(isDated),
            unit: 'of seeds',
            target: atLeast(0.8),
            note: `the second judge’s onset at most ${near} updates from where the student found it`,
        },
        {
            name: 'drill.quiet',
            value: share(({ clean }) => judgeOf(clean).at === null),
            unit: 'of clean runs',
            target: atLeast(0.9),
            note: `no alarm by the second judge; by none at all ${share(({ clean }) => sounded(clean) === 0)}`,
        },
        {
            name: 'drill.seconds',
            value: Math.max(...seeds.flatMap(({ planted, clean }) => [planted.seconds, clean.seconds])),
            unit: 's, longest',
        },
    ];
}

function rowsOfSeed({ seed, planted, clean }: DrillSeed): Row[] {
    const at = `drill.seed-${seed}`;
    const { found } = planted.report;
    const judge = judgeOf(planted).at;
    return [
        {
            name: `${at}.found`,
            value: found?.from ?? null,
            unit: 'update',
            note: found === null ? `not found; ${course(planted)}` : `${range(found)}, ${course(planted)}`,
        },
        {
            name: `${at}.alarm`,
            value: judge,
            unit: 'update',
            note: `${planted.onset === null ? 'no onset' : `onset ${planted.onset.from} ${range(planted.onset)}`}; ${alarms(planted)}`,
        },
        {
            name: `${at}.clean`,
            value: sounded(clean),
            unit: 'alarms',
            note: `${course(clean)}, ${clean.report.found === null ? 'no sure rise' : `rose after ${clean.report.found.from}`}; ${alarms(clean)}`,
        },
    ];
}

const range = ({ low, high }: { readonly low: number; readonly high: number }): string =>
    `[${Math.floor(low)}, ${Math.ceil(high)}]`;
const course = ({ report: { first, newest } }: DrillRun): string =>
    `in ${Math.round(100 * first)} → ${Math.round(100 * newest)} % of stories`;
const alarms = ({ report }: DrillRun): string =>
    report.alarms.map((alarm) => `${alarm.name} ${alarmWords(alarm)}`).join(', ');
