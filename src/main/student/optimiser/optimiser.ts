/** Holds gradients and moments beside the weights, and takes the steps. */
import type { Parameter } from '../gpt2/parameters.ts';
import { gradientName } from '../gpt2/graphs.ts';
import type { Bound, Runtime, RuntimeTensor } from '../runtime/runtime.ts';
import { adamwGraph, adamwScalars, isMoment, nextName } from './graph.ts';
import type { AdamWOptions } from './graph.ts';

export interface StepRequest {
    readonly lr: number;
    /** 1, or 0 to take the step as if the gradient were zero (TRL's ratio threshold). */
    readonly gradientScale: number;
}

export interface Optimiser {
    /** One tensor per parameter, by the parameter's name: to be filled before a step. */
    readonly gradients: ReadonlyMap<string, RuntimeTensor>;
    /** Moments by name (`momentum:<name>`, `variance:<name>`), divided by 1 − β; part of the state to resume from. */
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
    options: AdamWOptions,
): Promise<Optimiser> {
    const graph = adamwGraph(parameters, options);
    const inputs = Object.fromEntries(
        graph.inputs.map(({ name, dims }) => [name, weights[name] ?? runtime.tensor('float32', dims)]),
    );
    const gradientNorm = runtime.tensor('float32', []);
    const state = Object.entries(inputs).filter(([name]) => name in weights || isMoment(name));
    const next = Object.fromEntries(state.map(([name, tensor]) => [nextName(name), tensor])); // updated in place
    const program = await runtime.compile(graph.model());
    const binding = program.bind(inputs, { ...next, gradientNorm });

    const optimiser: Optimiser = {
        gradients: new Map(parameters.map(({ name }) => [name, inputs[gradientName(name)]!])),
        moments: Object.fromEntries(state.filter(([name]) => isMoment(name))),
        stepsTaken: 0,
        async step({ lr, gradientScale }) {
            optimiser.stepsTaken++;
            const scalars = { ...adamwScalars(options, optimiser.stepsTaken, lr), gradientScale };
            for (const [name, value] of Object.entries(scalars)) inputs[name]!.write(Float32Array.of(value));
            await binding.run();
            return Number(gradientNorm.read()[0]);
        },
        release() {
            binding.release();
            program.release();
            gradientNorm.release();
            for (const [name, tensor] of Object.entries(inputs)) if (!(name in weights)) tensor.release();
        },
    };
    return optimiser;
}
