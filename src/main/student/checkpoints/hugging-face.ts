/**
 * The small files beside the weights of a Hugging Face GPT-2 folder, as `transformers` writes and reads them
 * (GPT2Config; PreTrainedTokenizerFast over tokenizer.json).
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { badInput } from '../../../shared/faults.ts';
import { quotable } from '../../../shared/text/quoting.ts';
import { Tokenizer } from '../../text/tokenizer/tokenizer.ts';
import { layerNormEpsilon } from '../autodiff/operations.ts';
import { checkConfig } from '../gpt2/config.ts';
import type { StudentConfig } from '../gpt2/config.ts';

/** Exactly what our graphs compute: with another activation or scaling, loading and writing would produce nonsense. */
const gpt2ConfigSchema = z.object({
    model_type: z.literal('gpt2'),
    n_layer: z.number(),
    n_embd: z.number(),
    n_head: z.number(),
    n_positions: z.number(),
    vocab_size: z.number(),
    n_inner: z.number().nullish(),
    activation_function: z.enum(['gelu_new', 'gelu_pytorch_tanh']).optional(),
    layer_norm_epsilon: z.literal(layerNormEpsilon).optional(),
    scale_attn_weights: z.literal(true).optional(),
    scale_attn_by_inverse_layer_idx: z.literal(false).optional(),
    tie_word_embeddings: z.literal(true).optional(),
    add_cross_attention: z.literal(false).optional(),
});

const vocabularySchema = z.record(z.string(), z.number().int().nonnegative());

interface EndTokens {
    readonly begin: { readonly id: number; readonly text: string };
    readonly end: { readonly id: number; readonly text: string };
    readonly padding: { readonly id: number; readonly text: string };
}

/** The content of every file but the weights, by file name. */
export function describeForHuggingFace(config: StudentConfig, tokenizer: Tokenizer): ReadonlyMap<string, unknown> {
    const { begin, end, padding } = endTokens(tokenizer);
    const ids = { bos_token_id: begin.id, eos_token_id: end.id, pad_token_id: padding.id };
    const names = { bos_token: begin.text, eos_token: end.text, pad_token: padding.text };
    return new Map<string, unknown>([
        [
            'config.json',
            {
                architectures: ['GPT2LMHeadModel'],
                model_type: 'gpt2',
                n_layer: config.layers,
                n_embd: config.width,
                n_head: config.heads,
                n_positions: config.context,
                n_ctx: config.context,
                n_inner: null,
                vocab_size: config.vocabulary,
                activation_function: 'gelu_new',
                layer_norm_epsilon: layerNormEpsilon,
                initializer_range: 0.02,
                scale_attn_weights: true,
                scale_attn_by_inverse_layer_idx: false,
                reorder_and_upcast_attn: false,
                tie_word_embeddings: true,
                use_cache: true,
                torch_dtype: 'float32',
                ...ids,
            },
        ],
        ['generation_config.json', { ...ids, do_sample: true, temperature: 1, top_k: 0, top_p: 1 }],
        ['tokenizer.json', tokenizer.toJson()],
        [
            'tokenizer_config.json',
            {
                tokenizer_class: 'PreTrainedTokenizerFast',
                add_prefix_space: false,
                clean_up_tokenization_spaces: false,
                model_max_length: config.context,
                ...names,
            },
        ],
        ['special_tokens_map.json', names],
    ]);
}

function endTokens(tokenizer: Tokenizer): EndTokens {
    const special = new Map(tokenizer.toJson().added_tokens.map(({ content, id }) => [content, { id, text: content }]));
    const end = [...special.values()].find(({ id }) => id === tokenizer.endOfText)!;
    return { end, begin: special.get('<s>') ?? end, padding: special.get('<pad>') ?? end };
}

