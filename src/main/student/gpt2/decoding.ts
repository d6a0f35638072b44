/**
 * The decoding graphs: GPT-2 one call at a time, with a key and value cache of fixed size that is updated in place. The
 * first call reads the whole prompt, later ones one token each. Sampling happens inside the graph, so logits never
 * leave it.
 */
import { layerNormEpsilon } from '../autodiff/operations.ts';
import { Graph } from '../onnx/graph.ts';
import type { Value } from '../onnx/graph.ts';
import { processor, type Target } from '../onnx/target.ts';
import { cacheCall, cachedAttention } from './cached-attention.ts';
import type { CacheCall } from './cached-attention.ts';
import { blocks, lastNorm } from './blocks.ts';
import type { BlockOperations } from './blocks.ts';
import type { StudentConfig } from './config.ts';
import { dropoutMask, dropoutMasks, dropoutSites, siteIndex } from './dropout.ts';
import type { DropoutSite, MaskDims } from './dropout.ts';
import { languageModelParameters, positionEmbedding, tokenEmbedding } from './parameters.ts';

export interface DecodingShape {
    readonly batch: number; // B
    /** New tokens per call, S: the longest prompt (right-padded), or 1. */
    readonly tokens: number;
    /** Positions the cache holds, for prompt and story together. */
    readonly capacity: number;
    /** Sampled tokens, or the logits themselves (to compare with the full forward pass). */
    readonly output: 'sample' | 'logits';
    /** Parameters are inputs of each call, or weights that are fixed when the graph is compiled. */
    readonly parameters?: 'inputs' | 'weights';
    /** Above 0, the network uses dropout as in pretraining; at 0 the graph has no dropout operators. */
    readonly dropoutRate?: number;
    /** Default: the processor. For a device, attention uses plain operators. */
    readonly target?: Target;
}

const BLOCK_DEPTH = 128;
const FEW_COLUMNS = 256; // more than 64 for each of up to four threads

/** Names of the cache tensors as (input, output); each pair is bound to one tensor (B, H, capacity, C/H). */
export function cacheNames(layers: number): readonly (readonly [input: string, output: string])[] {
    return Array.from({ length: layers }, (_, layer) => layer).flatMap((layer) => [
        [`keys.${layer}`, `keys.${layer}.next`] as const,
        [`values.${layer}`, `values.${layer}.next`] as const,
    ]);
}

/**
 * Inputs: the parameters; `ids` (B, S) int32; `last` (B) int32, the position of each row's newest token after this
 * call; `length` () int32, the largest of those plus one; `inverseTemperature` (); the cache; and for sampling
 * `uniforms` (B, 1) in [0, 1). Outputs: the cache, and `next` (B, S′ = 1) int32 or `logits` (B, V), both for each row's
 * newest token. With dropout there is an input `dropoutKeys` (B, sites) int32, whose masks apply to this call only.
 * `length` is an input only where attention is fused (`isAttentionFused`).
 */
export function decodingModel(config: StudentConfig, shape: DecodingShape): Uint8Array {
    return decodingGraph(config, shape).model(shape.target);
}

