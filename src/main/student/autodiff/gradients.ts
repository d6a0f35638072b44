/**
 * The table of gradients: each operation with its vector–Jacobian rule. A rule gets the gradient of the operation's
 * result (`dy`) and returns what it adds to the gradients of the operation's inputs. Every row of the table is checked
 * against finite differences by `test/student/autodiff/gradients.test.ts`.
 */
import type { Graph, Value } from '../onnx/graph.ts';
import type { DistinctIds } from './distinct-tokens.ts';
import { geluCurve, geluSlope } from './operations.ts';
import type { Operation } from './operations.ts';

/**
 * A gradient to add, or a function that adds to the sum so far without building the full array (rows scattered into an
 * embedding).
 */
export type Contribution =
    { readonly of: Value; readonly gradient: Value } | { readonly of: Value; readonly addTo: (soFar: Value) => Value };

type Rule<O extends Operation> = (graph: Graph, operation: O, dy: Value) => readonly Contribution[];

export const gradients: { readonly [Op in Operation['op']]: Rule<Extract<Operation, { op: Op }>> } = {
    embedding(graph, { tokens, positions, ids, distinct }, dy) {
        if (distinct === null) throw new Error('the gradient of an embedding needs the distinct ids');
        const [batch, length] = [ids.dims[0]!, ids.dims[1]!];
        const byPosition = graph.reduce('ReduceSum', graph.reshape(dy, [batch, length, dy.dims[1]!]), [0], false);
        return [
            { of: tokens, addTo: (soFar) => addTokenRows(graph, soFar, ids, distinct, dy) },
            { of: positions, gradient: graph.pad(byPosition, 0, 0, positions.dims[0]! - length) },
        ];
    },

    layerNorm(graph, { x, gain, bias, mean, inverseDeviation }, dy) {
        const width = gain.dims[0]!;
        const normal = graph.multiply(graph.subtract(x, mean), inverseDeviation);
        const dNormal = graph.multiply(dy, gain);
        const dyNormal = graph.multiply(dy, normal);
        const meanOfDNormal = graph.reduce('ReduceMean', dNormal, [1], true);
        // mean(dNormal · normal)
        const meanOfProduct = graph.matmul(dyNormal, graph.reshape(gain, [width, 1]), { alpha: 1 / width });
        const centred = graph.subtract(graph.subtract(dNormal, meanOfDNormal), graph.multiply(normal, meanOfProduct));
        return [
            { of: x, gradient: graph.multiply(centred, inverseDeviation) },
            { of: gain, gradient: graph.reduce('ReduceSum', dyNormal, [0], false) },
            { of: bias, gradient: graph.reduce('ReduceSum', dy, [0], false) },
        ];
    },

    linear(graph, { x, weight, bias }, dy) {
        return [
            { of: x, gradient: graph.matmul(dy, weight, { transposeB: true }) },
            { of: weight, gradient: productOverRows(graph, x, dy) },
            { of: bias, gradient: graph.reduce('ReduceSum', dy, [0], false) },
        ];
    },

    /** d/dx x·s(u) = s + x·s·(1 − s)·u′ with u = x(slope + curve·x²). */
    gelu(graph, { x, square, sigmoid, y }, dy) {
        const slope = graph.add(graph.multiply(square, graph.scalar(3 * geluCurve)), graph.scalar(geluSlope));
        const bend = graph.multiply(graph.subtract(graph.scalar(1), sigmoid), slope);
        return [{ of: x, gradient: graph.multiply(dy, graph.add(sigmoid, graph.multiply(y, bend))) }];
    },

    /**
     * Softmax backwards without its Jacobian: rowsum(dP ∘ P) = rowsum(dO ∘ O) (FlashAttention, arXiv 2205.14135 §B.4).
     */
    attention(graph, { projected, queries, keys, values, probabilities, kept, context }, dy) {
        const [batch, heads, length, headWidth] = context.dims as readonly [number, number, number, number];
        const alpha = 1 / Math.sqrt(headWidth);
        const dContext = graph.transpose(graph.reshape(dy, [batch, length, heads, headWidth]), [0, 2, 1, 3]);
        const scale = kept?.scale ?? 1;
        const read = kept ? graph.multiply(probabilities, kept.mask) : probabilities;
        const dValues = graph.matmul(read, dContext, { transposeA: true, alpha: scale });
        const dRead = graph.matmul(dContext, values, { transposeB: true, alpha: scale });
        const dProbabilities = kept ? graph.multiply(dRead, kept.mask) : dRead;
        const rowSums = graph.reduce('ReduceSum', graph.multiply(dContext, context), [3], true);
        const dScores = graph.multiply(graph.subtract(dProbabilities, rowSums), probabilities);
        const dQueries = graph.matmul(dScores, keys, { alpha });
        const dKeys = graph.matmul(dScores, queries, { transposeA: true, alpha });
        const byPart = graph.reshape(graph.concat([dQueries, dKeys, dValues], 0), [3, batch, heads, length, headWidth]);
        return [{ of: projected, gradient: graph.reshape(graph.transpose(byPart, [1, 3, 0, 2, 4]), projected.dims) }];
    },

    add(_graph, { a, b }, dy) {
        return [
            { of: a, gradient: dy },
            { of: b, gradient: dy },
        ];
    },

    dropout(graph, { x, mask }, dy) {
        return [{ of: x, gradient: graph.multiply(dy, mask) }];
    },

    positionsFrom(graph, { x, batch, from, y }, dy) {
        const width = x.dims[1]!;
        const kept = graph.reshape(dy, [batch, y.dims[0]! / batch, width]);
        return [{ of: x, gradient: graph.reshape(graph.pad(kept, 1, from, 0), x.dims) }];
    },

    /** dlogits = dy · (onehot − P). dy scales the narrow (N, C) side, never the wide (N, V) one. */
    tokenLogprobs(graph, { hidden, tokens, taken, probabilities, ofTaken }, dy) {
        // P − onehot. It depends on every other read of P, so it runs last and overwrites P instead of copying it.
        const ofTakenLess = graph.subtract(ofTaken, graph.scalar(1));
        const wrong = graph.node('ScatterElements', [probabilities, taken, ofTakenLess], probabilities, { axis: 1 });
        const less = graph.unary('Neg', dy);
        return [
            { of: tokens, gradient: tokensGradient(graph, wrong, graph.multiply(less, hidden)) },
            { of: hidden, gradient: graph.multiply(less, graph.keptFloat32(graph.matmul(wrong, tokens))) },
        ];
    },

    valueHead(graph, { hidden, weight, bias }, dy) {
        return [
            { of: hidden, gradient: graph.multiply(dy, weight) },
            { of: weight, gradient: graph.matmul(dy, hidden, { transposeA: true }) },
            { of: bias, gradient: graph.reduce('ReduceSum', dy, [0], false) },
        ];
    },

    crossEntropy(graph, { logprobs, weights }, dy) {
        return [{ of: logprobs, gradient: graph.multiply(graph.unary('Neg', dy), weights) }];
    },

    /**
     * d(−A·ratio)/dlogprob = −A·ratio. Where the clipped branch is larger, the ratio is out of range and the gradient
     * is 0.
     */
    policyLoss(graph, { logprobs, weights, plain, clipped }, dy) {
        const isPlain = graph.cast(graph.compare('GreaterOrEqual', plain, clipped), 'float32');
        return [
            { of: logprobs, gradient: graph.multiply(dy, graph.multiply(weights, graph.multiply(plain, isPlain))) },
        ];
    },

    /** Each token moves its story's ratio, and so the cost at every token of that story. */
    storyPolicyLoss(graph, { logprobs, weights, cells, plain, clipped }, dy) {
        const isPlain = graph.cast(graph.compare('GreaterOrEqual', plain, clipped), 'float32');
        const slopes = graph.multiply(weights, graph.multiply(plain, isPlain)); // (B, R)
        const ofStory = graph.reduce('ReduceSum', slopes, [1], true); // (B, 1)
        const gradient = graph.reshape(graph.multiply(cells, ofStory), logprobs.dims);
        return [{ of: logprobs, gradient: graph.multiply(dy, gradient) }];
    },

    klLoss(graph, { logprobs, weights, slope }, dy) {
        return [{ of: logprobs, gradient: graph.multiply(dy, graph.multiply(weights, slope)) }];
    },

    /** The clipped branch is larger only where the value is out of range, and there it is flat. */
    valueLoss(graph, { values, weights, error, isClipped }, dy) {
        const slope = graph.multiply(error, graph.subtract(graph.scalar(1), isClipped));
        return [{ of: values, gradient: graph.multiply(dy, graph.multiply(weights, slope)) }];
    },

    addScaled(graph, { a, b, factor }, dy) {
        return [
            { of: a, gradient: dy },
            { of: b, gradient: graph.multiply(graph.scalar(factor), dy) },
        ];
    },
};

