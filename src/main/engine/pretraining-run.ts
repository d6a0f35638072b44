/** Pretraining: a student learns next-word prediction on a corpus, from scratch, through word milestones. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { EngineTask } from '../../shared/contract.ts';
import { badInput } from '../../shared/faults.ts';
import type { PretrainRecord } from '../../shared/record.ts';
import type { RunConfig } from '../../shared/run-config.ts';
import { readStoredConfig } from '../../shared/stored-config.ts';
import { learningRate, warmupSteps, type Schedule } from '../learning/schedules.ts';
import { noOrigin, readCheckpoint, writeCheckpoint } from '../student/checkpoints/checkpoint.ts';
import { parameterCount } from '../student/gpt2/config.ts';
import { initialWeights, languageModelParameters } from '../student/gpt2/parameters.ts';
import type { Pretrainer } from '../student/pretrainer.ts';
import { discardWeights, readWeights } from '../student/weights.ts';
import type { PackedRows } from '../text/packing.ts';
import { milestonesBetween, publishedMilestonesAt } from '../text/milestones.ts';
import { openCorpusText, type CorpusText } from './corpus-text.ts';
import { engineRuntime, microBatchFor } from './device.ts';
import { requireFinite, requireFiniteTensors } from './finite.ts';
import { openPretrainer, studentConfig } from './pretrainer-of.ts';
import { loadResumeState, savedProgress, saveResumeState } from './resuming.ts';
import { streamsOf } from './streams.ts';
import type { Outcome, Supervisor } from './supervisor.ts';

type PretrainTask = Extract<EngineTask, { kind: 'pretrain' }>;

const progressSchema = z.object({
    corpus: z.string(),
    step: z.number(),
    words: z.number(),
    trainingLoss: z.number(),
    validationLoss: z.number().nullable(),
    seconds: z.number(),
    /** Chosen for the run when it began, in sequences; kept, because sums of other micro-batches round otherwise. */
    microBatch: z.number().int().positive(),
});
type Progress = z.infer<typeof progressSchema>;

const recordedEvery = 10; // steps in one message
const quickValidationRows = 128; // while training; the last validation reads all that was held out
const cosineFloor = 0.03; // of the peak rate
const startFolder = join('checkpoints', 'start');

