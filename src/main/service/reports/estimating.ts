/** Estimates what a run takes: the counts of its configuration times what one real micro-batch of it cost. */
import type { Estimate } from '../../../shared/views/new-run.ts';
import type { MeasuredCost } from '../../../shared/contracts/engine.ts';
import { noJudge } from '../../../shared/ratings/teachers.ts';
import type { RunConfig } from '../../../shared/run/config.ts';

export interface Surroundings {
    /** Bytes. */
    readonly memory: number;
    readonly freeDisk: number;
    readonly besideRuns: number;
}

const systemShare = 0.1; // the share of memory, and of a GPU's, that the system itself needs
// bytes of a story's row with search index, rating and scores; from runs of 840 to 12,600 stories of 170 to 340 bytes
const recordedBytes = { perStory: 350, perStoryByte: 2.3 };
const databaseBytes = 300_000; // of a database without stories

export function estimateOf(measured: MeasuredCost, config: RunConfig, surroundings: Surroundings): Estimate {
    const { memory, freeDisk, besideRuns } = surroundings;
    const needed = measured.memoryBytes + (measured.teacherMemory?.ram ?? 0);
    const gpu = gpuOf(measured);
    const time = timeOf(measured.learning, config);
    const disk = diskOf(measured, config, time?.updates ?? null);
    return {
        measured,
        memory: { needed, of: memory, fits: needed <= memory * (1 - systemShare) },
        gpu,
        disk: { ...disk, free: freeDisk, fits: disk.needed <= freeDisk },
        time,
        besideRuns,
    };
}

function gpuOf({ gpuMemory, teacherMemory }: MeasuredCost): Estimate['gpu'] {
    if (gpuMemory === null) return null;
    const needed = gpuMemory.needed + (teacherMemory?.vram ?? 0);
    return { ...gpuMemory, needed, fits: needed <= gpuMemory.of * (1 - systemShare) };
}

type Learning = NonNullable<MeasuredCost['learning']>;

/**
 * Where the teacher reads while the student writes, an update takes at least the longer of the two and at most both.
 */
function timeOf(learning: MeasuredCost['learning'], config: RunConfig): Estimate['time'] {
    if (learning === null) return null;
    const { writing, rating, judging, scoring, step, overlaps } = learning;
    const batch = config['ppo.batch'];
    const steps = config['ppo.epochs'] * Math.ceil(batch / config['ppo.minibatch']);
    const rest = scoring * batch + step * steps;
    const both = { low: overlaps ? Math.max(writing, rating) : writing + rating, high: writing + rating };
    const update = { low: both.low * batch + rest, high: both.high * batch + rest };
    const evaluations = 2 * config['evaluation.stories'];
    const judged = 2 * Math.min(config['evaluation.stories'], config['evaluation.judged'] || Infinity);
    const limit = config['budget.minutes'] * 60 || Infinity;
    const updates = updatesWithin(learning, config, update.low);
    if (updates === Infinity) return { update, updates: null, whole: null };
    const readings = readingsOf(config, updates);
    const whole = (perUpdate: number, perStory: number): number => {
        const heldOut = readings.heldOut * config['holdout.stories'] * (perStory + judging);
        const guarded = readings.guarded * guardSentences * sentenceShare * scoring;
        return Math.min(limit, perUpdate * updates + heldOut + guarded) + perStory * evaluations + judging * judged;
    };
    return { update, updates, whole: { low: whole(update.low, both.low), high: whole(update.high, both.high) } };
}

const guardSentences = 800; // the guard's own battery: 400 pairs
const sentenceShare = 0.1; // of what scoring a story costs: a sentence is a tenth as long

/** How often second judge and guard read, before and after learning included. */
function readingsOf(
    { 'holdout.every': every, 'evaluation.judge': judge, 'guard.battery': battery, 'guard.every': guard }: RunConfig,
    updates: number,
): { readonly heldOut: number; readonly guarded: number } {
    const reads = (each: number): number => 2 + Math.floor(Math.max(0, updates - 1) / each);
    return {
        heldOut: every > 0 && judge !== noJudge ? reads(every) : 0,
        guarded: battery === 'off' ? 0 : reads(guard),
    };
}

/** The updates that the budgets allow; of a run that only time ends, those that fit into it. */
function updatesWithin({ wordsPerStory, promptWords }: Learning, config: RunConfig, seconds: number): number {
    const { 'budget.updates': updates, 'budget.words': words, 'budget.minutes': minutes, 'ppo.batch': batch } = config;
    return Math.min(
        updates || Infinity,
        words > 0 ? Math.floor((words - promptWords * batch) / (wordsPerStory * batch)) : Infinity,
        minutes > 0 ? Math.ceil((60 * minutes) / seconds) : Infinity,
    );
}

/** Checkpoints, two resume states (a new one is written beside the old one), and the record of every story. */
function diskOf(
    { checkpointBytes, resumeBytes, learning }: MeasuredCost,
    config: RunConfig,
    updates: number | null,
): { readonly needed: number; readonly checkpoints: number } {
    const resume = 2 * resumeBytes;
    if (learning === null) return { needed: 2 * checkpointBytes + resume + databaseBytes, checkpoints: 2 };
    const batch = config['ppo.batch'];
    const words = Math.min((updates ?? 0) * learning.wordsPerStory * batch, config['budget.words'] || Infinity);
    const marks = Math.floor(words / config['record.checkpointWords']);
    // of every reading after the first, so that the run can go back to it
    const readings = config['holdout.stop'] === 'go-back' ? readingsOf(config, updates ?? 0).heldOut - 1 : 0;
    // 2 for the first and the last
    const checkpoints = 2 + Math.max(0, readings) + (marks <= 10 ? marks : 10 + Math.floor((marks - 10) / 2));
    const stories = (updates ?? 0) * batch + 2 * config['evaluation.stories'];
    const record = stories * (recordedBytes.perStory + recordedBytes.perStoryByte * learning.storyBytes);
    return { needed: checkpoints * checkpointBytes + resume + record + databaseBytes, checkpoints };
}
