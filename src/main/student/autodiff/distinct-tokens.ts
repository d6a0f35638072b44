/**
 * The embedding's gradient without a race. On the CPU, ScatterND(reduction = add) loses updates for duplicate indices
 * as soon as two threads run, and on a device the order of its sums is chance. So rows of the same token are summed
 * first, by a product with an equality matrix, and then scattered under distinct ids. Ids are taken in chunks, because
 * the cost of that product grows with the square of their number; every chunk costs a device a few launches.
 */
import type { Value } from '../onnx/graph.ts';
import type { Target } from '../onnx/target.ts';

const chunkSizes: Readonly<Record<Target['kernels'], number>> = { cpu: 256, webgpu: 256, cuda: 2048 };

/** The different ids of each chunk as a value of a graph, (chunks, distinct). */
export interface DistinctIds {
    readonly listed: Value;
    readonly chunking: Chunking;
}

/** How n ids over a vocabulary are cut: `chunks` of `size` ids, each listing `distinct` different ids. */
export interface Chunking {
    readonly chunks: number;
    readonly size: number;
    readonly distinct: number;
}

export function chunking(n: number, vocabulary: number, kernels: Target['kernels']): Chunking {
    const size = Math.min(chunkSizes[kernels], n);
    return { chunks: Math.ceil(n / size), size, distinct: Math.min(size, vocabulary) };
}

/** The different ids of each chunk, filled up with ids that do not occur in it: (chunks, distinct). */
export function distinctTokens(ids: Int32Array, vocabulary: number, kernels: Target['kernels']): Int32Array {
    const { chunks, size, distinct } = chunking(ids.length, vocabulary, kernels);
    const listed = new Int32Array(chunks * distinct);
    const seenIn = new Int32Array(vocabulary).fill(-1);
    for (let chunk = 0; chunk < chunks; chunk++) {
        let at = chunk * distinct;
        const end = at + distinct;
        const list = (id: number): void => {
            if (seenIn[id] === chunk) return;
            seenIn[id] = chunk;
            listed[at++] = id;
        };
        for (const id of ids.subarray(chunk * size, (chunk + 1) * size)) list(id);
        for (let id = 0; at < end; id++) list(id);
    }
    return listed;
}