export function decodingGraph(config: StudentConfig, shape: DecodingShape): Graph {
    const { layers, width, heads, vocabulary } = config;
    const { batch, tokens, capacity, parameters: parametersAre = 'inputs', dropoutRate = 0 } = shape;
    const { target = processor } = shape;
    const graph = new Graph('decoding');
    const parameters = new Map(
        languageModelParameters(config).map(({ name, dims }) => {
            const value = parametersAre === 'inputs' ? graph.input(name, dims) : graph.weight(name, dims);
            return [name, value] as const;
        }),
    );
    const parameter = (name: string): Value => parameters.get(name)!;
    const ids = graph.input('ids', [batch, tokens], 'int32');
    const last = graph.input('last', [batch], 'int32');
    const dropoutKeys = dropoutRate > 0 ? graph.input('dropoutKeys', [batch, dropoutSites(layers)], 'int32') : null;
    const length = isAttentionFused({ dropoutRate, target }) ? graph.input('length', [], 'int32') : null;
    const inverseTemperature = graph.input('inverseTemperature', []);
    const cacheDims = [batch, heads, capacity, width / heads];
    const cache = new Map(cacheNames(layers).map(([name]) => [name, graph.input(name, cacheDims)] as const));

    const rows = batch * tokens; // N
    const cacheOf = (layer: number): { keys: Value; values: Value } => ({
        keys: cache.get(`keys.${layer}`)!,
        values: cache.get(`values.${layer}`)!,
    });
    const keepCache = (layer: number, keys: Value, values: Value): void => {
        graph.output(`keys.${layer}.next`, keys);
        graph.output(`values.${layer}.next`, values);
    };
    const attendFused = (projected: Value, layer: number): Value => {
        const packed = graph.reshape(projected, [batch, tokens, 3 * width]);
        const { keys, values } = cacheOf(layer);
        const [y, nextKeys, nextValues] = graph.nodes(
            'GroupQueryAttention',
            [packed, null, null, keys, values, last, length],
            [{ type: 'float32', dims: [batch, tokens, width] }, keys, values],
            { num_heads: heads, kv_num_heads: heads },
            'com.microsoft',
        );
        keepCache(layer, nextKeys, nextValues);
        return graph.reshape(y, [rows, width]);
    };
    const maskOf = dropoutKeys && allMasks(graph, dropoutKeys, config, shape);
    const drop = (x: Value, site: DropoutSite): Value =>
        maskOf === null ? x : graph.multiply(x, graph.reshape(maskOf(site), x.dims));
    const attendPlainly =
        (call: CacheCall) =>
        (projected: Value, layer: number): Value => {
            const { attended, next } = cachedAttention(graph, cacheOf(layer), {
                projected,
                call,
                drop: (probabilities) => drop(probabilities, { layer, part: 'probabilities' }),
            });
            keepCache(layer, next.keys, next.values);
            return attended;
        };

    const positions =
        tokens === 1
            ? graph.reshape(graph.gather(parameter(positionEmbedding), last), [batch, 1, width])
            : graph.slice(parameter(positionEmbedding), 0, 0, tokens);
    const embedded = graph.add(graph.gather(parameter(tokenEmbedding), ids), positions); // (B, S, C)
    const operations: BlockOperations = {
        layerNorm: (x, gain, bias) =>
            graph.node('LayerNormalization', [x, gain, bias], x, { axis: -1, epsilon: { float: layerNormEpsilon } }),
        linear: (x, weight, bias) => (target.kernels === 'cpu' ? steadyLinear : plainLinear)(graph, x, weight, bias),
        gelu: (x) => graph.node('FastGelu', [x], x, {}, 'com.microsoft'),
        add: (a, b) => graph.add(a, b),
        attention: length ? attendFused : attendPlainly(cacheCall(graph, { last, tokens, heads, capacity })),
        dropout: drop,
    };
    const first = operations.dropout(graph.reshape(embedded, [rows, width]), 'embedding');
    let x = blocks(first, layers, parameter, operations);
    if (tokens > 1) {
        const starts = graph.constant(Int32Array.from({ length: batch }, (_, row) => row * tokens));
        x = graph.gather(x, graph.add(starts, last)); // (B, C): each row's newest token
    }
    const hidden = lastNorm(x, parameter, operations);
    const logits = graph.matmul(hidden, parameter(tokenEmbedding), { transposeB: true });
    const scaled = graph.multiply(logits, inverseTemperature); // (B, V)
    if (shape.output === 'logits') graph.output('logits', scaled);
    else graph.output('next', sampleTokens(graph, scaled, graph.input('uniforms', [batch, 1]), vocabulary));
    return graph;
}

/** Every site's mask, from one chain of nodes for each shape: a launch takes longer than the masks of one token. */
function allMasks(
    graph: Graph,
    keys: Value,
    { layers, width, heads, context }: StudentConfig,
    { tokens, capacity, dropoutRate: rate = 0, target = processor }: DecodingShape,
): (site: DropoutSite) => Value {
    // a kernel of WebGPU cannot write so many arrays
    const masksOf = (sites: readonly DropoutSite[], described: MaskDims): readonly Value[] =>
        target.kernels === 'webgpu'
            ? sites.map((site) => dropoutMask(graph, keys, site, described))
            : dropoutMasks(graph, keys, sites, described);
    const ofLayers = (part: 'probabilities' | 'attention' | 'inner'): readonly DropoutSite[] =>
        Array.from({ length: layers }, (_, layer) => ({ layer, part }));
    const hidden = ['embedding', ...ofLayers('attention'), ...ofLayers('inner')] as const;
    const probabilities = ofLayers('probabilities');
    const attended = tokens === 1 ? capacity : tokens;
    const kept = 1 / (1 - rate);
    const masks = [
        ...masksOf(hidden, { dims: [tokens, width], rate, kept }),
        ...masksOf(probabilities, {
            dims: [heads, tokens, attended],
            within: [heads, context, context], // the same masks whatever the capacity
            rate,
            kept,
        }),
    ];
    const found = new Map([...hidden, ...probabilities].map((site, at) => [siteIndex(site), masks[at]!]));
    return (site) => found.get(siteIndex(site))!;
}

