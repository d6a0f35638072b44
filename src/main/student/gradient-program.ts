/**
 * A gradients graph run over the micro-batches of one step. One micro-batch writes the gradients; several add to them,
 * starting from zero. Each way is compiled when it is first needed, so only one of them usually holds memory.
 */
import type { Graph } from './onnx/graph.ts';
import { elementCount } from './onnx/graph.ts';
import { gradientName, gradientSoFarName } from './gpt2/graphs.ts';
import type { Binding, Bound, Program, Runtime, RuntimeTensor } from './runtime/runtime.ts';

export interface GradientProgram {
    /** Calls `load` before and `collect` after each of the micro-batches' runs. */
    run(microBatches: number, load: (microBatch: number) => void, collect: () => void): Promise<void>;
    release(): void;
}

/**
 * @param build the graph that writes the gradients, or (accumulate) the one that adds to them
 * @param inputs everything the graph reads except gradients
 * @param outputs everything the graph writes except gradients
 * @param gradients one tensor per parameter, by the parameter's name
 */
export function gradientProgram(
    runtime: Runtime,
    build: (accumulate: boolean) => Graph,
    {
        inputs,
        outputs,
        gradients,
    }: { readonly inputs: Bound; readonly outputs: Bound; readonly gradients: ReadonlyMap<string, RuntimeTensor> },
): GradientProgram {
    interface Compiled {
        readonly program: Program;
        readonly binding: Binding;
    }
    const compiled = new Map<boolean, Compiled>();

    async function compile(accumulate: boolean): Promise<Binding> {
        const known = compiled.get(accumulate);
        if (known) return known.binding;
        const program = await runtime.compile(build(accumulate).model());
        const read = accumulate ? { ...inputs, ...renamed(gradients, gradientSoFarName) } : inputs;
        const binding = program.bind(read, { ...outputs, ...renamed(gradients, gradientName) });
        compiled.set(accumulate, { program, binding });
        return binding;
    }

    function clearGradients(): void {
        const tensors = [...gradients.values()];
        const zeros = new Float32Array(Math.max(...tensors.map(({ dims }) => elementCount(dims))));
        for (const tensor of tensors) tensor.write(zeros.subarray(0, elementCount(tensor.dims)));
    }

    return {
        async run(microBatches, load, collect) {
            const binding = await compile(microBatches > 1);
            if (microBatches > 1) clearGradients();
            for (let microBatch = 0; microBatch < microBatches; microBatch++) {
                load(microBatch);
                await binding.run();
                collect();
            }
        },
        release() {
            for (const { program, binding } of compiled.values()) {
                binding.release();
                program.release();
            }
        },
    };
}

function renamed(tensors: ReadonlyMap<string, RuntimeTensor>, rename: (parameter: string) => string): Bound {
    return Object.fromEntries([...tensors].map(([name, tensor]) => [rename(name), tensor]));
}
