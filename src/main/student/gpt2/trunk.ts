/** GPT-2 from token ids to the last hidden states, on a tape. */
import type { Tape } from '../autodiff/operations.ts';
import type { Dims, Graph, Value } from '../onnx/graph.ts';
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
    /** Rows that are no plain sequences: which position each token has, and what it may look at. Not differentiated. */
    readonly layout?: { readonly positions: Value; readonly bias: Value } | null; // (B, T) int32, (B, 1, T, T)
}

/** ids (B, T) → hidden states after the last norm, (B·T, C). */
export function trunk(
    tape: Tape,
    config: StudentConfig,
    parameter: ParameterValues,
    { ids, distinct = null, dropout = null, layout = null }: TrunkInputs,
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

    const embedded = layout
        ? placedEmbedding(tape.graph, parameter, ids, layout.positions)
        : tape.embedding(parameter(tokenEmbedding), parameter(positionEmbedding), ids, distinct);
    let x = drop(embedded, 'embedding');
    for (let layer = 0; layer < config.layers; layer++) {
        const at = `transformer.h.${layer}`;
        const projected = linear(norm(x, `${at}.ln_1`), `${at}.attn.c_attn`);
        const keptProbabilities = mask({ layer, part: 'probabilities' }, [config.heads, length, length]);
        const attended = tape.attention(projected, batch, config.heads, keptProbabilities, layout?.bias);
        x = tape.add(x, drop(linear(attended, `${at}.attn.c_proj`), { layer, part: 'attention' }));
        const inner = tape.gelu(linear(norm(x, `${at}.ln_2`), `${at}.mlp.c_fc`));
        x = tape.add(x, drop(linear(inner, `${at}.mlp.c_proj`), { layer, part: 'inner' }));
    }
    return norm(x, 'transformer.ln_f');
}

/** Token rows and the rows of their positions, added: ids and positions (B, T) → (N, C). */
function placedEmbedding(graph: Graph, parameter: ParameterValues, ids: Value, positions: Value): Value {
    const tokens = graph.gather(parameter(tokenEmbedding), ids); // (B, T, C)
    const [batch, length, width] = tokens.dims as readonly [number, number, number];
    const rows = graph.add(tokens, graph.gather(parameter(positionEmbedding), positions));
    return graph.reshape(rows, [batch * length, width]);
}
