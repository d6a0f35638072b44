/** Saves and loads the resume state of a run: its weights, the optimiser's moments, and how far the run has come. */
import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { z } from 'zod';
import type { Phase } from '../../shared/contracts/engine.ts';
import { badInput } from '../../shared/faults.ts';
import type { RunConfig } from '../../shared/run/config.ts';
import { answerOfThread } from '../processes/answer-of-thread.ts';
import { readResumeProgress, readResumeState, writeResumeState } from '../student/checkpoints/resume-state.ts';
import type { StoredTensor, StoredTensors } from '../student/checkpoints/safetensors.ts';
import { tokenEmbedding } from '../student/gpt2/parameters.ts';
import type { Optimiser } from '../student/optimiser/optimiser.ts';
import { elementCount } from '../student/onnx/graph.ts';
import type { NamedTensors, Runtime } from '../student/runtime/runtime.ts';
import { requireFiniteTensors } from './finite.ts';
import type { ResumeJob, ResumeMessage } from './resume-worker.ts';

export type LearnedState = Pick<Optimiser, 'moments' | 'stepsTaken'>;

export function resumeFile(folder: string): string {
    return join(folder, 'resume.safetensors');
}

/** What the run saved besides tensors; null where it has saved nothing yet. */
export function savedProgress<Progress>(folder: string, schema: z.ZodType<Progress>): Progress | null {
    return existsSync(resumeFile(folder)) ? readResumeProgress(resumeFile(folder), schema) : null;
}

/** Views of tensors, valid until the next computation; the file is written before that. */
const viewsOf = (tensors: NamedTensors): StoredTensors =>
    new Map(
        Object.entries(tensors).map(([name, tensor]) => [
            name,
            { dims: tensor.dims, values: tensor.read() as Float32Array },
        ]),
    );

/** Seconds between two resume states on a GPU, whose memory is slow to reach. */
const secondsOnDevice = 300;

/** How old the last resume state must be before another one is written while the run goes on. */
export function resumeSeconds(config: RunConfig, runtime: Pick<Runtime, 'memory'>): number {
    return config['record.resumeSeconds'] || (runtime.memory === 'host' ? 0 : secondsOnDevice);
}

const workerFile = new URL(`./resume-worker${extname(import.meta.url)}`, import.meta.url);

export interface ResumedStudent {
    readonly folder: string;
    readonly weights: NamedTensors;
    readonly optimiser: LearnedState;
    readonly phase: Phase;
    /** 0: every state is written at once, and the run waits. */
    readonly everySeconds: number;
}

/** Writes the resume states of a run: at once, or a copy in a thread of its own while the run goes on. */
export class ResumeWriter<Progress> {
    readonly #student: ResumedStudent;
    readonly #clock: () => number;
    #lastAt: number;
    #underWay: Promise<void> | null = null;
    #failure: { readonly why: unknown } | null = null;
    /** Where copies lie, one after the other: as large as the student and its moments, and made once. */
    #room: SharedArrayBuffer | null = null;

    /** @param clock in seconds */
    constructor(student: ResumedStudent, clock: () => number) {
        this.#student = student;
        this.#clock = clock;
        this.#lastAt = clock();
    }

    /** Writes it before anything else happens: for a pause and the end. @throws what went wrong, now or before */
    async now(progress: Progress): Promise<void> {
        await this.#underWay;
        this.#throwFailure();
        const { folder, weights, optimiser, phase } = this.#student;
        requireFiniteTensors(weights, 'weights', phase);
        requireFiniteTensors(optimiser.moments, 'optimiser’s moments', phase);
        writeResumeState(resumeFile(folder), {
            weights: viewsOf(weights),
            moments: viewsOf(optimiser.moments),
            step: optimiser.stepsTaken,
            progress,
        });
        this.#lastAt = this.#clock();
    }

    /**
     * Writes it where the last one is old enough, of a copy that is complete when this returns. @throws what went wrong
     * before
     */
    async inPassing(progress: Progress): Promise<void> {
        this.#throwFailure();
        if (this.#student.everySeconds === 0) return this.now(progress);
        if (this.#underWay !== null || this.#clock() - this.#lastAt < this.#student.everySeconds) return;
        this.#lastAt = this.#clock();
        const { folder, phase, optimiser } = this.#student;
        const state = { ...this.#copies(), step: optimiser.stepsTaken, progress };
        const job: ResumeJob = { path: resumeFile(folder), phase, state };
        this.#underWay = answerOfThread<ResumeMessage, true>({
            file: workerFile,
            job,
            does: 'writes the resume state',
            read: () => true,
        })
            .then(
                () => {},
                (why: unknown) => {
                    this.#failure = { why };
                },
            )
            .finally(() => {
                this.#underWay = null;
            });
    }

    #throwFailure(): void {
        if (this.#failure !== null) throw this.#failure.why;
    }

    #copies(): { readonly weights: StoredTensors; readonly moments: StoredTensors } {
        const { weights, optimiser } = this.#student;
        const all = [...Object.values(weights), ...Object.values(optimiser.moments)];
        const count = all.reduce((sum, { dims }) => sum + elementCount(dims), 0);
        this.#room ??= new SharedArrayBuffer(Float32Array.BYTES_PER_ELEMENT * count);
        const room = this.#room;
        let at = 0;
        const copied = (tensors: NamedTensors): StoredTensors =>
            new Map(
                Object.entries(tensors).map(([name, tensor]) => {
                    const values = new Float32Array(room, at, elementCount(tensor.dims));
                    at += values.byteLength;
                    values.set(tensor.read() as Float32Array);
                    return [name, { dims: tensor.dims, values }];
                }),
            );
        return { weights: copied(weights), moments: copied(optimiser.moments) };
    }
}

/** Drops the last rows of embeddings, which belong to no token: older versions saved them, and nothing reads them. */
function withoutPadding(
    name: string,
    stored: StoredTensor | undefined,
    [rows = 0, columns = 0]: readonly number[],
): StoredTensor | undefined {
    const [storedRows = 0, storedColumns] = stored?.dims ?? [];
    if (!stored || !name.includes(tokenEmbedding) || storedColumns !== columns || storedRows <= rows) return stored;
    return { dims: [rows, columns], values: stored.values.subarray(0, rows * columns) };
}

/** Loads a saved state into the tensors and returns its progress. */
export function loadResumeState<Progress>(
    folder: string,
    weights: NamedTensors,
    optimiser: LearnedState,
    schema: z.ZodType<Progress>,
): Progress {
    const state = readResumeState(resumeFile(folder), schema);
    const restore = (tensors: NamedTensors, stored: StoredTensors): void => {
        for (const [name, tensor] of Object.entries(tensors)) {
            const found = withoutPadding(name, stored.get(name), tensor.dims);
            if (found?.dims.join() !== tensor.dims.join())
                throw badInput(
                    `The resume state in ${folder} is of another student (its "${name}" does not fit); nothing was changed. Put the run’s own resume.safetensors back, or start a new run from its last checkpoint.`,
                );
            tensor.write(found.values);
        }
    };
    restore(weights, state.weights);
    restore(optimiser.moments, state.moments);
    optimiser.stepsTaken = state.step;
    return state.progress;
}
