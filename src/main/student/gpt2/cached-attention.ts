/**
 * Attention over a key and value cache of fixed size, in plain operators. Used where the fused operator of decoding.ts
 * cannot be: it does not support dropout on the probabilities.
 */
import { forbidden } from '../autodiff/operations.ts';
import type { Graph, Value } from '../onnx/graph.ts';

export interface AttentionCache {
    readonly keys: Value; // (B, H, capacity, D)
    readonly values: Value; // (B, H, capacity, D)
}

/** Where a call's new tokens go and what they see, the same in every layer. */
export interface CacheCall {
    readonly capacity: number;
    /** S > 1: a right-padded prompt from position 0. S = 1: one token at position `last`. */
    readonly tokens: number;
    /** Where the newest keys and values belong, (B, H, 1, 3) int64; null for a prompt, which fills the cache anew. */
    readonly newest: Value | null;
    /** What each new token attends to, of bool: (S, S) for a prompt, (B, 1, 1, capacity) for one token. */
    readonly allowed: Value;
}

/** last (B) int32: the position of each row's newest token after the call. */
export function cacheCall(
    graph: Graph,
    { last, tokens, heads, capacity }: Omit<CacheCall, 'newest' | 'allowed'> & { last: Value; heads: number },
): CacheCall {
    const isPrompt = tokens > 1;
    return {
        capacity,
        tokens,
        newest: isPrompt ? null : newestIndices(graph, last, heads),
        allowed: isPrompt ? upToItself(graph, tokens) : upTo(graph, last, capacity),
    };
}

export interface NewTokens {
    /** Queries, keys and values of S new tokens per row, side by side. */
    readonly projected: Value; // (B·S, 3C)
    readonly call: CacheCall;
    /** Applies dropout to probabilities (B, H, S, positions attended to). */
    readonly drop: (probabilities: Value) => Value;
}

/**
 * Every new token attends to itself and what came before. Returns (B·S, C), and the cache with the new keys and values.
 */
export function cachedAttention(
    graph: Graph,
    { keys, values }: AttentionCache,
    { projected, call, drop }: NewTokens,
): { readonly attended: Value; readonly next: AttentionCache } {
    const { capacity, tokens, newest, allowed } = call;
    const [batch, heads, , headWidth] = keys.dims as readonly [number, number, number, number];
    const byHead = (part: Value): Value =>
        swapMiddleAxes(graph, graph.reshape(part, [batch, tokens, heads, headWidth])); // (B, H, S, D)
    const parts = graph.split(projected, 1, 3).map(byHead);
    const [queries, newKeys, newValues] = [parts[0]!, parts[1]!, parts[2]!];

    const updated = (cache: Value, fresh: Value): Value =>
        newest === null
            ? graph.pad(fresh, 2, 0, capacity - tokens) // a new story: the last one's keys are overwritten with zeros
            : graph.node('ScatterND', [cache, newest, fresh], cache);
    const next = { keys: updated(keys, newKeys), values: updated(values, newValues) };
    const seen = newest === null ? { keys: newKeys, values: newValues } : next;

    const scores = graph.matmul(queries, seen.keys, { transposeB: true, alpha: 1 / Math.sqrt(headWidth) });
    const open = graph.node('Where', [allowed, scores, graph.scalar(forbidden)], scores);
    const probabilities = graph.node('Softmax', [open], open, { axis: -1 });
    const context = graph.matmul(drop(probabilities), seen.values); // (B, H, S, D)
    const attended = graph.reshape(swapMiddleAxes(graph, context), [batch * tokens, heads * headWidth]);
    return { attended, next };
}

/** (B, S, H, D) to (B, H, S, D), or back; with a single token nothing has to move in memory. */
function swapMiddleAxes(graph: Graph, x: Value): Value {
    const [batch, a, b, headWidth] = x.dims as readonly [number, number, number, number];
    return a === 1 || b === 1 ? graph.reshape(x, [batch, b, a, headWidth]) : graph.transpose(x, [0, 2, 1, 3]);
}

/** The index in the cache of each row's and head's newest key: (B, H, 1, 3) int64. */
function newestIndices(graph: Graph, last: Value, heads: number): Value {
    const batch = last.dims[0]!;
    const dims = [batch, heads, 1, 1];
    const each = (index: (row: number) => number): Value =>
        graph.constant(
            BigInt64Array.from({ length: batch * heads }, (_, row) => BigInt(index(row))),
            dims,
        );
    const rows = each((row) => Math.floor(row / heads));
    const position = graph.add(
        graph.cast(graph.reshape(last, [batch, 1, 1, 1]), 'int64'),
        each(() => 0), // the same for every head
    );
    return graph.concat([rows, each((row) => row % heads), position], 3);
}

/** (S, S) bool: a token of the prompt attends to itself and earlier ones. */
function upToItself(graph: Graph, tokens: number): Value {
    const positions = Int32Array.from({ length: tokens }, (_, position) => position);
    return graph.compare('LessOrEqual', graph.constant(positions, [1, tokens]), graph.constant(positions, [tokens, 1]));
}

/**
 * (B, 1, 1, capacity) bool: the newest token attends to all positions written so far, not to what an earlier story left
 * behind.
 */
function upTo(graph: Graph, last: Value, capacity: number): Value {
    const positions = graph.constant(Int32Array.from({ length: capacity }, (_, position) => position));
    return graph.compare('LessOrEqual', positions, graph.reshape(last, [last.dims[0]!, 1, 1, 1]));
}
