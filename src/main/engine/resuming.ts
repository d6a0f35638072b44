/** The optimiser and the weights on their way to and from the resume state of a run. */
import { join } from 'node:path';
import type { z } from 'zod';
import { readResumeState, writeResumeState } from '../student/checkpoints/resume-state.ts';
import type { StoredTensors } from '../student/checkpoints/safetensors.ts';
import type { Optimiser } from '../student/optimiser/optimiser.ts';
import type { Bound } from '../student/runtime/runtime.ts';

export type LearnedState = Pick<Optimiser, 'moments' | 'stepsTaken'>;

export function resumeFile(folder: string): string {
    return join(folder, 'resume.safetensors');
}

/** Views, valid until the next run: the file is written before anything runs again. */
const viewsOf = (tensors: Bound): StoredTensors =>
    new Map(Object.entries(tensors).map(([name, tensor]) => [name, { dims: tensor.dims, values: tensor.read() as Float32Array }]));

/** Writes everything the run needs to go on; the file is whole or the older one stays. */
export function saveResumeState<Progress>(folder: string, weights: Bound, optimiser: LearnedState, progress: Progress): void {
    writeResumeState(resumeFile(folder), {
        weights: viewsOf(weights),
        moments: viewsOf(optimiser.moments),
        step: optimiser.stepsTaken,
        progress,
    });
}

/** Puts a saved state back into live tensors and gives its progress. */
export function loadResumeState<Progress>(folder: string, weights: Bound, optimiser: LearnedState, schema: z.ZodType<Progress>): Progress {
    const state = readResumeState(resumeFile(folder), schema);
    const restore = (tensors: Bound, stored: StoredTensors): void => {
        for (const [name, tensor] of Object.entries(tensors)) {
            const values = stored.get(name)?.values;
            if (values === undefined) throw new Error(`the resume state lacks "${name}"`);
            tensor.write(values);
        }
    };
    restore(weights, state.weights);
    restore(optimiser.moments, state.moments);
    optimiser.stepsTaken = state.step;
    return state.progress;
}
