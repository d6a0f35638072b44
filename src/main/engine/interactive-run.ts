/**
 * Interactive learning: the student writes stories, the teacher rates them, PPO turns the ratings into learning
 * (published-method: docs/method.md). One update after the other, each recorded before the next begins.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { EngineTask } from '../../shared/contract.ts';
import { badInput } from '../../shared/faults.ts';
import type { RunConfig } from '../../shared/run-config.ts';
import { readStoredConfig } from '../../shared/stored-config.ts';
import { unratedWords } from '../../shared/unrated.ts';
import { checkpointsPassed, mayBegin, mayCount, nothingUsed, type WordBudget } from '../learning/word-budget.ts';
import { nextKlCoefficient } from '../learning/kl-controller.ts';
import { evaluateCleanly } from './clean-evaluation.ts';
import { requireFiniteTensors } from './finite.ts';
import { openLearner, type Learner } from './learner.ts';
import { noProgress, progressSchema, type LearningProgress } from './learning-progress.ts';
import { loadResumeState, savedProgress, saveResumeState } from './resuming.ts';
import type { Outcome, Supervisor } from './supervisor.ts';
import { learnFrom, spentBy, updateRecord, writeAndRate } from './update.ts';

type LearnTask = Extract<EngineTask, { kind: 'learn' }>;

export async function learnInteractively(task: LearnTask, supervisor: Supervisor): Promise<Outcome> {
    const { values: config } = readStoredConfig(task.config);
    const saved = savedProgress(task.folder, progressSchema);
    const learner = await openLearner(task, config, saved?.microBatches ?? null, supervisor);
    let progress = noProgress(config['ppo.klInit'], learner.microBatches);
    if (saved !== null)
        progress = loadResumeState(task.folder, learner.policy, learner.optimiser.optimiser, progressSchema);

    const began = supervisor.seconds() - progress.seconds;
    const save = (): void =>
        saveResumeState(task.folder, learner.policy, learner.optimiser.optimiser, progress, 'learning');
    const keep = async (name: string, kind: 'milestone' | 'final'): Promise<void> => {
        supervisor.send({ type: 'phase', phase: 'saving', done: 0, of: 0 });
        const digest = learner.writeCheckpoint(join(task.folder, 'checkpoints', name), progress.used.tokensTrained);
        const { updates: update, inputWords: words } = progress.used;
        await supervisor.commit({
            type: 'checkpoint',
            checkpoint: { path: `checkpoints/${name}`, kind, at: supervisor.now(), words, update, digest },
        });
    };
    /** False: a person asked to pause meanwhile. It is begun anew when the run goes on, with the same stories. */
    const evaluate = async (phase: 'before' | 'after'): Promise<boolean> => {
        if (config['evaluation.stories'] === 0) return true;
        const place = {
            phase,
            update: progress.used.updates,
            inputWords: progress.used.inputWords,
            digest: policyDigest(learner),
        };
        const leaving = new Error('a pause was asked for');
        const leaveWhenAsked = (fraction: number): void => {
            if (fraction < 1 && supervisor.pauseAsked()) throw leaving;
        };
        try {
            const { writer, teacher } = learner;
            const done = await evaluateCleanly(writer, teacher, config, place, supervisor, leaveWhenAsked);
            const unrated = unratedWords(done.ratings.filter(({ rater }) => rater === teacher.id));
            if (unrated !== null) supervisor.send({ type: 'note', text: unrated });
            await supervisor.commit(done);
            return true;
        } catch (error) {
            if (error === leaving) return false;
            throw error;
        }
    };

    refuseTooSmallBudget(config, learner);
    if (!progress.evaluated) {
        if (!(await evaluate('before'))) return { kind: 'paused' };
        progress = { ...progress, evaluated: true, seconds: supervisor.seconds() - began };
        save();
    }
    let stop = whyStop(config, progress, learner);
    while (stop === null) {
        if (supervisor.pauseAsked()) {
            save();
            return { kind: 'paused' };
        }
        supervisor.send({ type: 'progress', done: fractionDone(config, progress, learner) });
        const number = progress.used.updates + 1;
        const rollout = await writeAndRate(learner, number, supervisor); // B stories with ratings and rewards
        const used = spentBy(rollout, progress.used, config);
        if (!mayCount(budgetOf(config), progress.used, used.spent)) {
            stop = 'the next update would exceed the word budget; its stories were discarded (R7)';
            break;
        }
        const learned = await learnFrom(learner, rollout, progress.klCoefficient, number, supervisor);
        requireFiniteTensors(learner.policy, 'weights', 'learning');
        const after: LearningProgress = {
            ...progress,
            used: used.after,
            klCoefficient: nextKlCoefficient(progress.klCoefficient, learned.kl, rollout.episodes.length, {
                target: config['ppo.klTarget'],
                horizon: config['ppo.klHorizon'],
            }),
            episodes: progress.episodes + rollout.episodes.length,
            seconds: supervisor.seconds() - began,
        };
        await supervisor.commit(
            updateRecord(learner, rollout, learned, progress, after, policyDigest(learner), supervisor.now()),
        );
        const passed = checkpointsPassed(
            config['record.checkpointWords'],
            progress.used.inputWords,
            after.used.inputWords,
        );
        progress = after;
        for (const words of passed) await keep(`chck_${words / 1000}K`, 'milestone');
        stop = whyStop(config, progress, learner);
        if (stop === null && supervisor.takeCheckpointAsked()) await keep(`update_${number}`, 'milestone');
        if (stop !== null || number % config['record.resumeEvery'] === 0) save();
    }
    if (!(await evaluate('after'))) return { kind: 'paused' };
    await keep('final', 'final');
    supervisor.send({ type: 'progress', done: 1 });
    await learner.release();
    return { kind: 'finished', why: stop };
}

