/** Holds gradients and moments beside the weights, and takes the steps. */
import type { Parameter } from '../gpt2/parameters.ts';
import { gradientName } from '../gpt2/graphs.ts';
import type { Bound, Runtime, RuntimeTensor } from '../runtime/runtime.ts';
import { momentNames, nextName, optimiserGraph, stepScalars } from './graph.ts';
import { bindGraph } from '../bound-graph.ts';
import type { OptimiserOptions } from './graph.ts';

export interface StepRequest {
    readonly lr: number;
    /** 1, or 0 to take the step as if the gradient were zero (TRL's ratio threshold). */
    readonly gradientScale: number;
}

export interface Optimiser {
    /** One tensor per parameter, by the parameter's name: to be filled before a step. */
    readonly gradients: ReadonlyMap<string, RuntimeTensor>;
    /** By name (`momentum:<name>`, `variance:<name>`), kept divided by 1 − β; part of the state to resume from. */
    readonly moments: Bound;
    /** Steps taken; set it, and write the moments, to resume. */
    stepsTaken: number;
    /** Updates the weights in place; resolves to the gradient's global norm before scaling and clipping. */
    step(request: StepRequest): Promise<number>;
    release(): void;
}

/** An optimiser over the given weights (each a live tensor of its parameter's dims), all moments zero. */
export async function createOptimiser(
    runtime: Runtime,
    parameters: readonly Parameter[],
    weights: Bound,
    options: OptimiserOptions,
): Promise<Optimiser> {
    const graph = optimiserGraph(parameters, options);
    const zeros = (names: (parameter: string) => readonly string[]): Bound =>
        Object.fromEntries(
            parameters.flatMap(({ name, dims }) => names(name).map((each) => [each, runtime.tensor('float32', dims)])),
        );
    const gradients = zeros((parameter) => [gradientName(parameter)]);
    const moments = zeros((parameter) => momentNames(parameter, options));
    const state = { ...weights, ...moments };
    const next = Object.fromEntries(Object.entries(state).map(([name, tensor]) => [nextName(name), tensor])); // in place
    const update = await bindGraph(runtime, graph, { inputs: { ...state, ...gradients }, outputs: next });

    const optimiser: Optimiser = {
        gradients: new Map(parameters.map(({ name }) => [name, gradients[gradientName(name)]!])),
        moments,
        stepsTaken: 0,
        async step({ lr, gradientScale }) {
            optimiser.stepsTaken++;
            const scalars = { ...stepScalars(options, optimiser.stepsTaken, lr), gradientScale };
            const inputs = Object.entries(scalars).map(([name, value]) => [name, Float32Array.of(value)]);
            const { gradientNorm } = await update.run(Object.fromEntries(inputs));
            return Number(gradientNorm!.read()[0]);
        },
        release() {
            update.release();
            for (const tensor of Object.values({ ...gradients, ...moments })) tensor.release();
        },
    };
    return optimiser;
}
