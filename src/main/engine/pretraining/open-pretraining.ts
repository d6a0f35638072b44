/**
 * Opens everything that pretraining works with: the text, the student, its pretrainer, and how far the run has come.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { EngineTask } from '../../../shared/contracts/engine.ts';
import { badInput } from '../../../shared/faults.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import { readStoredConfig } from '../../../shared/run/stored-config.ts';
import { openGuardBattery } from '../../benchmarks/guard-battery.ts';
import { noOrigin, readCheckpoint, writeCheckpoint } from '../../student/checkpoints/checkpoint.ts';
import { parameterCount, type StudentConfig } from '../../student/gpt2/config.ts';
import type { Pretrainer } from '../../student/training/pretrainer.ts';
import type { Runtime } from '../../student/runtime/runtime.ts';
import { discardWeights } from '../../student/weights.ts';
import { openCorpusText, type CorpusText } from './corpus-text.ts';
import { keptAtOnce } from '../at-once.ts';
import { engineRuntime } from '../device.ts';
import { freshWeights } from './fresh-weights.ts';
import { openPretrainer, rowsAtOnce, studentConfig } from './pretrainer-of.ts';
import { loadResumeState, savedProgress } from '../resuming.ts';
import { streamsOf } from '../streams.ts';
import { createGuard, type Guard } from '../guard.ts';
import type { DeviceChecks, Reports, TaskClock } from '../supervisor.ts';
import { planOf, rowOrder, tokensPerPublishedStep, type PretrainingPlan } from './plan.ts';
import { count } from '../../../shared/text/numbers.ts';

export type PretrainTask = Extract<EngineTask, { kind: 'pretrain' }>;

export const progressSchema = z.object({
    corpus: z.string(),
    step: z.number(),
    words: z.number(),
    trainingLoss: z.number(),
    validationLoss: z.number().nullable(),
    seconds: z.number(),
    /**
     * In sequences, chosen when the run began. Never changed: sums over other micro-batches are rounded differently.
     */
    microBatch: z.number().int().positive(),
});
export type PretrainingProgress = z.infer<typeof progressSchema>;

export interface Pretraining {
    readonly folder: string;
    readonly config: RunConfig;
    readonly text: CorpusText;
    readonly student: StudentConfig;
    readonly runtime: Runtime;
    readonly pretrainer: Pretrainer;
    /** Null where nobody watches grammar. */
    readonly guard: Guard | null;
    readonly plan: PretrainingPlan;
    /** The numbers of `count` rows from a position of the run on. */
    readonly rows: (from: number, count: number) => number[];
    /** Where the run begins or goes on. */
    readonly progress: PretrainingProgress;
}

/** Below a run's folder: the student before training. */
export const startFolder = join('checkpoints', 'start');

/** @throws bad input where the text cannot be learned from, or has changed since the run began */
export async function openPretraining(
    task: PretrainTask,
    supervisor: Reports & TaskClock & DeviceChecks,
): Promise<Pretraining> {
    const { values: config } = readStoredConfig(task.config);
    const battery = config['guard.battery'] === 'off' ? null : openGuardBattery(config['guard.battery']);
    const random = streamsOf(config).run;
    const start = join(task.folder, startFolder);
    const saved = savedProgress(task.folder, progressSchema);

    const known = existsSync(start) ? readCheckpoint(start) : null; // a resumed run keeps its student and tokenizer
    const text = await openCorpusText(
        task.corpus,
        config,
        random,
        (phase, done, of) => supervisor.send({ type: 'phase', phase, done, of }),
        known?.tokenizer,
    );
    const student = studentConfig(config, text.tokenizer.vocabularySize);
    const { runtime, threads } = await engineRuntime(config, supervisor, task.computedOn);
    const [kind, device, parameters] = [runtime.kind, runtime.description, parameterCount(student)];
    supervisor.send({ type: 'ready', kind, device, parameters, threads });
    supervisor.send({ type: 'note', text: describeText(text) });

    const weights = known?.weights ?? (await freshWeights(student, random.fork('weights'), threads));
    if (known === null)
        writeCheckpoint(start, { config: student, weights, tokenizer: text.tokenizer, origin: noOrigin });
    const plan = planOf(config, text.training.length);
    const { tokensPerWord, tokensPerRow } = text.training;
    if (tokensPerWord !== null) {
        const note = describeMilestones(tokensPerWord, tokensPerPublishedStep(text.training, plan.batch));
        supervisor.send({ type: 'note', text: note });
    }
    const unasked = { ...config, 'runtime.microBatch': 0 };
    const kept = keptAtOnce(saved?.microBatch ?? null, runtime, () =>
        rowsAtOnce(unasked, runtime, student, tokensPerRow, plan.batch),
    );
    const pretrainer = await openPretrainer(runtime, config, student, weights, {
        microBatch: Math.min(config['runtime.microBatch'] || kept, plan.batch),
        sequence: tokensPerRow,
        random,
    });
    discardWeights(weights);
    const progress =
        saved === null
            ? nothingRead(text, kept)
            : loadResumeState(task.folder, pretrainer.weights, pretrainer.optimiser, progressSchema);
    if (progress.corpus !== text.corpus.digest)
        throw badInput(
            `The corpus "${task.corpus}" has changed since the run began, so it cannot go on exactly; the run is as it was. Bring the old text back, or pretrain a new student.`,
        );
    const rows = rowOrder(text.training, random.fork('rows'));
    const { weights: learned } = pretrainer;
    const guarded = { runtime, student, weights: learned, tokenizer: text.tokenizer };
    const guard = battery && createGuard(battery, guarded, supervisor);
    return { folder: task.folder, config, text, student, runtime, pretrainer, guard, plan, rows, progress };
}

function nothingRead(text: CorpusText, microBatch: number): PretrainingProgress {
    return {
        corpus: text.corpus.digest,
        step: 0,
        words: 0,
        trainingLoss: 0,
        validationLoss: null,
        seconds: 0,
        microBatch,
    };
}

/**
 * Explains the names of milestones under the published rule; every checkpoint records the words that were really read.
 */
function describeMilestones(tokensPerWord: number, tokensPerStep: number): string {
    return `Milestones come by the published rule (P1): ${tokensPerWord.toFixed(4)} tokens to a word, ends of text not counted, and ${count(tokensPerStep)} tokens a step, ends of text counted; each comes early, after fewer words than its name says`;
}

function describeText({ corpus, tokenizer, training, heldOut, unigramEntropy }: CorpusText): string {
    return `${count(corpus.extent.train.words)} words to learn from, ${count(corpus.extent.dev.words)} held out; ${count(tokenizer.vocabularySize)} token types; ${count(training.length)} rows of ${training.tokensPerRow} tokens, ${count(heldOut.length)} held out; knowing token frequencies alone costs ${unigramEntropy.toFixed(3)} nats per token`;
}
