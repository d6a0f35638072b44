/**
 * Makes word vectors by the oldest recipe: positive pointwise mutual information of words within a window, and its
 * leading eigenvectors by subspace iteration (Levy & Goldberg 2014, §3). Words of one topic point in the same
 * direction.
 */
import type { RandomStream } from '../src/main/learning/random.ts';

const window = 12;
const mostWords = 4000;
const dimensions = 24;
const rounds = 12;

export interface WordVectors {
    readonly vectorWords: Uint16Array;
    /** (words, dimensions) unit length × 127 */
    readonly vectors: Int8Array;
    readonly dimensions: number;
}

/** @param texts word ids; smaller ids are more common words */
export function wordVectors(
    texts: readonly (readonly number[])[],
    isTopical: (id: number) => boolean,
    random: RandomStream,
): WordVectors {
    const kept = [...new Set(texts.flatMap((text) => text.filter(isTopical)))]
        .sort((a, b) => a - b)
        .slice(0, mostWords);
    const row = new Map(kept.map((id, at) => [id, at]));
    const n = kept.length;
    const together = new Float32Array(n * n);
    for (const text of texts) {
        const rows = text.map((id) => row.get(id) ?? -1);
        for (let i = 0; i < rows.length; i++)
            for (let j = Math.max(0, i - 2 * window); j < i; j++) {
                const [a, b] = [rows[i]!, rows[j]!];
                if (a < 0 || b < 0 || a === b) continue;
                together[a * n + b]!++;
                together[b * n + a]!++;
            }
    }
    const matrix = positiveInformation(together, n);
    const basis = leadingVectors(matrix, n, random);
    const vectors = new Int8Array(n * dimensions);
    for (let i = 0; i < n; i++) {
        const vector = Array.from({ length: dimensions }, (_, d) => basis[d]![i]!);
        const length = Math.hypot(...vector) || 1;
        for (let d = 0; d < dimensions; d++) vectors[i * dimensions + d] = Math.round((127 * vector[d]!) / length);
    }
    return { vectorWords: Uint16Array.from(kept), vectors, dimensions };
}

interface Sparse {
    readonly starts: Uint32Array;
    readonly columns: Uint16Array;
    readonly values: Float32Array;
}

/** max(0, log (p(a, b) / p(a) p(b)^0.75)), positive entries of each row. */
function positiveInformation(together: Float32Array, n: number): Sparse {
    const sums = Float64Array.from({ length: n }, (_, i) =>
        together.subarray(i * n, (i + 1) * n).reduce((sum, x) => sum + x, 0),
    );
    const smoothed = sums.map((sum) => sum ** 0.75);
    const all = smoothed.reduce((sum, x) => sum + x, 0);
    const starts = new Uint32Array(n + 1);
    const columns: number[] = [];
    const values: number[] = [];
    for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
            const seen = together[i * n + j]!;
            if (seen < 2) continue;
            const information = Math.log((seen / sums[i]!) * (all / smoothed[j]!));
            if (information <= 0) continue;
            columns.push(j);
            values.push(information);
        }
        starts[i + 1] = columns.length;
    }
    return { starts, columns: Uint16Array.from(columns), values: Float32Array.from(values) };
}

/** Orthonormal directions scaled by the root of how much they explain: (dimensions)(n). */
function leadingVectors({ starts, columns, values }: Sparse, n: number, random: RandomStream): Float64Array[] {
    const multiply = (x: Float64Array): Float64Array => {
        const y = new Float64Array(n);
        for (let i = 0; i < n; i++) {
            let sum = 0;
            for (let k = starts[i]!; k < starts[i + 1]!; k++) sum += values[k]! * x[columns[k]!]!;
            y[i] = sum;
        }
        return y;
    };
    let basis: Float64Array[] = Array.from({ length: dimensions + 1 }, () =>
        Float64Array.from({ length: n }, () => random.normal()),
    );
    let scales: number[] = [];
    for (let round = 0; round < rounds; round++) {
        basis = basis.map(multiply);
        scales = [];
        for (const [at, vector] of basis.entries()) {
            for (const earlier of basis.slice(0, at)) {
                const dot = vector.reduce((sum, x, i) => sum + x * earlier[i]!, 0);
                for (let i = 0; i < n; i++) vector[i]! -= dot * earlier[i]!;
            }
            const length = Math.hypot(...vector);
            scales.push(length);
            for (let i = 0; i < n; i++) vector[i]! /= length;
        }
    }
    // The first direction only says how common a word is.
    return basis.slice(1).map((vector, d) => vector.map((x) => x * Math.sqrt(scales[d + 1]!)));
}
