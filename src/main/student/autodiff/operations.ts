/**
 * The forward operations a student is made of. Each adds its nodes to the graph and records what its vector–Jacobian
 * rule in `gradients.ts` will need. Hidden states are (N, C) with N = B·T rows; position t of row b is row b·T + t.
 */
import type { Graph, Value } from '../onnx/graph.ts';
import type { DistinctIds } from './distinct-tokens.ts';

/** What a rule needs to know about one operation on the tape; `y` is its result. */
export type Operation =
    | {
          readonly op: 'embedding';
          readonly tokens: Value;
          readonly positions: Value;
          readonly ids: Value;
          readonly distinct: DistinctIds | null;
          readonly y: Value;
      }
    | {
          readonly op: 'layerNorm';
          readonly x: Value;
          readonly gain: Value;
          readonly bias: Value;
          readonly mean: Value;
          readonly inverseDeviation: Value;
          readonly y: Value;
      }
    | { readonly op: 'linear'; readonly x: Value; readonly weight: Value; readonly bias: Value; readonly y: Value }
    | { readonly op: 'gelu'; readonly x: Value; readonly square: Value; readonly sigmoid: Value; readonly y: Value }
    | AttentionOperation
    | { readonly op: 'add'; readonly a: Value; readonly b: Value; readonly y: Value }
    | { readonly op: 'dropout'; readonly x: Value; readonly mask: Value; readonly y: Value }
    | {
          readonly op: 'positionsFrom';
          readonly x: Value;
          readonly batch: number;
          readonly from: number;
          readonly y: Value;
      }
    | {
          readonly op: 'tokenLogprobs';
          readonly hidden: Value;
          readonly tokens: Value;
          readonly taken: Value;
          readonly probabilities: Value; // (N, V)
          readonly ofTaken: Value; // (N, 1)
          readonly y: Value;
      }
    | {
          readonly op: 'valueHead';
          readonly hidden: Value;
          readonly weight: Value;
          readonly bias: Value;
          readonly y: Value;
      }
    | { readonly op: 'crossEntropy'; readonly logprobs: Value; readonly weights: Value; readonly y: Value }
    | {
          readonly op: 'policyLoss';
          readonly logprobs: Value;
          readonly weights: Value;
          readonly plain: Value;
          readonly clipped: Value;
          readonly y: Value;
      }
    | {
          readonly op: 'storyPolicyLoss';
          readonly logprobs: Value;
          readonly weights: Value; // (B, R)
          readonly cells: Value; // (B, R) 1 on story tokens
          readonly plain: Value; // (B, R)
          readonly clipped: Value; // (B, R)
          readonly y: Value;
      }
    | {
          readonly op: 'klLoss';
          readonly logprobs: Value;
          readonly weights: Value;
          readonly slope: Value; // d(estimate)/dlogprob
          readonly y: Value;
      }
    | {
          readonly op: 'valueLoss';
          readonly values: Value;
          readonly weights: Value;
          readonly error: Value;
          readonly isClipped: Value;
          readonly y: Value;
      }
    | { readonly op: 'addScaled'; readonly a: Value; readonly b: Value; readonly factor: number; readonly y: Value };

interface AttentionOperation {
    readonly op: 'attention';
    readonly projected: Value; // (N, 3C): queries, keys, values side by side
    readonly queries: Value; // (B, H, T, D), as keys and values
    readonly keys: Value;
    readonly values: Value;
    readonly probabilities: Value; // (B, H, T, T)
    readonly kept: KeptProbabilities | null;
    readonly context: Value; // (B, H, T, D)
    readonly y: Value; // (N, C)
}

/** Dropout on attention's probabilities. The scale goes into products, where low precision does not round it. */
export interface KeptProbabilities {
    readonly mask: Value; // (B, H, T, T): 0 or 1
    readonly scale: number; // 1/(1 − rate)
}

