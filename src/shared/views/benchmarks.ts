/** The page Evaluate: what lies in a folder of tasks, what students have read of it, and what was counted. */
import type { BenchmarkPlan, BenchmarkStudent, BenchmarkTask } from '../benchmarks/benchmarks.ts';
import type { AcquiredWord, GroupChange, TaskChange, TaskScore } from '../benchmarks/results.ts';
import type { Chart } from '../figures/chart.ts';
import type { MeasuredEquivalents } from '../benchmarks/sweep.ts';
import type { Phase } from '../contracts/engine.ts';

/** One task of a folder, before any student reads it. */
export interface FoundBenchmark {
    readonly task: BenchmarkTask;
    readonly items: number;
    readonly files: number;
}

export interface BenchmarksInFolder {
    /** In the order in which they would be read; a task without an item that can be read is absent. */
    readonly tasks: readonly FoundBenchmark[];
    /** What the official folder holds besides. */
    readonly missing: readonly BenchmarkTask[];
    /** One sentence for each thing that is broken, unknown or missing. */
    readonly remarks: readonly string[];
}

/** What an engine of this app does on a reading; told often, never recorded. */
export interface BenchmarkLive {
    readonly phase: Phase | 'starting';
    /** Null until the folder has been looked through. */
    readonly task: BenchmarkTask | null;
    /** How far all of it is, 0–1. */
    readonly fraction: number | null;
    /** Seconds; null while nobody can say. */
    readonly remaining: number | null;
    readonly pauseAsked: boolean;
}

/** What a student has read, or is reading. */
export interface BenchmarkRow {
    readonly id: string;
    readonly name: string;
    /** Folder of the run whose checkpoint this is; null for every other student. */
    readonly run: string | null;
    readonly createdAt: number; // UTC milliseconds
    readonly finishedAt: number | null;
    /** `waiting`: stopped before its end, and can go on. */
    readonly state: 'running' | 'waiting' | 'finished';
    readonly student: BenchmarkStudent | null;
    readonly device: string | null;
    /** The folder of tasks, as it was named. */
    readonly folder: string;
    readonly tasks: readonly (Omit<BenchmarkPlan, 'digest'> & { readonly done: number })[];
    readonly live: BenchmarkLive | null;
    /** Why it stopped, where nobody asked it to. */
    readonly problem: string | null;
}

/** A part of a task in a comparison; p-values are Holm's over the parts of the same kind. */
export interface ComparedGroup extends GroupChange {
    readonly isBeyondChance: boolean;
}

/** p-values are Holm's over the tasks. */
export interface ComparedTask extends Omit<TaskChange, 'groups'> {
    readonly groups: readonly ComparedGroup[];
    readonly isBeyondChance: boolean;
    /** What it comes to, in words. */
    readonly sentence: string;
}

export interface BenchmarkAges {
    readonly score: TaskScore;
    readonly words: readonly AcquiredWord[];
    /** The checkpoints that took part, in the order of the words they were trained on. */
    readonly checkpoints: readonly { readonly id: string; readonly name: string; readonly words: number }[];
}

/** A folder that was written: official predictions, or a student ready to be submitted. */
export interface WrittenFolder {
    readonly folder: string;
    readonly files: readonly string[];
    /** The name of the export, where a browser can fetch the files; null where they lie elsewhere. */
    readonly fetched: string | null;
}

export interface DrawnFigures {
    readonly charts: readonly Chart[];
    /** Figures that cannot be drawn of these runs, each with its reason. */
    readonly remarks: readonly string[];
}

/** What feedback was worth by one measure, and its figure. */
export interface DrawnEquivalents extends MeasuredEquivalents {
    readonly chart: Chart;
}
