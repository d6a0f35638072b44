/**
 * The optimiser as one graph over all parameters: clip by the global norm, then AdamW (or Muon for matrices). Reads and
 * writes weights and moments in place; every state tensor is read before, never after, its successor is written.
 */
import { Graph } from '../onnx/graph.ts';
import type { Value } from '../onnx/graph.ts';
import { gradientName } from '../gpt2/graphs.ts';
import type { Parameter } from '../gpt2/parameters.ts';

export interface OptimiserOptions {
    readonly kind: 'adamw';
    readonly beta1: number;
    readonly beta2: number;
    /** Share of the weight taken off per unit of learning rate; matrices only. */
    readonly weightDecay: number;
    readonly epsilon: number;
    /** The gradient's global norm is kept at or below this; null leaves it alone. */
    readonly clip: number | null;
}

/** Scalars of one step, worked out in float64 (1 − 0.999ᵗ loses five digits in float32). */
export interface StepScalars {
    readonly stepSize: number;
    readonly stepEpsilon: number;
    readonly decay: number;
}

/**
 * The moments are kept divided by (1 − β), which saves a product per element: M ← β₁M + g, S ← β₂S + g². Then
 * AdamW's step lr · m̂ / (√v̂ + ε) is stepSize · M / (√S + stepEpsilon). `step` counts from 1.
 */
export function stepScalars(options: OptimiserOptions, step: number, lr: number): StepScalars {
    const { beta1, beta2, weightDecay, epsilon } = options;
    const firstScale = (1 - beta1) / (1 - beta1 ** step);
    const secondScale = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
    return {
        stepSize: (lr * firstScale) / secondScale,
        stepEpsilon: epsilon / secondScale,
        decay: 1 - lr * weightDecay,
    };
}

export function momentumName(parameter: string): string {
    return `momentum:${parameter}`;
}

export function varianceName(parameter: string): string {
    return `variance:${parameter}`;
}

/** What becomes of a weight or moment. */
export function nextName(state: string): string {
    return `next:${state}`;
}

/**
 * Inputs: every parameter with its gradient, momentum and variance; scalars `stepSize`, `stepEpsilon`, `decay` and
 * `gradientScale` (1; 0 takes the step with the gradient struck out). Outputs: `next:` each parameter, momentum and
 * variance, and `gradientNorm` before scaling.
 */
export function adamwGraph(parameters: readonly Parameter[], options: OptimiserOptions): Graph {
    const graph = new Graph('adamw');
    const scalar = (name: string): Value => graph.input(name, []);
    const [stepSize, stepEpsilon, decay] = [scalar('stepSize'), scalar('stepEpsilon'), scalar('decay')];
    const gradients = parameters.map(({ name, dims }) => graph.input(gradientName(name), dims));
    const scale = clippedScale(graph, gradients, scalar('gradientScale'), options.clip);

    for (const [index, { name, dims }] of parameters.entries()) {
        const weight = graph.input(name, dims);
        const momentum = graph.input(momentumName(name), dims);
        const variance = graph.input(varianceName(name), dims);
        const gradient = graph.multiply(gradients[index]!, scale);
        const nextMomentum = graph.add(graph.multiply(momentum, graph.scalar(options.beta1)), gradient);
        const nextVariance = graph.add(
            graph.multiply(variance, graph.scalar(options.beta2)),
            graph.multiply(gradient, gradient),
        );
        const change = graph.divide(
            graph.multiply(nextMomentum, stepSize),
            graph.add(graph.unary('Sqrt', nextVariance), stepEpsilon),
        );
        const decays = options.weightDecay > 0 && dims.length > 1;
        const nextWeight = graph.subtract(decays ? graph.multiply(weight, decay) : weight, change);
        graph.output(nextName(name), nextWeight);
        graph.output(nextName(momentumName(name)), nextMomentum);
        graph.output(nextName(varianceName(name)), nextVariance);
    }
    return graph;
}

/** gradientScale · min(1, clip / (norm + 1e-6)), as torch.nn.utils.clip_grad_norm_ has it. Puts out the norm. */
function clippedScale(graph: Graph, gradients: readonly Value[], gradientScale: Value, clip: number | null): Value {
    const squares = gradients.map((gradient) =>
        graph.reshape(graph.reduce('ReduceSumSquare', gradient, [...gradient.dims.keys()], false), [1]),
    );
    const norm = graph.unary('Sqrt', graph.total(graph.concat(squares, 0)));
    graph.output('gradientNorm', norm);
    if (clip === null) return gradientScale;
    const shrink = graph.divide(graph.scalar(clip), graph.add(norm, graph.scalar(1e-6)));
    return graph.multiply(gradientScale, graph.binary('Min', graph.scalar(1), shrink));
}
