/**
 * GPT-2 once more, in float64 and plain loops: slow, and independent of every runtime. It is the oracle for exports.
 */
import { layerNormEpsilon } from './autodiff/operations.ts';
import type { StudentConfig } from './gpt2/config.ts';
import { positionEmbedding, tokenEmbedding } from './gpt2/parameters.ts';

type Weights = ReadonlyMap<string, Float32Array>;

const geluScale = Math.sqrt(2 / Math.PI);

/** Logits of the token after each id: (T, V), one row per position. */
export function plainLogits(config: StudentConfig, weights: Weights, ids: readonly number[]): readonly Float64Array[] {
    const { layers, width: C, heads, vocabulary: V } = config;
    const head = C / heads;
    const of = (name: string): Float32Array => weights.get(name)!;
    const embedding = of(tokenEmbedding); // (V, C)
    const positions = of(positionEmbedding); // (context, C)

    const norm = (x: Float64Array, name: string): Float64Array => {
        const [gain, bias] = [of(`${name}.weight`), of(`${name}.bias`)];
        const mean = x.reduce((sum, value) => sum + value, 0) / C;
        const scale = 1 / Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / C + layerNormEpsilon);
        return x.map((value, i) => (value - mean) * scale * gain[i]! + bias[i]!);
    };
    const linear = (x: Float64Array, name: string): Float64Array => {
        const [matrix, bias] = [of(`${name}.weight`), of(`${name}.bias`)]; // (in, out), (out)
        const out = Float64Array.from(bias);
        for (let i = 0; i < x.length; i++)
            for (let j = 0, at = i * out.length; j < out.length; j++, at++) out[j]! += x[i]! * matrix[at]!;
        return out;
    };
    const gelu = (x: number): number => 0.5 * x * (1 + Math.tanh(geluScale * (x + 0.044715 * x ** 3)));
    const plus = (one: Float64Array, other: Float64Array): Float64Array => one.map((value, i) => value + other[i]!);

    let hidden: readonly Float64Array[] = ids.map((id, t) =>
        Float64Array.from({ length: C }, (_, i) => embedding[id * C + i]! + positions[t * C + i]!),
    ); // (T, C)
    for (let layer = 0; layer < layers; layer++) {
        const at = `transformer.h.${layer}`;
        const qkv = hidden.map((x) => linear(norm(x, `${at}.ln_1`), `${at}.attn.c_attn`)); // (T, 3C)
        hidden = hidden.map((x, t) => {
            const attended = new Float64Array(C);
            for (let h = 0; h < C; h += head) {
                const scores = qkv.slice(0, t + 1).map((key) => {
                    let dot = 0;
                    for (let i = h; i < h + head; i++) dot += qkv[t]![i]! * key[C + i]!;
                    return dot / Math.sqrt(head);
                });
                const most = Math.max(...scores);
                const shares = scores.map((score) => Math.exp(score - most));
                const sum = shares.reduce((total, share) => total + share, 0);
                shares.forEach((share, s) => {
                    for (let i = h; i < h + head; i++) attended[i]! += (share / sum) * qkv[s]![2 * C + i]!;
                });
            }
            const y = plus(x, linear(attended, `${at}.attn.c_proj`));
            return plus(y, linear(linear(norm(y, `${at}.ln_2`), `${at}.mlp.c_fc`).map(gelu), `${at}.mlp.c_proj`));
        });
    }
    return hidden.map((x) => {
        const last = norm(x, 'transformer.ln_f');
        return Float64Array.from({ length: V }, (_, token) => {
            let dot = 0;
            for (let i = 0, at = token * C; i < C; i++, at++) dot += last[i]! * embedding[at]!;
            return dot;
        });
    });
}
