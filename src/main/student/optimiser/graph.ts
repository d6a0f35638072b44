/**
 * The optimiser's graphs: the gradient's global norm, then AdamW, or Muon for the hidden matrices. They update weights
 * and moments in place; each has exactly one reader, which runs before the new value is written.
 */
import { Graph } from '../onnx/graph.ts';
import type { Value } from '../onnx/graph.ts';
import { gradientName } from '../gpt2/graphs.ts';
import type { Parameter } from '../gpt2/parameters.ts';
import type { Target } from '../onnx/target.ts';
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

/** A parameter, or a slice of one. */
export interface ParameterPiece {
    readonly name: string;
    readonly dims: readonly number[];
    /** Whether it is subject to weight decay: matrices are, vectors (norms, biases) are not. */
    readonly decays: boolean;
}

/** One piece, or vectors that are laid end to end and computed as one; they decay alike. */
export type PieceGroup = readonly [ParameterPiece, ...ParameterPiece[]];

/** The scalars of a step as inputs of a graph, added when they are first asked for. */
function scalarInputs(graph: Graph): (name: keyof StepScalars | 'scale') => Value {
    const known = new Map<string, Value>();
    return (name) => {
        const scalar = known.get(name) ?? graph.input(name, []);
        known.set(name, scalar);
        return scalar;
    };
}

/** An input of every piece, under its own name, laid end to end. */
function joinedInput(graph: Graph, group: PieceGroup, nameOf: (piece: string) => string): Value {
    const inputs = group.map(({ name, dims }) => graph.input(nameOf(name), dims));
    return inputs.length === 1 ? inputs[0]! : graph.concat(inputs, 0);
}

/** An output for every piece, under its own name. */
function outputApart(graph: Graph, group: PieceGroup, nameOf: (piece: string) => string, value: Value): void {
    const lengths = group.map(({ dims }) => dims[0]!);
    const parts = group.length === 1 ? [value] : graph.splitBy(value, 0, lengths);
    for (const [i, { name }] of group.entries()) graph.output(nameOf(name), parts[i]!);
}

/**
 * Inputs: every gradient, and `gradientScale` (1; 0 takes the step as if the gradient were zero). Outputs:
 * `gradientNorm` over all gradients, and `scale` = gradientScale · min(1, clip / (norm + 1e-6)), as in
 * torch.nn.utils.clip_grad_norm_.
 */
export function clippingGraph(groups: readonly PieceGroup[], { clip }: Pick<OptimiserOptions, 'clip'>): Graph {
    const graph = new Graph('clipping');
    const squares = groups.map((group) => {
        const gradient = joinedInput(graph, group, gradientName);
        return graph.reshape(graph.reduce('ReduceSumSquare', gradient, [...gradient.dims.keys()], false), [1]);
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
export function adamwGraph(groups: readonly PieceGroup[], { beta1, beta2, weightDecay }: OptimiserOptions): Graph {
    const graph = new Graph('adamw');
    const scalar = scalarInputs(graph);
    for (const group of groups) {
        const gradient = graph.multiply(joinedInput(graph, group, gradientName), scalar('scale'));
        const momentum = joinedInput(graph, group, momentumName);
        const variance = joinedInput(graph, group, varianceName);
        const nextMomentum = graph.add(graph.multiply(momentum, graph.scalar(beta1)), gradient);
        const square = graph.multiply(gradient, gradient);
        const nextVariance = graph.add(graph.multiply(variance, graph.scalar(beta2)), square);
        outputApart(graph, group, (name) => nextName(momentumName(name)), nextMomentum);
        outputApart(graph, group, (name) => nextName(varianceName(name)), nextVariance);
        const deviation = graph.add(graph.unary('Sqrt', nextVariance), scalar('stepEpsilon'));
        const change = graph.divide(graph.multiply(nextMomentum, scalar('stepSize')), deviation);
        const weight = joinedInput(graph, group, (name) => name);
        const decays = group[0].decays && weightDecay > 0;
        outputApart(graph, group, nextName, moved(graph, scalar, { weight, decays }, change));
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
        const weight = graph.input(name, dims);
        graph.output(nextName(name), moved(graph, scalar, { weight, decays: weightDecay > 0 }, change));
    }
    return graph;
}

/** The weight after the step: decay · weight − change. */
function moved(
    graph: Graph,
    scalar: ReturnType<typeof scalarInputs>,
    { weight, decays }: { readonly weight: Value; readonly decays: boolean },
    change: Value,
): Value {
    return graph.subtract(decays ? graph.multiply(weight, scalar('decay')) : weight, change);
}

/**
 * Groups for a graph: on CUDA, where a launch costs as much as a hundred thousand elements, all vectors are one group.
 * On the processor copying them together gains nothing, and a kernel of WebGPU cannot read so many arrays.
 */
export function groupPieces<Piece extends ParameterPiece>(
    pieces: readonly Piece[],
    kernels: Target['kernels'],
): readonly (readonly [Piece, ...Piece[]])[] {
    if (kernels !== 'cuda') return pieces.map((piece) => [piece] as const);
    const isJoined = ({ dims, decays }: Piece): boolean => dims.length === 1 && !decays;
    const [first, ...rest] = pieces.filter(isJoined);
    const apart = pieces.filter((piece) => !isJoined(piece)).map((piece) => [piece] as const);
    return first === undefined ? apart : [...apart, [first, ...rest]];
}
