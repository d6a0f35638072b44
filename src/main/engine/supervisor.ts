/**
 * The engine's view of its supervisor: what a task reports to it, what it asks of it, and what a person asks of a task.
 */
import type { CudaVerdict, EarlierStudent, EngineEvent, StoredStory } from '../../shared/contracts/engine.ts';
import type { RemoteProcess } from '../teacher/llama/model-process.ts';

/** How a task reports its work. */
export interface Reports {
    send(event: EngineEvent): void;
    /** Sends what must be recorded and resolves once it is committed: commit before continue. */
    commit(event: EngineEvent): Promise<void>;
}

/** What a person, or the run's keeper, may ask of a task while it runs. */
export interface Requests {
    /** Has a person asked to pause? Loops check it between updates. */
    pauseAsked(): boolean;
    /** Has a person asked for a checkpoint since the last call? */
    takeCheckpointAsked(): boolean;
    /** The checkpoint that the run shall end with, where its keeper asked for one since the last call. */
    takeEarlierStudent(): EarlierStudent | null;
}

export interface TaskClock {
    /** UTC milliseconds, for records only; no result depends on them. */
    now(): number;
    /** Seconds from a fixed origin, for durations and time budgets. */
    seconds(): number;
}

/** What was found when CUDA was tried in a process of its own. */
export interface DeviceChecks {
    /** @param provider as `cudaProvider` names it; one that was never tried is tried first */
    cudaVerdict(provider: string): Promise<CudaVerdict>;
}

/** Ratings that earlier runs remembered. */
export interface RememberedRatings {
    /** What was remembered under each key, or null. */
    recall(keys: readonly string[]): Promise<readonly (string | null)[]>;
}

/** What is needed to open a teacher. */
export interface TeacherSource extends RememberedRatings {
    /** Folder of the files that ship with the app. */
    readonly resources: string;
    /** A new process of the room teacher. */
    startTeacher(): RemoteProcess;
}

export interface StoredStories {
    /** The next stories of the record to rate again; none when all are done. */
    nextStories(): Promise<{ readonly stories: readonly StoredStory[]; readonly done: number; readonly of: number }>;
}

/** All of these; a task's signature says which of them it uses. */
export interface Supervisor extends Reports, Requests, TaskClock, DeviceChecks, TeacherSource, StoredStories {}

/** How a task ended when it was not a fault. */
export type Outcome = { readonly kind: 'finished'; readonly why: string } | { readonly kind: 'paused' };
