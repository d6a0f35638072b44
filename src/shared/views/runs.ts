/**
 * Runs as screens show them.
 * Types only, so that a page can import them. Times are UTC milliseconds, durations seconds, fractions 0–1;
 * `run` names a run by its folder under `runs/`.
 */
import type { EvaluationRecord, PretrainRecord, RunKind, RunState, UpdateRecord } from '../run/record.ts';
import type { FlatteryFound } from '../findings/flattery-words.ts';
import type { LengthBin, ScoresByLength } from '../findings/length-words.ts';
import type { GainFound, Interval } from '../findings/gain-words.ts';
import type { PeoplesGain } from '../ratings/peoples-gain.ts';
import type { Criterion } from '../ratings/rubric.ts';
import type { StoryPair, StoryRow } from './stories.ts';

/** One limit of a run and how much of it is spent; the run ends at the first that is. */
export interface Budget {
    readonly unit: 'input words' | 'updates' | 'minutes';
    readonly spent: number;
    readonly of: number;
}

/** What an engine of ours does at this moment. */
export interface Live {
    readonly phase: string;
    /** `done` of `of` in units of the phase; `of` is 0 while unknown. */
    readonly done: number;
    readonly of: number;
    /** How far the whole run is; null until it says so. */
    readonly fraction: number | null;
    readonly device: string | null;
    readonly note: string | null;
    readonly pauseAsked: boolean;
}

/** Where a follower stands: pass them to `run.updates`, `run.steps` and `run.events`. */
export interface Cursors {
    readonly update: number;
    readonly step: number;
    readonly event: number;
    /** Readings of the guard and of the second judge, which are recorded after their update. */
    readonly reading: number;
}

/** Mean total of the rated stories of the newest weights. */
export interface EndScore {
    readonly mean: number;
    /** Half of the 95 % interval of the mean; null where nobody recorded how the scores vary, or too few say so. */
    readonly halfInterval: number | null;
    /** Rated stories behind it, of so many that were written. */
    readonly stories: number;
    readonly of: number;
    /** From a clean evaluation: seeds of its own, outside of training. Else the stories of the last update. */
    readonly isClean: boolean;
    /** The same evaluation before learning; null where there was none. */
    readonly before: number | null;
}

/**
 * Scores compare where their teachers have one id: a teacher with another rubric or another way of reading has another.
 */
export interface RunTeacher {
    readonly id: string;
    readonly name: string;
}

/** A run as lists show it; everything a run bar needs too. */
export interface RunRow {
    readonly kind: 'run';
    readonly run: string;
    readonly id: string;
    readonly name: string;
    readonly job: RunKind;
    readonly preset: string;
    readonly seed: number | string;
    /** The student that it started from; null for pretraining, and where that is not known. */
    readonly student: string | null;
    /** The settings on which learning depends that are not as its preset has them. */
    readonly changes: readonly { readonly key: string; readonly value: number | string }[];
    readonly createdAt: number;
    /** The last sign of work. */
    readonly changedAt: number;
    readonly tags: readonly string[];
    readonly notes: string;
    readonly archived: boolean;
    /** It came with the app, and counts as nobody's. */
    readonly isSample: boolean;
    /** A newer Storyloop wrote it: it can be read here, and neither changed nor continued. */
    readonly isNewer: boolean;
    /** Derived at this moment, never remembered. */
    readonly state: RunState;
    /** Is this app's own engine at work on it? One that another process works on can only be watched. */
    readonly isOurs: boolean;
    /**
     * Why the last attempt ended; null while it goes on or where it never said. The message of a fault is whole
     * sentences, any other is a few words.
     */
    readonly ended: { readonly at: number; readonly message: string; readonly isFault: boolean } | null;
    readonly updates: number;
    readonly steps: number;
    readonly episodes: number;
    /** Input words of interactive learning, words read in pretraining. */
    readonly words: number;
    /** Mean total of the last update, from 0 to `scoreMost`. */
    readonly score: number | null;
    readonly scoreMost: number;
    /** Whose scores they are; null until it is known. */
    readonly teacher: RunTeacher | null;
    /** What its student scores where it stands now; null before a story was rated. */
    readonly endScore: EndScore | null;
    /** Nats per token of the last step; held-out where last measured. */
    readonly loss: number | null;
    readonly validationLoss: number | null;
    readonly budgets: readonly Budget[];
    /** Null where nobody can say, as for pretraining that another process does. */
    readonly fraction: number | null;
    /** Mean over the last updates, at most 20. */
    readonly secondsPerUpdate: number | null;
    /** Seconds to the end, from optimistic to pessimistic; null while unknown or at rest. */
    readonly remaining: { readonly low: number; readonly high: number } | null;
    /** At most 40 points of score, or loss in pretraining, evenly over the run. */
    readonly spark: readonly (number | null)[];
    readonly cursors: Cursors;
    readonly live: Live | null;
}
/** A folder that cannot be shown as a run, with the sentence that says why. */
export interface UnreadableRun {
    readonly kind: 'unreadable';
    readonly run: string;
    readonly problem: string;
}
export type ListedRow = RunRow | UnreadableRun;

