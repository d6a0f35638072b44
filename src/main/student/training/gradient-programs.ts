/**
 * Computes gradients over the micro-batches of one step. A single micro-batch writes them; several add to them,
 * starting from zero. Micro-batches may have different static shapes; the graph for a shape is compiled on first use.
 */
import { bindGraph } from '../runtime/bound-graph.ts';
import type { BoundGraph } from '../runtime/bound-graph.ts';
import { gradientName, gradientSoFarName } from '../gpt2/graphs.ts';
import { elementCount, Graph } from '../onnx/graph.ts';
import type { NamedTensors, Elements, Runtime, RuntimeTensor } from '../runtime/runtime.ts';

export interface MicroBatch {
    /** Determines the graph's static shape. */
    readonly shape: number;
    readonly inputs: Readonly<Record<string, Elements>>;
}

export interface GradientPrograms {
    /**
     * Fills the gradients with their sum over the micro-batches and resolves to the sums of the graph's scalar outputs.
     */
    run(microBatches: readonly MicroBatch[]): Promise<Readonly<Record<string, number>>>;
    release(): void;
}

/**
 * @param build makes the graph for a shape: one that writes the gradients or, with `accumulate`, adds to them
 * @param gradients one tensor per parameter, by the parameter's name
 */
export function gradientPrograms(
    runtime: Runtime,
    build: (shape: number, accumulate: boolean) => Graph,
    weights: NamedTensors,
    gradients: ReadonlyMap<string, RuntimeTensor>,
): GradientPrograms {
    const compiled = new Map<string, BoundGraph>();
    const outputs = renamed(gradients, gradientName);
    const soFar = renamed(gradients, gradientSoFarName);
    let clearing: BoundGraph | null = null;

    async function compile(shape: number, accumulate: boolean): Promise<BoundGraph> {
        const key = `${shape} ${accumulate}`;
        const known = compiled.get(key);
        if (known) return known;
        const inputs = accumulate ? { ...weights, ...soFar } : weights;
        const bound = await bindGraph(runtime, build(shape, accumulate), { inputs, outputs });
        compiled.set(key, bound);
        return bound;
    }

    async function clearGradients(): Promise<void> {
        if (runtime.memory === 'device') {
            clearing ??= await bindGraph(runtime, zeroGradientsGraph(gradients), { inputs: soFar, outputs });
            await clearing.run({});
            return;
        }
        const tensors = [...gradients.values()];
        const zeros = new Float32Array(Math.max(...tensors.map(({ dims }) => elementCount(dims))));
        for (const tensor of tensors) tensor.write(zeros.subarray(0, elementCount(tensor.dims)));
    }

    return {
        async run(microBatches) {
            const accumulate = microBatches.length > 1;
            if (accumulate) await clearGradients();
            const sums: Record<string, number> = {};
            for (const { shape, inputs } of microBatches) {
                const found = await (await compile(shape, accumulate)).run(inputs);
                for (const [name, scalar] of Object.entries(found))
                    sums[name] = (sums[name] ?? 0) + Number(scalar.read()[0]);
            }
            return sums;
        },
        release() {
            for (const bound of compiled.values()) bound.release();
            clearing?.release();
        },
    };
}

/** Zeros where the gradients lie, instead of as many from the host. They are finite, or the run would have ended. */
export function zeroGradientsGraph(gradients: ReadonlyMap<string, Pick<RuntimeTensor, 'dims'>>): Graph {
    const graph = new Graph('zero-gradients');
    for (const [name, { dims }] of gradients) {
        const gradient = graph.input(gradientSoFarName(name), dims);
        graph.output(gradientName(name), graph.subtract(gradient, gradient));
    }
    return graph;
}

function renamed(tensors: ReadonlyMap<string, RuntimeTensor>, rename: (parameter: string) => string): NamedTensors {
    return Object.fromEntries([...tensors].map(([name, tensor]) => [rename(name), tensor]));
}
