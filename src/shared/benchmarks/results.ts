/**
 * What was counted of a benchmark, and what two students differ in: numbers with their intervals, ready to be shown.
 */
import type { BenchmarkTask } from './benchmarks.ts';

export const benchmarkNames: Readonly<Record<BenchmarkTask, string>> = {
    blimp: 'BLiMP',
    supplement: 'BLiMP supplement',
    ewok: 'EWoK',
    entity_tracking: 'Entity tracking',
    comps: 'COMPS',
    wug_adj: 'Wug test, adjectives',
    wug_past: 'Wug test, past tenses',
    reading: 'Reading',
    aoa: 'Age of acquisition',
    zorro: 'Zorro',
    grammar: 'Grammar',
};

/** 95 %, from the middle of what resampling gave. */
export interface ResultInterval {
    readonly low: number;
    readonly high: number;
}

/** A word that both children and the student have learned within what was looked at. */
export interface AcquiredWord {
    readonly word: string;
    readonly months: number; // when half of the children say it
    readonly logWords: number; // log10 of words read, + 1, when the student had learned it
}

/** Part of a task: the items of a group, a field, a number of operations, … */
export interface GroupScore {
    /** What it is a part by: `uid`, or a label of the items, such as `field`. */
    readonly by: string;
    readonly name: string;
    readonly items: number;
    readonly score: number; // in the unit of the task
    readonly interval: ResultInterval | null; // null: too few items for one
    readonly chance: number;
    readonly ties: number;
}

export interface TaskScore {
    readonly task: BenchmarkTask;
    /** Reading has two scores, each by a way of measuring people; null elsewhere. */
    readonly part: 'eye-tracking' | 'self-paced' | null;
    /** What the number is: right choices in 100; 100 times a correlation of ranks, of values, or a partial R². */
    readonly measure: 'accuracy' | 'rank-correlation' | 'correlation' | 'partial-r2';
    /** 100: in hundredths, as everything but the official age of acquisition is. */
    readonly scale: 100 | 1;
    readonly items: number; // that took part: pairs, words or rows
    /** Null: there is none, as of a correlation where nothing varies. */
    readonly score: number | null;
    readonly interval: ResultInterval | null;
    /** What a model scores that knows nothing. */
    readonly chance: number;
    /** Items where the right text is as likely as another. */
    readonly ties: number;
    readonly groups: readonly GroupScore[];
    /** One sentence for everything that a reader must know of this number. */
    readonly remarks: readonly string[];
}

/** Of the items that only one of the two students got right. */
export interface ChangeTest {
    readonly kind: 'mcnemar'; // exact, two-sided
    readonly lost: number; // right before, wrong after; with halved ties, worth less after
    readonly won: number;
    readonly p: number;
}

/** What lies between two students, on the same items. Differences are after − before, in the unit of the task. */
interface ResultChange {
    readonly items: number;
    readonly before: number;
    readonly after: number;
    readonly difference: number;
    readonly interval: ResultInterval | null; // of the difference
    readonly chance: number;
    /** Null for correlations and regressions, which have no right and wrong. */
    readonly test: ChangeTest | null;
}

export interface GroupChange extends ResultChange {
    readonly by: string;
    readonly name: string;
}

export interface TaskChange extends ResultChange, Pick<TaskScore, 'task' | 'part' | 'measure' | 'scale'> {
    readonly groups: readonly GroupChange[];
    /** Null for pairs that have no mirror image. */
    readonly evidence: MirroredEvidence | null;
}

/**
 * How much likelier the right word is than the wrong one, in nats a pair, over pairs and their mirror images together:
 * a liking for either word cancels out. Two readings of the same pairs, frame by frame.
 */
export interface MirroredEvidence {
    readonly before: number;
    readonly now: number;
    readonly difference: number;
    readonly interval: ResultInterval | null; // 95 %
}

/** The mean difference over several pairs of students, the pair being the unit. */
export interface SeedsChange {
    readonly seeds: number;
    readonly difference: number;
    readonly interval: ResultInterval | null; // null for one pair
    readonly p: number | null;
}
