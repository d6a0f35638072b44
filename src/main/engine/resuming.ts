/** Saves and loads the resume state of a run: its weights, the optimiser's moments, and how far the run has come. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Phase } from '../../shared/contract.ts';
import { badInput } from '../../shared/faults.ts';
import { readResumeProgress, readResumeState, writeResumeState } from '../student/checkpoints/resume-state.ts';
import type { StoredTensor, StoredTensors } from '../student/checkpoints/safetensors.ts';
import { tokenEmbedding } from '../student/gpt2/parameters.ts';
import type { Optimiser } from '../student/optimiser/optimiser.ts';
import type { NamedTensors } from '../student/runtime/runtime.ts';
import { requireFiniteTensors } from './finite.ts';

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

/** Writes everything that the run needs to go on. Unless the file is complete and finite, the older one stays. */
export function saveResumeState<Progress>(
    folder: string,
    weights: NamedTensors,
    optimiser: LearnedState,
    progress: Progress,
    phase: Phase,
): void {
    requireFiniteTensors(weights, 'weights', phase);
    requireFiniteTensors(optimiser.moments, 'optimiser’s moments', phase);
    writeResumeState(resumeFile(folder), {
        weights: viewsOf(weights),
        moments: viewsOf(optimiser.moments),
        step: optimiser.stepsTaken,
        progress,
    });
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
