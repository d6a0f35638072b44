/** What the nodes of real graphs ask of a graphics processor: multiplications, bytes and launches. Nothing is run. */
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

const typeBytes: Readonly<Record<string, number>> = { float32: 4, bfloat16: 2, int32: 4, uint32: 4, int64: 8, bool: 1 };
const products = new Set(['MatMul', 'Gemm', 'FusedMatMul']);
const viewsOnly = new Set(['Reshape', 'Identity']); // no kernel runs
const readsWhatItGives = new Set(['Gather', 'Slice']); // and not the whole of its input

/** The costs of every node of a graph as a target computes it, in their order. */
export function costsOf(graph: Graph, target: Target): readonly NodeCost[] {
    const described = (name: string): Described => {
        const short = name.endsWith('_bf16');
        const { type, dims } = graph.declared(short ? name.slice(0, -'_bf16'.length) : name);
        return { type: short ? 'bfloat16' : type, dims };
    };
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
    const written = sum(outputs.map(bytesOf));
    const read = readsWhatItGives.has(operator) ? written : sum(inputs.map(bytesOf));
    const depth = inputs[0]?.dims.at(transposesA ? -2 : -1) ?? 0;
    const operations = products.has(operator) ? 2 * elementCount(outputs[0]!.dims) * depth : 0;
    return { operator, operations, type: outputs[0]!.type, bytes: read + written };
}

function bytesOf({ type, dims }: Described): number {
    const each = typeBytes[type];
    if (each === undefined) throw new Error(`how many bytes has ${type}?`);
    return each * elementCount(dims);
}

function sum(values: readonly number[]): number {
    return values.reduce((total, value) => total + value, 0);
}