/**
 * From this many columns of b on, aᵀ·b is faster with an explicit transposition of a. The fused product transposes a
 * again for every 128 columns of b, about 1.4 ns an element each time; an explicit one takes 3 ns once (1.30, AVX-512,
 * one thread).
 */
const WIDE = 512;

/** aᵀ·b: a (N, in), b (N, out) → (in, out). */
function productOverRows(graph: Graph, a: Value, b: Value): Value {
    if (b.dims[1]! < WIDE) return graph.matmul(a, b, { transposeA: true });
    return graph.matmul(graph.transpose(a, [1, 0]), b);
}

/** The same for a (N, V), b (N, C). Multiplying V×C is faster as C×V: the left side then fits into a core's cache. */
function tokensGradient(graph: Graph, a: Value, b: Value): Value {
    if (b.dims[1]! < WIDE) return graph.keptFloat32(graph.matmul(a, b, { transposeA: true }));
    return graph.transpose(graph.keptFloat32(graph.matmul(graph.transpose(b, [1, 0]), a)), [1, 0]);
}

/**
 * soFar (V, C) plus the rows of dy (N, C) at their token ids (B, T).
 */
function addTokenRows(graph: Graph, soFar: Value, ids: Value, { listed, chunking }: DistinctIds, dy: Value): Value {
    const [rows, width] = [dy.dims[0]!, dy.dims[1]!];
    const { chunks, size, distinct } = chunking;
    const missing = chunks * size - rows;
    const flatIds = graph.reshape(ids, [rows]);
    const noToken = (): Value => graph.constant(new Int32Array(missing).fill(-1));
    const paddedIds = missing === 0 ? flatIds : graph.concat([flatIds, noToken()], 0);
    const same = graph.compare(
        'Equal',
        graph.reshape(listed, [chunks, distinct, 1]),
        graph.reshape(paddedIds, [chunks, 1, size]),
    );
    const chunkRows = graph.reshape(graph.pad(dy, 0, 0, missing), [chunks, size, width]);
    const sums = graph.keptFloat32(graph.matmul(graph.cast(same, 'float32'), chunkRows)); // (chunks, distinct, C)
    const indices = graph.cast(graph.reshape(listed, [chunks * distinct, 1]), 'int64');
    let sum = soFar;
    for (let chunk = 0; chunk < chunks; chunk++) {
        const at = graph.slice(indices, 0, chunk * distinct, (chunk + 1) * distinct);
        const updates = graph.reshape(graph.slice(sums, 0, chunk, chunk + 1), [distinct, width]);
        sum = graph.node('ScatterND', [sum, at, updates], sum, { reduction: 'add' });
    }
    return sum;
}
