/** The task `pretrain`: a student learns from scratch to predict the next token of a corpus; milestones are kept. */
import { join } from 'node:path';
import type { PretrainRecord } from '../../../shared/run/record.ts';
import { learningRate } from '../../learning/schedules.ts';
import { readCheckpoint, writeCheckpoint } from '../../student/checkpoints/checkpoint.ts';
import { requireFinite } from '../../student/finite.ts';
import type { Pretrainer } from '../../student/training/pretrainer.ts';
import { readWeights } from '../../student/weights.ts';
import type { PackedRows } from '../../text/corpus/packing.ts';
import { requireFiniteTensors } from '../finite.ts';
import {
    openPretraining,
    startFolder,
    type PretrainTask,
    type Pretraining,
    type PretrainingProgress,
} from '../pretraining/open-pretraining.ts';
import { milestonesAt } from '../pretraining/plan.ts';
import { ResumeWriter, resumeSeconds } from '../resuming.ts';
import type { DeviceChecks, Outcome, Reports, Requests, TaskClock } from '../supervisor.ts';

const recordedEvery = 10; // steps in one message
const quickValidationRows = 128; // while training; the last validation reads all held-out rows

/** What pretraining needs of its supervisor: it neither rates nor reads the record. */
type PretrainingSupervisor = Reports & Requests & TaskClock & DeviceChecks;

export async function pretrainFromScratch(task: PretrainTask, supervisor: PretrainingSupervisor): Promise<Outcome> {
    const run = new PretrainingRun(await openPretraining(task, supervisor), supervisor);
    await run.readBefore();
    while (!run.isOver) {
        if (supervisor.pauseAsked()) {
            await run.save();
            return { kind: 'paused' };
        }
        const milestones = await run.step(); // learn from one batch, validate where that is due, record
        for (const words of milestones) await run.keep(`chck_${words / 1e6}M`, 'milestone');
        if (!run.isOver && supervisor.takeCheckpointAsked()) await run.keep(`step_${run.steps}`, 'milestone');
        if (run.isSaveDue) await run.saveInPassing();
    }
    await run.save();
    await run.keep('final', 'final');
    run.release();
    return { kind: 'finished', why: run.why };
}

/** A run at work: its progress, and what is not recorded of it yet. */
class PretrainingRun {
    readonly #with: Pretraining;
    readonly #supervisor: PretrainingSupervisor;
    /** On the supervisor's clock, in seconds: the start of this attempt less the time that earlier attempts took. */
    readonly #began: number;
    readonly #limitSeconds: number; // 0: none
    readonly #resume: ResumeWriter<PretrainingProgress>;
    #progress: PretrainingProgress;
    #unsent: PretrainRecord[] = [];
    /** The step whose weights the guard has read. */
    #guardedAt: number | null = null;
    /** Decided once per step, because the last step is validated on all held-out rows. */
    #isOver: boolean;

