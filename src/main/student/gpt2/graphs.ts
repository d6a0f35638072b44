/**
 * The student's graphs, each of one static shape: losses, gradients and scores. Weights are inputs under their own
 * names; gradients are outputs named `gradient:<name>`, and with `accumulate` also inputs (`so-far:gradient:<name>`)
 * that grow in place. Token weights are inputs that sum to 1 over a whole (mini)batch, so splitting it into
 * micro-batches never changes the mathematics.
 */
import { differentiate } from '../autodiff/differentiate.ts';
import { chunking } from '../autodiff/distinct-tokens.ts';
import type { DistinctIds } from '../autodiff/distinct-tokens.ts';
import { forbidden, Tape } from '../autodiff/operations.ts';
import { Graph } from '../onnx/graph.ts';
import type { Value } from '../onnx/graph.ts';
import { processor, type Target } from '../onnx/target.ts';
import type { ParameterValues } from './blocks.ts';
import type { StudentConfig } from './config.ts';
import { dropoutSites } from './dropout.ts';
import {
    languageModelParameters,
    policyParameters,
    tokenEmbedding,
    valueHeadBias,
    valueHeadWeight,
} from './parameters.ts';
import type { Parameter } from './parameters.ts';
import { trunk } from './trunk.ts';

export interface BatchShape {
    /** Rows per run, B. */
    readonly batch: number;
    /** Positions of each row, T. */
    readonly length: number;
}

export interface StoryShape {
    readonly batch: number;
    /** Tokens of the (padded) prompt, Q. The first story token is predicted at position Q − 1. */
    readonly promptTokens: number;
    /** Story tokens, R. The trunk sees Q + R − 1 positions, the heads only the last R. */
    readonly storyTokens: number;
}

export interface PpoLossOptions {
    readonly policy: number;
    readonly value: number;
    /** Weight of the value loss in the total. */
    readonly valueWeight: number;
    /** Whose ratio is clipped; `none`: there is no ratio, but the log-probability. Left out: each token's. */
    readonly ratio?: 'token' | 'story' | 'none';
    /** Does the policy loss have weights of its own (`lossWeights`)? Left out: those of the means. */
    readonly ownWeights?: boolean;
    /** Drift from the reference as a part of the loss. Left out: none. */
    readonly klLoss?: 'k2' | 'k3' | null;
}

export function gradientName(parameter: string): string {
    return `gradient:${parameter}`;
}

/**
 * Input name of the gradient so far. It is the same tensor as the output; a graph needs a second name for the input.
 */
export function gradientSoFarName(parameter: string): string {
    return `so-far:${gradientName(parameter)}`;
}

function parameterInputs(graph: Graph, parameters: readonly Parameter[]): ParameterValues {
    const values = new Map(parameters.map(({ name, dims }) => [name, graph.input(name, dims)]));
    return (name) => {
        const value = values.get(name);
        if (!value) throw new Error(`the graph has no parameter "${name}"`);
        return value;
    };
}

function distinctInput(graph: Graph, config: StudentConfig, ids: Value, { kernels }: Target): DistinctIds {
    const cut = chunking(ids.dims[0]! * ids.dims[1]!, config.vocabulary, kernels);
    return { listed: graph.input('distinct', [cut.chunks, cut.distinct], 'int32'), chunking: cut };
}

function dropoutKeysInput(graph: Graph, config: StudentConfig, batch: number): Value {
    return graph.input('dropoutKeys', [batch, dropoutSites(config.layers)], 'int32');
}

/** As one column: (B, T) → (B·T, 1). */
function column(graph: Graph, x: Value): Value {
    return graph.reshape(x, [x.dims[0]! * x.dims[1]!, 1]);
}

function outputGradients(
    tape: Tape,
    loss: Value,
    parameters: readonly Parameter[],
    parameter: ParameterValues,
    accumulate: boolean,
): void {
    const { graph } = tape;
    const startAt = new Map<Value, Value>();
    if (accumulate) {
        for (const { name, dims } of parameters)
            startAt.set(parameter(name), graph.input(gradientSoFarName(name), dims));
    }
    const gradientOf = differentiate(tape, loss, graph.scalar(1), startAt);
    for (const { name } of parameters) graph.output(gradientName(name), gradientOf(parameter(name)));
}

interface Dropping {
    readonly dropoutRate: number;
    /** What the graph is for. Default: the processor. */
    readonly target?: Target;
}