function budgetOf(config: RunConfig): WordBudget {
    return { inputWords: config['budget.words'], lastBatch: config['ppo.lastBatch'] };
}

/** The most one update can cost in input words: the prompts, and the teacher's longest reply to every story. */
function mostPerUpdate(
    config: RunConfig,
    learner: Learner,
): { promptWords: number; teacherWords: number; studentWords: number; tokensTrained: number } {
    const batch = config['ppo.batch'];
    return {
        promptWords: learner.promptWords * batch,
        teacherWords: learner.teacher.wordsPerStory * batch,
        studentWords: 0,
        tokensTrained: 0,
    };
}

/** Said before anything is written, not after a long evaluation. */
function refuseTooSmallBudget(config: RunConfig, learner: Learner): void {
    const most = mostPerUpdate(config, learner);
    if (mayCount(budgetOf(config), nothingUsed, most)) return;
    throw badInput(
        `A budget of ${config['budget.words']} input words is too small for one update, which costs ${most.promptWords + most.teacherWords}; nothing was written. Raise --budget-words or lower --ppo-batch.`,
    );
}

/** In words why the run is over, or null while it goes on. */
function whyStop(config: RunConfig, { used, seconds }: LearningProgress, learner: Learner): string | null {
    if (config['budget.updates'] > 0 && used.updates >= config['budget.updates'])
        return `${used.updates} updates are done`;
    if (config['budget.minutes'] > 0 && seconds >= config['budget.minutes'] * 60)
        return `${config['budget.minutes']} minutes are over`;
    if (!mayBegin(budgetOf(config), used, mostPerUpdate(config, learner)))
        return `the budget of ${config['budget.words'].toLocaleString('en-US')} input words is spent`;
    return null;
}

const evaluationShare = 0.35; // of the time a story costs in an update, a story of an evaluation costs about this much

/** How far the run is, 0–1, by the budget that ends it first; evaluations count as work too. */
function fractionDone(config: RunConfig, { used, seconds }: LearningProgress, learner: Learner): number {
    const { promptWords, teacherWords } = mostPerUpdate(config, learner);
    const limits = [
        config['budget.updates'] > 0 ? config['budget.updates'] : Infinity,
        config['budget.words'] > 0
            ? Math.max(1, Math.floor((config['budget.words'] - promptWords) / teacherWords))
            : Infinity,
    ];
    const updates = Math.min(...limits);
    const evaluation = config['evaluation.stories'] * evaluationShare;
    const byUpdates = Number.isFinite(updates)
        ? (evaluation + used.updates * config['ppo.batch']) / (2 * evaluation + updates * config['ppo.batch'])
        : 0;
    const byTime = config['budget.minutes'] > 0 ? seconds / (config['budget.minutes'] * 60) : 0;
    return Math.min(1, Math.max(byUpdates, byTime));
}

/** SHA-256 over the policy's weights: two updates with one digest are the same update. */
function policyDigest({ policy }: Learner): string {
    const hash = createHash('sha256');
    for (const name of Object.keys(policy).sort()) {
        const values = policy[name]!.read() as Float32Array;
        hash.update(name).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
    return hash.digest('hex');
}
