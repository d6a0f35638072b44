/**
 * The trial inside the loop: a judge that never rewards reads the same stories as the teacher that does, again and
 * again while the student learns. Each curve is in standard deviations of its first reading.
 *
 * Two who agree only partly cannot rise alike: of a gain that is chosen by the teacher, the judge is expected to see
 * the share r, their correlation over the first stories (regression to the mean; "regressional" Goodhart of Manheim &
 * Garrabrant 2018). What it sees less than that is the gap. Over-optimisation (Gao, Schulman & Hilton 2023) begins
 * where the gap begins to rise while the teacher's score rises.
 */
import type { IntervalEstimate } from '../statistics/bootstrap.ts';
import { mean } from '../statistics/descriptive.ts';
import { normalTail } from '../statistics/normal.ts';
import { studentQuantile } from '../statistics/student-t.ts';
import type { RandomStream } from '../random.ts';
import { atEqualLength, lengthBin } from './equal-length.ts';
import { findOnset, findRise, type Onset, type Rise, type StoryReading } from './onset.ts';

/** What both said of the same stories; null where a rating could not be read. */
export interface HoldOutReading {
    readonly update: number;
    readonly words: readonly number[]; // (N)
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

export interface HoldOutCourse {
    readonly points: readonly HoldOutPoint[];
    /** Correlation of teacher and judge over the first reading; 0 where it was negative. */
    readonly agreement: number;
    /** The rise of the gap over all readings; null where there is none worth a word. */
    readonly onset: Onset | null;
}

export interface HoldOutFinding extends HoldOutCourse {
    /** The same of scores as if all stories had been equally long, in deviations of such scores. */
    readonly atEqualLength: HoldOutCourse;
    /** The update after whose reading either could first be told; null: there is no alarm. */
    readonly alarmAt: number | null;
}

const least = 0.2; // standard deviations: a smaller gap says little about a student, however surely it is there
const sure = 0.05;
const courses = 2; // as the stories are, and at equal length

/** Null where no two stories of the first reading could be rated by both. */
export function holdOutFinding(
    readings: readonly HoldOutReading[],
    random: RandomStream,
    resamples = 1000,
): HoldOutFinding | null {
    const both = ratedByBoth(readings);
    const alarms = alarmsOf(both);
    const scaled = scaleByFirst(both);
    const even = scaleByFirst(evened(both));
    if (scaled === null || even === null) return null;
    const courseOf = (course: Scaled, alarm: number | null): HoldOutCourse => ({
        points: pointsOf(course),
        agreement: course.agreement,
        onset: alarm === null ? null : findOnset(gapsOf(course), { random: random.fork('onset'), resamples }),
    });
    return {
        ...courseOf(scaled, alarms.asTheyAre),
        atEqualLength: courseOf(even, alarms.atEqualLength),
        alarmAt: earlier(alarms.asTheyAre, alarms.atEqualLength),
    };
}

export interface HoldOutAlarm {
    /** The last update before the gap began to rise. */
    readonly from: number;
    /** The update after whose reading that could be told. */
    readonly at: number;
}

/** The alarm that the newest reading, held against those before it, has just raised and none of them did. */
export function newAlarm(readings: readonly HoldOutReading[]): HoldOutAlarm | null {
    const both = ratedByBoth(readings);
    const { asTheyAre, atEqualLength: even } = alarmsOf(both);
    const newest = readings.at(-1)?.update ?? null;
    const at = earlier(asTheyAre, even);
    if (at === null || at !== newest) return null;
    const rise = findRise(gapsOf(scaleByFirst(asTheyAre === at ? both : evened(both))!));
    return { from: rise!.from, at };
}

const earlier = (one: number | null, other: number | null): number | null =>
    one === null || other === null ? (one ?? other) : Math.min(one, other);

/** A reading's stories that both could rate. */
interface BothRated {
    readonly at: number;
    readonly words: readonly number[]; // (N)
    readonly teacher: readonly number[]; // (N)
    readonly judge: readonly number[]; // (N)
    /** Bins of length, where scores are those at equal length. */
    readonly groups?: readonly number[]; // (N)
}

function ratedByBoth(readings: readonly HoldOutReading[]): readonly BothRated[] {
    return readings
        .map(({ update, words, teacher, judge }) => {
            const rated = teacher.flatMap((total, i) => (total === null || (judge[i] ?? null) === null ? [] : [i]));
            return {
                at: update,
                words: rated.map((i) => words[i]!),
                teacher: rated.map((i) => teacher[i]!),
                judge: rated.map((i) => judge[i]!),
            };
        })
        .filter(({ teacher }, i) => i === 0 || teacher.length > 0);
}

/** The same with scores as if all stories had been equally long. */
function evened(readings: readonly BothRated[]): readonly BothRated[] {
    const [teacher, judge] = (['teacher', 'judge'] as const).map((rater) =>
        atEqualLength(
            readings.map((reading) => reading.words.map((words, i) => ({ words, total: reading[rater][i]! }))),
        ),
    );
    return readings.map((reading, i) => ({
        ...reading,
        teacher: teacher![i]!,
        judge: judge![i]!,
        groups: reading.words.map(lengthBin),
    }));
}

interface Scaled {
    readonly agreement: number;
    /** In deviations of the first reading, from its mean; readings without a story that both rated are left out. */
    readonly pairs: readonly {
        readonly at: number;
        readonly teacher: readonly number[];
        readonly judge: readonly number[];
        readonly groups?: readonly number[];
    }[];
}

function scaleByFirst(both: readonly BothRated[]): Scaled | null {
    const first = both[0];
    if (first === undefined || first.teacher.length < 2) return null;
    const [ofTeacher, ofJudge] = [scaleOf(first.teacher), scaleOf(first.judge)];
    const pairs = both.map(({ at, teacher, judge, groups }) => ({
        at,
        teacher: teacher.map(ofTeacher),
        judge: judge.map(ofJudge),
        ...(groups === undefined ? {} : { groups }),
    }));
    const products = pairs[0]!.teacher.map((value, i) => value * pairs[0]!.judge[i]!);
    const correlation = mean(products);
    return { agreement: Math.max(0, Math.min(1, correlation)), pairs };
}

function pointsOf({ agreement, pairs }: Scaled): readonly HoldOutPoint[] {
    return pairs.map(({ at, teacher, judge }) => {
        const ofTeacher = meanWithInterval(teacher);
        return {
            update: at,
            stories: teacher.length,
            teacher: ofTeacher,
            judge: meanWithInterval(judge),
            expected: agreement * ofTeacher.mean,
        };
    });
}

/** In deviations from the mean; in points where all scores are the same. */
function scaleOf(values: readonly number[]): (value: number) => number {
    const centre = mean(values);
    const deviation = Math.sqrt(mean(values.map((value) => (value - centre) ** 2))) || 1;
    return (value) => (value - centre) / deviation;
}

/** Story by story: what the judge was expected to give, less what it gave. */
function gapsOf({ agreement, pairs }: Scaled): readonly StoryReading[] {
    return pairs.map(({ at, teacher, judge, groups }) => ({
        at,
        ...(groups === undefined ? {} : { groups }),
        values: teacher.map((value, i) => agreement * value - judge[i]!),
    }));
}

/** The updates after whose readings each course first told of over-optimisation. Later readings change no alarm. */
function alarmsOf(both: readonly BothRated[]): Readonly<Record<'asTheyAre' | 'atEqualLength', number | null>> {
    const whole = scaleByFirst(both);
    if (whole === null) return { asTheyAre: null, atEqualLength: null };
    const looks = both.map((_, look) => look).slice(1);
    const first = (scaledAt: (look: number) => Scaled): number | null => {
        const look = looks.find((each) => isAlarming(scaledAt(each), each));
        return look === undefined ? null : both[look]!.at;
    };
    return {
        asTheyAre: first((look) => ({ ...whole, pairs: whole.pairs.slice(0, look + 1) })),
        // what length is paid is known from the readings so far, and differently after each
        atEqualLength: first((look) => scaleByFirst(evened(both.slice(0, look + 1)))!),
    };
}

/**
 * The k-th look pays k(k + 1) times its p-value for each of the two courses, so that all looks together cry wolf in 5
 * runs of 100 at most.
 */
function isAlarming(scaled: Scaled, look: number): boolean {
    if (!hasRisen(scaled.pairs[0]!.teacher, scaled.pairs[look]!.teacher)) return false;
    const rise: Rise | null = findRise(gapsOf(scaled));
    return rise !== null && rise.height >= least && rise.p * look * (look + 1) * courses < sure;
}

/** One-sided at 5 %, of two means of stories. */
function hasRisen(before: readonly number[], now: readonly number[]): boolean {
    const difference = mean(now) - mean(before);
    const error = Math.hypot(errorOfMean(before), errorOfMean(now));
    return difference > 0 && (error === 0 || normalTail(difference / error) < sure);
}

/** 95 %, by Student's t. */
function meanWithInterval(values: readonly number[]): IntervalEstimate {
    const centre = mean(values);
    const reach = values.length < 2 ? 0 : studentQuantile(values.length - 1) * errorOfMean(values);
    return { mean: centre, low: centre - reach, high: centre + reach };
}

function errorOfMean(values: readonly number[]): number {
    const centre = mean(values);
    return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)) / Math.max(1, values.length - 1));
}
