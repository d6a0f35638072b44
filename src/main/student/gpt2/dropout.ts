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

// lowbias32 (C. Wellons, "Prospecting for Hash Functions")
const [FIRST_FACTOR, SHIFT, SECOND_FACTOR] = [0x21f0aaad, 15, 0x735a2d97];

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
    const indices = graph.constantOnce(
        `indices ${dims.join()} ${within.join()}`,
        () => scatteredIndices(dims, within),
        [1, elementCount(dims)],
    );
    // Two multiplications carry every bit of key and index into the high bits, which the comparison reads.
    const first = graph.multiply(graph.binary('BitwiseXor', indices, key), whole(graph, FIRST_FACTOR));
    const shifted = graph.node('BitShift', [first, whole(graph, SHIFT)], first, { direction: 'RIGHT' });
    const hash = graph.multiply(graph.binary('BitwiseXor', first, shifted), whole(graph, SECOND_FACTOR));
    return graph.reshape(kept(graph, hash, rate), [batch, ...dims]);
}

/** A mask that is wanted: `dims` of an array whose elements are indexed as in one of the dims `within`. */
export interface WantedMask {
    readonly site: DropoutSite;
    readonly dims: Dims;
    readonly within?: Dims;
}

/**
 * Several masks of `dropoutMask`, bit for bit, for CUDA, which has no kernels for single bits: XOR is read from tables,
 * byte by byte, and shifts are divisions. All masks share one chain of nodes. keys (B, sites) → masks (B, ...dims).
 */
export function dropoutMasksByTable(
    graph: Graph,
    keys: Value,
    wanted: readonly WantedMask[],
    rate: number,
): readonly Value[] {
    const [batch, sites] = [keys.dims[0]!, wanted.length];
    const counts = wanted.map(({ dims }) => elementCount(dims));
    const all = counts.reduce((sum, count) => sum + count, 0); // E
    const described = wanted.map(({ dims, within = dims }) => `${dims.join()} in ${within.join()}`).join('; ');

    // ((index ^ key) · first factor) mod 2³² is a sum over bytes: of each row's and site's 256 possible terms
    const wantedSites = graph.constant(Int32Array.from(wanted, ({ site }) => siteIndex(site)));
    const key = graph.cast(graph.gather(keys, wantedSites, 1), 'uint32'); // (B, sites)
    const anyByte = (): Uint32Array => xorTable(256, 256, (a, b) => a ^ b);
    const terms = Array.from({ length: 4 }, (_, byte) => {
        const unit = 2 ** (8 * byte);
        const ofKey = graph.cast(remainder(graph, graph.divide(key, whole(graph, unit)), 256), 'int32'); // (B, sites)
        const rows = graph.gather(graph.constantOnce('bytes', anyByte, [256, 256]), ofKey); // (B, sites, 256)
        const term = graph.multiply(rows, whole(graph, Math.imul(unit, FIRST_FACTOR) >>> 0));
        const at = graph.constantOnce(`byte ${byte} of ${described}`, () => termIndices(wanted, all, byte), [all]);
        return graph.gather(graph.reshape(term, [batch, sites * 256]), at, 1); // (B, E)
    });
    const first = terms.reduce((sum, term) => graph.add(sum, term));

    // (first ^ first >> 15) · second factor: the low 17 bits change, in two pieces of 8 and 9
    const shifted = (bits: number): Value => graph.divide(first, whole(graph, 2 ** bits));
    const change = (low: Value, high: Value, size: number, unit: number): Value => {
        const changes = (): Uint32Array =>
            xorTable(size, size, (a, b) => Math.imul(unit * ((a ^ b) - a), SECOND_FACTOR));
        const at = graph.add(graph.multiply(low, whole(graph, size)), high);
        return graph.gather(graph.constantOnce(`changes ${size}`, changes, [size * size]), graph.cast(at, 'int32'));
    };
    const lowest = change(remainder(graph, first, 256), remainder(graph, shifted(SHIFT), 256), 256, 1);
    const next = change(remainder(graph, shifted(8), 512), shifted(SHIFT + 8), 512, 256);
    const hash = graph.add(graph.add(graph.multiply(first, whole(graph, SECOND_FACTOR)), lowest), next);
    const mask = kept(graph, hash, rate);
    const parts = counts.length === 1 ? [mask] : graph.splitBy(mask, 1, counts);
    return parts.map((part, at) => graph.reshape(part, [batch, ...wanted[at]!.dims]));
}

/** Where each element finds its term of one byte: 256 · mask + the byte of its index. */
function termIndices(wanted: readonly WantedMask[], all: number, byte: number): Int32Array {
    const found = new Int32Array(all);
    let at = 0;
    for (const [mask, { dims, within = dims }] of wanted.entries())
        for (const index of scatteredIndices(dims, within)) found[at++] = 256 * mask + ((index >>> (8 * byte)) & 255);
    return found;
}

function xorTable(rows: number, columns: number, entry: (row: number, column: number) => number): Uint32Array {
    return Uint32Array.from({ length: rows * columns }, (_, at) => entry(Math.floor(at / columns), at % columns) >>> 0);
}

function remainder(graph: Graph, x: Value, divisor: number): Value {
    return graph.binary('Mod', x, whole(graph, divisor));
}

/** 0 for a share `rate` of all hashes, else 1/(1 − rate). */
function kept(graph: Graph, hash: Value, rate: number): Value {
    const isKept = graph.compare('GreaterOrEqual', hash, whole(graph, Math.round(rate * 2 ** 32)));
    return graph.multiply(graph.cast(isKept, 'float32'), graph.scalar(1 / (1 - rate)));
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
