/**
 * Plans a pretraining run: how many steps of how many rows, at which learning rates, in which order, which milestones.
 */
import type { RunConfig } from '../../../shared/run/config.ts';
import type { RandomStream } from '../../learning/random.ts';
import { warmupSteps, type Schedule } from '../../learning/schedules.ts';
import { milestonesBetween, publishedMilestonesAt } from '../../text/corpus/milestones.ts';
import type { PackedRows } from '../../text/corpus/packing.ts';

const cosineFloor = 0.03; // the lowest learning rate, as a fraction of the highest

export interface PretrainingPlan {
    /** Rows per step. */
    readonly batch: number;
    readonly steps: number;
    readonly schedule: Schedule;
    /** Added to a step's number: the published schedule starts at 0, so its first step learns nothing; others at 1. */
    readonly stepOffset: 0 | 1;
}

export function planOf(config: RunConfig, rows: number): PretrainingPlan {
    const batch = Math.min(config['pretrain.batch'], rows);
    const steps = Math.max(1, Math.round((config['pretrain.epochs'] * rows) / batch));
    const kind = config['pretrain.schedule'];
    return {
        batch,
        steps,
        schedule: {
            kind,
            peak: config['pretrain.lr'],
            steps,
            warmupSteps: warmupSteps(config['pretrain.warmup'], steps),
            floorFraction: kind === 'cosine' ? cosineFloor : 0,
        },
        stepOffset: kind === 'linear' ? 0 : 1,
    };
}

/**
 * Gives the rows of a batch from any position. Each pass over the corpus has an order of its own, drawn by its number.
 */
export function rowOrder(rows: PackedRows, random: RandomStream): (from: number, count: number) => number[] {
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

/** The milestones that a step reaches: by the words read so far or, in the published packing, by its tokens (P1). */
export function milestonesAt(
    rows: PackedRows,
    batch: number,
    step: number,
    wordsBefore: number,
    wordsAfter: number,
): readonly number[] {
    if (rows.tokensPerWord === null) return milestonesBetween(wordsBefore, wordsAfter);
    return publishedMilestonesAt(step, rows.tokensPerWord, tokensPerPublishedStep(rows, batch));
}

/** In the published packing a row counts with its first token, which is read although nothing predicts it. */
export function tokensPerPublishedStep(rows: PackedRows, batch: number): number {
    return batch * (rows.tokensPerRow + 1);
}
