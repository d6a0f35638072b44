/** The thread that draws a share of a new student's weights; fresh-weights.ts starts and ends it. */
import { parentPort, workerData } from 'node:worker_threads';
import { RandomStream } from '../../learning/random.ts';
import type { StudentConfig } from '../../student/gpt2/config.ts';
import { initialWeights, type Parameter } from '../../student/gpt2/parameters.ts';

export interface DrawingJob {
    readonly student: StudentConfig;
    readonly parameters: readonly Parameter[];
    /** Of the stream that each tensor's own is forked from. */
    readonly key: RandomStream['key'];
}

export interface DrawingMessage {
    readonly kind: 'drawn';
    readonly weights: ReadonlyMap<string, Float32Array>;
}

const { student, parameters, key } = workerData as DrawingJob;
const weights = initialWeights(student, parameters, new RandomStream(...key));
const message: DrawingMessage = { kind: 'drawn', weights };
parentPort!.postMessage(
    message,
    [...weights.values()].map(({ buffer }) => buffer as ArrayBuffer),
); // moved, not copied
