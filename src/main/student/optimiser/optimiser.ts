/** Keeps gradients and moments beside the weights, and takes optimiser steps. */
import { bindGraph, compileGraph } from '../runtime/bound-graph.ts';
import type { BoundGraph, CompiledGraph } from '../runtime/bound-graph.ts';
import { gradientName } from '../gpt2/graphs.ts';
import type { Parameter } from '../gpt2/parameters.ts';
import { elementCount, type Graph } from '../onnx/graph.ts';
import type { NamedTensors, Runtime, RuntimeTensor } from '../runtime/runtime.ts';
import { adamwGraph, clippingGraph, groupPieces, momentNames, muonGraph, nextName, stepScalars } from './graph.ts';
import type { OptimiserOptions, ParameterPiece } from './graph.ts';
import { isMuonMatrix } from './muon.ts';

export interface StepRequest {
    readonly lr: number;
    /** 1, or 0 to take the step as if the gradient were zero (TRL's ratio threshold). */
    readonly gradientScale: number;
}

export interface Optimiser {
    /** One tensor per parameter, by the parameter's name; fill them before a step. */
    readonly gradients: ReadonlyMap<string, RuntimeTensor>;
    /** By name (`momentum:<name>`, `variance:<name>`), stored divided by 1 − β; part of the resume state. */
    readonly moments: NamedTensors;
    /** Steps taken. To resume, set it and write the moments. */
    stepsTaken: number;
    /** Updates the weights in place; resolves to the gradient's global norm before scaling and clipping. */
    step(request: StepRequest): Promise<number>;
    release(): void;
}

/**
 * Elements AdamW updates per run. Its dozen passes over weight, gradient and moments are memory-bound: in pieces whose
 * arrays (512 KB each) stay in a core's cache between passes, they take 6.4 ns an element instead of 11.7 (onnxruntime
 * 1.30, one thread, 16 M elements; pieces of 32 Ki and 256 Ki elements: 6.8 and 8.1).
 */
const PIECE = 2 ** 17;

/** An optimiser for the given weights (each a live tensor of its parameter's dims), with all moments zero. */
export async function createOptimiser(
    runtime: Runtime,
    parameters: readonly Parameter[],
    weights: NamedTensors,
    options: OptimiserOptions,
): Promise<Optimiser> {
    const zeros = (names: (parameter: string) => readonly string[]): NamedTensors =>
        Object.fromEntries(
            parameters.flatMap(({ name, dims }) => names(name).map((each) => [each, runtime.tensor('float32', dims)])),
        );
    const gradients = zeros((parameter) => [gradientName(parameter)]);
    const moments = zeros((parameter) => momentNames(parameter, options));
    const scalars = Object.fromEntries(
        ['scale', 'lr', 'stepSize', 'stepEpsilon', 'decay'].map((name) => [name, runtime.tensor('float32', [])]),
    );
    const whole = parameters.map(({ name, dims }) => ({ name, dims, decays: dims.length > 1 }));
    const clipping = await bindGraph(runtime, clippingGraph(groupPieces(whole, runtime.target.kernels), options), {
        inputs: gradients,
        outputs: { scale: scalars['scale']! },
    });
    const updates = await bindUpdates(runtime, parameters, { ...weights, ...moments, ...gradients }, scalars, options);

    const optimiser: Optimiser = {
        gradients: new Map(parameters.map(({ name }) => [name, gradients[gradientName(name)]!])),
        moments,
        stepsTaken: 0,
        async step({ lr, gradientScale }) {
            optimiser.stepsTaken++;
            for (const [name, value] of Object.entries(stepScalars(options, optimiser.stepsTaken, lr)))
                scalars[name]!.write(Float32Array.of(value));
            const { gradientNorm } = await clipping.run({ gradientScale: Float32Array.of(gradientScale) });
            await Promise.all(updates.bound.map((update) => update.run({}))); // one at a time, see SerialQueue
            return Number(gradientNorm!.read()[0]);
        },
        release() {
            clipping.release();
            updates.release();
            for (const tensor of Object.values({ ...gradients, ...moments, ...scalars })) tensor.release();
        },
    };
    return optimiser;
}

/**
 * The runs that make up a step. `state` is weights, moments and gradients by name; all but the gradients are updated in
 * place.
 */
async function bindUpdates(
    runtime: Runtime,
    parameters: readonly Parameter[],
    state: NamedTensors,
    scalars: NamedTensors,
    options: OptimiserOptions,
): Promise<{ readonly bound: readonly BoundGraph[]; release(): void }> {
    const bound: BoundGraph[] = [];
    const opened: { release(): void }[] = [];
    const bindInPlace = (graph: CompiledGraph, tensors: NamedTensors): void => {
        const next = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [nextName(name), tensor]));
        bound.push(graph.bind({ inputs: { ...tensors, ...scalars }, outputs: next }));
    };
    const compile = async (graph: Graph): Promise<CompiledGraph> => {
        const compiled = await compileGraph(runtime, graph);
        opened.push(compiled);
        return compiled;
    };

    const matrices = parameters.filter(({ name }) => options.kind === 'muon' && isMuonMatrix(name));
    if (matrices.length > 0) bindInPlace(await compile(muonGraph(matrices, options)), state);
    const pieces = parameters
        .filter((each) => !matrices.includes(each))
        // a device has no such cache
        .flatMap((each) => cutToPieces(each, runtime.memory === 'host' ? PIECE : Infinity));
    const small = pieces.filter(({ isWhole }) => isWhole);
    if (small.length > 0)
        bindInPlace(await compile(adamwGraph(groupPieces(small, runtime.target.kernels), options)), state);
    const cut = Map.groupBy(
        pieces.filter(({ isWhole }) => !isWhole),
        ({ dims, decays }) => `${dims[0]} ${decays}`,
    );
    for (const alike of cut.values()) {
        const graph = await compile(adamwGraph([[{ ...alike[0]!, name: 'piece' }]], options));
        for (const { name, from, dims } of alike) {
            const parts = [name, gradientName(name), ...momentNames(name, options)].map((each) => {
                const part = state[each]!.view(from, dims[0]!);
                opened.push(part);
                return [each.replace(name, 'piece'), part] as const;
            });
            bindInPlace(graph, Object.fromEntries(parts));
        }
    }
    return {
        bound,
        release() {
            for (const each of opened) each.release();
        },
    };
}

/** The parameter itself or, where it has more than `most` elements, slices of that many and a remainder. */
function cutToPieces(
    { name, dims }: Parameter,
    most: number,
): readonly (ParameterPiece & { readonly from: number; readonly isWhole: boolean })[] {
    const count = elementCount(dims);
    const decays = dims.length > 1;
    if (count <= most) return [{ name, dims, decays, from: 0, isWhole: true }];
    return Array.from({ length: Math.ceil(count / most) }, (_, i) => {
        const from = i * most;
        return { name, dims: [Math.min(most, count - from)], decays, from, isWhole: false };
    });
}
