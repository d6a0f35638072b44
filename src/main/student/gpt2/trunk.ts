/** GPT-2 from token ids to the last hidden states, on a tape so that it can be differentiated. */
import type { DistinctIds } from '../autodiff/distinct-tokens.ts';
import type { Tape } from '../autodiff/operations.ts';
import type { Dims, Graph, Value } from '../onnx/graph.ts';
import { blocks, lastNorm } from './blocks.ts';
import type { BlockOperations, ParameterValues } from './blocks.ts';
import type { StudentConfig } from './config.ts';
import { dropoutMask } from './dropout.ts';
import type { DropoutSite } from './dropout.ts';
import { positionEmbedding, tokenEmbedding } from './parameters.ts';

export interface Dropout {
    readonly rate: number;
    readonly keys: Value; // (B, sites)
}

export interface TrunkInputs {
    readonly ids: Value; // (B, T)
    /** Needed only where the graph is differentiated. */
    readonly distinct?: DistinctIds | null;
    /** Without it the graph has no dropout operators at all. */
    readonly dropout?: Dropout | null;
    /** For rows that are not plain sequences: each token's position, and what it may attend to. Not differentiated. */
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
    const scale = 1 / (1 - (dropout?.rate ?? 0));
    const maskOf = (site: DropoutSite, dims: Dims, kept: number): Value | null =>
        dropout && dropoutMask(tape.graph, dropout.keys, site, { dims, rate: dropout.rate, kept });
    const operations: BlockOperations = {
        layerNorm: (x, gain, bias) => tape.layerNorm(x, gain, bias),
        linear: (x, weight, bias) => tape.linear(x, weight, bias),
        gelu: (x) => tape.gelu(x),
        add: (a, b) => tape.add(a, b),
        attention: (projected, layer) => {
            const mask = maskOf({ layer, part: 'probabilities' }, [config.heads, length, length], 1);
            return tape.attention(projected, batch, config.heads, mask && { mask, scale }, layout?.bias);
        },
        dropout: (x, site) => {
            const mask = maskOf(site, [length, config.width], scale);
            return mask ? tape.dropout(x, tape.graph.reshape(mask, x.dims)) : x;
        },
    };
    const embedded = layout
        ? placedEmbedding(tape.graph, parameter, ids, layout.positions)
        : tape.embedding(parameter(tokenEmbedding), parameter(positionEmbedding), ids, distinct);
    const first = operations.dropout(embedded, 'embedding');
    return lastNorm(blocks(first, config.layers, parameter, operations), parameter, operations);
}

/** Token embedding plus the embedding of the given positions: ids and positions (B, T) → (N, C). */
function placedEmbedding(graph: Graph, parameter: ParameterValues, ids: Value, positions: Value): Value {
    const tokens = graph.gather(parameter(tokenEmbedding), ids); // (B, T, C)
    const [batch, length, width] = tokens.dims as readonly [number, number, number];
    const rows = graph.add(tokens, graph.gather(parameter(positionEmbedding), positions));
    return graph.reshape(rows, [batch * length, width]);
}