/** Parses a JSON file of a checkpoint folder. @throws bad input where it is missing or not JSON */
export function readJson(folder: string, name: string): unknown {
    const path = join(folder, name);
    let text: string;
    try {
        text = readText(path);
    } catch (error) {
        if (!(error instanceof Error) || !('code' in error) || (error.code !== 'ENOENT' && error.code !== 'ENOTDIR')) {
            throw error;
        }
        throw badInput(`${folder} is not a checkpoint: it has no ${name}. Choose the folder that holds one.`);
    }
    try {
        return JSON.parse(text) as unknown;
    } catch {
        throw badInput(`${name} in ${folder} is damaged (no JSON); nothing was loaded. Choose another checkpoint.`);
    }
}

/** Without the byte order mark that some editors on Windows add. */
function readText(path: string): string {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
}

/** The size of the student a GPT-2 folder describes. @throws bad input for GPT-2 variants our graphs do not compute */
export function readConfig(folder: string): StudentConfig {
    const parsed = gpt2ConfigSchema.safeParse(readJson(folder, 'config.json'));
    if (!parsed.success) {
        const issue = parsed.error.issues[0]!;
        throw badInput(
            `${basename(folder)} is not a GPT-2 that can be a student (config.json, "${issue.path.join('.')}": ${issue.message}); nothing was loaded. Choose a plain GPT-2 checkpoint.`,
        );
    }
    const read = parsed.data;
    const inner = read.n_inner ?? 4 * read.n_embd;
    if (inner !== 4 * read.n_embd) {
        throw badInput(
            `${basename(folder)} is ${inner} wide inside its blocks, and only four times its width works here; nothing was loaded. Choose a plain GPT-2 checkpoint.`,
        );
    }
    const config: StudentConfig = {
        layers: read.n_layer,
        width: read.n_embd,
        heads: read.n_head,
        vocabulary: read.vocab_size,
        context: read.n_positions,
    };
    if (config.width % config.heads !== 0) {
        throw badInput(
            `${basename(folder)} is ${config.width} wide, which its ${config.heads} heads do not divide (config.json); nothing was loaded. Choose another checkpoint.`,
        );
    }
    checkConfig(config);
    return config;
}

/** Reads tokenizer.json, or GPT-2's older vocab.json and merges.txt. @throws bad input where neither can be used */
export function readTokenizer(folder: string): Tokenizer {
    if (existsSync(join(folder, 'tokenizer.json')) || !existsSync(join(folder, 'merges.txt'))) {
        return Tokenizer.fromJson(readJson(folder, 'tokenizer.json'));
    }
    const vocabulary = vocabularySchema.safeParse(readJson(folder, 'vocab.json'));
    if (!vocabulary.success) throw badInput(`vocab.json in ${folder} is damaged; nothing was loaded.`);
    const tokens: string[] = [];
    for (const [token, id] of Object.entries(vocabulary.data)) tokens[id] = token;
    if (tokens.length !== Object.keys(vocabulary.data).length || tokens.includes(undefined as unknown as string)) {
        throw badInput(`vocab.json in ${folder} does not number its tokens from 0 without gaps; nothing was loaded.`);
    }
    const merges = readText(join(folder, 'merges.txt'))
        .split(/\r?\n/) // a checkout on Windows may have CRLF line endings
        .filter((line) => line !== '' && !line.startsWith('#version'))
        .map((line): readonly [string, string] => {
            const [left, right, more] = line.split(' ');
            if (!left || !right || more !== undefined)
                throw badInput(
                    `merges.txt in ${folder} is damaged at "${quotable(line, 40)}"; nothing was loaded. Fetch the tokenizer's files again.`,
                );
            return [left, right];
        });
    const specials = new Map(
        ['<s>', '<pad>', '</s>', '<unk>', '<mask>', '<|endoftext|>'].flatMap((token) => {
            const id = vocabulary.data[token];
            return id === undefined ? [] : [[token, id] as const];
        }),
    );
    return new Tokenizer({ tokens, specials, merges });
}
