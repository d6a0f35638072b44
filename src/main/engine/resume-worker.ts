/** The thread that checks and writes a copied resume state; resuming.ts starts and ends it. */
import { parentPort, workerData } from 'node:worker_threads';
import { faultOf, type Fault } from '../../shared/faults.ts';
import type { Phase } from '../../shared/contracts/engine.ts';
import { writeResumeState, type ResumeState } from '../student/checkpoints/resume-state.ts';
import { requireFinite } from '../student/finite.ts';

export interface ResumeJob {
    readonly path: string;
    readonly phase: Phase;
    /** Its numbers lie in shared memory. */
    readonly state: ResumeState<unknown>;
}

export type ResumeMessage = { readonly kind: 'written' } | { readonly kind: 'fault'; readonly fault: Fault };

const report = (message: ResumeMessage): void => parentPort!.postMessage(message);

try {
    const { path, phase, state } = workerData as ResumeJob;
    for (const { values } of state.weights.values()) requireFinite(values, 'weights', phase);
    for (const { values } of state.moments.values()) requireFinite(values, 'optimiser’s moments', phase);
    writeResumeState(path, state);
    report({ kind: 'written' });
} catch (error) {
    report({ kind: 'fault', fault: faultOf(error) });
}
