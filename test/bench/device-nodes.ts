/** What the nodes of real graphs ask of a graphics processor: multiplications, bytes and launches. Nothing is run. */
import { bytesOf, declaredFor, viewsOnly } from '../../src/main/student/bytes-alive.ts';
import { elementCount, type Graph, type Value } from '../../src/main/student/onnx/graph.ts';
import type { Target } from '../../src/main/student/onnx/target.ts';

type Described = Pick<Value, 'type' | 'dims'>;

/** One node of a graph, as it is declared. */
interface DeclaredNode {
    readonly operator: string;
    readonly inputs: readonly Described[];
    readonly outputs: readonly Described[];
    readonly transposesA: boolean;
}

/** What a node costs, whatever the card. */
export interface NodeCost {
    readonly operator: string;
    readonly operations: number; // floating-point, of products only
    readonly type: string; // of what it gives
    readonly bytes: number; // read and written in device memory
}

const products = new Set(['MatMul', 'Gemm', 'FusedMatMul']);
const readsWhatItGives = new Set(['Gather', 'GatherElements', 'GatherND', 'Slice']); // and not the whole of its input
/** Data, indices and updates: data and output are the same memory, so only the others are read, and updates written. */
const writesUpdates = new Set(['ScatterND', 'ScatterElements']);

/** The costs of every node of a graph as a target computes it, in their order. */
export function costsOf(graph: Graph, target: Target): readonly NodeCost[] {
    const described = (name: string): Described => declaredFor(graph, name);
    return graph
        .nodesFor(target)
        .filter(({ operator }) => !viewsOnly.has(operator))
        .map(({ operator, inputs, outputs, attributes }) =>
            costOf({
                operator,
                inputs: inputs.filter((name) => name !== '').map(described),
                outputs: outputs.map(described),
                transposesA: attributes['transA'] === 1,
            }),
        );
}

function costOf({ operator, inputs, outputs, transposesA }: DeclaredNode): NodeCost {
    const depth = inputs[0]?.dims.at(transposesA ? -2 : -1) ?? 0;
    const operations = products.has(operator) ? 2 * elementCount(outputs[0]!.dims) * depth : 0;
    return { operator, operations, type: outputs[0]!.type, bytes: bytesMoved(operator, inputs, outputs) };
}

function bytesMoved(operator: string, inputs: readonly Described[], outputs: readonly Described[]): number {
    const written = sum(outputs.map(bytesOf));
    if (writesUpdates.has(operator)) {
        const [, indices, updates] = inputs.map(bytesOf);
        return indices! + 2 * updates!;
    }
    if (!readsWhatItGives.has(operator)) return sum(inputs.map(bytesOf)) + written;
    const [, indices = 0] = operator === 'Slice' ? [] : inputs.map(bytesOf);
    return indices + 2 * written;
}

function sum(values: readonly number[]): number {
    return values.reduce((total, value) => total + value, 0);
}
