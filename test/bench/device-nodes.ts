/** What the nodes of real graphs ask of a GPU: multiplications, bytes and launches. Nothing is run. */
import { bytesOf, declaredFor, viewsOnly } from '../../src/main/student/onnx/bytes-alive.ts';
import { elementCount, type Graph, type Value } from '../../src/main/student/onnx/graph.ts';
import type { Target } from '../../src/main/student/onnx/target.ts';

type Described = Pick<Value, 'type' | 'dims'>;

/** One node of a graph, as it is declared. */
interface DeclaredNode {
    readonly operator: string;
    readonly inputs: readonly Described[];
    readonly outputs: readonly Described[];
    readonly transposesA: boolean;
    /** Of a scatter: whether what it writes into is other memory than what it reads. */
    readonly copiesData: boolean;
}

/** What a node costs, whatever the GPU. */
export interface NodeCost {
    readonly operator: string;
    readonly operations: number; // floating-point, of products only
    readonly type: string; // of what it gives
    readonly bytes: number; // read and written in device memory
}

const products = new Set(['MatMul', 'Gemm', 'FusedMatMul']);
const readsWhatItGives = new Set(['Gather', 'GatherElements', 'GatherND', 'Slice']); // and not the whole of its input

/** The costs of every node of a graph as a target computes it, in their order. */
export function costsOf(graph: Graph, target: Target): readonly NodeCost[] {
    const described = (name: string): Described => declaredFor(graph, name);
    const nodes = graph.nodesFor(target);
    const given = new Set(graph.inputs.map(({ name }) => name));
    const goesOn = new Set(nodes.filter(({ operator }) => operator === 'ScatterND').map(({ inputs }) => inputs[0]!));
    return nodes
        .filter(({ operator }) => !viewsOnly.has(operator))
        .map(({ operator, inputs, outputs, attributes }) =>
            costOf({
                operator,
                inputs: inputs.filter((name) => name !== '').map(described),
                outputs: outputs.map(described),
                transposesA: attributes['transA'] === 1,
                copiesData: given.has(inputs[0]!) !== !goesOn.has(outputs[0]!),
            }),
        );
}

function costOf({ operator, inputs, outputs, transposesA, copiesData }: DeclaredNode): NodeCost {
    const written = sum(outputs.map(bytesOf));
    const [first = 0, second = 0, third = 0] = inputs.map(bytesOf);
    /**
     * CUDA's ScatterND copies what it writes into only where that is other memory (scatter_nd.cc). Each chain of ours
     * ends in an output: one that begins at the input bound to the same memory (the cache) copies nothing where it is
     * one node long, else at its first and its last. ScatterElements is not declared to write what it reads: it copies.
     */
    const bytesMoved = (): number => {
        if (operator === 'ScatterND') return (copiesData ? 2 * first : 0) + second + 2 * third;
        if (!readsWhatItGives.has(operator)) return sum(inputs.map(bytesOf)) + written;
        return (operator === 'Slice' ? 0 : second) + 2 * written;
    };
    const depth = inputs[0]?.dims.at(transposesA ? -2 : -1) ?? 0;
    const operations = products.has(operator) ? 2 * elementCount(outputs[0]!.dims) * depth : 0;
    return { operator, operations, type: outputs[0]!.type, bytes: bytesMoved() };
}

function sum(values: readonly number[]): number {
    return values.reduce((total, value) => total + value, 0);
}