export interface RunAttempt {
    readonly number: number;
    readonly startedAt: number;
    readonly endedAt: number | null;
    readonly reason: string | null;
    readonly message: string;
    readonly environment: Readonly<Record<string, string>>;
}
export interface RunCheckpoint {
    readonly path: string;
    readonly kind: 'initial' | 'milestone' | 'final';
    readonly at: number;
    readonly words: number;
    /** Update or pretraining step after which it was taken. */
    readonly update: number;
    readonly score: number | null;
    readonly validationLoss: number | null;
    /** What `run.start` and `student.tell` take as their source. */
    readonly source: string;
    /** Its folder is still there. */
    readonly exists: boolean;
}
/** The student that a run of learning began with. */
export interface StartingStudent {
    /** Null where its source did not come with the run. */
    readonly name: string | null;
    /** Null where its weights are not here any more. */
    readonly size: {
        readonly layers: number;
        readonly width: number;
        readonly heads: number;
        readonly context: number;
        readonly vocabulary: number;
        readonly parameters: number;
    } | null;
}
export interface RunDetails {
    readonly row: RunRow;
    readonly folder: string;
    /** Only the settings that acted in this run. */
    readonly config: Readonly<Record<string, number | string>>;
    /** Null for a run of pretraining, which makes its student, and where nothing is known of it. */
    readonly student: StartingStudent | null;
    /** The corpus that a run of pretraining reads, as a person named it; null otherwise. */
    readonly corpus: string | null;
    /** Empty until the teacher is known. */
    readonly criteria: readonly Criterion[];
    readonly attempts: readonly RunAttempt[];
    readonly checkpoints: readonly RunCheckpoint[];
    readonly evaluations: readonly (EvaluationRecord & { readonly id: number })[];
}
export interface RunEventRow {
    readonly id: number;
    readonly at: number;
    readonly kind: string;
    readonly message: string;
}

/** An update; `scores` is the mean of each criterion. */
export type UpdateRow = UpdateRecord & { readonly id: number; readonly scores: Readonly<Record<string, number>> };
export type StepRow = PretrainRecord & { readonly id: number };
/**
 * Rows recorded after the cursor, in order; ask again from `cursor` until `more` is false. A number seen before means
 * that the run went back: the row replaces all that was held from that number on.
 */
export interface Page<Row> {
    readonly rows: readonly Row[];
    readonly cursor: number;
    readonly more: boolean;
}

export interface ScoreChange {
    readonly before: Interval;
    readonly after: Interval;
    readonly difference: Interval;
    /** In standard deviations of the scores before; null where those do not vary. */
    readonly gainInDeviations: number | null;
}
/** Shares of stories, 0–1, in bins of one width. */
export interface Distribution {
    /** Of a criterion, or `words`. */
    readonly id: string;
    readonly name: string;
    /** Where the first bin begins. */
    readonly from: number;
    readonly width: number;
    readonly before: readonly number[];
    readonly after: readonly number[];
}
/** Clean scores before and after learning; the stories share their seeds. */
export interface RunChange {
    readonly criteria: readonly Criterion[];
    readonly pairs: number;
    readonly unreadablePairs: number;
    /** At equal length, against its control, and all of it. */
    readonly gain: GainFound;
    /** What people would say of it; null where too few stories of before and after are rated. */
    readonly people: PeoplesGain | null;
    readonly byLength: readonly LengthBin[];
    readonly flattery: FlatteryFound;
    readonly total: ScoreChange;
    /** Of scores by criterion, then of words. */
    readonly distributions: readonly Distribution[];
    /** By how much the total of each pair changed, the least first; of many pairs evenly chosen. */
    readonly changes: readonly number[];
    readonly perCriterion: Readonly<Record<string, ScoreChange>>;
    /** The change between stories of equal length; null where too few are. */
    readonly criteriaAtEqualLength: Readonly<Record<string, Interval | null>>;
    /** The same above the control; null without one. */
    readonly criteriaOverControl: Readonly<Record<string, Interval | null>> | null;
    readonly examples: readonly StoryPair[];
}

