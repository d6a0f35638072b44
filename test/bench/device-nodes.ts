/** What the nodes of real graphs ask of a graphics processor: multiplications, bytes and launches. Nothing is run. */
import { elementCount, Graph, type Value } from '../../src/main/student/onnx/graph.ts';

/** One node of a graph, as it is declared. */
interface DeclaredNode {
    readonly operator: string;
    readonly inputs: readonly Value[];
    readonly outputs: readonly Pick<Value, 'type' | 'dims'>[];
    readonly transposesA: boolean;
}

/** What a node costs, whatever the card. */
export interface NodeCost {
    readonly operator: string;
    readonly operations: number; // floating-point, of products only
    readonly bytes: number; // read and written in device memory
}

const typeBytes: Readonly<Record<string, number>> = { float32: 4, int32: 4, uint32: 4, int64: 8, bool: 1 };
const products = new Set(['MatMul', 'Gemm', 'FusedMatMul']);
const viewsOnly = new Set(['Reshape', 'Identity']); // no kernel runs
const readsWhatItGives = new Set(['Gather', 'Slice']); // and not the whole of its input

/** The costs of every node that `build` declares, in order: only while a graph is built can its nodes be seen. */
export function costsOf(build: () => unknown): readonly NodeCost[] {
    const declared: DeclaredNode[] = [];
    const { nodes } = Graph.prototype;
    const watched: typeof nodes = function (this: Graph, operator, inputs, produced, attributes, domain) {
        const given = inputs.filter((input) => input !== null);
        declared.push({ operator, inputs: given, outputs: produced, transposesA: attributes?.['transA'] === 1 });
        return nodes.call(this, operator, inputs, produced, attributes, domain) as never;
    };
    Graph.prototype.nodes = watched;
    try {
        build();
    } finally {
        Graph.prototype.nodes = nodes;
    }
    return declared.filter(({ operator }) => !viewsOnly.has(operator)).map(costOf);
}

function costOf({ operator, inputs, outputs, transposesA }: DeclaredNode): NodeCost {
    const written = sum(outputs.map(bytesOf));
    const read = readsWhatItGives.has(operator) ? written : sum(inputs.map(bytesOf));
    const depth = inputs[0]?.dims.at(transposesA ? -2 : -1) ?? 0;
    const operations = products.has(operator) ? 2 * elementCount(outputs[0]!.dims) * depth : 0;
    return { operator, operations, bytes: read + written };
}

function bytesOf({ type, dims }: Pick<Value, 'type' | 'dims'>): number {
    const each = typeBytes[type];
    if (each === undefined) throw new Error(`how many bytes has ${type}?`);
    return each * elementCount(dims);
}

function sum(values: readonly number[]): number {
    return values.reduce((total, value) => total + value, 0);
}
