/**
 * What every GPT-2 graph has between the embedding and the heads: the transformer blocks and the last norm. The
 * training graphs (trunk.ts) and the decoding graphs (decoding.ts) differ in their operators only.
 */
import type { Value } from '../onnx/graph.ts';
import type { DropoutSite } from './dropout.ts';

/** Parameters by name, as values of the graph. */
export type ParameterValues = (name: string) => Value;

/** How a graph performs the steps of a block. N rows of hidden states, C wide. */
export interface BlockOperations {
    layerNorm(x: Value, gain: Value, bias: Value): Value; // (N, C)
    linear(x: Value, weight: Value, bias: Value): Value; // (N, in), (in, out), (out) → (N, out)
    gelu(x: Value): Value; // (N, 4C)
    add(a: Value, b: Value): Value; // (N, C)
    /** projected (N, 3C): queries, keys and values → (N, C). */
    attention(projected: Value, layer: number): Value;
    /** Drops elements of x (N, C) while the network is trained with dropout; otherwise returns x. */
    dropout(x: Value, site: DropoutSite): Value;
}

/** Hidden states after the embedding (N, C) → hidden states after the last block (N, C). */
export function blocks(x: Value, layers: number, parameter: ParameterValues, operations: BlockOperations): Value {
    const norm = (input: Value, name: string): Value =>
        operations.layerNorm(input, parameter(`${name}.weight`), parameter(`${name}.bias`));
    const linear = (input: Value, name: string): Value =>
        operations.linear(input, parameter(`${name}.weight`), parameter(`${name}.bias`));
    let hidden = x;
    for (let layer = 0; layer < layers; layer++) {
        const at = `transformer.h.${layer}`;
        const projected = linear(norm(hidden, `${at}.ln_1`), `${at}.attn.c_attn`);
        const attended = linear(operations.attention(projected, layer), `${at}.attn.c_proj`);
        hidden = operations.add(hidden, operations.dropout(attended, { layer, part: 'attention' }));
        const inner = operations.gelu(linear(norm(hidden, `${at}.ln_2`), `${at}.mlp.c_fc`));
        const narrowed = linear(inner, `${at}.mlp.c_proj`);
        hidden = operations.add(hidden, operations.dropout(narrowed, { layer, part: 'inner' }));
    }
    return hidden;
}

/** The norm after the last block, (N, C) → (N, C). */
export function lastNorm(
    x: Value,
    parameter: ParameterValues,
    { layerNorm }: Pick<BlockOperations, 'layerNorm'>,
): Value {
    return layerNorm(x, parameter('transformer.ln_f.weight'), parameter('transformer.ln_f.bias'));
}