export async function pretrainFromScratch(task: PretrainTask, supervisor: Supervisor): Promise<Outcome> {
    const { values: config } = readStoredConfig(task.config);
    const streams = streamsOf(config);
    const start = join(task.folder, startFolder);
    const saved = savedProgress(task.folder, progressSchema);

    const known = existsSync(start) ? readCheckpoint(start).tokenizer : undefined; // a resumed run keeps its tokenizer
    const text = await openCorpusText(
        task.corpus,
        config,
        streams.run,
        (phase, done, of) => supervisor.send({ type: 'phase', phase, done, of }),
        known,
    );
    const student = studentConfig(config, text.tokenizer.vocabularySize);
    const { runtime, threads } = await engineRuntime(config);
    supervisor.send({ type: 'ready', device: runtime.description, parameters: parameterCount(student), threads });
    supervisor.send({ type: 'note', text: describeText(text) });

    const weights = initialWeights(student, languageModelParameters(student), streams.run.fork('weights'));
    if (!existsSync(start))
        writeCheckpoint(start, {
            config: student,
            weights,
            tokenizer: text.tokenizer,
            origin: noOrigin,
        });
    const { batch, steps, schedule } = planOf(config, text.training.length);
    const { tokensPerWord } = text.training;
    if (tokensPerWord !== null) {
        const note = describeMilestones(tokensPerWord, tokensPerPublishedStep(text.training, batch));
        supervisor.send({ type: 'note', text: note });
    }
    const chosen = { ...config, 'runtime.microBatch': 0 };
    const microBatch = saved?.microBatch ?? microBatchFor(chosen, student, text.training.tokensPerRow, batch);
    const pretrainer = await openPretrainer(runtime, config, student, weights, {
        microBatch: Math.min(config['runtime.microBatch'] || microBatch, batch),
        sequence: text.training.tokensPerRow,
        random: streams.run,
    });
    discardWeights(weights);
    let progress: Progress = {
        corpus: text.corpus.digest,
        step: 0,
        words: 0,
        trainingLoss: 0,
        validationLoss: null,
        seconds: 0,
        microBatch,
    };
    if (saved !== null)
        progress = loadResumeState(task.folder, pretrainer.weights, pretrainer.optimiser, progressSchema);
    if (progress.corpus !== text.corpus.digest)
        throw badInput(
            `The corpus "${task.corpus}" has changed since the run began, so it cannot go on exactly; the run is as it was. Bring the old text back, or pretrain a new student.`,
        );

    const firstRate = schedule.kind === 'linear' ? 0 : 1; // the published schedule warms up from 0; others learn at once
    const order = rowOrder(text.training, streams.run.fork('rows'));
    let unsent: PretrainRecord[] = [];
    const began = supervisor.seconds() - progress.seconds;
    const limit = config['pretrain.minutes'] * 60;
    const flush = async (): Promise<void> => {
        if (unsent.length > 0) await supervisor.commit({ type: 'pretrained', steps: unsent });
        unsent = [];
    };
    const save = async (): Promise<void> => {
        await flush();
        saveResumeState(task.folder, pretrainer.weights, pretrainer.optimiser, progress, 'pretraining');
    };
    const keep = async (name: string, kind: 'milestone' | 'final'): Promise<void> => {
        requireFiniteTensors(pretrainer.weights, 'weights', 'pretraining');
        supervisor.send({ type: 'phase', phase: 'saving', done: 0, of: 0 });
        const losses = {
            training: progress.trainingLoss,
            ...(progress.validationLoss === null ? {} : { validation: progress.validationLoss }),
            unigram: text.unigramEntropy,
        };
        const tokens = progress.step * batch * text.training.tokensPerRow;
        const path = join('checkpoints', name);
        const digest = writeCheckpoint(join(task.folder, path), {
            config: student,
            weights: readWeights(pretrainer.weights),
            tokenizer: text.tokenizer,
            origin: { words: progress.words, tokens, losses, temperature: 1, parents: [] },
        });
        const checkpoint = {
            path: path.replaceAll('\\', '/'),
            kind,
            at: supervisor.now(),
            words: progress.words,
            update: progress.step,
            digest,
        };
        await supervisor.commit({ type: 'checkpoint', checkpoint });
    };

    const isOver = (step: number): boolean => step === steps || (limit > 0 && supervisor.seconds() - began >= limit);
    let isLast = isOver(progress.step); // of a resumed run that was over already
    while (!isLast) {
        if (supervisor.pauseAsked()) {
            await save();
            return { kind: 'paused' };
        }
        supervisor.send({ type: 'phase', phase: 'pretraining', done: progress.step, of: steps });
        const rows = order(progress.step * batch, batch);
        const lr = learningRate(schedule, progress.step + firstRate);
        const { loss, gradientNorm } = await pretrainer.step(text.training.batch(rows), lr);
        const wordsBefore = progress.words;
        const step = progress.step + 1;
        const words = wordsBefore + rows.reduce((sum, row) => sum + text.training.wordsIn(row), 0);
        isLast = isOver(step); // decided once: the last step is the one that is validated in full
        const validates = step % config['pretrain.validateEvery'] === 0 || isLast;
        const validationLoss = validates ? await validate(pretrainer, text.heldOut, isLast) : null;
        progress = {
            ...progress,
            step,
            words,
            trainingLoss: loss,
            validationLoss: validationLoss ?? progress.validationLoss,
            seconds: supervisor.seconds() - began,
        };
        unsent.push({
            step,
            at: supervisor.now(),
            words,
            tokens: step * batch * text.training.tokensPerRow,
            loss,
            validationLoss,
            lr,
            gradientNorm,
        });
        if (unsent.length >= recordedEvery || validates) await flush();
        const byTime = limit > 0 ? progress.seconds / limit : 0;
        supervisor.send({ type: 'progress', done: Math.max(byTime, step / steps) });
        for (const milestone of milestonesAt(text.training, batch, { step, wordsBefore, words }))
            await keep(`chck_${milestone / 1e6}M`, 'milestone');
        if (!isLast && supervisor.takeCheckpointAsked()) {
            await flush();
            await keep(`step_${step}`, 'milestone');
        }
        if (step % config['record.resumeSteps'] === 0) await save();
    }
    await save();
    await keep('final', 'final');
    pretrainer.release();
    runtime.release();
    return {
        kind: 'finished',
        why: progress.step >= steps ? 'the corpus was read as often as asked' : 'the time was used up',
    };
}

