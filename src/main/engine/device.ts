/** Opens the runtime that a task computes with, and chooses how many sequences are in memory at once. */
import { availableParallelism } from 'node:os';
import type { RunConfig } from '../../shared/run/config.ts';
import { openRuntime } from '../student/runtime/open.ts';
import type { Runtime } from '../student/runtime/runtime.ts';
import { parameterCount, type StudentConfig } from '../student/gpt2/config.ts';

export async function engineRuntime(
    config: RunConfig,
): Promise<{ readonly runtime: Runtime; readonly threads: number }> {
    const [kind, precision] = [config['runtime.kind'], config['runtime.precision']];
    const threads = config['runtime.threads'] || Math.max(1, availableParallelism());
    return { runtime: await openRuntime({ kind: kind === 'auto' ? 'processor' : kind, threads, precision }), threads };
}

const leastActivationBytes = 80 * 2 ** 20;

/**
 * Sequences in memory at once: as configured, else as many as keep what a training pass remembers below 80 MB, or for
 * large students below four times the weights. They divide a step evenly, so that no micro-batch is mostly padding.
 * @param rows sequences of one step
 */
export function microBatchFor(config: RunConfig, student: StudentConfig, positions: number, rows: number): number {
    if (config['runtime.microBatch'] > 0) return Math.min(rows, config['runtime.microBatch']);
    const { layers, width, heads, vocabulary } = student;
    // an estimate: 4 arrays of logits, and per block about 34 arrays of its width and 3 of attention weights
    const perSequence =
        4 * (4 * positions * vocabulary + layers * (34 * positions * width + 3 * heads * positions ** 2));
    const most = Math.max(leastActivationBytes, 4 * 4 * parameterCount(student)) / perSequence;
    return Math.ceil(rows / Math.ceil(rows / Math.max(1, Math.floor(most))));
}
