/**
 * A student as a GGUF for llama.cpp, architecture gpt2. Names and shapes: llama.cpp's `llama-arch.cpp` and `gpt2`
 * graph. ne0 is the input dimension and bytes are row-major (out, in), so Conv1D's (in, out) is transposed; norms,
 * biases and positions stay F32; without an `output.weight` the token embedding is used, as here.
 */
import type { GgufType } from '../../../shared/contracts/exchange.ts';
import { badInput } from '../../../shared/faults.ts';
import type { GgufValue } from '../../../shared/gguf/gguf.ts';
import { writeGguf, type TensorToWrite } from '../../../shared/gguf/gguf-writer.ts';
import { layerNormEpsilon } from '../../student/autodiff/operations.ts';
import type { ReadCheckpoint } from '../../student/checkpoints/checkpoint.ts';
import { writeWholeFile } from '../../student/checkpoints/whole-file.ts';
import { positionEmbedding, tokenEmbedding } from '../../student/gpt2/parameters.ts';
import { plainLogits } from '../../student/plain-forward.ts';
import type { Tokenizer } from '../../text/tokenizer/tokenizer.ts';
import { askLlama } from './llama.ts';
import { oddStrings } from './odd-strings.ts';

const fileTypes: Readonly<Record<GgufType, number>> = { F32: 0, F16: 1, Q8_0: 7 }; // llama_ftype
const normalToken = 1;
const controlToken = 3;
const unusedToken = 5;
const quantisedRow = 32; // values in a block of Q8_0

/** Our layers by llama.cpp's names; matrices change their orientation. */
const matrices = { attn_qkv: 'attn.c_attn', attn_output: 'attn.c_proj', ffn_up: 'mlp.c_fc', ffn_down: 'mlp.c_proj' };
const norms = { attn_norm: 'ln_1', ffn_norm: 'ln_2' };

/**
 * Writes the file and has llama.cpp read it. @returns what was found equal
 * @throws bad input where Q8_0 cannot store rows of this width, or llama.cpp reads something else
 */
export async function writeGgufStudent(path: string, checkpoint: ReadCheckpoint, type: GgufType): Promise<string> {
    const { width } = checkpoint.config;
    if (type === 'Q8_0' && width % quantisedRow !== 0)
        throw badInput(
            `Q8_0 stores rows in blocks of ${quantisedRow} and this student is ${width} wide; nothing was written. Choose F16.`,
            'Type: --gguf F16',
        );
    writeWholeFile(path, writeGguf(metadata(checkpoint, type), tensors(checkpoint, type)));
    return checkGguf(path, checkpoint, type);
}

function metadata({ config, tokenizer, digest }: ReadCheckpoint, type: GgufType): ReadonlyMap<string, GgufValue> {
    const u32 = (value: number): GgufValue => ({ type: 'u32', value });
    const text = (value: string): GgufValue => ({ type: 'string', value });
    const { tokens, types } = vocabulary(tokenizer, config.vocabulary);
    const { model, added_tokens: added } = tokenizer.toJson();
    const begin = added.find(({ content }) => content === '<s>')?.id ?? tokenizer.endOfText;
    const padding = added.find(({ content }) => content === '<pad>')?.id ?? tokenizer.endOfText;
    return new Map<string, GgufValue>([
        ['general.architecture', text('gpt2')],
        ['general.name', text(`Storyloop student ${digest.slice(0, 12)}`)],
        ['general.file_type', u32(fileTypes[type])],
        ['gpt2.context_length', u32(config.context)],
        ['gpt2.embedding_length', u32(config.width)],
        ['gpt2.feed_forward_length', u32(4 * config.width)],
        ['gpt2.block_count', u32(config.layers)],
        ['gpt2.attention.head_count', u32(config.heads)],
        ['gpt2.attention.layer_norm_epsilon', { type: 'f32', value: layerNormEpsilon }],
        ['tokenizer.ggml.model', text('gpt2')],
        ['tokenizer.ggml.pre', text('gpt-2')],
        ['tokenizer.ggml.tokens', { type: 'array', of: 'string', value: tokens }],
        ['tokenizer.ggml.token_type', { type: 'array', of: 'i32', value: types }],
        ['tokenizer.ggml.merges', { type: 'array', of: 'string', value: model.merges.map((pair) => pair.join(' ')) }],
        ['tokenizer.ggml.bos_token_id', u32(begin)],
        ['tokenizer.ggml.eos_token_id', u32(tokenizer.endOfText)],
        ['tokenizer.ggml.padding_token_id', u32(padding)],
        ['tokenizer.ggml.add_bos_token', { type: 'bool', value: false }], // students continue a prompt as it is
    ]);
}

/** A name and a type for every row of the embedding; rows beyond the tokenizer are unused. */
function vocabulary(
    tokenizer: Tokenizer,
    size: number,
): { readonly tokens: readonly string[]; readonly types: readonly number[] } {
    const { model, added_tokens: added } = tokenizer.toJson();
    const tokens = Array.from({ length: size }, (_, id) => `[unused ${id}]`);
    const types = tokens.map(() => unusedToken);
    for (const [token, id] of Object.entries(model.vocab)) [tokens[id], types[id]] = [token, normalToken];
    for (const { content, id } of added) [tokens[id], types[id]] = [content, controlToken];
    return { tokens, types };
}

