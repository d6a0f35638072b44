/**
 * onnxruntime's fused matrix product expressed in standard operators, for providers that have no kernel for it: Gemm
 * for matrices, and an explicit Transpose before MatMul for stacks of them.
 */
import type { NodeDeclaration } from './protobuf.ts';

/**
 * The node itself, or the standard nodes that do the same. `dimsOf` gives the dims of any value by name; `scalar` names
 * a float32 constant.
 */
export function withStandardProducts(
    node: NodeDeclaration,
    dimsOf: (name: string) => readonly number[],
    scalar: (value: number) => string,
): readonly NodeDeclaration[] {
    if (node.operator !== 'FusedMatMul') return [node];
    const [a, b] = node.inputs as readonly [string, string];
    const [y] = node.outputs as readonly [string];
    if (dimsOf(a).length === 2 && dimsOf(b).length === 2) return [{ ...node, operator: 'Gemm', domain: '' }];

    const { transA, transB, alpha } = node.attributes as { transA: number; transB: number; alpha: { float: number } };
    const nodes: NodeDeclaration[] = [];
    const then = (
        operator: string,
        inputs: readonly string[],
        output: string,
        attributes: NodeDeclaration['attributes'] = {},
    ): string => {
        nodes.push({ operator, domain: '', inputs, outputs: [output], attributes });
        return output;
    };
    const turned = (x: string, side: string): string =>
        then('Transpose', [x], `${y}_${side}`, { perm: lastTwoSwapped(dimsOf(x).length) });
    const left = transA === 1 ? turned(a, 'a') : a;
    const right = transB === 1 ? turned(b, 'b') : b;
    if (alpha.float === 1) then('MatMul', [left, right], y);
    else then('Mul', [then('MatMul', [left, right], `${y}_product`), scalar(alpha.float)], y);
    return nodes;
}

function lastTwoSwapped(rank: number): readonly number[] {
    const axes = Array.from({ length: rank }, (_, axis) => axis);
    return [...axes.slice(0, -2), rank - 1, rank - 2];
}
