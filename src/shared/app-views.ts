/**
 * What the app shows, as data: results and pushes of the app's contract. Types only, so that a page can import them.
 * Times are UTC milliseconds, durations seconds, fractions 0–1; `run` names a run by its folder under `runs/`.
 */
import type { Measured, Probed, TriedStory } from './contract.ts';
import type { ExportedFile, ExportFormat, ExportThing } from './exchange.ts';
import type { Fault } from './faults.ts';
import type { EvaluationRecord, PretrainRecord, RunKind, RunState, UpdateRecord } from './record.ts';
import type { Criterion } from './rubric.ts';
import type { Field, Job, PresetName } from './run-config.ts';

export interface About {
    readonly version: string;
    readonly node: string;
    readonly dataFolder: string;
    readonly processor: string;
    readonly cores: number;
    readonly memoryBytes: number;
}

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
}

/** A run as lists show it; everything a run bar needs too. */
export interface RunRow {
    readonly kind: 'run';
    readonly run: string;
    readonly id: string;
    readonly name: string;
    readonly job: RunKind;
    readonly preset: string;
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
    /** Why the last attempt ended, in a sentence; null while it goes on or where it never said. */
    readonly ended: { readonly at: number; readonly message: string } | null;
    readonly updates: number;
    readonly steps: number;
    readonly episodes: number;
    /** Input words of interactive learning, words read in pretraining. */
    readonly words: number;
    /** Mean total of the last update, from 0 to `scoreMost`. */
    readonly score: number | null;
    readonly scoreMost: number;
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
export interface RunDetails {
    readonly row: RunRow;
    readonly folder: string;
    readonly config: Readonly<Record<string, number | string>>;
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

/** An episode as lists show it. */
export interface StoryRow {
    readonly episode: number;
    readonly number: number;
    readonly update: number;
    readonly prompt: string;
    readonly story: string;
    readonly words: number;
    readonly finished: boolean;
    readonly reward: number | null;
    readonly kl: number;
    /** The teacher's total and scores by criterion; null where the rating was unreadable. */
    readonly total: number | null;
    readonly scores: Readonly<Record<string, number>> | null;
}
export interface StoryPage {
    /** How many stories fit; `rows` are those from `offset` on. */
    readonly total: number;
    readonly offset: number;
    readonly rows: readonly StoryRow[];
}
export interface StoryRating {
    readonly rater: string;
    readonly isPerson: boolean;
    readonly at: number;
    readonly reading: string;
    /** Null: unreadable. */
    readonly total: number | null;
    readonly scores: Readonly<Record<string, number>>;
    readonly reply: string | null;
    readonly blind: boolean | null;
}
export interface WholeStory extends StoryRow {
    /** The reward pipeline, stage by stage, in order. */
    readonly stages: Readonly<Record<string, number>>;
    readonly ratings: readonly StoryRating[];
    /** Per token of the story, (T) each, where it was recorded. */
    readonly trace: {
        readonly kl: readonly number[];
        readonly values: readonly number[];
        readonly advantages: readonly number[];
        /** The text of each token; joined they are the story. Null where the run's tokenizer is not at hand. */
        readonly texts: readonly string[] | null;
    } | null;
}
/** Stories that stand for an update; null where no story of it could be rated. */
export interface UpdateStories {
    readonly update: number;
    readonly best: StoryRow | null;
    readonly median: StoryRow | null;
    readonly worst: StoryRow | null;
}

/** The stories of one seed by two students. */
export interface StoryPair {
    readonly seed: number;
    readonly prompt: string;
    readonly before: PairedStory;
    readonly after: PairedStory;
}
export interface PairedStory {
    readonly sample: number;
    readonly story: string;
    readonly words: number;
    readonly finished: boolean;
    readonly total: number | null;
}
export interface PairPage {
    readonly total: number;
    readonly offset: number;
    readonly rows: readonly StoryPair[];
}

/** A mean with its 95 % interval. */
export interface Interval {
    readonly mean: number;
    readonly low: number;
    readonly high: number;
}
export interface ScoreChange {
    readonly before: Interval;
    readonly after: Interval;
    readonly difference: Interval;
    /** In standard deviations of the scores before; null where those do not vary. */
    readonly gainInDeviations: number | null;
}
/** Clean scores before and after learning; the stories share their seeds. */
export interface RunChange {
    readonly criteria: readonly Criterion[];
    readonly pairs: number;
    readonly unreadablePairs: number;
    readonly total: ScoreChange;
    readonly perCriterion: Readonly<Record<string, ScoreChange>>;
    readonly examples: readonly StoryPair[];
}

/** Several runs side by side. */
export interface RunsCompared {
    /** The whole configuration; values in the order of the runs. */
    readonly config: readonly {
        readonly key: string;
        readonly values: readonly (number | string)[];
        readonly differs: boolean;
    }[];
    /** The largest number of input words that all of them have reached; 0 where one has recorded nothing. */
    readonly meetAtWords: number;
    /** What each wrote in the update nearest to that: stories at the lower quartile, median and upper quartile of score. */
    readonly stories: readonly { readonly update: number; readonly rows: readonly StoryRow[] }[];
}

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
    | { readonly ok: false; readonly sentence: string };

/** A student that can write or learn. */
export interface StudentSource {
    readonly source: string;
    readonly kind: 'shipped' | 'checkpoint' | 'imported';
    readonly label: string;
    readonly run: string | null;
    readonly at: number | null;
    readonly words: number | null;
    readonly score: number | null;
    readonly validationLoss: number | null;
}
/** What the New run screen starts from when a run is duplicated. */
export interface RunDraft {
    readonly job: 'pretrain' | 'learn';
    readonly name: string;
    readonly preset: PresetName;
    /** Only what differs from the preset. */
    readonly given: Readonly<Record<string, number | string>>;
    readonly source: string;
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
    readonly measured: Measured;
    /** Bytes at the peak, of the engine and its teacher together, and what the computer has. */
    readonly memory: { readonly needed: number; readonly of: number; readonly fits: boolean };
    /** Bytes of everything the run will have written; free where runs are kept. */
    readonly disk: {
        readonly needed: number;
        readonly checkpoints: number;
        readonly free: number;
        readonly fits: boolean;
    };
    /** Seconds of an update, and of the whole run where a budget bounds it, else null; null for pretraining, whose corpus is not read yet. */
    readonly time: {
        readonly update: { readonly low: number; readonly high: number };
        readonly updates: number | null;
        readonly whole: { readonly low: number; readonly high: number } | null;
    } | null;
    /** Other runs were at work: without them it will be faster. */
    readonly besideRuns: number;
}

/** An engine that ran, or the sentence that says why it could not. */
export type EngineFound =
    { readonly ok: true; readonly probed: Probed } | { readonly ok: false; readonly sentence: string };
/** The data folder, from a file that was really written, read back and taken away. */
export type FolderFound =
    | { readonly ok: true; readonly free: number; readonly milliseconds: number }
    | { readonly ok: false; readonly sentence: string };
export interface DeviceReport {
    readonly at: number;
    readonly student: EngineFound;
    readonly teacher: EngineFound;
    readonly folder: FolderFound;
    /** Bytes of memory that nobody uses now. */
    readonly freeMemory: number;
}

/** How far a download is. Bytes; `waiting`: the server is silent and will be asked again. */
export interface DownloadState {
    readonly phase: 'downloading' | 'waiting' | 'checking';
    readonly done: number;
    readonly of: number;
    /** Null before anybody can say. */
    readonly bytesPerSecond: number | null;
}
/** A language model that can be a teacher: of the catalogue, or a file of the person's own. */
export interface ModelRow {
    /** Names the teacher, also on the command line. */
    readonly name: string;
    readonly bytes: number;
    /** On this computer; less than `bytes` while unfinished. */
    readonly here: number;
    readonly catalogued: {
        readonly id: string;
        readonly title: string;
        readonly means: string;
        readonly licence: string;
        /** Where it comes from, for a person to read its card. */
        readonly page: string;
        readonly context: number;
        readonly isVouchedFor: boolean;
        readonly fit: 'graphics' | 'processor' | 'no';
        readonly memoryNeeded: number;
    } | null;
    /** Null while nobody downloads it. */
    readonly download: DownloadState | null;
}
export interface ModelShelf {
    readonly folder: string;
    readonly models: readonly ModelRow[];
}
/** A clean score: means with their 95 % intervals, and what the stories are like. */
export interface Evaluated {
    readonly teacher: string;
    readonly stories: number;
    readonly results: Readonly<Record<string, number>>;
}

/** What the person set; absent keys mean the app's own choice. */
export interface Settings {
    readonly theme?: 'light' | 'night' | undefined;
    readonly smoothing?: number | undefined;
    readonly axis?: string | undefined;
    readonly raterName?: string | undefined;
}

/** What can leave of a thing, as its sheet shows it. */
export interface ExportOffer {
    readonly name: string;
    readonly things: readonly {
        readonly what: ExportThing;
        /** The first is the default. */
        readonly formats: readonly ExportFormat[];
        /** How much it is: "24 stories", bytes; null where nobody counted. */
        readonly size: { readonly count: number; readonly unit: 'story' | 'update' | 'step' | 'byte' } | null;
    }[];
    /** Checkpoints of a run, the latest first, by the name that `export.start` takes. */
    readonly checkpoints: readonly { readonly name: string; readonly words: number; readonly score: number | null }[];
    /** Where it goes unless a folder is chosen. */
    readonly folder: string;
    /** Can a folder be chosen in a window of the system? Else the files are fetched from the data folder. */
    readonly canChoose: boolean;
}
/** An export or import that goes on, or how it ended. */
export interface ExchangeRow {
    readonly id: string;
    readonly kind: 'export' | 'import';
    readonly name: string;
    readonly startedAt: number;
    readonly state: 'running' | 'done' | 'cancelled' | 'failed';
    /** 0–1. */
    readonly done: number;
    readonly doing: string;
    /** Where the files are, or will be. */
    readonly folder: string;
    readonly files: readonly ExportedFile[];
    /** The export's name in the data folder, from where it can be fetched; null where it lies elsewhere. */
    readonly fetched: string | null;
    /** Why it failed, or what came in. */
    readonly sentence: string | null;
    /** The run that came in. */
    readonly run: string | null;
}

/** Told without being asked. */
export type Push =
    /** A run is new or changed: its row as it is now; ask for what is after your cursors. */
    | { readonly push: 'run'; readonly row: ListedRow }
    | { readonly push: 'run-gone'; readonly run: string }
    /** What our engine does on a run; often, and never recorded. */
    | { readonly push: 'live'; readonly run: string; readonly live: Live }
    /** An engine of ours has ended; the sentence says why. A run that was refused at once is gone. */
    | {
          readonly push: 'ended';
          readonly run: string;
          readonly name: string;
          readonly reason: 'finished' | 'paused' | 'failed';
          readonly sentence: string;
      }
    /** How far a download is; it ended where `state` is null, and `problem` says why it failed. */
    | {
          readonly push: 'download';
          readonly model: string;
          readonly state: DownloadState | null;
          readonly problem: string | null;
      }
    /** How far a look is, by the ticket it was asked with. */
    | {
          readonly push: 'look';
          readonly ticket: string;
          readonly phase: string;
          readonly done: number;
          readonly of: number;
      }
    /** The app behind the page began anew: what was asked is not answered any more, and everything may have changed. */
    | { readonly push: 'restarted' }
    /** An export or import is new, further, or over. */
    | { readonly push: 'exchange'; readonly row: ExchangeRow }
    | { readonly push: 'settings'; readonly settings: Settings };

export type Answer =
    | { readonly id: number; readonly result: unknown }
    /** `sentence`: what happened, what is safe, what to do. */
    | { readonly id: number; readonly fault: Fault; readonly sentence: string };