/**
 * The fused operator does not support dropout, and its WebGPU kernel follows other code paths on other devices that are
 * unproven for ragged prompts.
 */
export function isAttentionFused({ dropoutRate = 0, target = processor }: Partial<DecodingShape>): boolean {
    return dropoutRate === 0 && target.kernels === 'cpu';
}

function plainLinear(graph: Graph, x: Value, weight: Value, bias: Value): Value {
    return graph.node('Gemm', [x, weight, bias], { type: x.type, dims: [x.dims[0]!, weight.dims[1]!] });
}

/**
 * x (N, in) · weight (in, out) + bias, with the same bits for any number of rows or threads. When onnxruntime splits
 * few columns among threads, its matrix product sums over blocks of another depth (mlas/lib/sgemm.cpp, StrideK), and
 * one different bit can mean a different token. Such products are therefore summed here, in blocks of the usual depth.
 */
function steadyLinear(graph: Graph, x: Value, weight: Value, bias: Value): Value {
    const [depth, columns] = [weight.dims[0]!, weight.dims[1]!];
    const produced = { type: x.type, dims: [x.dims[0]!, columns] };
    if (columns > FEW_COLUMNS) return plainLinear(graph, x, weight, bias);
    let sum = bias;
    for (let from = 0; from < depth; from += BLOCK_DEPTH) {
        const to = Math.min(from + BLOCK_DEPTH, depth);
        sum = graph.node('Gemm', [graph.slice(x, 1, from, to), graph.slice(weight, 0, from, to), sum], produced);
    }
    return sum;
}

/**
 * Exact sampling by inverse cumulative distribution in two levels: first a block of the vocabulary, then a token of
 * that block. Before it is compared with cumulative sums, the uniform number is scaled to stay below their total, so
 * rounding can never select a token of probability zero. logits (B, V), uniforms (B, 1) → (B, 1) int32.
 */
export function sampleTokens(graph: Graph, logits: Value, uniforms: Value, vocabulary: number): Value {
    const [batch, size] = [logits.dims[0]!, blockSize(vocabulary)];
    const blocks = vocabulary / size;
    const column = { type: 'float32', dims: [batch, 1] } as const;
    const belowOne = graph.scalar(1 - 2 ** -22);
    const running = (x: Value, exclusive: 0 | 1): Value =>
        graph.node('CumSum', [x, graph.constant(BigInt64Array.of(1n), [])], x, { exclusive });
    const at = (x: Value, index: Value): Value => graph.node('GatherElements', [x, index], column, { axis: 1 });
    /** How many running sums do not exceed the target: the index of the first that does. */
    const countUpTo = (sums: Value, target: Value): Value => {
        const passed = graph.cast(graph.compare('LessOrEqual', sums, target), 'float32');
        return graph.cast(graph.reduce('ReduceSum', passed, [1], true), 'int64'); // (B, 1)
    };

    const probabilities = graph.node('Softmax', [logits], logits, { axis: -1 });
    const byBlock = graph.reshape(probabilities, [batch, blocks, size]);
    const blockSums = graph.reduce('ReduceSum', byBlock, [2], false); // (B, blocks)
    const upTo = running(blockSums, 0);
    const total = graph.slice(upTo, 1, blocks - 1, blocks);
    const target = graph.multiply(graph.multiply(uniforms, belowOne), total);
    const block = countUpTo(upTo, target);

    const row = graph.constant(
        BigInt64Array.from({ length: batch }, (_, index) => BigInt(index)),
        [batch, 1],
    );
    const chosen = graph.node('GatherND', [byBlock, graph.concat([row, block], 1)], {
        type: 'float32',
        dims: [batch, size],
    });
    const within = running(chosen, 0);
    const withinTotal = graph.slice(within, 1, size - 1, size);
    const share = graph.divide(graph.subtract(target, at(running(blockSums, 1), block)), at(blockSums, block));
    const shareBelowOne = graph.multiply(graph.binary('Min', share, graph.scalar(1)), belowOne);
    const token = countUpTo(within, graph.multiply(shareBelowOne, withinTotal));
    const first = graph.multiply(block, graph.constant(BigInt64Array.of(BigInt(size)), []));
    return graph.cast(graph.add(first, token), 'int32');
}

/** The divisor of the vocabulary closest to its square root, so that both levels stay short. */
function blockSize(vocabulary: number): number {
    let size = Math.floor(Math.sqrt(vocabulary));
    while (vocabulary % size !== 0) size--;
    return size;
}
