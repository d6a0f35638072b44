/**
 * The task `learn`, interactive learning: the student writes stories, the teacher rates them, and PPO or another method
 * learns from the ratings (docs/method.md). Each update is recorded before the next one begins.
 */
import { join } from 'node:path';
import type { EarlierStudent, EngineTask } from '../../../shared/contracts/engine.ts';
import { badInput } from '../../../shared/faults.ts';
import { fractionDone } from '../../../shared/run/progress.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import { readStoredConfig } from '../../../shared/run/stored-config.ts';
import { unratedWords } from '../../../shared/ratings/unrated.ts';
import { count, counted } from '../../../shared/text/numbers.ts';
import {
    checkpointsPassed,
    mayBegin,
    mayCount,
    nothingUsed,
    type InputWords,
    type WordBudget,
} from '../../learning/word-budget.ts';
import { nextKlCoefficient } from '../../learning/ppo/kl-controller.ts';
import { withinMemory } from '../../student/device-memory.ts';
import { requireFinite } from '../../student/finite.ts';
import { evaluateCleanly } from '../stories/clean-evaluation.ts';
import { createHoldOut, type HoldOut } from '../learning/hold-out.ts';
import { openLearner, type Learner } from '../learning/learner.ts';
import { digestOf } from '../learning/policy-numbers.ts';
import { noProgress, progressSchema, type LearningProgress } from '../learning/progress.ts';
import { loadResumeState, ResumeWriter, resumeSeconds, savedProgress } from '../resuming.ts';
import { evaluationSeedsOf } from '../streams.ts';
import type { DeviceChecks, Outcome, Reports, Requests, TaskClock, TeacherSource } from '../supervisor.ts';
import { judged } from '../teachers/judge-of.ts';
import { firstKlCoefficient } from '../learning/advantages.ts';
import { learnFrom, spentBy, updateRecord, writeAndRate } from '../learning/update.ts';

export type LearningSupervisor = Reports & Requests & TaskClock & DeviceChecks & TeacherSource;
type LearnTask = Extract<EngineTask, { kind: 'learn' }>;

export async function learnInteractively(task: LearnTask, supervisor: LearningSupervisor): Promise<Outcome> {
    const run = await LearningRun.open(task, supervisor);
    run.refuseTooSmallBudget();
    await run.readBefore();
    if (!(await run.evaluateBefore())) return { kind: 'paused' };
    while (run.why === null) {
        if (supervisor.pauseAsked()) {
            await run.save();
            return { kind: 'paused' };
        }
        const milestones = await run.update(); // write, rate, learn, record
        for (const words of milestones) await run.keep(`chck_${words / 1000}K`, 'milestone');
        if (run.why === null && supervisor.takeCheckpointAsked()) await run.keep(`update_${run.updates}`, 'milestone');
        if (run.isGuardDue) await run.readGuard();
        if (run.isHoldOutDue) await run.readHoldOut();
        if (run.isSaveDue) await run.saveInPassing();
    }
    await run.readHoldOut();
    if (!(await run.evaluate('after'))) return { kind: 'paused' };
    await run.keep('final', 'final');
    supervisor.send({ type: 'progress', done: 1 });
    await run.release();
    return { kind: 'finished', why: run.why };
}

/** A run at work: its progress and, once it is over, the reason. */
class LearningRun {
    readonly #task: LearnTask;
    readonly #config: RunConfig;
    readonly #learner: Learner;
    readonly #supervisor: LearningSupervisor;
    /** On the supervisor's clock, in seconds: the start of this attempt less the time that earlier attempts took. */
    readonly #began: number;
    readonly #resume: ResumeWriter<LearningProgress>;
    #progress: LearningProgress;
    /** Why the run is over, in words; null while it goes on. */
    #why: string | null;
    /** The update whose weights the guard has read. */
    #guardedAt: number | null = null;
    readonly #holdOut: HoldOut | null;
    /** The update whose stories the second judge has read beside the teacher. */
    #heldOutAt: number | null = null;

