/**
 * Writes and reads checkpoints. A checkpoint is a folder that Hugging Face's `GPT2LMHeadModel.from_pretrained` can
 * read: weights, config and tokenizer, plus `storyloop.json`, which records where it comes from and seals the files
 * with their digests.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { badInput } from '../../../shared/faults.ts';
import type { Tokenizer } from '../../text/tokenizer/tokenizer.ts';
import type { StudentConfig } from '../gpt2/config.ts';
import { languageModelParameters, tokenEmbedding, valueHeadParameters } from '../gpt2/parameters.ts';
import type { Parameter } from '../gpt2/parameters.ts';
import { describeForHuggingFace, readConfig, readJson, readTokenizer } from './hugging-face.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import type { StoredTensors } from './safetensors.ts';
import { syncFolder, writeWholeFile } from './whole-file.ts';

const version = 1;
const modelFile = 'model.safetensors';
const valueHeadFile = 'value_head.safetensors';
/** Holds the digests of a checkpoint's files and its origin: equal seals mean equal students. */
export const sealFile = 'storyloop.json';

const originSchema = z.object({
    /** Words read in pretraining, all passes together. */
    words: z.number().nonnegative(),
    /** Tokens of training. */
    tokens: z.number().nonnegative(),
    /** Nats per token, by name: training, validation. */
    losses: z.record(z.string(), z.number()),
    /** Sampling temperature folded into the weights (of the last layer norm); 1 as trained. */
    temperature: z.number().positive(),
    /** Digests of the checkpoints it was made from, most recent first. */
    parents: z.array(z.string()),
});
export type CheckpointOrigin = Readonly<z.infer<typeof originSchema>>;
/** For weights of unknown origin. */
export const noOrigin: CheckpointOrigin = { words: 0, tokens: 0, losses: {}, temperature: 1, parents: [] };

const sealSchema = originSchema.extend({
    version: z.literal(version),
    /** File name → SHA-256 in hexadecimal. */
    sha256: z.record(z.string(), z.string()),
});

export interface Checkpoint {
    readonly config: StudentConfig;
    /** By Hugging Face's names, with `v_head.summary.*` where the checkpoint has a value head. */
    readonly weights: ReadonlyMap<string, Float32Array>;
    readonly tokenizer: Tokenizer;
    /** Null for a folder that Storyloop did not write. */
    readonly origin: CheckpointOrigin | null;
}

export interface ReadCheckpoint extends Checkpoint {
    /** SHA-256 of model.safetensors; later checkpoints name it in `parents`. */
    readonly digest: string;
}

/**
 * Writes the folder completely or not at all, replacing an older one of that name, and returns the digest of its
 * weights. F16 halves the size and rounds the weights.
 */