interface Plan {
    readonly batch: number;
    readonly steps: number;
    readonly schedule: Schedule;
}

function planOf(config: RunConfig, rows: number): Plan {
    const batch = Math.min(config['pretrain.batch'], rows);
    const steps = Math.max(1, Math.round((config['pretrain.epochs'] * rows) / batch));
    return {
        batch,
        steps,
        schedule: {
            kind: config['pretrain.schedule'],
            peak: config['pretrain.lr'],
            steps,
            warmupSteps: warmupSteps(config['pretrain.warmup'], steps),
            floorFraction: config['pretrain.schedule'] === 'cosine' ? cosineFloor : 0,
        },
    };
}

/** Rows of a batch, wherever it lies: each pass over the corpus has its own order, found from its number. */
function rowOrder(
    rows: PackedRows,
    random: ReturnType<typeof streamsOf>['run'],
): (from: number, count: number) => number[] {
    let pass = -1;
    let permutation = new Uint32Array(0);
    return (from, count) =>
        Array.from({ length: count }, (_, i) => {
            const at = from + i;
            if (Math.floor(at / rows.length) !== pass) {
                pass = Math.floor(at / rows.length);
                permutation = Uint32Array.from(random.fork(pass).permutation(rows.length));
            }
            return permutation[at % rows.length]!;
        });
}

interface Read {
    readonly step: number;
    readonly wordsBefore: number;
    readonly words: number;
}

/** Milestones that a step reached: by the words read with it or, in the published layout, by its count of tokens (P1). */
function milestonesAt(rows: PackedRows, batch: number, { step, wordsBefore, words }: Read): readonly number[] {
    if (rows.tokensPerWord === null) return milestonesBetween(wordsBefore, words);
    return publishedMilestonesAt(step, rows.tokensPerWord, tokensPerPublishedStep(rows, batch));
}

/** A published block is read whole, its first token included. */
function tokensPerPublishedStep(rows: PackedRows, batch: number): number {
    return batch * (rows.tokensPerRow + 1);
}

/** Held-out nats per token: of all rows, or of a few spread evenly. */
async function validate(pretrainer: Pretrainer, heldOut: PackedRows, all: boolean): Promise<number> {
    const count = all ? heldOut.length : Math.min(heldOut.length, quickValidationRows);
    const rows = Array.from({ length: count }, (_, i) => Math.floor((i * heldOut.length) / count));
    const { lossSum, tokens } = await pretrainer.evaluate(heldOut.batch(rows));
    requireFinite([lossSum], 'held-out loss', 'pretraining');
    return lossSum / tokens;
}

/** What a milestone checkpoint's name means under the published rule; each records the words that were really read. */
function describeMilestones(tokensPerWord: number, tokensPerStep: number): string {
    return `Milestones come by the published rule (P1): ${tokensPerWord.toFixed(4)} tokens to a word, ends of text not counted, and ${tokensPerStep.toLocaleString('en-US')} tokens a step, ends of text counted; each comes early, after fewer words than its name says`;
}

function describeText({ corpus, tokenizer, training, heldOut, unigramEntropy }: CorpusText): string {
    const number = (value: number): string => value.toLocaleString('en-US');
    return `${number(corpus.extent.train.words)} words to learn from, ${number(corpus.extent.dev.words)} held out; ${number(tokenizer.vocabularySize)} token types; ${number(training.length)} rows of ${training.tokensPerRow} tokens, ${number(heldOut.length)} held out; knowing token frequencies alone costs ${unigramEntropy.toFixed(3)} nats per token`;
}