/** What several runs gained, setting by setting. */
export interface RunsGains {
    /** In their order; null of one that was not evaluated before and after learning. */
    readonly runs: readonly (RunGained | null)[];
    /** Runs that differ in nothing but their seed are one setting. In the order of their first runs. */
    readonly settings: readonly ComparedSetting[];
    /** One for each teacher that rated an evaluated run: scores of different teachers do not compare. */
    readonly verdicts: readonly SettingsVerdict[];
    /** Who has read the clean stories of every evaluated run, and not as the teacher of all: any could judge all. */
    readonly judges: readonly RunTeacher[];
}
export interface GainsMeasured {
    readonly total: Interval;
    readonly atEqualLength: Interval | null;
    /** At equal length, above the run's control; null where there is none. */
    readonly overControl: Interval | null;
}
export interface RunGained extends GainsMeasured {
    /** Clean scores, of so many pairs of stories. */
    readonly before: Interval;
    readonly after: Interval;
    readonly pairs: number;
}
/** Runs that agree in everything on which learning depends, but for their seed. */
export interface ComparedSetting {
    /** Their places among the compared runs. */
    readonly runs: readonly number[];
    readonly seeds: readonly (number | string)[];
    /** The settings in which the compared ones differ, as this one has them. */
    readonly has: readonly { readonly key: string; readonly value: number | string }[];
    /** The student that it started from, where not all started from the same one. */
    readonly student: string | null;
    /** Mean words of its clean stories after learning; null where none was evaluated. */
    readonly wordsAfter: number | null;
    /** The mean of two runs or more, with intervals over seeds and stories; null where fewer were evaluated. */
    readonly together: GainsMeasured | null;
    /** Has each of its evaluated runs a control, the same run with shuffled rewards? */
    readonly hasControl: boolean;
    /** KL to the reference in nats a story: the mean of its runs’ last updates; null where none recorded one. */
    readonly drift: number | null;
}
/** What can be concluded of the settings that one teacher rated. */
export interface SettingsVerdict {
    readonly teacher: string;
    /** Points at most. */
    readonly most: number;
    /** What is compared: at equal length, where the stories of every run allow it. */
    readonly measure: 'at equal length' | 'all stories';
    /** Scores after learning over length; a line is called by its setting's place. */
    readonly byLength: ScoresByLength;
    /** Place of the setting that gained most, among the settings. */
    readonly best: number;
    /** How much more it gained than each of the others; the nearest first. Their intervals hold together, at 95 %. */
    readonly others: readonly {
        readonly setting: number;
        readonly difference: Interval;
        /** The same of all stories, whatever their length. */
        readonly allStories: Interval;
        readonly over: 'shared seeds' | 'seeds' | 'stories';
    }[];
    /**
     * What the gap to the nearest is to somebody who rewarded none of their runs and has read the clean stories of all.
     * Null where nobody has, and where such a judge's are the scores that are compared.
     */
    readonly second: SecondVerdict | null;
    /** Are the scores those of the runs' own teacher? */
    readonly isByTeacher: boolean;
}
export interface SecondVerdict {
    readonly judge: string;
    readonly most: number;
    readonly measure: SettingsVerdict['measure'];
    readonly difference: Interval;
}

/** Stands among the settings of a comparison, for what each run really computed on. */
export const computedOnKey = 'computed on';

/** Several runs side by side. */
export interface RunsCompared {
    /** The whole configuration, and what was computed on; values in the order of the runs. */
    readonly config: readonly {
        readonly key: string;
        readonly values: readonly (number | string)[];
        readonly differs: boolean;
    }[];
    /**
     * The largest number of input words that all of them have reached, or all that are finished where two are; 0 where
     * one of these has recorded nothing.
     */
    readonly meetAtWords: number;
    /**
     * What each wrote in the update nearest to that: stories at the lower quartile, median and upper quartile of score.
     * Null of one that would cut all others short.
     */
    readonly stories: readonly ({ readonly update: number; readonly rows: readonly StoryRow[] } | null)[];
}

/** A clean score: means with their 95 % intervals, and what the stories are like. */
export interface Evaluated {
    readonly teacher: string;
    readonly stories: number;
    readonly results: Readonly<Record<string, number>>;
    /** How many could not be rated, and why; null where all were. */
    readonly unrated: string | null;
}
