/**
 * The embedding's gradient without a race. ScatterND(reduction = add) with duplicate indices loses updates on the CPU
 * as soon as two threads run. So rows of the same token are summed first, by a product with an equality matrix, and
 * scattered under distinct ids. Ids are taken in chunks, because that product grows with the chunk's square.
 */
const CHUNK = 256;

/** How n ids over a vocabulary are cut: `chunks` of `size` ids, with `distinct` different ids listed for each. */
export interface Chunking {
    readonly chunks: number;
    readonly size: number;
    readonly distinct: number;
}

export function chunking(n: number, vocabulary: number): Chunking {
    const size = Math.min(CHUNK, n);
    return { chunks: Math.ceil(n / size), size, distinct: Math.min(size, vocabulary) };
}

/** For each chunk the different ids it holds, filled up with ids it does not hold: (chunks, distinct). */
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
