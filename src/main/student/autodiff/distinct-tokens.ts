/**
 * The embedding's gradient without a race. On the CPU, ScatterND(reduction = add) loses updates for duplicate indices
 * as soon as two threads run. So rows of the same token are summed first, by a product with an equality matrix, and
 * then scattered under distinct ids. Ids are taken in chunks, because the cost of that product grows with the square of
 * their number.
 */
const CHUNK = 256;

/** How n ids over a vocabulary are cut: `chunks` of `size` ids, each listing `distinct` different ids. */
export interface Chunking {
    readonly chunks: number;
    readonly size: number;
    readonly distinct: number;
}

export function chunking(n: number, vocabulary: number): Chunking {
    const size = Math.min(CHUNK, n);
    return { chunks: Math.ceil(n / size), size, distinct: Math.min(size, vocabulary) };
}

/** The different ids of each chunk, filled up with ids that do not occur in it: (chunks, distinct). */
export function distinctTokens(ids: Int32Array, vocabulary: number): Int32Array {
    const { chunks, size, distinct } = chunking(ids.length, vocabulary);
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