function tensors({ config, weights }: ReadCheckpoint, type: GgufType): readonly TensorToWrite[] {
    const { layers, width: C, context, vocabulary } = config;
    const of = (name: string): Float32Array => weights.get(name)!;
    const vector = (name: string, source: string): TensorToWrite => ({
        name,
        type: 'F32',
        dims: [of(source).length],
        data: of(source),
    });
    const pair = (name: string, source: string): readonly TensorToWrite[] => [
        vector(`${name}.weight`, `${source}.weight`),
        vector(`${name}.bias`, `${source}.bias`),
    ];
    const matrix = (name: string, source: string): readonly TensorToWrite[] => {
        const outputs = of(`${source}.bias`).length;
        const inputs = of(`${source}.weight`).length / outputs;
        const data = (): Float32Array => transposed(of(`${source}.weight`), inputs, outputs);
        return [
            { name: `${name}.weight`, type, dims: [inputs, outputs], data },
            vector(`${name}.bias`, `${source}.bias`),
        ];
    };
    const block = (layer: number): readonly TensorToWrite[] => {
        const [to, from] = [`blk.${layer}`, `transformer.h.${layer}`];
        return [
            ...Object.entries(norms).flatMap(([name, source]) => pair(`${to}.${name}`, `${from}.${source}`)),
            ...Object.entries(matrices).flatMap(([name, source]) => matrix(`${to}.${name}`, `${from}.${source}`)),
        ];
    };
    return [
        { name: 'token_embd.weight', type, dims: [C, vocabulary], data: of(tokenEmbedding) },
        { name: 'position_embd.weight', type: 'F32', dims: [C, context], data: of(positionEmbedding) },
        ...Array.from({ length: layers }, (_, layer) => block(layer)).flat(),
        ...pair('output_norm', 'transformer.ln_f'),
    ];
}

/** (rows, columns) → (columns, rows), row-major. */
function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
    const out = new Float32Array(matrix.length);
    for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++) out[column * rows + row] = matrix[row * columns + column]!;
    return out;
}

// ---- what llama.cpp makes of it ------------------------------------------------------------------------------------

const sampleText =
    'Once upon a time, in a faraway land, there lived a small owl who kept the moon in a jar. "Who are you?" asked the fox.';
const mostTokens = 32;
/**
 * Root mean square of the differences of logits, in their standard deviations (or in nats, where those are less):
 * llama.cpp looks GELU up in a table of F16 and keeps keys and values so, and what that rounds grows with the logits.
 * Q8_0 rounds weights.
 */
const tolerance: Readonly<Record<GgufType, number>> = { F32: 2e-3, F16: 2e-3, Q8_0: 0.05 };

/**
 * Has llama.cpp load the file and compares its tokens and its logits with ours.
 * @throws bad input where tokens, logits or the most likely token differ
 */
export async function checkGguf(
    path: string,
    { config, weights, tokenizer }: ReadCheckpoint,
    type: GgufType,
): Promise<string> {
    const ids = [...tokenizer.encode(sampleText)].slice(0, Math.min(mostTokens, config.context));
    const { tokens, logits } = await askLlama(path, oddStrings, ids, config.context);
    const damaged = (what: string): Error =>
        badInput(`The GGUF is not what llama.cpp should read (${what}) and was removed. Please report it.`);
    for (const [i, text] of oddStrings.entries()) {
        const expected = [...tokenizer.encode(text)];
        if (expected.join() !== tokens[i]!.join()) throw damaged(`other tokens for ${JSON.stringify(text)}`);
    }
    const { rms, limit, sameBest } = compareLogits(plainLogits(config, weights, ids), logits, tolerance[type]);
    if (!(rms <= limit)) throw damaged(`logits differ by ${rms.toPrecision(2)}`);
    if (type !== 'Q8_0' && sameBest < ids.length) throw damaged('another most likely token');
    return `loaded by llama.cpp: ${oddStrings.length} odd strings tokenised equal; logits of ${ids.length} tokens differ by ${rms.toExponential(1)} (rms), ${sameBest} of ${ids.length} most likely tokens equal`;
}

/** (T, V) each. A tie within what rounding can do counts as the same best token. `limit`: what the rms may be. */
export function compareLogits(
    ours: readonly ArrayLike<number>[],
    theirs: readonly ArrayLike<number>[],
    tolerance: number,
): { readonly rms: number; readonly limit: number; readonly sameBest: number } {
    const limit = tolerance * Math.max(1, deviationOf(ours));
    let squares = 0;
    let count = 0;
    let sameBest = 0;
    ours.forEach((row, t) => {
        const other = theirs[t]!;
        let [best, otherBest, largest] = [0, 0, 0];
        for (let id = 0; id < row.length; id++) {
            const difference = Math.abs(row[id]! - other[id]!);
            squares += difference ** 2;
            largest = Math.max(largest, difference);
            if (row[id]! > row[best]!) best = id;
            if (other[id]! > other[otherBest]!) otherBest = id;
        }
        count += row.length;
        if (row[best]! - row[otherBest]! <= 2 * Math.min(largest, limit)) sameBest++;
    });
    return { rms: Math.sqrt(squares / count), limit, sameBest };
}

function deviationOf(rows: readonly ArrayLike<number>[]): number {
    let [count, sum, squares] = [0, 0, 0];
    for (const row of rows)
        for (let id = 0; id < row.length; id++) {
            count++;
            sum += row[id]!;
            squares += row[id]! ** 2;
        }
    return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}
