/** What the arithmetic runs on, and how much of it fits in memory at once. */
import { availableParallelism } from 'node:os';
import type { RunConfig } from '../../shared/run-config.ts';
import { openRuntime } from '../student/runtime/open.ts';
import type { Runtime } from '../student/runtime/runtime.ts';
import type { StudentConfig } from '../student/gpt2/config.ts';

export async function engineRuntime(
    config: RunConfig,
): Promise<{ readonly runtime: Runtime; readonly threads: number }> {
    const threads = config['runtime.threads'] || Math.max(1, availableParallelism());
    return { runtime: await openRuntime({ kind: config['runtime.kind'], threads }), threads };
}

const logitsBytes = 96 * 2 ** 20; // of one micro-batch; logits are what grows, and four or five arrays of their size live at once

/**
 * Sequences in memory at once: as asked, else as many as keep the logits of a micro-batch small, cut evenly so that no
 * micro-batch is mostly padding. `rows`: sequences behind one step.
 */
export function microBatchFor(config: RunConfig, student: StudentConfig, positions: number, rows: number): number {
    if (config['runtime.microBatch'] > 0) return Math.min(rows, config['runtime.microBatch']);
    const most = Math.max(1, Math.floor(logitsBytes / (4 * student.vocabulary * positions)));
    return Math.ceil(rows / Math.ceil(rows / most));
}