export function writeCheckpoint(folder: string, checkpoint: Checkpoint, type: 'F32' | 'F16' = 'F32'): string {
    const target = resolve(folder);
    const partial = `${target}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    try {
        const digest = writeFiles(partial, checkpoint, type);
        syncFolder(partial);
        replaceFolder(partial, target);
        return digest;
    } catch (error) {
        rmSync(partial, { recursive: true, force: true });
        throw error;
    }
}

function writeFiles(folder: string, checkpoint: Checkpoint, type: 'F32' | 'F16'): string {
    const { config, weights, tokenizer, origin } = checkpoint;
    const sha256: Record<string, string> = {};
    const options = { type, metadata: { format: 'pt' } };
    const model = stored(languageModelParameters(config), weights);
    const digest = writeSafetensors(join(folder, modelFile), model, options);
    sha256[modelFile] = digest;
    const head = valueHeadParameters(config);
    if (head.some(({ name }) => weights.has(name))) {
        sha256[valueHeadFile] = writeSafetensors(join(folder, valueHeadFile), stored(head, weights), options);
    }
    for (const [name, content] of describeForHuggingFace(config, tokenizer)) {
        sha256[name] = writeJson(folder, name, content);
    }
    writeJson(folder, sealFile, { version, ...(origin ?? noOrigin), sha256 });
    return digest;
}

function stored(parameters: readonly Parameter[], weights: ReadonlyMap<string, Float32Array>): StoredTensors {
    return new Map(
        parameters.map(({ name, dims }) => {
            const values = weights.get(name);
            if (values === undefined) throw new Error(`a checkpoint needs '${name}'`);
            return [name, { dims, values }];
        }),
    );
}

function writeJson(folder: string, name: string, content: unknown): string {
    return writeWholeFile(join(folder, name), [Buffer.from(`${JSON.stringify(content, null, 2)}\n`)]);
}

function replaceFolder(partial: string, target: string): void {
    const replaced = `${target}.replaced`;
    rmSync(replaced, { recursive: true, force: true });
    if (existsSync(target)) renameSync(target, replaced);
    renameSync(partial, target);
    syncFolder(dirname(target));
    rmSync(replaced, { recursive: true, force: true });
}

/**
 * Reads one of our checkpoints or a Hugging Face GPT-2 folder (names with or without `transformer.`, tokenizer.json or
 * vocab.json with merges.txt).
 * @throws bad input, in one sentence, for anything missing, damaged, changed or newer
 */
export function readCheckpoint(folder: string): ReadCheckpoint {
    const seal = existsSync(join(folder, sealFile)) ? readSeal(folder) : null;
    const config = readConfig(folder);
    const tokenizer = readTokenizer(folder);
    if (tokenizer.vocabularySize > config.vocabulary) {
        throw badInput(
            `The tokenizer in ${folder} has ${tokenizer.vocabularySize} tokens, its student knows ${config.vocabulary}, so they do not belong together; nothing was loaded. Choose the folder as its maker saved it.`,
        );
    }
    if (!existsSync(join(folder, modelFile))) {
        const inParts = existsSync(join(folder, `${modelFile}.index.json`));
        throw badInput(
            inParts
                ? `${folder} has its weights in several files; nothing was loaded. Save the model again as one: save_pretrained(folder, max_shard_size="100GB").`
                : `${folder} has no ${modelFile}; nothing was loaded. Save the model again with save_pretrained, as safetensors.`,
        );
    }
    const { weights, digest } = readWeights(folder, config);
    if (seal !== null) checkSeal(folder, seal.sha256, digest);
    const origin = seal === null ? null : originSchema.parse(seal);
    return { ...withoutPadding(config, weights, tokenizer.vocabularySize), tokenizer, origin, digest };
}

/**
 * Many GPT-2s have more embeddings than their tokenizer has tokens (50,304 for 50,257), for the hardware's sake. Rows
 * without a token are dropped, which equals a logit of −∞ in sampling, log-probabilities and gradients alike: the
 * policy is a distribution over tokens, and PPO compares what was actually sampled from.
 */
function withoutPadding(
    config: StudentConfig,
    weights: ReadonlyMap<string, Float32Array>,
    tokens: number,
): { readonly config: StudentConfig; readonly weights: ReadonlyMap<string, Float32Array> } {
    if (config.vocabulary === tokens) return { config, weights };
    // (V, C); a copy, so that the larger array can be freed
    const embedding = weights.get(tokenEmbedding)!.slice(0, tokens * config.width);
    return { config: { ...config, vocabulary: tokens }, weights: new Map([...weights, [tokenEmbedding, embedding]]) };
}

function readSeal(folder: string): z.infer<typeof sealSchema> {
    const json = readJson(folder, sealFile);
    const written = z.object({ version: z.number() }).safeParse(json).data?.version;
    if (written !== undefined && written > version) {
        throw badInput(
            `${folder} was written by a newer Storyloop (checkpoint version ${written}, this one reads ${version}); nothing was loaded. Update Storyloop.`,
        );
    }
    const seal = sealSchema.safeParse(json);
    if (!seal.success)
        throw badInput(`${sealFile} in ${folder} is damaged; nothing was loaded. Use another checkpoint.`);
    return seal.data;
}

function checkSeal(folder: string, sha256: Readonly<Record<string, string>>, modelDigest: string): void {
    if (sha256[modelFile] === undefined) throw badInput(`${sealFile} in ${folder} does not seal ${modelFile}.`);
    for (const [name, expected] of Object.entries(sha256)) {
        if (basename(name) !== name) throw badInput(`${sealFile} in ${folder} names a file outside of it: ${name}.`);
        if ((name === modelFile ? modelDigest : fileDigest(folder, name)) !== expected) {
            throw badInput(
                `${name} in ${folder} is not the file that was saved (its digest differs); nothing was loaded. Use another checkpoint, or delete ${sealFile} if you changed it yourself.`,
            );
        }
    }
}

function fileDigest(folder: string, name: string): string | null {
    const path = join(folder, name);
    return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : null;
}

function readWeights(
    folder: string,
    config: StudentConfig,
): { weights: ReadonlyMap<string, Float32Array>; digest: string } {
    const fullName = (name: string): string => (/^(wte|wpe|h|ln_f)\./.test(name) ? `transformer.${name}` : name);
    const byFullName = ({ tensors }: { readonly tensors: StoredTensors }): StoredTensors =>
        new Map([...tensors].map(([name, tensor]) => [fullName(name), tensor]));
    const languageModel = languageModelParameters(config);
    const head = valueHeadParameters(config);
    const known = new Set(['lm_head.weight', ...languageModel.concat(head).map(({ name }) => name)]);
    const isWanted = (name: string): boolean => known.has(fullName(name)); // others are the causal masks `attn.bias`

    const model = readSafetensors(join(folder, modelFile), isWanted);
    const found = new Map(byFullName(model));
    if (existsSync(join(folder, valueHeadFile))) {
        const beside = readSafetensors(join(folder, valueHeadFile), isWanted);
        for (const [name, tensor] of byFullName(beside)) found.set(name, tensor);
    }
    checkTied(folder, found);
    const weights = new Map<string, Float32Array>();
    const wanted = head.some(({ name }) => found.has(name)) ? languageModel.concat(head) : languageModel;
    for (const parameter of wanted) weights.set(parameter.name, checkedWeights(folder, parameter, found));
    return { weights, digest: model.digest };
}

function checkTied(folder: string, tensors: StoredTensors): void {
    const output = tensors.get('lm_head.weight')?.values;
    const embedding = tensors.get(tokenEmbedding)?.values;
    if (output === undefined || embedding === undefined) return;
    if (output.length !== embedding.length || output.some((value, at) => value !== embedding[at])) {
        throw badInput(
            `The GPT-2 in ${folder} has an output matrix of its own; only students whose output is their token embedding work here.`,
        );
    }
}

function checkedWeights(folder: string, { name, dims }: Parameter, tensors: StoredTensors): Float32Array {
    const tensor = tensors.get(name);
    if (tensor === undefined) {
        throw badInput(`${modelFile} in ${folder} lacks '${name}'; nothing was loaded. Use another checkpoint.`);
    }
    if (tensor.dims.join() !== dims.join()) {
        throw badInput(
            `'${name}' in ${folder} is [${tensor.dims.join(', ')}], its config.json asks for [${dims.join(', ')}]; they do not belong together.`,
        );
    }
    if (!tensor.values.every(Number.isFinite)) {
        throw badInput(
            `'${name}' in ${folder} holds numbers that are not finite; nothing was loaded. Use another checkpoint.`,
        );
    }
    return tensor.values;
}
