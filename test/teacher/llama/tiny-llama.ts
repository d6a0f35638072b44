/** A llama with random weights and a chat template, written by our own writer: a model for every test, of any size. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream } from '../../../src/main/learning/random.ts';
import type { GgufValue } from '../../../src/shared/gguf/gguf.ts';
import { writeGguf, type TensorToWrite } from '../../../src/shared/gguf/gguf-writer.ts';

const llama3Template = `{{- bos_token }}{% for message in messages %}{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}{% endfor %}{% if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}`;

export interface TinyLlama {
    readonly width?: number;
    readonly layers?: number;
    readonly heads?: number;
    readonly feedForward?: number;
    readonly context?: number;
    readonly type?: TensorToWrite['type'];
    readonly seed?: number;
    /** How far weights lie from zero: larger ones make surer models. */
    readonly spread?: number;
    readonly chatTemplate?: string | null;
    /** Bytes without a token of their own. */
    readonly withoutTokensFor?: string;
    /** A vocabulary that learned words, instead of the bytes; ours, with its merges in their order. */
    readonly words?: { readonly tokens: readonly string[]; readonly merges: readonly string[] } | null;
    /** Ordinary tokens beyond these, so that the vocabulary costs what a real one costs. */
    readonly padTokens?: number;
    readonly drop?: readonly string[];
    /** Every value of this tensor, as broken weights have them. */
    readonly broken?: { readonly tensor: string; readonly value: number };
}

const specials = ['<|begin_of_text|>', '<|end_of_text|>', '<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>'];

/** GPT-2's alphabet: every byte as one printable character. */
function byteAlphabet(): string[] {
    const printable = (byte: number): boolean => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    let next = 256;
    return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
}

function metadataOf(given: Required<TinyLlama>): Map<string, GgufValue> {
    const bytes = byteAlphabet().filter((token) => !given.withoutTokensFor.includes(token));
    const pads = Array.from({ length: given.padTokens }, (_, i) => `pad${i}`);
    const tokens = [...(given.words?.tokens ?? bytes), ...pads, ...specials];
    const u32 = (value: number): GgufValue => ({ type: 'u32', value });
    const text = (value: string): GgufValue => ({ type: 'string', value });
    const entries: [string, GgufValue][] = [
        ['general.architecture', text('llama')],
        ['general.name', text('random llama')],
        ['llama.context_length', u32(given.context)],
        ['llama.embedding_length', u32(given.width)],
        ['llama.block_count', u32(given.layers)],
        ['llama.feed_forward_length', u32(given.feedForward)],
        ['llama.attention.head_count', u32(given.heads)],
        ['llama.attention.head_count_kv', u32(given.heads)],
        ['llama.attention.layer_norm_rms_epsilon', { type: 'f32', value: Math.fround(1e-5) }],
        ['llama.rope.freq_base', { type: 'f32', value: 10000 }],
        ['llama.rope.dimension_count', u32(given.width / given.heads)],
        ['llama.vocab_size', u32(tokens.length)],
        ['tokenizer.ggml.model', text('gpt2')],
        ['tokenizer.ggml.pre', text(given.words ? 'gpt-2' : 'llama-bpe')],
        ['tokenizer.ggml.tokens', { type: 'array', of: 'string', value: tokens }],
        [
            'tokenizer.ggml.token_type',
            { type: 'array', of: 'i32', value: tokens.map((token) => (specials.includes(token) ? 3 : 1)) },
        ],
        ['tokenizer.ggml.merges', { type: 'array', of: 'string', value: given.words?.merges ?? ['Ġ Ġ'] }],
        ['tokenizer.ggml.bos_token_id', u32(tokens.indexOf('<|begin_of_text|>'))],
        ['tokenizer.ggml.eos_token_id', u32(tokens.indexOf('<|eot_id|>'))],
    ];
    if (given.chatTemplate !== null) entries.push(['tokenizer.chat_template', text(given.chatTemplate)]);
    return new Map(entries.filter(([key]) => !given.drop.includes(key)));
}

export function tinyLlama(options: TinyLlama = {}): Iterable<Uint8Array> {
    const given: Required<TinyLlama> = {
        width: 32,
        layers: 1,
        heads: 2,
        feedForward: 64,
        context: 1024,
        type: 'F32',
        seed: 1,
        spread: 0.3,
        chatTemplate: llama3Template,
        withoutTokensFor: '',
        words: null,
        padTokens: 0,
        drop: [],
        broken: { tensor: '', value: 0 },
        ...options,
    };
    const { width, layers, feedForward, type, spread, broken } = given;
    const metadata = metadataOf(given);
    const vocabulary = Number(metadata.get('llama.vocab_size')?.value ?? 0);
    const random = new RandomStream('tiny llama', given.seed);
    // one pool for all: drawing a hundred million normals would take minutes
    const pool = Float32Array.from({ length: 1 << 16 }, () => random.normal());
    const weights = (name: string, inputs: number, outputs: number): TensorToWrite => {
        const offset = random.integer(pool.length);
        const data = (): Float32Array =>
            Float32Array.from({ length: inputs * outputs }, (_, i) =>
                name === broken.tensor ? broken.value : spread * pool[(offset + i * 7 + (i >> 16)) & 0xffff]!,
            );
        return { name, dims: [inputs, outputs], type, data };
    };
    const ones = (name: string): TensorToWrite => ({
        name,
        dims: [width],
        type: 'F32',
        data: new Float32Array(width).fill(1),
    });
    const tensors = [weights('token_embd.weight', width, vocabulary), ones('output_norm.weight')];
    for (let block = 0; block < layers; block++) {
        const of = (name: string): string => `blk.${block}.${name}.weight`;
        tensors.push(
            ones(of('attn_norm')),
            weights(of('attn_q'), width, width),
            weights(of('attn_k'), width, width),
            weights(of('attn_v'), width, width),
            weights(of('attn_output'), width, width),
            ones(of('ffn_norm')),
            weights(of('ffn_gate'), width, feedForward),
            weights(of('ffn_up'), width, feedForward),
            weights(of('ffn_down'), feedForward, width),
        );
    }
    return writeGguf(
        metadata,
        tensors.filter(({ name }) => !given.drop.includes(name)),
    );
}

/** A folder of models that is gone at the end. */
export function modelFolder(atEnd: (remove: () => void) => void): string {
    const folder = mkdtempSync(join(tmpdir(), 'storyloop-models-'));
    atEnd(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
}

export function writeModel(folder: string, options: TinyLlama = {}, name = 'tiny.gguf'): string {
    const file = join(folder, name);
    const handle = openSync(file, 'w');
    for (const piece of tinyLlama(options)) writeSync(handle, piece);
    closeSync(handle);
    return file;
}
