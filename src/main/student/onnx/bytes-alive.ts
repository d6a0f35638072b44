/** How much memory a graph's own values take at once, when each is let go after its last use. */
import { elementCount } from './graph.ts';
import type { Graph, Value } from './graph.ts';
import type { DataType } from './protobuf.ts';
import type { Target } from './target.ts';

const typeBytes: Readonly<Record<DataType, number>> = {
    float32: 4,
    bfloat16: 2,
    int32: 4,
    uint32: 4,
    int64: 8,
    uint64: 8,
    bool: 1,
    uint8: 1,
};
const shortName = '_bf16'; // ends the names of values that only a target's precision adds
export const viewsOnly: ReadonlySet<string> = new Set(['Reshape', 'Identity']); // of the memory of what they read

/** CUDA's kernels count elements in 32 bits. */
const mostElements = 2 ** 31 - 1;

/**
 * Bytes at most, in the order in which nodes are declared; inputs and outputs, which are tensors of ours, and constants
 * are not among them. Infinity where a value has more elements than a kernel can count.
 */
export function bytesAlive(graph: Graph, { kernels, precision }: Target): number {
    const nodes = graph.nodesFor({ kernels, precision }); // what is imitated is to be as large as the original
    const sources = new Map<string, string>(); // of views
    const sourceOf = (name: string): string => sources.get(name) ?? name;
    const lastUse = new Map<string, number>();
    const made = new Set<string>();
    nodes.forEach(({ operator, inputs, outputs }, at) => {
        if (viewsOnly.has(operator)) sources.set(outputs[0]!, sourceOf(inputs[0]!));
        else for (const name of outputs) made.add(name);
        for (const name of inputs) lastUse.set(sourceOf(name), at);
    });
    const left = new Map<number, string[]>();
    for (const [name, at] of lastUse) if (made.has(name)) left.set(at, [...(left.get(at) ?? []), name]);

    let [alive, most] = [0, 0];
    for (const [at, { operator, outputs }] of nodes.entries()) {
        if (!viewsOnly.has(operator))
            for (const name of outputs) {
                const value = declaredFor(graph, name);
                if (elementCount(value.dims) > mostElements) return Infinity;
                if (lastUse.has(name)) alive += bytesOf(value);
            }
        most = Math.max(most, alive);
        for (const name of left.get(at) ?? []) alive -= bytesOf(declaredFor(graph, name));
    }
    return most;
}

/** Type and dims of a value of a graph as a target computes it. */
export function declaredFor(graph: Graph, name: string): Pick<Value, 'type' | 'dims'> {
    if (!name.endsWith(shortName)) return graph.declared(name);
    return { type: 'bfloat16', dims: graph.declared(name.slice(0, -shortName.length)).dims };
}

export function bytesOf({ type, dims }: Pick<Value, 'type' | 'dims'>): number {
    return typeBytes[type] * elementCount(dims);
}