interface PolicyLossInputs {
    readonly oldLogprobs: Value;
    readonly advantages: Value;
    readonly weights: Value;
    readonly shares?: Value;
}

/** gelu_new(x) = ½x(1 + tanh(√(2/π)(x + 0.044715x³))) = x · sigmoid(x(slope + curve·x²)). */
export const geluSlope = 2 * Math.sqrt(2 / Math.PI);
export const geluCurve = 0.044715 * geluSlope;

/** Added to the variance in a layer norm, as in GPT-2. */
export const layerNormEpsilon = 1e-5;
const LOWEST_PROBABILITY = 1e-30; // keeps log finite where softmax underflows
/** The score of a position that must not be attended to: softmax makes its probability exactly 0. */
export const forbidden = -1e9;

/** Adds operations to a graph and records them for differentiation. */
export class Tape {
    readonly graph: Graph;
    readonly #operations: Operation[] = [];

    constructor(graph: Graph) {
        this.graph = graph;
    }

    get operations(): readonly Operation[] {
        return this.#operations;
    }

    /**
     * Token embedding plus position embedding: ids (B, T) → (N, C). Only the gradient needs `distinct`
     * (distinct-tokens.ts).
     */
    embedding(tokens: Value, positions: Value, ids: Value, distinct: DistinctIds | null): Value {
        const { graph } = this;
        const [batch, length] = pair(ids);
        const rows = graph.add(graph.gather(tokens, ids), graph.slice(positions, 0, 0, length)); // (B, T, C)
        const y = graph.reshape(rows, [batch * length, tokens.dims[1]!]);
        return this.#record({ op: 'embedding', tokens, positions, ids, distinct, y });
    }

    layerNorm(x: Value, gain: Value, bias: Value): Value {
        const statistics = { type: x.type, dims: [...x.dims.slice(0, -1), 1] };
        const [y, mean, inverseDeviation] = this.graph.nodes(
            'LayerNormalization',
            [x, gain, bias],
            [x, statistics, statistics],
            {
                axis: -1,
                epsilon: { float: layerNormEpsilon },
            },
        );
        return this.#record({ op: 'layerNorm', x, gain, bias, mean, inverseDeviation, y });
    }

    /** x (N, in) · weight (in, out) + bias (out). */
    linear(x: Value, weight: Value, bias: Value): Value {
        const y = this.graph.node('Gemm', [x, weight, bias], { type: x.type, dims: [x.dims[0]!, weight.dims[1]!] });
        return this.#record({ op: 'linear', x, weight, bias, y });
    }

    gelu(x: Value): Value {
        const { graph } = this;
        const square = graph.multiply(x, x);
        const slope = graph.add(graph.multiply(square, graph.scalar(geluCurve)), graph.scalar(geluSlope));
        const sigmoid = graph.unary('Sigmoid', graph.multiply(x, slope));
        return this.#record({ op: 'gelu', x, square, sigmoid, y: graph.multiply(x, sigmoid) });
    }

    /**
     * Self-attention within every row of the batch: projected (N, 3C) → (N, C). A position attends to itself and
     * earlier ones, unless `bias` (B, 1, T, T) is given: it is added to the scores, 0 where attention is allowed and
     * `forbidden` elsewhere.
     */
    attention(
        projected: Value,
        batch: number,
        heads: number,
        kept: KeptProbabilities | null,
        bias: Value | null = null,
    ): Value {
        const { graph } = this;
        const [rows, width] = [projected.dims[0]!, projected.dims[1]! / 3];
        const [length, headWidth] = [rows / batch, width / heads];
        const byHead = graph.transpose(graph.reshape(projected, [batch, length, 3, heads, headWidth]), [2, 0, 3, 1, 4]);
        const parts = graph.split(graph.reshape(byHead, [3 * batch, heads, length, headWidth]), 0, 3);
        const [queries, keys, values] = [parts[0]!, parts[1]!, parts[2]!];
        const scores = graph.matmul(queries, keys, { transposeB: true, alpha: 1 / Math.sqrt(headWidth) });
        const seen = graph.add(scores, bias ?? causalMask(graph, length));
        const probabilities = graph.node('Softmax', [seen], seen, { axis: -1 });
        const context = kept
            ? graph.matmul(graph.multiply(probabilities, kept.mask), values, { alpha: kept.scale })
            : graph.matmul(probabilities, values);
        const y = graph.reshape(graph.transpose(context, [0, 2, 1, 3]), [rows, width]);
        return this.#record({ op: 'attention', projected, queries, keys, values, probabilities, kept, context, y });
    }