/** Next-token prediction: `ids`, `targets` (B, T) int32 and `weights` (B, T) → `loss`, the weighted sum in nats. */
function predictNext(
    tape: Tape,
    config: StudentConfig,
    parameter: ParameterValues,
    { batch, length }: BatchShape,
    { differentiated, dropoutRate, target = processor }: Dropping & { readonly differentiated: boolean },
): Value {
    const { graph } = tape;
    const ids = graph.input('ids', [batch, length], 'int32');
    const targets = graph.input('targets', [batch, length], 'int32');
    const weights = graph.input('weights', [batch, length]);
    const distinct = differentiated ? distinctInput(graph, config, ids, target) : null;
    const keys = dropoutRate === 0 ? null : dropoutKeysInput(graph, config, batch);
    const dropout = keys && { rate: dropoutRate, keys };
    const hidden = trunk(tape, config, parameter, { ids, distinct, dropout });
    const logprobs = tape.tokenLogprobs(hidden, parameter(tokenEmbedding), column(graph, targets));
    const loss = tape.crossEntropy(logprobs, column(graph, weights));
    graph.output('loss', loss);
    return loss;
}

/** The loss of next-token prediction, for evaluation. */
export function predictionLossGraph(config: StudentConfig, shape: BatchShape): Graph {
    const tape = new Tape(new Graph('prediction-loss', { mayRound: true }));
    const parameter = parameterInputs(tape.graph, languageModelParameters(config));
    predictNext(tape, config, parameter, shape, { differentiated: false, dropoutRate: 0 });
    return tape.graph;
}

/**
 * The loss of next-token prediction and the gradient of every parameter. Inputs besides `ids`, `targets` and `weights`:
 * `distinct` (distinctTokens of the ids) and, where the rate is not 0, `dropoutKeys` (B, sites).
 */
export function predictionGradientsGraph(
    config: StudentConfig,
    shape: BatchShape,
    { accumulate, ...dropping }: Dropping & { readonly accumulate: boolean },
): Graph {
    const tape = new Tape(new Graph('prediction-gradients', { mayRound: true }));
    const parameters = languageModelParameters(config);
    const parameter = parameterInputs(tape.graph, parameters);
    const loss = predictNext(tape, config, parameter, shape, { differentiated: true, ...dropping });
    outputGradients(tape, loss, parameters, parameter, accumulate);
    return tape.graph;
}

/**
 * Both heads over the story's positions: `ids` (B, Q + R − 1) and `taken` (B, R) int32 → log-probabilities and values
 * (B·R, 1).
 */
function storyHeads(
    tape: Tape,
    config: StudentConfig,
    parameter: ParameterValues,
    { batch, promptTokens, storyTokens }: StoryShape,
    differentiatedFor: Target | null,
): { readonly logprobs: Value; readonly values: Value } {
    const { graph } = tape;
    const ids = graph.input('ids', [batch, promptTokens + storyTokens - 1], 'int32');
    const taken = graph.input('taken', [batch, storyTokens], 'int32');
    const distinct = differentiatedFor && distinctInput(graph, config, ids, differentiatedFor);
    // PPO differentiates the network without dropout (TRL 0.9.4)
    const all = trunk(tape, config, parameter, { ids, distinct });
    const hidden = tape.positionsFrom(all, batch, promptTokens - 1);
    return {
        logprobs: tape.tokenLogprobs(hidden, parameter(tokenEmbedding), column(graph, taken)),
        values: tape.valueHead(hidden, parameter(valueHeadWeight), parameter(valueHeadBias)),
    };
}

/** `ids`, `taken` → `logprobs` of the taken tokens and `values`, both (B, R). */
export function scoreGraph(config: StudentConfig, shape: StoryShape): Graph {
    const tape = new Tape(new Graph('score', { mayRound: true }));
    const { graph } = tape;
    const parameter = parameterInputs(graph, policyParameters(config));
    const { logprobs, values } = storyHeads(tape, config, parameter, shape, null);
    const dims = [shape.batch, shape.storyTokens];
    graph.output('logprobs', graph.reshape(logprobs, dims));
    graph.output('values', graph.reshape(values, dims));
    return graph;
}

export interface BranchShape {
    /** Rows per run, B; each is a shared beginning and the branches that continue it. */
    readonly batch: number;
    /** Tokens of a row, beginning and branches together, T. */
    readonly length: number;
    /** Tokens scored per run, N. */
    readonly scored: number;
}

/**
 * Log-probabilities of chosen tokens where texts share a beginning, which is read once. Inputs, int32: `ids` (B, T);
 * `positions` (B, T), each token's position in its own text; `branches` (B, T), 0 for the shared beginning, k for the
 * k-th text's own tokens, −1 for padding; `sources` (N), the row b·T + t of the token before a scored one; `taken` (N,
 * 1), the scored tokens. A token attends to those before it in the shared beginning and in its own branch. Output:
 * `logprobs` (N, 1), from a log-softmax, so that nearly impossible tokens keep their precision.
 */
