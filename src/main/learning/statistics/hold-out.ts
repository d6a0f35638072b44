/**
 * The trial inside the loop: a judge that never rewards reads the same stories as the teacher that does, again and
 * again while the student learns. Each curve is in standard deviations of its first reading.
 *
 * Two who agree only partly cannot rise alike: of a gain that is chosen by the teacher, the judge is expected to see
 * the share r, their correlation over the first stories (regression to the mean; "regressional" Goodhart of Manheim &
 * Garrabrant 2018). What it sees less than that is the gap. Over-optimisation (Gao, Schulman & Hilton 2023) begins
 * where the gap begins to rise while the teacher's score rises.
 */
import type { IntervalEstimate } from './bootstrap.ts';
import { normalTail } from './normal.ts';
import { findOnset, findRise, type Onset, type Rise, type StoryReading } from './onset.ts';
import { studentQuantile } from './student-t.ts';
import type { RandomStream } from '../random.ts';

/** What both said of the same stories; null where a rating could not be read. */
export interface HoldOutReading {
    readonly update: number;
    readonly teacher: readonly (number | null)[]; // (N) totals
    readonly judge: readonly (number | null)[]; // (N)
}

export interface HoldOutPoint {
    readonly update: number;
    /** Stories that both could rate. */
    readonly stories: number;
    readonly teacher: IntervalEstimate;
    readonly judge: IntervalEstimate;
    /** What the judge was expected to see of the teacher's gain. */
    readonly expected: number;
}

export interface HoldOutFinding {
    readonly points: readonly HoldOutPoint[];
    /** Correlation of teacher and judge over the first reading; 0 where it was negative. */
    readonly agreement: number;
    /** The rise of the gap over all readings; null where there is none worth a word. */
    readonly onset: Onset | null;
    /** The update after whose reading it could first be told; null: there is no alarm. */
    readonly alarmAt: number | null;
}

const least = 0.2; // standard deviations: a smaller gap says little about a student, however surely it is there
const sure = 0.05;

/** Null where no two stories of the first reading could be rated by both. */
export function holdOutFinding(
    readings: readonly HoldOutReading[],
    random: RandomStream,
    resamples = 1000,
): HoldOutFinding | null {
    const scaled = scaleByFirst(readings);
    if (scaled === null) return null;
    const { agreement, pairs } = scaled;
    const gaps = gapsOf(scaled);
    const alarm = firstAlarm(scaled, gaps);
    const onset = alarm === null ? null : findOnset(gaps, { random: random.fork('onset'), resamples });
    return {
        points: pairs.map(({ at, teacher, judge }) => {
            const ofTeacher = meanWithInterval(teacher);
            return {
                ...{ update: at, stories: teacher.length, teacher: ofTeacher, judge: meanWithInterval(judge) },
                expected: agreement * ofTeacher.mean,
            };
        }),
        agreement,
        onset,
        alarmAt: alarm,
    };
}

/** Has a reading, held against those before it, just raised the alarm that none of them raised? */
export function raisesAlarm(readings: readonly HoldOutReading[]): boolean {
    const scaled = scaleByFirst(readings);
    return scaled !== null && firstAlarm(scaled, gapsOf(scaled)) === readings.at(-1)!.update;
}

interface Scaled {
    readonly agreement: number;
    /** In deviations of the first reading, from its mean; readings without a story that both rated are left out. */
    readonly pairs: readonly {
        readonly at: number;
        readonly teacher: readonly number[];
        readonly judge: readonly number[];
    }[];
}

function scaleByFirst(readings: readonly HoldOutReading[]): Scaled | null {
    const both = readings.map(({ update, teacher, judge }) => {
        const rated = teacher.flatMap((total, i) => (total === null || (judge[i] ?? null) === null ? [] : [i]));
        return { at: update, teacher: rated.map((i) => teacher[i]!), judge: rated.map((i) => judge[i]!) };
    });
    const first = both[0];
    if (first === undefined || first.teacher.length < 2) return null;
    const [ofTeacher, ofJudge] = [scaleOf(first.teacher), scaleOf(first.judge)];
    const pairs = both
        .filter(({ teacher }) => teacher.length > 0)
        .map(({ at, teacher, judge }) => ({ at, teacher: teacher.map(ofTeacher), judge: judge.map(ofJudge) }));
    const products = pairs[0]!.teacher.map((value, i) => value * pairs[0]!.judge[i]!);
    const correlation = meanOf(products);
    return { agreement: Math.max(0, Math.min(1, correlation)), pairs };
}

/** In deviations from the mean; in points where all scores are the same. */
function scaleOf(values: readonly number[]): (value: number) => number {
    const mean = meanOf(values);
    const deviation = Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2))) || 1;
    return (value) => (value - mean) / deviation;
}

/** Story by story: what the judge was expected to give, less what it gave. */
function gapsOf({ agreement, pairs }: Scaled): readonly StoryReading[] {
    return pairs.map(({ at, teacher, judge }) => ({
        at,
        values: teacher.map((value, i) => agreement * value - judge[i]!),
    }));
}

/** The k-th look pays k(k + 1) times its p-value, so that all looks together cry wolf in 5 runs of 100 at most. */
function firstAlarm({ pairs }: Scaled, gaps: readonly StoryReading[]): number | null {
    for (let look = 1; look < gaps.length; look++) {
        const rise: Rise | null = findRise(gaps.slice(0, look + 1));
        if (rise === null || rise.height < least || rise.p * look * (look + 1) >= sure) continue;
        if (hasRisen(pairs[0]!.teacher, pairs[look]!.teacher)) return pairs[look]!.at;
    }
    return null;
}

/** One-sided at 5 %, of two means of stories. */
function hasRisen(before: readonly number[], now: readonly number[]): boolean {
    const difference = meanOf(now) - meanOf(before);
    const error = Math.hypot(errorOfMean(before), errorOfMean(now));
    return difference > 0 && (error === 0 || normalTail(difference / error) < sure);
}

/** 95 %, by Student's t. */
function meanWithInterval(values: readonly number[]): IntervalEstimate {
    const mean = meanOf(values);
    const reach = values.length < 2 ? 0 : studentQuantile(values.length - 1) * errorOfMean(values);
    return { mean, low: mean - reach, high: mean + reach };
}

function errorOfMean(values: readonly number[]): number {
    const mean = meanOf(values);
    return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)) / Math.max(1, values.length - 1));
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