    /** Two values of the same shape. */
    add(a: Value, b: Value): Value {
        return this.#record({ op: 'add', a, b, y: this.graph.add(a, b) });
    }

    /** x times a mask of zeros and 1/(1 − rate). */
    dropout(x: Value, mask: Value): Value {
        return this.#record({ op: 'dropout', x, mask, y: this.graph.multiply(x, mask) });
    }

    /** Positions `from`…T−1 of every row of the batch: (B·T, C) → (B·(T − from), C). */
    positionsFrom(x: Value, batch: number, from: number): Value {
        if (from === 0) return x;
        const { graph } = this;
        const [rows, width] = pair(x);
        const length = rows / batch;
        const kept = graph.slice(graph.reshape(x, [batch, length, width]), 1, from, length);
        const y = graph.reshape(kept, [batch * (length - from), width]);
        return this.#record({ op: 'positionsFrom', x, batch, from, y });
    }

    /** Log-probability of the token taken after each row: hidden (N, C), tokens (V, C), taken (N, 1) → (N, 1). */
    tokenLogprobs(hidden: Value, tokens: Value, taken: Value): Value {
        const { graph } = this;
        const logits = graph.keptFloat32(graph.matmul(hidden, tokens, { transposeB: true })); // (N, V)
        const probabilities = graph.node('Softmax', [logits], logits, { axis: -1 });
        const ofTaken = graph.node(
            'GatherElements',
            [probabilities, taken],
            { type: 'float32', dims: taken.dims },
            { axis: 1 },
        );
        const y = graph.unary('Log', graph.binary('Max', ofTaken, graph.scalar(LOWEST_PROBABILITY)));
        return this.#record({ op: 'tokenLogprobs', hidden, tokens, taken, probabilities, ofTaken, y });
    }

    /** hidden (N, C), weight (1, C), bias (1) → (N, 1). */
    valueHead(hidden: Value, weight: Value, bias: Value): Value {
        const produced = { type: hidden.type, dims: [hidden.dims[0]!, 1] };
        const y = this.graph.node('Gemm', [hidden, weight, bias], produced, { transB: 1 });
        return this.#record({ op: 'valueHead', hidden, weight, bias, y });
    }

    /** −Σ weights · logprobs, both (N, 1): a mean when the weights sum to 1. */
    crossEntropy(logprobs: Value, weights: Value): Value {
        const { graph } = this;
        const y = graph.unary('Neg', graph.total(graph.multiply(weights, logprobs)));
        return this.#record({ op: 'crossEntropy', logprobs, weights, y });
    }