    constructor(opened: Pretraining, supervisor: PretrainingSupervisor) {
        this.#with = opened;
        this.#supervisor = supervisor;
        this.#progress = opened.progress;
        this.#began = supervisor.seconds() - opened.progress.seconds;
        const { folder, pretrainer, runtime, config } = opened;
        const { weights, optimiser } = pretrainer;
        this.#resume = new ResumeWriter(
            {
                folder,
                weights,
                optimiser,
                phase: 'pretraining',
                everySeconds: resumeSeconds(config, runtime),
            },
            () => supervisor.seconds(),
        );
        this.#limitSeconds = opened.config['pretrain.minutes'] * 60;
        this.#isOver = this.#endsAt(opened.progress.step); // a resumed run may have done all its steps
    }

    get isOver(): boolean {
        return this.#isOver;
    }

    get steps(): number {
        return this.#progress.step;
    }

    get isSaveDue(): boolean {
        return this.#progress.step % this.#with.config['record.resumeSteps'] === 0;
    }

    get why(): string {
        const isRead = this.#progress.step >= this.#with.plan.steps;
        if (!isRead) return 'the time was used up';
        const passes = this.#with.config['pretrain.epochs'];
        if (passes > 1) return `all ${passes} passes over the corpus are done`;
        return passes === 1 ? 'the corpus was read once' : `${passes} of a pass over the corpus is done`;
    }

    /** Does one step of the optimiser. Returns the milestones that it reached, in words. */
    async step(): Promise<readonly number[]> {
        const { config, text, pretrainer, plan } = this.#with;
        const { training } = text;
        const before = this.#progress;
        this.#supervisor.send({ type: 'phase', phase: 'pretraining', done: before.step, of: plan.steps });
        const rows = this.#with.rows(before.step * plan.batch, plan.batch);
        const lr = learningRate(plan.schedule, before.step + plan.stepOffset);
        const { loss, gradientNorm } = await pretrainer.step(training.batch(rows), lr);

        const step = before.step + 1;
        const words = before.words + rows.reduce((sum, row) => sum + training.wordsIn(row), 0);
        this.#isOver = this.#endsAt(step);
        const validates = step % config['pretrain.validateEvery'] === 0 || this.#isOver;
        const validationLoss = validates ? await validate(pretrainer, text.heldOut, this.#isOver) : null;
        this.#progress = {
            ...before,
            step,
            words,
            trainingLoss: loss,
            validationLoss: validationLoss ?? before.validationLoss,
            seconds: this.#seconds(),
        };
        const tokens = this.#tokensAt(step);
        const at = this.#supervisor.now();
        this.#unsent.push({ step, at, words, tokens, loss, validationLoss, lr, gradientNorm });
        if (this.#unsent.length >= recordedEvery || validates) await this.#record();
        this.#supervisor.send({ type: 'progress', done: this.#fractionDone() });
        return milestonesAt(training, plan.batch, step, before.words, words);
    }

    /** Saves what the run needs to go on, once everything before it is recorded. */
    async save(): Promise<void> {
        await this.#record();
        await this.#resume.now(this.#progress);
    }

    /** The same, but only where the last one is old enough. */
    async saveInPassing(): Promise<void> {
        await this.#record();
        await this.#resume.inPassing(this.#progress);
    }

    /** Keeps a checkpoint, once everything before it is recorded. */
    async keep(name: string, kind: 'milestone' | 'final'): Promise<void> {
        const { folder, student, text, pretrainer } = this.#with;
        const { step, words, trainingLoss, validationLoss } = this.#progress;
        await this.#record();
        requireFiniteTensors(pretrainer.weights, 'weights', 'pretraining');
        this.#supervisor.send({ type: 'phase', phase: 'saving', done: 0, of: 0 });
        const losses = {
            training: trainingLoss,
            ...(validationLoss === null ? {} : { validation: validationLoss }),
            unigram: text.unigramEntropy,
        };
        const digest = writeCheckpoint(join(folder, 'checkpoints', name), {
            config: student,
            weights: readWeights(pretrainer.weights),
            tokenizer: text.tokenizer,
            origin: { words, tokens: this.#tokensAt(step), losses, temperature: 1, parents: [] },
        });
        const checkpoint = {
            path: `checkpoints/${name}`,
            kind,
            at: this.#supervisor.now(),
            words,
            update: step,
            digest,
        };
        await this.#supervisor.commit({ type: 'checkpoint', checkpoint });
        await this.#readGuard(digest);
    }

    /** The reading that all others are held against. */
    async readBefore(): Promise<void> {
        const { folder, guard } = this.#with;
        if (guard !== null && this.steps === 0) await this.#readGuard(readCheckpoint(join(folder, startFolder)).digest);
    }

    /** The guard reads with the weights as they are now, once for a step. It only looks. */
    async #readGuard(digest: string): Promise<void> {
        const { guard } = this.#with;
        const { step: update, words: inputWords } = this.#progress;
        if (guard === null || this.#guardedAt === update) return;
        this.#supervisor.send({ type: 'phase', phase: 'reading grammar', done: 0, of: 0 });
        const reading = { ...(await guard.read()), update, at: this.#supervisor.now(), inputWords, digest };
        await this.#supervisor.commit({ type: 'guarded', reading });
        this.#guardedAt = update;
    }

    release(): void {
        this.#with.pretrainer.release();
        this.#with.runtime.release();
    }

    async #record(): Promise<void> {
        if (this.#unsent.length > 0) await this.#supervisor.commit({ type: 'pretrained', steps: this.#unsent });
        this.#unsent = [];
    }

    #endsAt(step: number): boolean {
        return step === this.#with.plan.steps || (this.#limitSeconds > 0 && this.#seconds() >= this.#limitSeconds);
    }

    #seconds(): number {
        return this.#supervisor.seconds() - this.#began;
    }

    #tokensAt(step: number): number {
        return step * this.#with.plan.batch * this.#with.text.training.tokensPerRow;
    }

    #fractionDone(): number {
        const byTime = this.#limitSeconds > 0 ? this.#progress.seconds / this.#limitSeconds : 0;
        return Math.max(byTime, this.#progress.step / this.#with.plan.steps);
    }
}

/** Held-out loss, nats per token, on all rows or on a few that are spread evenly. */
async function validate(pretrainer: Pretrainer, heldOut: PackedRows, all: boolean): Promise<number> {
    const count = all ? heldOut.length : Math.min(heldOut.length, quickValidationRows);
    const rows = Array.from({ length: count }, (_, i) => Math.floor((i * heldOut.length) / count));
    const { lossSum, tokens } = await pretrainer.evaluate(heldOut.batch(rows));
    requireFinite([lossSum], 'held-out loss', 'pretraining');
    return lossSum / tokens;
}
