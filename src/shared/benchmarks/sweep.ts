/**
 * A sweep: students that read more and more, some of which then learned from feedback. What was measured of them, as
 * series and as equivalents, ready to be shown.
 */
import type { BenchmarkTask } from './benchmarks.ts';
import type { ResultInterval, TaskScore } from './results.ts';

/** What checkpoints are measured by. */
export interface SweepMeasure {
    /** `score`, or a task and its part: `blimp`, `reading self-paced`. */
    readonly key: string;
    readonly task: BenchmarkTask | null;
    readonly part: TaskScore['part'];
    /** "Teacher score (rules)", "Zorro". */
    readonly name: string;
    /** The same in the middle of a sentence. */
    readonly subject: string;
    /** The best of it; null where nothing bounds it. */
    readonly most: number | null;
    /** What is left out of it, and what must be known of it. */
    readonly remarks: readonly string[];
}

export interface SeriesPoint {
    /** Of the runs it is a mean of; one where there is one seed. */
    readonly checkpoints: readonly string[];
    readonly words: number;
    readonly feedbackWords: number;
    readonly update: number;
    readonly score: number;
    /** Over stories or items; over seeds where there are several. */
    readonly interval: ResultInterval;
    /** From the run's own start; null for the start itself. */
    readonly change: { readonly difference: number; readonly interval: ResultInterval } | null;
}

/** Checkpoints of one run, or of several that differ in nothing but their seed. */
export interface Series {
    readonly runs: readonly string[];
    readonly kind: 'pretrain' | 'learn';
    readonly isControl: boolean;
    readonly points: readonly SeriesPoint[];
}

export interface MeasuredSeries {
    readonly measure: SweepMeasure;
    readonly series: readonly Series[];
}

/** A number on an axis that ends where the sweep does. */
export type Reach =
    | { readonly kind: 'at'; readonly value: number }
    /** More than this: the sweep ends there. */
    | { readonly kind: 'more'; readonly value: number }
    /** Fewer than this: the sweep begins there. */
    | { readonly kind: 'fewer'; readonly value: number };

export interface ReachInterval {
    readonly value: Reach;
    readonly low: Reach;
    readonly high: Reach;
}

/** A checkpoint that only read, or the mean of several seeds. */
export interface ReadingPointShown {
    readonly checkpoints: readonly string[];
    readonly words: number;
    readonly tokens: number;
    readonly score: number;
    readonly interval: ResultInterval;
    /** Height of the rising line here. */
    readonly fitted: number;
}

export interface Equivalent {
    readonly runs: readonly string[];
    /** Where feedback began. */
    readonly start: { readonly words: number; readonly tokens: number };
    readonly feedback: {
        readonly words: number;
        readonly updates: number;
        /** Written by the student, prompts among them. */
        readonly tokens: number;
        readonly flop: number;
    };
    readonly score: number;
    readonly interval: ResultInterval;
    /** Reading beyond the start, up to where reading alone is as good. */
    readonly words: ReachInterval;
    readonly tokens: ReachInterval;
    readonly flop: ReachInterval;
}

export interface MeasuredEquivalents {
    readonly measure: SweepMeasure;
    readonly curve: readonly ReadingPointShown[];
    readonly equivalents: readonly Equivalent[];
}
