/**
 * Dropout without generator state: masks come from an integer hash, computed inside the graph, of a key and an
 * element's index. A key belongs to one row, step and site, so a mask depends neither on other rows nor on
 * micro-batches, and a resumed run draws the same masks it would have drawn.
 */
import type { RandomStream } from '../../learning/random.ts';
import { elementCount } from '../onnx/graph.ts';
import type { Dims, Graph, Value } from '../onnx/graph.ts';

/**
 * Where GPT-2 applies dropout: after the embeddings, and in each layer to attention's probabilities and to the outputs
 * of attention and of the inner layer.
 */
export type DropoutSite =
    'embedding' | { readonly layer: number; readonly part: 'probabilities' | 'attention' | 'inner' };

const parts = ['probabilities', 'attention', 'inner'] as const;

export function dropoutSites(layers: number): number {
    return 1 + parts.length * layers;
}

function siteIndex(site: DropoutSite): number {
    return site === 'embedding' ? 0 : 1 + parts.length * site.layer + parts.indexOf(site.part);
}

/** One key per row and site, (rows, sites), from a stream of each row's own: `random.fork(step, row)`. */
export function dropoutKeys(random: RandomStream, step: number, rows: Iterable<number>, sites: number): Int32Array {
    return Int32Array.from([...rows].flatMap((row) => [...keysOfRow(random.fork(step, row), sites)]));
}

/** One key per site, from a stream that belongs to one row of one call. */
export function keysOfRow(random: RandomStream, sites: number): Int32Array {
    return Int32Array.from({ length: sites }, () => random.integer(2 ** 32) | 0);
}

/**
 * keys (B, sites) int32 → a mask (B, ...dims): 0 with probability `rate`, else 1/(1 − rate). Elements are indexed as in
 * an array of the dims `within`, so an element has the same mask however much of that array a graph covers.
 */
export function dropoutMask(
    graph: Graph,
    keys: Value,
    site: DropoutSite,
    dims: Dims,
    rate: number,
    within: Dims = dims,
): Value {
    const [batch, index] = [keys.dims[0]!, siteIndex(site)];
    const key = graph.cast(graph.slice(keys, 1, index, index + 1), 'uint32'); // (B, 1)
    const indices = graph.constant(scatteredIndices(dims, within), [1, elementCount(dims)]);
    // Two multiplications carry every bit of key and index into the high bits, which the comparison reads.
    const first = graph.multiply(graph.binary('BitwiseXor', indices, key), whole(graph, 0x21f0aaad));
    const shifted = graph.node('BitShift', [first, whole(graph, 15)], first, { direction: 'RIGHT' });
    const hash = graph.multiply(graph.binary('BitwiseXor', first, shifted), whole(graph, 0x735a2d97));
    const kept = graph.compare('GreaterOrEqual', hash, whole(graph, Math.round(rate * 2 ** 32)));
    const mask = graph.multiply(graph.cast(kept, 'float32'), graph.scalar(1 / (1 - rate)));
    return graph.reshape(mask, [batch, ...dims]);
}

/** Hashed indices, so that neighbours differ in all bits (lowbias32, C. Wellons, "Prospecting for Hash Functions"). */
function scatteredIndices(dims: Dims, within: Dims): Uint32Array {
    return Uint32Array.from({ length: elementCount(dims) }, (_, index) => {
        let x = indexWithin(index, dims, within);
        x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
        x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
        return (x ^ (x >>> 15)) >>> 0;
    });
}

/** The row-major index, in the larger array, of the element with number `index` in `dims`. */
function indexWithin(index: number, dims: Dims, within: Dims): number {
    let [rest, inner, stride] = [index, 0, 1];
    for (let axis = dims.length - 1; axis >= 0; axis--) {
        inner += (rest % dims[axis]!) * stride;
        rest = Math.floor(rest / dims[axis]!);
        stride *= within[axis]!;
    }
    return inner;
}

function whole(graph: Graph, value: number): Value {
    return graph.constant(Uint32Array.of(value), []);
}
