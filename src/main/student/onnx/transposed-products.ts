/**
 * Transpositions that only the processor wants, taken back into the products that read them: cuBLAS reads a matrix
 * either way at the same speed.
 */
import type { NodeDeclaration } from './protobuf.ts';

/** The same graph, where a product reads what a Transpose of its last two axes read. */
export function withoutTranspositions(nodes: readonly NodeDeclaration[]): readonly NodeDeclaration[] {
    const turned = new Map(
        nodes.flatMap(({ operator, inputs, outputs, attributes }) =>
            operator === 'Transpose' && swapsLastTwo(attributes['perm'] as readonly number[])
                ? [[outputs[0]!, inputs[0]!] as const]
                : [],
        ),
    );
    const folded = nodes.map((node) => {
        const [a = '', b = ''] = node.inputs;
        if (node.operator !== 'MatMul' || (!turned.has(a) && !turned.has(b))) return node;
        return {
            ...node,
            operator: 'FusedMatMul',
            domain: 'com.microsoft' as const,
            inputs: [turned.get(a) ?? a, turned.get(b) ?? b],
            attributes: { transA: Number(turned.has(a)), transB: Number(turned.has(b)), alpha: { float: 1 } },
        };
    });
    const read = new Set(folded.flatMap(({ inputs }) => inputs));
    return folded.filter(({ operator, outputs }) => operator !== 'Transpose' || read.has(outputs[0]!));
}

function swapsLastTwo(order: readonly number[]): boolean {
    const rank = order.length;
    return order.every((axis, at) => axis === (at < rank - 2 ? at : at === rank - 2 ? rank - 1 : rank - 2));
}
