/**
 * What screens show of the computer: models and downloads, devices and folders, exports and imports, and what the
 * person set.
 * Types only, so that a page can import them. Times are UTC milliseconds, durations seconds, fractions 0–1;
 * `run` names a run by its folder under `runs/`.
 */
import type { Probed } from '../contracts/engine.ts';
import type { ExportFormat, ExportThing, ExportedFile } from '../contracts/exchange.ts';

export interface About {
    readonly version: string;
    readonly node: string;
    readonly dataFolder: string;
    readonly processor: string;
    readonly cores: number;
    readonly memoryBytes: number;
}

export type StudentProbed = Extract<Probed, { engine: 'student' }>;
/** An engine that ran, or the sentence that says why it could not. */
export type EngineFound<Engine extends Probed['engine']> =
    | { readonly ok: true; readonly probed: Extract<Probed, { engine: Engine }> }
    | { readonly ok: false; readonly sentence: string };
/** A kind of GPU on this computer; `isAbsent`: there is none, and nothing is wrong. */
export type GpuFound =
    EngineFound<'student'> | { readonly ok: false; readonly isAbsent: true; readonly sentence: string };
/** The data folder, from a file that was really written, read back and taken away. */
export type FolderFound =
    | { readonly ok: true; readonly free: number; readonly milliseconds: number }
    | { readonly ok: false; readonly sentence: string };
export interface DeviceReport {
    readonly at: number;
    readonly student: EngineFound<'student'>;
    /** By WebGPU. */
    readonly webgpu: GpuFound;
    readonly cuda: GpuFound;
    readonly teacher: EngineFound<'teacher'>;
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
    /** What its file says of itself, or at least its name. */
    readonly facts: ModelFileFacts;
    /** From its last check on this computer; null before there was one. */
    readonly speed: TeacherSpeed | null;
    /** Null while nobody downloads it. */
    readonly download: DownloadState | null;
}
/** Null where it is not known. */
export interface ModelFileFacts {
    readonly architecture: string | null;
    /** As the file says, or as it is called. */
    readonly quantisation: string | null;
    readonly parameters: number | null;
    /** Tokens it was trained to read at once. */
    readonly context: number | null;
    /** The file was read; else what is known comes from its name and its place in the catalogue. */
    readonly isFromFile: boolean;
}
/** How fast a teacher rated stories in a check. */
export interface TeacherSpeed {
    readonly at: number;
    readonly storiesPerSecond: number;
    /** Null for teachers that read no tokens. */
    readonly tokensPerSecond: number | null;
    readonly hoursPerMillionWords: number | null;
    /** What it ran on, as the teacher says it. */
    readonly device: string | null;
}
export interface ModelShelf {
    readonly folder: string;
    readonly models: readonly ModelRow[];
    /** Of every teacher that was checked here, by its name. */
    readonly speeds: Readonly<Record<string, TeacherSpeed>>;
}
/** A run, a rating set or a model file that was deleted and can be put back. */
export interface TrashedThing {
    readonly id: string;
    readonly kind: 'run' | 'set' | 'model' | 'benchmark';
    /** Of its folder or file; of a benchmark its id. */
    readonly name: string;
    /** As a person calls it. */
    readonly label: string;
    readonly at: number;
    readonly bytes: number;
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
