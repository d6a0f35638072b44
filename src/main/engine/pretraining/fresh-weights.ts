/** A new student's weights. Those of a large one are drawn by several threads, which changes no bit of them. */
import { extname } from 'node:path';
import type { RandomStream } from '../../learning/random.ts';
import { answerOfThread } from '../../processes/answer-of-thread.ts';
import type { StudentConfig } from '../../student/gpt2/config.ts';
import { initialWeights, languageModelParameters, type Parameter } from '../../student/gpt2/parameters.ts';
import { elementCount } from '../../student/onnx/graph.ts';
import type { DrawingJob, DrawingMessage } from './drawing-worker.ts';

const workerFile = new URL(`./drawing-worker${extname(import.meta.url)}`, import.meta.url);

/** Fewer weights are drawn in a quarter of a second; threads would hardly have begun by then. */
const worthThreads = 4_000_000;

const weightsOf = (parameters: readonly Parameter[]): number =>
    parameters.reduce((sum, { dims }) => sum + elementCount(dims), 0);

/** The same as `initialWeights` of the language model. @throws what went wrong in a thread */
export async function freshWeights(
    student: StudentConfig,
    random: RandomStream,
    threads: number,
): Promise<ReadonlyMap<string, Float32Array>> {
    const parameters = languageModelParameters(student);
    if (threads === 1 || weightsOf(parameters) < worthThreads) return initialWeights(student, parameters, random);
    const shares = sharedAmong(threads, parameters);
    const drawn = await Promise.all(shares.map((share) => drawnByThread({ student, parameters: share, random })));
    const all = new Map(drawn.flatMap((weights) => [...weights]));
    return new Map(parameters.map(({ name }) => [name, all.get(name)!]));
}

function drawnByThread({
    student,
    parameters,
    random,
}: Omit<DrawingJob, 'key'> & { readonly random: RandomStream }): Promise<ReadonlyMap<string, Float32Array>> {
    const job: DrawingJob = { student, parameters, key: random.key };
    return answerOfThread<DrawingMessage, ReadonlyMap<string, Float32Array>>({
        file: workerFile,
        job,
        does: 'draws weights',
        read: ({ weights }) => weights,
    });
}

/**
 * Deals tensors out, the largest first, each to whoever has least. A tensor comes from one stream, so there are no more
 * shares than could be done before the largest tensor is.
 */
export function sharedAmong(threads: number, parameters: readonly Parameter[]): readonly (readonly Parameter[])[] {
    const largestFirst = parameters.toSorted((a, b) => elementCount(b.dims) - elementCount(a.dims));
    const useful = Math.ceil(weightsOf(parameters) / elementCount(largestFirst[0]!.dims));
    const shares = Array.from({ length: Math.min(threads, useful) }, () => ({ taken: [] as Parameter[], weights: 0 }));
    for (const parameter of largestFirst) {
        const least = shares.reduce((a, b) => (b.weights < a.weights ? b : a));
        least.taken.push(parameter);
        least.weights += elementCount(parameter.dims);
    }
    return shares.map(({ taken }) => taken);
}