    /**
     * PPO's clipped surrogate, Σ weights · max(−A·ratio, −A·clip(ratio, 1 ± range)), and the usual diagnostics. All
     * arrays (N, 1). (TRL 0.9.4 `PPOTrainer.loss`.) shares: what the diagnostics are means by, where the loss is not.
     */
    policyLoss(
        logprobs: Value,
        { oldLogprobs, advantages, weights, shares = weights }: PolicyLossInputs,
        range: number,
    ): { readonly loss: Value; readonly measured: Readonly<Record<string, Value>> } {
        const { graph } = this;
        const mean = (x: Value): Value => graph.total(graph.multiply(shares, x));
        const change = graph.subtract(logprobs, oldLogprobs);
        const ratio = graph.unary('Exp', change);
        const cost = graph.unary('Neg', advantages);
        const plain = graph.multiply(cost, ratio);
        const ratioInRange = graph.node('Clip', [ratio, graph.scalar(1 - range), graph.scalar(1 + range)], ratio);
        const clipped = graph.multiply(cost, ratioInRange);
        const y = graph.total(graph.multiply(weights, graph.binary('Max', plain, clipped)));
        return {
            loss: this.#record({ op: 'policyLoss', logprobs, weights, plain, clipped, y }),
            measured: {
                meanRatio: mean(ratio),
                clipFraction: mean(graph.cast(graph.compare('Greater', clipped, plain), 'float32')),
                approximateKl: graph.multiply(graph.scalar(0.5), mean(graph.multiply(change, change))),
                policyKl: graph.unary('Neg', mean(change)),
            },
        };
    }

    /**
     * The same with one ratio for a whole story, p(now)/p(when written) of all its tokens together, at each of them
     * (RLOO in TRL; arXiv 2402.14740). Arrays (B·R, 1), B stories of R columns; shares are 0 outside the stories.
     */
    storyPolicyLoss(
        logprobs: Value,
        { oldLogprobs, advantages, weights, shares = weights }: PolicyLossInputs,
        { batch, range }: { readonly batch: number; readonly range: number },
    ): { readonly loss: Value; readonly measured: Readonly<Record<string, Value>> } {
        const { graph } = this;
        const rows = (x: Value): Value => graph.reshape(x, [batch, logprobs.dims[0]! / batch]); // (B·R, 1) → (B, R)
        const share = rows(shares);
        const mean = (x: Value): Value => graph.total(graph.multiply(share, x));
        const cells = graph.cast(graph.compare('Greater', share, graph.scalar(0)), 'float32');
        const change = graph.multiply(rows(graph.subtract(logprobs, oldLogprobs)), cells);
        const ratio = graph.unary('Exp', graph.reduce('ReduceSum', change, [1], true)); // (B, 1)
        const cost = graph.unary('Neg', rows(advantages));
        const plain = graph.multiply(cost, ratio);
        const ratioInRange = graph.node('Clip', [ratio, graph.scalar(1 - range), graph.scalar(1 + range)], ratio);
        const clipped = graph.multiply(cost, ratioInRange);
        const ownWeights = rows(weights);
        const y = graph.total(graph.multiply(ownWeights, graph.binary('Max', plain, clipped)));
        return {
            loss: this.#record({ op: 'storyPolicyLoss', logprobs, weights: ownWeights, cells, plain, clipped, y }),
            measured: {
                meanRatio: mean(graph.multiply(cells, ratio)),
                clipFraction: mean(graph.cast(graph.compare('Greater', clipped, plain), 'float32')),
                approximateKl: graph.multiply(graph.scalar(0.5), mean(graph.multiply(change, change))),
                policyKl: graph.unary('Neg', mean(change)),
            },
        };
    }

    /**
     * −Σ weights · A · log p: next-token prediction of the stories, as in pretraining (RAFT, arXiv 2304.06767), or
     * REINFORCE without a ratio. Arrays as above; nothing is clipped.
     */
    likelihoodLoss(
        logprobs: Value,
        { oldLogprobs, advantages, weights, shares = weights }: PolicyLossInputs,
    ): { readonly loss: Value; readonly measured: Readonly<Record<string, Value>> } {
        const { graph } = this;
        const mean = (x: Value): Value => graph.total(graph.multiply(shares, x));
        const change = graph.subtract(logprobs, oldLogprobs);
        return {
            loss: this.crossEntropy(logprobs, graph.multiply(weights, advantages)),
            measured: {
                meanRatio: mean(graph.unary('Exp', change)),
                clipFraction: graph.total(graph.multiply(shares, graph.scalar(0))),
                approximateKl: graph.multiply(graph.scalar(0.5), mean(graph.multiply(change, change))),
                policyKl: graph.unary('Neg', mean(change)),
            },
        };
    }

