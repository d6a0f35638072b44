/** How many sequences of a run are in memory at once. */
import type { RunConfig } from '../../shared/run/config.ts';
import { gpuRooms, sequencesThatFit, type GpuRoom, type GpuRooms } from '../student/gpu-room.ts';
import { parameterCount, type StudentConfig } from '../student/gpt2/config.ts';
import type { Runtime } from '../student/runtime/runtime.ts';

/** What the student of a run may fill of the runtime's GPU; null on the processor. */
export function roomsFor(
    config: RunConfig,
    runtime: Pick<Runtime, 'gpu' | 'target'>,
    student: StudentConfig,
): GpuRooms | null {
    return gpuRooms(runtime, student, mayReadOnGpu(config));
}

/** A model in a file takes the memory of a GPU, whichever device it is that llama.cpp finds. */
function mayReadOnGpu(config: RunConfig): boolean {
    const readers = [...config.teacher.split('+'), config['evaluation.judge']];
    return config['teacher.device'] !== 'cpu' && readers.some((reader) => /\.gguf$/i.test(reader));
}

const leastActivationBytes = 80 * 2 ** 20;

/**
 * Sequences in memory at once: as configured; on a GPU as many as fit there; else as many as keep what a training pass
 * remembers below 80 MB, or for large students below four times the weights. They divide a step evenly, so that no
 * micro-batch is mostly padding.
 * @param rows sequences of one step
 * @param room null on the processor
 */
export function sequencesAtOnce(
    config: RunConfig,
    student: StudentConfig,
    positions: number,
    rows: number,
    room: GpuRoom | null = null,
): number {
    if (config['runtime.microBatch'] > 0) return Math.min(rows, config['runtime.microBatch']);
    if (room !== null) return sequencesThatFit(rows, room);
    const { layers, width, heads, vocabulary } = student;
    // an estimate: 4 arrays of logits, and per block about 34 arrays of its width and 3 of attention weights
    const perSequence =
        4 * (4 * positions * vocabulary + layers * (34 * positions * width + 3 * heads * positions ** 2));
    const most = Math.max(leastActivationBytes, 4 * 4 * parameterCount(student)) / perSequence;
    return Math.ceil(rows / Math.ceil(rows / Math.max(1, Math.floor(most))));
}

/**
 * What a run keeps of what was chosen when it began, for other sums are rounded differently. A GPU's may be more than
 * the memory of a computer: on the processor no more than is chosen there, which is as many where the run began there.
 * @param begunWith null for a new run
 * @param choose what a run would begin with here
 */
export function keptAtOnce(
    begunWith: number | null,
    { memory }: Pick<Runtime, 'memory'>,
    choose: () => number,
): number {
    if (begunWith !== null && memory !== 'host') return begunWith;
    return Math.min(begunWith ?? Infinity, choose());
}

const mostSideBySide = 64; // with more, small students write hardly faster and need more memory
const mostCacheBytes = 256 * 2 ** 20;

/**
 * Stories decoded side by side: as many as have keys and values below 256 MB, on a GPU as many of those wanted as fit
 * there. No story depends on it, but for a GPU's rounding. A micro-batch that is set by hand is meant to save memory,
 * so no more are side by side then than on the processor, or than it says.
 * @param room null on the processor
 */
export function storiesSideBySide(
    config: RunConfig,
    { layers, width }: StudentConfig,
    positions: number,
    wanted: number,
    room: GpuRoom | null,
): number {
    const cacheBytes = 4 * 2 * layers * positions * width; // of one story
    const onProcessor = Math.max(1, Math.min(mostSideBySide, Math.floor(mostCacheBytes / cacheBytes)));
    if (room === null) return onProcessor;
    const requested = config['runtime.microBatch'];
    return requested > 0 ? Math.min(wanted, Math.max(onProcessor, requested)) : sequencesThatFit(wanted, room);
}
