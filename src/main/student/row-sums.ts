/**
 * What a device tells of its weights without handing them over: the sums over the rows of every matrix, and vectors as
 * they are. A weight that is not finite makes its sum not finite, too.
 */
import { Graph } from './onnx/graph.ts';
import type { Value } from './onnx/graph.ts';
import { bindGraph } from './runtime/bound-graph.ts';
import type { NamedTensors, Runtime } from './runtime/runtime.ts';

export interface RowSums {
    /** (rows of all matrices and elements of all vectors), in the order of the weights; valid until the next call. */
    read(): Promise<Float32Array>;
    release(): void;
}

/** Over live weights: it always sums what the tensors hold at the time. */
export async function createRowSums(runtime: Runtime, weights: NamedTensors): Promise<RowSums> {
    const described = Object.entries(weights).map(([name, { dims }]) => ({ name, dims }));
    const graph = await bindGraph(runtime, rowSumsGraph(described), { inputs: weights, outputs: {} });
    return {
        async read() {
            const { sums } = await graph.run({});
            return sums!.read() as Float32Array;
        },
        release: () => graph.release(),
    };
}

/** Inputs: the weights. Output: `sums`. */
export function rowSumsGraph(weights: readonly Pick<Value, 'name' | 'dims'>[]): Graph {
    const graph = new Graph('row-sums');
    const parts = weights.map(({ name, dims }) => {
        const values = graph.input(name, dims);
        return dims.length === 1 ? values : graph.reduce('ReduceSum', values, [1], false);
    });
    graph.output('sums', graph.concat(parts, 0));
    return graph;
}
