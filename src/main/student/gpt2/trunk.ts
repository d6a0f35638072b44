/** GPT-2 from token ids to the last hidden states, on a tape. */
import type { Tape } from '../autodiff/operations.ts';
import type { Dims, Value } from '../onnx/graph.ts';
import type { StudentConfig } from './config.ts';
import { dropoutMask } from './dropout.ts';
import type { DropoutSite } from './dropout.ts';
import { positionEmbedding, tokenEmbedding } from './parameters.ts';

/** Parameters by name, as values of the graph. */
export type ParameterValues = (name: string) => Value;

export interface TrunkInputs {
    readonly ids: Value; // (B, T)
    /** From distinctTokens; only where the graph is differentiated. */
    readonly distinct?: Value | null;
    /** Left out, there is no trace of it in the graph. */
    readonly dropout?: { readonly rate: number; readonly keys: Value } | null; // keys (B, sites)
}

/** ids (B, T) → hidden states after the last norm, (B·T, C). */
export function trunk(
    tape: Tape,
    config: StudentConfig,
    parameter: ParameterValues,
    { ids, distinct = null, dropout = null }: TrunkInputs,
): Value {
    const [batch, length] = ids.dims as readonly [number, number];
    const norm = (x: Value, name: string): Value =>
        tape.layerNorm(x, parameter(`${name}.weight`), parameter(`${name}.bias`));
    const linear = (x: Value, name: string): Value =>
        tape.linear(x, parameter(`${name}.weight`), parameter(`${name}.bias`));
    const mask = (site: DropoutSite, dims: Dims): Value | null =>
        dropout && dropoutMask(tape.graph, dropout.keys, site, dims, dropout.rate);
    const drop = (x: Value, site: DropoutSite): Value => {
        const kept = mask(site, [length, config.width]);
        return kept ? tape.dropout(x, tape.graph.reshape(kept, x.dims)) : x;
    };

    const embedded = tape.embedding(parameter(tokenEmbedding), parameter(positionEmbedding), ids, distinct);
    let x = drop(embedded, 'embedding');
    for (let layer = 0; layer < config.layers; layer++) {
        const at = `transformer.h.${layer}`;
        const projected = linear(norm(x, `${at}.ln_1`), `${at}.attn.c_attn`);
        const keptProbabilities = mask({ layer, part: 'probabilities' }, [config.heads, length, length]);
        const attended = tape.attention(projected, batch, config.heads, keptProbabilities);
        x = tape.add(x, drop(linear(attended, `${at}.attn.c_proj`), { layer, part: 'attention' }));
        const inner = tape.gelu(linear(norm(x, `${at}.ln_2`), `${at}.mlp.c_fc`));
        x = tape.add(x, drop(linear(inner, `${at}.mlp.c_proj`), { layer, part: 'inner' }));
    }
    return norm(x, 'transformer.ln_f');
}