    /**
     * Drift from the reference as a loss: Σ weights · k, with Δ = log p − log p(reference). k2 = ½Δ², whose gradient is
     * that of the KL in expectation; k3 = e^−Δ − 1 + Δ, as GRPO has it. All arrays (N, 1).
     */
    klLoss(
        logprobs: Value,
        { referenceLogprobs, weights }: { readonly referenceLogprobs: Value; readonly weights: Value },
        estimator: 'k2' | 'k3',
    ): Value {
        const { graph } = this;
        const isInside = graph.cast(graph.compare('Greater', weights, graph.scalar(0)), 'float32');
        const drift = graph.multiply(graph.subtract(logprobs, referenceLogprobs), isInside);
        if (estimator === 'k2') {
            const half = graph.multiply(graph.scalar(0.5), graph.multiply(drift, drift));
            const y = graph.total(graph.multiply(weights, half));
            return this.#record({ op: 'klLoss', logprobs, weights, slope: drift, y });
        }
        const slope = graph.subtract(graph.scalar(1), graph.unary('Exp', graph.unary('Neg', drift))); // 1 − e^−Δ
        const y = graph.total(graph.multiply(weights, graph.subtract(drift, slope)));
        return this.#record({ op: 'klLoss', logprobs, weights, slope, y });
    }

    /**
     * ½ Σ weights · max((V − R)², (clip(V, V_old ± range) − R)²), and the share of values where the clipped branch is
     * the larger. All arrays (N, 1). (TRL 0.9.4 `PPOTrainer.loss`.)
     */
    valueLoss(
        values: Value,
        inputs: { readonly oldValues: Value; readonly returns: Value; readonly weights: Value },
        range: number,
    ): { readonly loss: Value; readonly measured: Readonly<Record<string, Value>> } {
        const { graph } = this;
        const { oldValues, returns, weights } = inputs;
        const mean = (x: Value): Value => graph.total(graph.multiply(weights, x));
        const low = graph.subtract(oldValues, graph.scalar(range));
        const high = graph.add(oldValues, graph.scalar(range));
        const valuesInRange = graph.binary('Max', graph.binary('Min', values, high), low);
        const error = graph.subtract(values, returns);
        const clippedError = graph.subtract(valuesInRange, returns);
        const errorSquare = graph.multiply(error, error);
        const clippedSquare = graph.multiply(clippedError, clippedError);
        const y = graph.multiply(graph.scalar(0.5), mean(graph.binary('Max', errorSquare, clippedSquare)));
        const isClipped = graph.cast(graph.compare('Greater', clippedSquare, errorSquare), 'float32');
        return {
            loss: this.#record({ op: 'valueLoss', values, weights, error, isClipped, y }),
            measured: { valueClipFraction: mean(isClipped), valueError: mean(errorSquare) },
        };
    }

    /** a + factor · b, for scalars. */
    addScaled(a: Value, b: Value, factor: number): Value {
        const y = this.graph.add(a, this.graph.multiply(this.graph.scalar(factor), b));
        return this.#record({ op: 'addScaled', a, b, factor, y });
    }

    #record(operation: Operation): Value {
        this.#operations.push(operation);
        return operation.y;
    }
}

/** (T, T): 0 where attention is allowed, `forbidden` for future positions. */
function causalMask(graph: Graph, length: number): Value {
    const mask = new Float32Array(length * length);
    for (let row = 0; row < length; row++) mask.fill(forbidden, row * length + row + 1, (row + 1) * length);
    return graph.constant(mask, [length, length]);
}

function pair({ name, dims }: Value): readonly [number, number] {
    if (dims.length !== 2) throw new Error(`${name} should have two axes, not [${dims.join(', ')}]`);
    return [dims[0]!, dims[1]!];
}