export function branchScoreGraph(config: StudentConfig, { batch, length, scored }: BranchShape): Graph {
    const tape = new Tape(new Graph('branch-score'));
    const { graph } = tape;
    const parameter = parameterInputs(graph, languageModelParameters(config));
    const ids = graph.input('ids', [batch, length], 'int32');
    const positions = graph.input('positions', [batch, length], 'int32');
    const branches = graph.input('branches', [batch, length], 'int32');
    const hidden = trunk(tape, config, parameter, { ids, layout: { positions, bias: branchBias(graph, branches) } });
    const before = graph.gather(hidden, graph.input('sources', [scored], 'int32')); // (N, C)
    const logits = graph.matmul(before, parameter(tokenEmbedding), { transposeB: true }); // (N, V)
    const logprobs = graph.node('LogSoftmax', [logits], logits, { axis: -1 });
    const taken = graph.input('taken', [scored, 1], 'int32');
    const ofTaken = { type: 'float32', dims: [scored, 1] } as const;
    graph.output('logprobs', graph.node('GatherElements', [logprobs, taken], ofTaken, { axis: 1 }));
    return graph;
}

/** (B, 1, T, T): 0 where a token may attend, `forbidden` elsewhere. */
function branchBias(graph: Graph, branches: Value): Value {
    const [batch, length] = branches.dims as readonly [number, number];
    const own = graph.reshape(branches, [batch, 1, length, 1]);
    const others = graph.reshape(branches, [batch, 1, 1, length]);
    const isRelated = graph.logical(
        'Or',
        graph.compare('Equal', own, others),
        graph.compare('Equal', others, graph.constant(Int32Array.of(0), [])),
    );
    const order = Int32Array.from({ length }, (_, position) => position);
    const isBefore = graph.compare(
        'LessOrEqual',
        graph.constant(order, [1, 1, 1, length]),
        graph.constant(order, [1, 1, length, 1]),
    );
    const allowed = graph.logical('And', isRelated, isBefore);
    const bias = { type: 'float32', dims: allowed.dims } as const;
    return graph.node('Where', [allowed, graph.scalar(0), graph.scalar(forbidden)], bias);
}

/**
 * What ppoGradientsGraph measures: sums over story tokens, each multiplied by its weight. The last four are not
 * recorded; tests compare them with TRL's.
 */
export const ppoMeasures = [
    'policyLoss',
    'valueLoss',
    'meanRatio',
    'clipFraction',
    'valueClipFraction',
    'approximateKl',
    'policyKl',
    'valueError',
] as const;

/**
 * PPO's loss and the gradient of every parameter. Inputs besides `ids`, `taken` and `distinct`: `oldLogprobs`,
 * `oldValues`, `advantages`, `returns` and `weights` (mask / tokens of the minibatch), with `ownWeights` also
 * `lossWeights`, with `klLoss` also `referenceLogprobs` and `klWeights` (the coefficient among them), all (B, R).
 * Further outputs: `ppoMeasures`, and `klLoss` where there is one.
 */
export function ppoGradientsGraph(
    config: StudentConfig,
    shape: StoryShape,
    options: PpoLossOptions,
    { accumulate, target = processor }: { readonly accumulate: boolean; readonly target?: Target },
): Graph {
    const { ratio = 'token', ownWeights = false, klLoss = null } = options;
    const tape = new Tape(new Graph('ppo-gradients', { mayRound: true }));
    const { graph } = tape;
    const parameters = policyParameters(config);
    const parameter = parameterInputs(graph, parameters);
    const { logprobs, values } = storyHeads(tape, config, parameter, shape, target);
    const perToken = (name: string): Value => column(graph, graph.input(name, [shape.batch, shape.storyTokens]));
    const weights = perToken('weights');
    const old = { oldLogprobs: perToken('oldLogprobs'), advantages: perToken('advantages') };
    const weighed = { ...old, weights: ownWeights ? perToken('lossWeights') : weights, shares: weights };
    const policies = {
        token: () => tape.policyLoss(logprobs, weighed, options.policy),
        story: () => tape.storyPolicyLoss(logprobs, weighed, { batch: shape.batch, range: options.policy }),
        none: () => tape.likelihoodLoss(logprobs, weighed),
    };
    const policy = policies[ratio]();
    const value = tape.valueLoss(
        values,
        { oldValues: perToken('oldValues'), returns: perToken('returns'), weights },
        options.value,
    );
    const withValue = tape.addScaled(policy.loss, value.loss, options.valueWeight);
    const drift =
        klLoss === null
            ? null
            : tape.klLoss(
                  logprobs,
                  { referenceLogprobs: perToken('referenceLogprobs'), weights: perToken('klWeights') },
                  klLoss,
              );
    const loss = drift === null ? withValue : tape.addScaled(withValue, drift, 1);
    if (drift !== null) graph.output('klLoss', drift);
    graph.output('policyLoss', policy.loss);
    graph.output('valueLoss', value.loss);
    for (const [name, measured] of Object.entries({ ...policy.measured, ...value.measured }))
        graph.output(name, measured);
    outputGradients(tape, loss, parameters, parameter, accumulate);
    return graph;
}
