/**
 * The optimiser as one graph over all parameters: clip by the global norm, then AdamW, or Muon for the hidden matrices.
 * It reads and writes weights and moments in place: each has one reader, which comes before its successor is written.
 */
import { Graph } from '../onnx/graph.ts';
import type { Value } from '../onnx/graph.ts';
import { gradientName } from '../gpt2/graphs.ts';
import type { Parameter } from '../gpt2/parameters.ts';
import { isMuonMatrix, muonDirections } from './muon.ts';

export interface OptimiserOptions {
    /** `muon` for the hidden matrices and AdamW for the rest, or `adamw` for all. */
    readonly kind: 'adamw' | 'muon';
    readonly beta1: number;
    readonly beta2: number;
    /** Share of the weight taken off per unit of learning rate; matrices only. */
    readonly weightDecay: number;
    readonly epsilon: number;
    /** The gradient's global norm is kept at or below this; null leaves it alone. */
    readonly clip: number | null;
}

const MUON_MOMENTUM = 0.95;

/** Scalars of one step, worked out in float64 (1 − 0.999ᵗ loses five digits in float32). */
export interface StepScalars {
    readonly lr: number;
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
        lr,
        stepSize: (lr * firstScale) / secondScale,
        stepEpsilon: epsilon / secondScale,
        decay: 1 - lr * weightDecay,
    };
}

function momentumName(parameter: string): string {
    return `momentum:${parameter}`;
}

function varianceName(parameter: string): string {
    return `variance:${parameter}`;
}

/** What becomes of a weight or moment. */
export function nextName(state: string): string {
    return `next:${state}`;
}

/** The moments an optimiser keeps for a parameter: both, or Muon's momentum alone. */
export function momentNames(parameter: string, { kind }: OptimiserOptions): readonly string[] {
    const first = momentumName(parameter);
    return kind === 'muon' && isMuonMatrix(parameter) ? [first] : [first, varianceName(parameter)];
}

/**
 * Inputs: every parameter with its gradient and moments; the StepScalars and `gradientScale` (1; 0 takes the step with
 * the gradient struck out). Outputs: `next:` each parameter and moment, and `gradientNorm` before scaling.
 */
export function optimiserGraph(parameters: readonly Parameter[], options: OptimiserOptions): Graph {
    const graph = new Graph(options.kind);
    const scalars = new Map<string, Value>();
    const scalar = (name: keyof StepScalars | 'gradientScale'): Value => {
        const known = scalars.get(name) ?? graph.input(name, []);
        scalars.set(name, known);
        return known;
    };
    const raw = parameters.map(({ name, dims }) => graph.input(gradientName(name), dims));
    const scale = clippedScale(graph, raw, scalar('gradientScale'), options.clip);
    const byMuon = parameters.map(({ name }) => options.kind === 'muon' && isMuonMatrix(name));
    const lookahead = new Map<string, Value>(); // Muon's momenta, Nesterov's way

    const adamwChange = (name: string, gradient: Value): Value => {
        const momentum = graph.input(momentumName(name), gradient.dims);
        const variance = graph.input(varianceName(name), gradient.dims);
        const nextMomentum = graph.add(graph.multiply(momentum, graph.scalar(options.beta1)), gradient);
        const square = graph.multiply(gradient, gradient);
        const nextVariance = graph.add(graph.multiply(variance, graph.scalar(options.beta2)), square);
        graph.output(nextName(momentumName(name)), nextMomentum);
        graph.output(nextName(varianceName(name)), nextVariance);
        const deviation = graph.add(graph.unary('Sqrt', nextVariance), scalar('stepEpsilon'));
        return graph.divide(graph.multiply(nextMomentum, scalar('stepSize')), deviation);
    };
    const muonMomentum = (name: string, gradient: Value): Value => {
        const momentum = graph.input(momentumName(name), gradient.dims);
        const next = graph.add(graph.multiply(momentum, graph.scalar(MUON_MOMENTUM)), gradient);
        graph.output(nextName(momentumName(name)), next);
        return graph.add(gradient, graph.multiply(next, graph.scalar(MUON_MOMENTUM)));
    };

    const gradients = raw.map((gradient) => graph.multiply(gradient, scale));
    for (const [i, { name }] of parameters.entries()) {
        if (byMuon[i]) lookahead.set(name, muonMomentum(name, gradients[i]!));
    }
    const directions = muonDirections(graph, lookahead);
    for (const [i, { name, dims }] of parameters.entries()) {
        const direction = directions.get(name);
        const change = direction ? graph.multiply(direction, scalar('lr')) : adamwChange(name, gradients[i]!);
        const weight = graph.input(name, dims);
        const decays = options.weightDecay > 0 && dims.length > 1;
        const kept = decays ? graph.multiply(weight, scalar('decay')) : weight;
        graph.output(nextName(name), graph.subtract(kept, change));
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
