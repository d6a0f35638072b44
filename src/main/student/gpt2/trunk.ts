/** GPT-2 from token ids to the last hidden states, on a tape. */
import type { Tape } from '../autodiff/operations.ts';
import type { Value } from '../onnx/graph.ts';
import type { StudentConfig } from './config.ts';
import { positionEmbedding, tokenEmbedding } from './parameters.ts';

/** Parameters by name, as values of the graph. */
export type ParameterValues = (name: string) => Value;

/** ids (B, T) → hidden states after the last norm, (B·T, C). `distinct` only where the graph is differentiated. */
export function trunk(
    tape: Tape,
    config: StudentConfig,
    parameter: ParameterValues,
    { ids, distinct }: { readonly ids: Value; readonly distinct: Value | null },
): Value {
    const batch = ids.dims[0]!;
    const norm = (x: Value, name: string): Value =>
        tape.layerNorm(x, parameter(`${name}.weight`), parameter(`${name}.bias`));
    const linear = (x: Value, name: string): Value =>
        tape.linear(x, parameter(`${name}.weight`), parameter(`${name}.bias`));

    let x = tape.embedding(parameter(tokenEmbedding), parameter(positionEmbedding), ids, distinct);
    for (let layer = 0; layer < config.layers; layer++) {
        const at = `transformer.h.${layer}`;
        const projected = linear(norm(x, `${at}.ln_1`), `${at}.attn.c_attn`);
        const attended = tape.attention(projected, batch, config.heads, null);
        x = tape.add(x, linear(attended, `${at}.attn.c_proj`));
        const inner = tape.gelu(linear(norm(x, `${at}.ln_2`), `${at}.mlp.c_fc`));
        x = tape.add(x, linear(inner, `${at}.mlp.c_proj`));
    }
    return norm(x, 'transformer.ln_f');
}
