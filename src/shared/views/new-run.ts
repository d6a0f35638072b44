/**
 * What the New run screen shows, and what a look at a student, a teacher or a computer found.
 * Types only, so that a page can import them. Times are UTC milliseconds, durations seconds, fractions 0–1;
 * `run` names a run by its folder under `runs/`.
 */
import type { MeasuredCost, TriedStory } from '../contracts/engine.ts';
import type { RubricView } from '../ratings/rating-sets.ts';
import type { Criterion } from '../ratings/rubric.ts';
import type { Field, Job, PresetName } from '../settings/field.ts';

/** One line of the table of settings. */
export type ConfigLine = Field & {
    readonly key: string;
    /** Before the first dot of the key; empty for keys without one. */
    readonly room: string;
    readonly presetValues: Readonly<Record<PresetName, number | string>>;
    readonly jobs: readonly Job[];
    /** May it change when a run goes on? */
    readonly resumable: boolean;
};
export interface ConfigTable {
    readonly version: number;
    readonly presets: readonly PresetName[];
    readonly lines: readonly ConfigLine[];
}
/** A configuration composed of a preset and what was typed over it, or the sentence that refuses it. */
export type ComposedConfig =
    | { readonly ok: true; readonly values: Readonly<Record<string, number | string>> }
    /** `settings`: keys of those that the sentence speaks of. */
    | { readonly ok: false; readonly sentence: string; readonly settings: readonly string[] };

/** A run that waits for its turn. */
export interface QueuedRun {
    readonly id: string;
    readonly name: string;
    /** Null where its settings are no longer understood. */
    readonly seed: number | null;
    /** Why it did not begin when it was its turn, or cannot; null while it only waits. */
    readonly problem: string | null;
}
/** A new run as it was when its page was left. */
export interface KeptDraft {
    readonly job: 'pretrain' | 'learn';
    readonly name: string;
    readonly preset: PresetName;
    readonly given: Readonly<Record<string, number | string>>;
    readonly source: string;
    readonly corpus: string;
    readonly step: number;
    readonly withSeeds: boolean;
}
/** A rubric that can be chosen by its name. */
export interface ListedRubric extends RubricView {
    readonly isOwn: boolean;
    /** The whole file, head included: what a copy begins with. */
    readonly source: string;
    readonly criteria: readonly Criterion[];
}

/** A student that can write or learn. */
export interface StudentSource {
    readonly source: string;
    readonly kind: 'shipped' | 'checkpoint' | 'imported';
    readonly label: string;
    readonly run: string | null;
    readonly at: number | null;
    readonly words: number | null;
    readonly score: StudentScore | null;
    readonly validationLoss: number | null;
}
export interface StudentScore {
    readonly mean: number;
    readonly most: number;
    /** The teacher's name. */
    readonly by: string;
    /** From a clean evaluation of these very weights; else from the stories of the update that ended in them. */
    readonly isClean: boolean;
}
/** What the New run screen starts from when a run is duplicated. */
export interface RunDraft {
    readonly job: 'pretrain' | 'learn';
    readonly name: string;
    readonly preset: PresetName;
    /** Only what differs from the preset. */
    readonly given: Readonly<Record<string, number | string>>;
    readonly source: string;
    /** As a person calls it: a student by its name, a corpus as it was given. */
    readonly sourceName: string;
}
export interface ToldStory {
    readonly seed: number;
    readonly prompt: string;
    readonly story: string;
    readonly words: number;
    readonly finished: boolean;
}

/** What a teacher said of a few stories. */
export interface TriedTeacher {
    readonly teacher: string;
    readonly criteria: readonly Criterion[];
    readonly stories: readonly TriedStory[];
}

/** What a run would take on this computer, from one real micro-batch of it. */
export interface Estimate {
    readonly measured: MeasuredCost;
    /** Bytes at the peak, of the engine and its teacher together, and what the computer has. */
    readonly memory: { readonly needed: number; readonly of: number; readonly fits: boolean };
    /** Bytes of the GPU, student and teacher together; null where nothing is known of it. */
    readonly gpu: {
        readonly name: string;
        readonly needed: number;
        readonly of: number;
        readonly fits: boolean;
    } | null;
    /** Bytes of everything the run will have written; free where runs are kept. */
    readonly disk: {
        readonly needed: number;
        readonly checkpoints: number;
        readonly free: number;
        readonly fits: boolean;
    };
    /**
     * Seconds of an update, and of the whole run where a budget bounds it, else null; null for pretraining, whose
     * corpus is not read yet.
     */
    readonly time: {
        readonly update: { readonly low: number; readonly high: number };
        readonly updates: number | null;
        readonly whole: { readonly low: number; readonly high: number } | null;
    } | null;
    /** Other runs were at work: without them it will be faster. */
    readonly besideRuns: number;
}
