/** What a pretraining run will do: how many steps of how many rows, at which learning rates, in which order. */
import type { RunConfig } from '../../../shared/run-config.ts';
import type { RandomStream } from '../../learning/random.ts';
import { warmupSteps, type Schedule } from '../../learning/schedules.ts';
import { milestonesBetween, publishedMilestonesAt } from '../../text/corpus/milestones.ts';
import type { PackedRows } from '../../text/corpus/packing.ts';

const cosineFloor = 0.03; // of the peak rate

export interface PretrainingPlan {
    /** Rows behind one step. */
    readonly batch: number;
    readonly steps: number;
    readonly schedule: Schedule;
    /** The schedule's place of the first step: the published one warms up from 0, others learn at once. */
    readonly firstRate: 0 | 1;
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
        firstRate: kind === 'linear' ? 0 : 1,
    };
}

/** Rows of a batch, from any position: each pass over the corpus has its own order, found from its number. */
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

/** Milestones that a step reached: by the words read with it or, in the published layout, by its count of tokens (P1). */
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

/** A published block is read whole, its first token included. */
export function tokensPerPublishedStep(rows: PackedRows, batch: number): number {
    return batch * (rows.tokensPerRow + 1);
}
