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

// One odd and one even, so that neither of the product's two sides is a multiple of the other.
const [INDEX_FACTOR, KEY_FACTOR] = [0x9e3779b1, 0x85ebca6a];

const parts = ['probabilities', 'attention', 'inner'] as const;

export function dropoutSites(layers: number): number {
    return 1 + parts.length * layers;
}

export function siteIndex(site: DropoutSite): number {
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

/** A mask that is wanted: its `dims`, of an array whose elements are indexed as in one of the dims `within`. */
export interface MaskDims {
    readonly dims: Dims;
    readonly within?: Dims;
    readonly rate: number;
    /** What stands for an element that is kept: 1/(1 − rate), so that a mask is 1 on average, or 1. */
    readonly kept: number;
}

/**
 * One mask per site from keys (B, sites) int32, each (B, ...dims): 0 with probability `rate`, else `kept`.
 * Elements are indexed as in an array of the dims `within`, so an element has the same mask however much of that array
 * a graph covers. Several sites of the same dims share one chain of nodes.
 *
 * An element is dropped where (index + key) · (a · index + b · key) mod 2³² is small. The product carries every bit of
 * key and index into the high bits, which the comparison reads, and it needs only operators that every device has:
 * CUDA and WebGPU have no kernels for single bits.
 */
export function dropoutMasks(
    graph: Graph,
    keys: Value,
    sites: readonly DropoutSite[],
    { dims, rate, kept, within = dims }: MaskDims,
): readonly Value[] {
    const [batch, count] = [keys.dims[0]!, elementCount(dims)];
    const key = graph.reshape(keysAt(graph, keys, sites), [batch, sites.length, 1]);
    const named = `${dims.join()} within ${within.join()}`;
    const indices = graph.constantOnce(`indices ${named}`, () => scatteredIndices(dims, within), [1, 1, count]);
    const multiples = (): Uint32Array =>
        scatteredIndices(dims, within).map((index) => Math.imul(index, INDEX_FACTOR) >>> 0);
    const indexTerms = graph.constantOnce(`index terms ${named}`, multiples, [1, 1, count]);
    const sum = graph.add(indices, key); // (B, sites, elements)
    const hash = graph.multiply(sum, graph.add(indexTerms, graph.multiply(key, whole(graph, KEY_FACTOR))));
    const isKept = graph.compare('GreaterOrEqual', hash, whole(graph, Math.round(rate * 2 ** 32)));
    const apart = (all: Value): readonly Value[] =>
        graph.split(all, 1, sites.length).map((mask) => graph.reshape(mask, [batch, ...dims]));
    // 0 and 1 come straight from booleans, so low precision has nothing to round
    if (kept === 1) return apart(isKept).map((mask) => graph.cast(mask, 'float32'));
    const produced = { type: 'float32', dims: hash.dims } as const;
    return apart(graph.node('Where', [isKept, graph.scalar(kept), graph.scalar(0)], produced));
}

/** The mask of one site alone. */
export function dropoutMask(graph: Graph, keys: Value, site: DropoutSite, described: MaskDims): Value {
    return dropoutMasks(graph, keys, [site], described)[0]!;
}

/** The keys of some sites: (B, sites) int32 → uint32. */
function keysAt(graph: Graph, keys: Value, sites: readonly DropoutSite[]): Value {
    const wanted = graph.constant(Int32Array.from(sites, siteIndex));
    return graph.cast(graph.gather(keys, wanted, 1), 'uint32');
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
