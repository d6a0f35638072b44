/** The resume state of the demo's student, written after every update: what it costs. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noProgress, progressSchema } from '../../src/main/engine/learning/progress.ts';
import { loadResumeState, resumeFile, ResumeWriter } from '../../src/main/engine/resuming.ts';
import { policyParameters } from '../../src/main/student/gpt2/parameters.ts';
import { createOptimiser } from '../../src/main/student/optimiser/optimiser.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import { loadWeights } from '../../src/main/student/weights.ts';
import { inTurns, median, type Bench } from './measuring.ts';
import { demoStudent, untrained } from './students.ts';

const adamw = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clip: 1 } as const;

export const resume: Bench = {
    name: 'resume',
    async measure({ repeats, threads }) {
        const runtime = await openRuntime({ kind: 'processor', threads });
        const parameters = policyParameters(demoStudent);
        const weights = loadWeights(runtime, parameters, untrained(demoStudent));
        const optimiser = await createOptimiser(runtime, parameters, weights, adamw);
        const progress = noProgress(0.2, { learning: 60, scoring: 120 });
        const folder = mkdtempSync(join(tmpdir(), 'storyloop-bench-'));
        const student = { folder, weights, optimiser, phase: 'learning', everySeconds: 0 } as const;
        const states = new ResumeWriter<typeof progress>(student, () => 0);
        try {
            const seconds = await inTurns(
                {
                    save: () => states.now(progress),
                    load: () => loadResumeState(folder, weights, optimiser, progressSchema),
                },
                repeats,
            );
            return [
                { name: 'resume.save', value: median(seconds.save), unit: 's' },
                { name: 'resume.load', value: median(seconds.load), unit: 's' },
                { name: 'resume.size', value: statSync(resumeFile(folder)).size, unit: 'bytes' },
            ];
        } finally {
            rmSync(folder, { recursive: true, force: true });
            optimiser.release();
            runtime.release();
        }
    },
};
