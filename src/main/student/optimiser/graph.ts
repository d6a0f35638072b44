/**
 * The optimiser's graphs: the gradient's global norm, then AdamW, or Muon for the hidden matrices. They update weights
 * and moments in place; each has exactly one reader, which runs before the new value is written.
 */
import { Graph } from '../onnx/graph.ts';
import type { Value } from '../onnx/graph.ts';
import { gradientName } from '../gpt2/graphs.ts';
import type { Parameter } from '../gpt2/parameters.ts';
import { isMuonMatrix, muonDirections } from './muon.ts';

export interface OptimiserOptions {
    /** `muon`: Muon for the hidden matrices and AdamW for the rest. `adamw`: AdamW for all. */
    readonly kind: 'adamw' | 'muon';
    readonly beta1: number;
    readonly beta2: number;
    /** Fraction of a weight subtracted per unit of learning rate; matrices only. */
    readonly weightDecay: number;
    readonly epsilon: number;
    /** The gradient's global norm is scaled down to at most this; null leaves it alone. */
    readonly clip: number | null;
}

/** AdamW's decay rates and epsilon: PyTorch's defaults, which TRL 0.9.4 uses. */
export const adamwDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

const MUON_MOMENTUM = 0.95;

/** Scalars of one step, computed in float64 (1 − 0.999ᵗ loses five digits in float32). */
export interface StepScalars {
    readonly lr: number;
    readonly stepSize: number;
    readonly stepEpsilon: number;
    readonly decay: number;
}

/**
 * The moments are stored divided by (1 − β), which saves a product per element: M ← β₁M + g, S ← β₂S + g². AdamW's step
 * lr · m̂ / (√v̂ + ε) then is stepSize · M / (√S + stepEpsilon). `step` counts from 1.
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

/** The name under which a weight's or moment's new value is an output. */
export function nextName(state: string): string {
    return `next:${state}`;
}

/** The moments an optimiser keeps for a parameter: both, or only Muon's momentum. */
export function momentNames(parameter: string, { kind }: OptimiserOptions): readonly string[] {
    const first = momentumName(parameter);
    return kind === 'muon' && isMuonMatrix(parameter) ? [first] : [first, varianceName(parameter)];
}

/** A parameter, or a slice of one, that AdamW updates on its own. */
export interface ParameterPiece {
    readonly name: string;
    readonly dims: readonly number[];
    /** Whether it is subject to weight decay: matrices are, vectors (norms, biases) are not. */
    readonly decays: boolean;
}

/** The scalars of a step as inputs of a graph, added when they are first asked for. */
function scalarInputs(graph: Graph): (name: keyof StepScalars | 'scale') => Value {
    const known = new Map<string, Value>();
    return (name) => {
        const scalar = known.get(name) ?? graph.input(name, []);
        known.set(name, scalar);
        return scalar;
    };
}

/**
 * Inputs: every gradient, and `gradientScale` (1; 0 takes the step as if the gradient were zero). Outputs:
 * `gradientNorm` over all gradients, and `scale` = gradientScale · min(1, clip / (norm + 1e-6)), as in
 * torch.nn.utils.clip_grad_norm_.
 */
export function clippingGraph(parameters: readonly Parameter[], { clip }: OptimiserOptions): Graph {
    const graph = new Graph('clipping');
    const squares = parameters.map(({ name, dims }) => {
        const gradient = graph.input(gradientName(name), dims);
        return graph.reshape(graph.reduce('ReduceSumSquare', gradient, [...dims.keys()], false), [1]);
    });
    const gradientScale = graph.input('gradientScale', []);
    const norm = graph.unary('Sqrt', graph.total(graph.concat(squares, 0)));
    graph.output('gradientNorm', norm);
    const one = graph.scalar(1);
    const shrink = (most: number): Value => graph.divide(graph.scalar(most), graph.add(norm, graph.scalar(1e-6)));
    graph.output('scale', graph.multiply(gradientScale, clip === null ? one : graph.binary('Min', one, shrink(clip))));
    return graph;
}

/**
 * AdamW over some pieces. Inputs: each piece with its gradient and moments, `scale` and the StepScalars. Outputs: each
 * piece and moment as `next:<name>`.
 */
export function adamwGraph(pieces: readonly ParameterPiece[], { beta1, beta2, weightDecay }: OptimiserOptions): Graph {
    const graph = new Graph('adamw');
    const scalar = scalarInputs(graph);
    for (const { name, dims, decays } of pieces) {
        const gradient = graph.multiply(graph.input(gradientName(name), dims), scalar('scale'));
        const momentum = graph.input(momentumName(name), dims);
        const variance = graph.input(varianceName(name), dims);
        const nextMomentum = graph.add(graph.multiply(momentum, graph.scalar(beta1)), gradient);
        const square = graph.multiply(gradient, gradient);
        const nextVariance = graph.add(graph.multiply(variance, graph.scalar(beta2)), square);
        graph.output(nextName(momentumName(name)), nextMomentum);
        graph.output(nextName(varianceName(name)), nextVariance);
        const deviation = graph.add(graph.unary('Sqrt', nextVariance), scalar('stepEpsilon'));
        const change = graph.divide(graph.multiply(nextMomentum, scalar('stepSize')), deviation);
        graph.output(nextName(name), moved(graph, scalar, { name, dims, decays: decays && weightDecay > 0 }, change));
    }
    return graph;
}

/**
 * Muon over hidden matrices, orthogonalised together. Inputs: each matrix with its gradient and momentum, `scale` and
 * the StepScalars. Outputs: each matrix and momentum as `next:<name>`.
 */
export function muonGraph(matrices: readonly Parameter[], { weightDecay }: OptimiserOptions): Graph {
    const graph = new Graph('muon');
    const scalar = scalarInputs(graph);
    const lookahead = matrices.map(({ name, dims }): readonly [string, Value] => {
        const gradient = graph.multiply(graph.input(gradientName(name), dims), scalar('scale'));
        const momentum = graph.input(momentumName(name), dims);
        const next = graph.add(graph.multiply(momentum, graph.scalar(MUON_MOMENTUM)), gradient);
        graph.output(nextName(momentumName(name)), next);
        return [name, graph.add(gradient, graph.multiply(next, graph.scalar(MUON_MOMENTUM)))]; // Nesterov momentum
    });
    const directions = muonDirections(graph, new Map(lookahead));
    for (const { name, dims } of matrices) {
        const change = graph.multiply(directions.get(name)!, scalar('lr'));
        graph.output(nextName(name), moved(graph, scalar, { name, dims, decays: weightDecay > 0 }, change));
    }
    return graph;
}

/** The piece after the step: decay · weight − change. */
function moved(
    graph: Graph,
    scalar: ReturnType<typeof scalarInputs>,
    { name, dims, decays }: ParameterPiece,
    change: Value,
): Value {
    const weight = graph.input(name, dims);
    return graph.subtract(decays ? graph.multiply(weight, scalar('decay')) : weight, change);
}
