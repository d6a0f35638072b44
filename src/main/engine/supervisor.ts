/** The engine's end of the pipe: what it tells its supervisor, and what the supervisor asks of it. */
import type { EngineEvent, StoredStory } from '../../shared/contract.ts';
import type { RemoteProcess } from '../teacher/llama/model-process.ts';

/** What a task tells of its work. */
export interface Reports {
    send(event: EngineEvent): void;
    /** Sends what must be kept and returns once it is committed: commit before continue. */
    commit(event: EngineEvent): Promise<void>;
}

/** What a person may ask of a task while it runs. */
export interface Requests {
    /** Has a person asked to pause? Loops look at it between updates. */
    pauseAsked(): boolean;
    /** Has a person asked for a checkpoint since this was last looked at? */
    takeCheckpointAsked(): boolean;
}

export interface TaskClock {
    /** UTC milliseconds, for records only: no result depends on it. */
    now(): number;
    /** Seconds from a fixed origin, for durations and time budgets. */
    seconds(): number;
}

/** Ratings that earlier runs remembered. */
export interface RememberedRatings {
    /** What was remembered under each key, or null. */
    recall(keys: readonly string[]): Promise<readonly (string | null)[]>;
}

/** What opening a teacher takes. */
export interface TeacherSource extends RememberedRatings {
    /** Folder of the files that ship with the app. */
    readonly resources: string;
    /** A new process of the room teacher. */
    startTeacher(): RemoteProcess;
}

export interface StoredStories {
    /** Stories of the record that wait to be rated again; none: all are. */
    nextStories(): Promise<{ readonly stories: readonly StoredStory[]; readonly done: number; readonly of: number }>;
}

/** All of it; a task's signature says what it uses. */
export interface Supervisor extends Reports, Requests, TaskClock, TeacherSource, StoredStories {}

/** How a task ended when it was not a fault. */
export type Outcome = { readonly kind: 'finished'; readonly why: string } | { readonly kind: 'paused' };
