/** A compiled graph and its bindings: tensors shared with other graphs where they are given, its own for the rest. */
import type { Graph, Value } from '../onnx/graph.ts';
import type { NamedTensors, Elements, Runtime, RuntimeTensor } from './runtime.ts';

export interface Shared {
    readonly inputs: NamedTensors;
    readonly outputs: NamedTensors;
}

export interface BoundGraph {
    /** Writes the graph's own inputs, runs once and returns its own outputs, both by name. */
    run(inputs: Readonly<Record<string, Elements>>): Promise<NamedTensors>;
    release(): void;
}

export interface CompiledGraph {
    /** Binds the tensors named in `shared` and makes the others. Names the graph does not have are ignored. */
    bind(shared: Shared): BoundGraph;
    /** Releases the graph and everything bound to it except the shared tensors. */
    release(): void;
}

export async function compileGraph(runtime: Runtime, graph: Graph): Promise<CompiledGraph> {
    const program = await runtime.compile(graph.model(runtime.target));
    const bound: BoundGraph[] = [];
    return {
        bind(shared) {
            const inputs = tensorsFor(runtime, graph.inputs, shared.inputs);
            const outputs = tensorsFor(runtime, graph.outputs, shared.outputs);
            const binding = program.bind(inputs.all, outputs.all);
            const result: BoundGraph = {
                async run(arrays) {
                    for (const [name, tensor] of Object.entries(inputs.own)) {
                        const values = arrays[name];
                        if (!values) throw new Error(`the graph "${graph.name}" was not given "${name}"`);
                        tensor.write(values);
                    }
                    await binding.run();
                    return outputs.own;
                },
                release() {
                    binding.release();
                    for (const tensor of Object.values({ ...inputs.own, ...outputs.own })) tensor.release();
                },
            };
            bound.push(result);
            return result;
        },
        release() {
            for (const each of bound) each.release();
            program.release();
        },
    };
}

/** Compiles a graph that is bound only once; releasing the binding releases everything. */
export async function bindGraph(runtime: Runtime, graph: Graph, shared: Shared): Promise<BoundGraph> {
    const compiled = await compileGraph(runtime, graph);
    const { run } = compiled.bind(shared);
    return { run, release: () => compiled.release() };
}

function tensorsFor(
    runtime: Runtime,
    values: readonly Value[],
    shared: NamedTensors,
): { readonly own: NamedTensors; readonly all: NamedTensors } {
    const isShared = ({ name }: Value): boolean => name in shared;
    const own = values
        .filter((value) => !isShared(value))
        .map((value) => [value.name, tensorFor(runtime, value)] as const);
    const sharedHere = values.filter(isShared).map(({ name }) => [name, shared[name]!] as const);
    return { own: Object.fromEntries(own), all: Object.fromEntries([...own, ...sharedHere]) };
}

function tensorFor(runtime: Runtime, { name, type, dims }: Value): RuntimeTensor {
    if (type === 'float32' || type === 'int32' || type === 'int64') return runtime.tensor(type, dims, 'host');
    throw new Error(`"${name}" cannot cross a graph's border as ${type}`);
}