    static async open(task: LearnTask, supervisor: LearningSupervisor): Promise<LearningRun> {
        const { values: config } = readStoredConfig(task.config);
        const saved = savedProgress(task.folder, progressSchema);
        const learner = await openLearner(task, config, saved?.microBatches ?? null, supervisor);
        const progress =
            saved === null
                ? noProgress(firstKlCoefficient(config), learner.microBatches)
                : loadResumeState(task.folder, learner.policy, learner.optimiser.optimiser, progressSchema);
        return new LearningRun(task, config, learner, supervisor, progress);
    }

    private constructor(
        task: LearnTask,
        config: RunConfig,
        learner: Learner,
        supervisor: LearningSupervisor,
        progress: LearningProgress,
    ) {
        this.#task = task;
        this.#config = config;
        this.#learner = learner;
        this.#supervisor = supervisor;
        this.#progress = progress;
        this.#holdOut = createHoldOut(task, config, learner, supervisor);
        this.#began = supervisor.seconds() - progress.seconds;
        const { policy: weights, optimiser, runtime } = learner;
        this.#resume = new ResumeWriter(
            {
                folder: task.folder,
                weights,
                optimiser: optimiser.optimiser,
                phase: 'learning',
                everySeconds: resumeSeconds(config, runtime),
            },
            () => supervisor.seconds(),
        );
        this.#why = progress.earlier?.why ?? whyStop(config, progress, learner);
    }

    get why(): string | null {
        return this.#why;
    }

    get updates(): number {
        return this.#progress.used.updates;
    }

    get isGuardDue(): boolean {
        return this.updates % this.#config['guard.every'] === 0;
    }

    get isHoldOutDue(): boolean {
        const every = this.#config['holdout.every']; // 0: never
        return every > 0 && this.updates % every === 0;
    }

    get isSaveDue(): boolean {
        return this.#why !== null || this.updates % this.#config['record.resumeEvery'] === 0;
    }

    /** Checked before anything is written, not after a long evaluation. @throws bad input */
    refuseTooSmallBudget(): void {
        const most = mostPerUpdate(this.#config, this.#learner);
        if (mayCount(budgetOf(this.#config), nothingUsed, most)) return;
        throw badInput(
            (name) =>
                `A budget of ${this.#config['budget.words']} input words is too small for one update, which costs ${most.promptWords + most.teacherWords}; nothing was written. Raise ${name('budget.words')} or lower ${name('ppo.batch')}.`,
        );
    }

    /** Does one update, which is recorded before anything else happens. Returns the word milestones that it passed. */
    async update(): Promise<readonly number[]> {
        const before = this.#progress;
        const [config, learner] = [this.#config, this.#learner];
        this.#supervisor.send({ type: 'progress', done: fractionOf(config, before, learner) });
        const number = before.used.updates + 1;
        const rollout = await writeAndRate(learner, number, this.#supervisor); // B stories with ratings and rewards
        const used = spentBy(rollout, before.used);
        if (!mayCount(budgetOf(config), before.used, used.spent)) {
            this.#why = 'the next update would exceed the word budget; its stories were discarded (R7)';
            return [];
        }
        const learned = await learnFrom(learner, rollout, before.klCoefficient, number, this.#supervisor);
        const numbers = await this.#numbers();
        for (const values of numbers.values()) requireFinite(values, 'weights', 'learning');
        const after: LearningProgress = {
            ...before,
            used: { ...used.after, tokensTrained: before.used.tokensTrained + learned.tokensTrained },
            klCoefficient: nextKlCoefficient(before.klCoefficient, learned.kl, rollout.episodes.length, {
                target: config['ppo.klTarget'],
                horizon: config['ppo.klHorizon'],
            }),
            episodes: before.episodes + rollout.episodes.length,
            seconds: this.#seconds(),
        };
        const [digest, at] = [digestOf(numbers), this.#supervisor.now()];
        await this.#supervisor.commit(updateRecord({ learner, rollout, learned, before, after, digest, at }));
        this.#progress = after;
        this.#why = whyStop(config, after, learner);
        return checkpointsPassed(config['record.checkpointWords'], before.used.inputWords, after.used.inputWords);
    }

    /** The policy's numbers: a device makes their sums beside all that learning holds there. */
    #numbers(): Promise<ReadonlyMap<string, Float32Array>> {
        const { numbers, microBatches } = this.#learner;
        const asked = this.#config['runtime.microBatch'] || microBatches.learning;
        const microBatch = Math.min(asked, this.#config['ppo.minibatch']);
        return withinMemory('learning', microBatch, () => numbers.read());
    }

    /** Reads before learning: all later readings are compared with these. */
    async readBefore(): Promise<void> {
        if (this.updates !== 0 || this.#progress.evaluated) return;
        await this.readGuard();
        await this.readHoldOut();
    }

    /** The guard reads with the weights as they are now, once for an update. It only looks. */
    async readGuard(): Promise<void> {
        const { guard } = this.#learner;
        const { update, inputWords } = this.#student;
        if (guard === null || this.#guardedAt === update) return;
        this.#supervisor.send({ type: 'phase', phase: 'reading grammar', done: 0, of: 0 });
        const digest = digestOf(await this.#numbers());
        const reading = { ...(await guard.read()), update, at: this.#supervisor.now(), inputWords, digest };
        await this.#supervisor.commit({ type: 'guarded', reading });
        this.#guardedAt = update;
    }

    /** Teacher and second judge read fresh stories of the weights as they are now, once for an update. */
    async readHoldOut(): Promise<void> {
        if (this.#holdOut === null || this.#heldOutAt === this.updates || this.#progress.earlier !== null) return;
        const { updates: update, inputWords } = this.#progress.used;
        const digest = digestOf(await this.#numbers());
        const reading = {
            ...(await this.#holdOut.read(update)),
            update,
            at: this.#supervisor.now(),
            inputWords,
            digest,
        };
        await this.#supervisor.commit({ type: 'held-out', reading });
        this.#heldOutAt = update;
        const earlier = this.#supervisor.takeEarlierStudent();
        if (earlier !== null) await this.#goBack(earlier);
        else if (this.#config['holdout.stop'] === 'go-back' && update > 0)
            await this.#write(`update_${update}`, 'milestone');
    }

    /** Ends the run with an earlier student. What was learned since stays in the record. */
    async #goBack(earlier: EarlierStudent): Promise<void> {
        const tokensTrained = this.#learner.loadCheckpoint(join(this.#task.folder, earlier.path));
        this.#progress = { ...this.#progress, earlier: { ...earlier, tokensTrained }, seconds: this.#seconds() };
        this.#why = earlier.why;
        await this.save();
    }

    /** Whose weights these are: those of the last update, unless the run went back. */
    get #student(): { readonly update: number; readonly inputWords: number } {
        const { used, earlier } = this.#progress;
        return earlier ?? { update: used.updates, inputWords: used.inputWords };
    }

    /** Evaluates before learning, once in a run. False: a person asked to pause meanwhile. */
    async evaluateBefore(): Promise<boolean> {
        if (this.#progress.evaluated) return true;
        if (!(await this.evaluate('before'))) return false;
        this.#progress = { ...this.#progress, evaluated: true, seconds: this.#seconds() };
        this.#why = whyStop(this.#config, this.#progress, this.#learner);
        await this.save();
        return true;
    }

    /** False: a person asked to pause meanwhile; a resumed run evaluates anew, with the same stories. */
    async evaluate(phase: 'before' | 'after'): Promise<boolean> {
        if (this.#config['evaluation.stories'] === 0) return true;
        const { writer, teacher } = this.#learner;
        const { update, inputWords } = this.#student;
        const digest = digestOf(await this.#numbers());
        const subject = { phase, update, inputWords, digest };
        const pausing = new Error('a pause was asked for');
        const leaveWhenAsked = (fraction: number): void => {
            if (fraction < 1 && this.#supervisor.pauseAsked()) throw pausing;
        };
        try {
            const done = await evaluateCleanly(
                writer,
                teacher,
                evaluationSeedsOf(this.#config),
                subject,
                this.#supervisor,
                leaveWhenAsked,
            );
            const unrated = unratedWords(done.ratings.filter(({ rater }) => rater === teacher.facts.id));
            if (unrated !== null) this.#supervisor.send({ type: 'note', text: unrated });
            const withJudge = await judged(done, this.#task, this.#config, this.#supervisor, leaveWhenAsked);
            await this.#supervisor.commit(withJudge);
            return true;
        } catch (error) {
            if (error === pausing) return false;
            throw error;
        }
    }

    /** Saves what the run needs to go on. */
    save(): Promise<void> {
        return this.#resume.now(this.#progress);
    }

    /** The same, but only where the last one is old enough, or the run is over. */
    saveInPassing(): Promise<void> {
        return this.#why === null ? this.#resume.inPassing(this.#progress) : this.save();
    }

    async keep(name: string, kind: 'milestone' | 'final'): Promise<void> {
        await this.#write(name, kind);
        await this.readGuard();
    }

    async #write(name: string, kind: 'milestone' | 'final'): Promise<void> {
        this.#supervisor.send({ type: 'phase', phase: 'saving', done: 0, of: 0 });
        const { update, inputWords: words } = this.#student;
        const { tokensTrained } = this.#progress.earlier ?? this.#progress.used;
        const digest = this.#learner.writeCheckpoint(join(this.#task.folder, 'checkpoints', name), tokensTrained);
        const checkpoint = { path: `checkpoints/${name}`, kind, at: this.#supervisor.now(), words, update, digest };
        await this.#supervisor.commit({ type: 'checkpoint', checkpoint });
    }

    async release(): Promise<void> {
        await this.#holdOut?.release();
        await this.#learner.release();
    }

    #seconds(): number {
        return this.#supervisor.seconds() - this.#began;
    }
}

function budgetOf(config: RunConfig): WordBudget {
    return { inputWords: config['budget.words'], lastBatch: config['ppo.lastBatch'] };
}

/** The most one update can cost in input words: the prompts, and the teacher's longest reply to every story. */
function mostPerUpdate(config: RunConfig, learner: Learner): InputWords {
    const stories = config['ppo.batch'] + (config['ppo.advantage'] === 'greedy' ? 1 : 0);
    return {
        promptWords: learner.promptWords * stories,
        teacherWords: learner.teacher.facts.wordsPerStory * stories,
    };
}

/** Why the run is over, in words; null while it goes on. */
function whyStop(config: RunConfig, { used, seconds }: LearningProgress, learner: Learner): string | null {
    if (config['budget.updates'] > 0 && used.updates >= config['budget.updates'])
        return used.updates === 1 ? 'the one update is done' : `all ${counted(used.updates, 'update')} are done`;
    if (config['budget.minutes'] > 0 && seconds >= config['budget.minutes'] * 60)
        return config['budget.minutes'] === 1 ? '1 minute is over' : `${config['budget.minutes']} minutes are over`;
    if (mayBegin(budgetOf(config), used, mostPerUpdate(config, learner))) return null;
    const budget = `the budget of ${count(config['budget.words'])} input words`;
    const left = config['budget.words'] - used.inputWords;
    return left > 0 ? `what is left of ${budget}, ${count(left)}, is less than an update costs` : `${budget} is spent`;
}

/**
 * The fraction of the run that is done; before the first update its words are taken to be the most that one can cost.
 */
function fractionOf(config: RunConfig, { used, seconds }: LearningProgress, learner: Learner): number {
    const spent = { inputWords: used.inputWords, updates: used.updates, minutes: seconds / 60 };
    return fractionDone(config, spent, mostPerUpdate(config, learner).teacherWords) ?? 0;
}
