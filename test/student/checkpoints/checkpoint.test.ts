import {
    cpSync,
    existsSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    truncateSync,
    writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RandomStream } from '../../../src/main/learning/random.ts';
import { readCheckpoint, writeCheckpoint } from '../../../src/main/student/checkpoints/checkpoint.ts';
import type { Checkpoint } from '../../../src/main/student/checkpoints/checkpoint.ts';
import { readResumeState, writeResumeState } from '../../../src/main/student/checkpoints/resume-state.ts';
import type { StoredTensor } from '../../../src/main/student/checkpoints/safetensors.ts';
import { readSafetensors, writeSafetensors } from '../../../src/main/student/checkpoints/safetensors.ts';
import {
    initialWeights,
    languageModelParameters,
    policyParameters,
} from '../../../src/main/student/gpt2/parameters.ts';
import { trainBytePairs } from '../../../src/main/text/tokenizer/bpe-training.ts';
import { Tokenizer } from '../../../src/main/text/tokenizer/tokenizer.ts';

const root = mkdtempSync(join(tmpdir(), 'storyloop-checkpoint-'));
afterAll(() => rmSync(root, { recursive: true }));
const folder = join(root, 'checkpoint');

const tokenizer = new Tokenizer(
    trainBytePairs(
        new Map([
            ['the', 9],
            [' the', 7],
            [' then', 5],
            [' hen', 3],
        ]),
        { vocabularySize: 265, minFrequency: 2 },
    ),
);
const config = { layers: 2, width: 8, heads: 2, vocabulary: tokenizer.vocabularySize, context: 16 };
const checkpoint: Checkpoint = {
    config,
    weights: initialWeights(config, languageModelParameters(config), new RandomStream('checkpoint')),
    tokenizer,
    origin: {
        words: 1234,
        tokens: 2345,
        losses: { training: 3.25, validation: 3.5 },
        temperature: 1,
        parents: ['ab', 'cd'],
    },
};

function editJson(name: string, edit: (json: Record<string, unknown>) => object): void {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(edit(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)));
}

/**
 * The folder in the form of GPT-2 on Hugging Face: no seal, short names, masks, an output matrix, no tokenizer.json.
 */
function likeTheHub(extra: ReadonlyMap<string, StoredTensor> = new Map()): void {
    const model = join(folder, 'model.safetensors');
    const tensors = new Map<string, StoredTensor>();
    for (const [name, tensor] of readSafetensors(model).tensors) tensors.set(name.replace('transformer.', ''), tensor);
    tensors.set('h.0.attn.bias', { dims: [1, 1, 16, 16], values: new Float32Array(256) });
    tensors.set('h.1.attn.masked_bias', { dims: [], values: Float32Array.of(-1e4) });
    for (const [name, tensor] of extra) tensors.set(name, tensor);
    writeSafetensors(model, tensors, { type: 'F32', metadata: { format: 'pt' } });
    const { model: pairs } = tokenizer.toJson();
    writeFileSync(join(folder, 'vocab.json'), JSON.stringify(pairs.vocab));
    writeFileSync(
        join(folder, 'merges.txt'),
        `#version: 0.2\n${pairs.merges.map((pair) => pair.join(' ')).join('\n')}\n`,
    );
    for (const name of ['storyloop.json', 'tokenizer.json', 'tokenizer_config.json']) rmSync(join(folder, name));
}

beforeEach(() => {
    rmSync(folder, { recursive: true, force: true });
    writeCheckpoint(folder, checkpoint);
});

describe('a checkpoint', () => {
    it('comes back to the bit, with its origin, and names its digest', () => {
        const digest = writeCheckpoint(folder, checkpoint);
        const read = readCheckpoint(folder);
        expect(read.config).toEqual(config);
        expect(read.weights).toEqual(checkpoint.weights);
        expect(read.origin).toEqual(checkpoint.origin);
        expect(read.digest).toBe(digest);
        expect(read.tokenizer.digest()).toBe(tokenizer.digest());
    });

    it('is a folder that Hugging Face reads, and nothing is left beside it', () => {
        expect(readdirSync(root)).toEqual(['checkpoint']);
        expect(readdirSync(folder).toSorted()).toEqual([
            'config.json',
            'generation_config.json',
            'model.safetensors',
            'special_tokens_map.json',
            'storyloop.json',
            'tokenizer.json',
            'tokenizer_config.json',
        ]);
        const written = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as unknown;
        expect(written).toMatchObject({
            model_type: 'gpt2',
            n_layer: 2,
            vocab_size: 265,
            bos_token_id: 0,
            eos_token_id: 2,
        });
        expect(readSafetensors(join(folder, 'model.safetensors')).metadata.get('format')).toBe('pt');
    });

    it('keeps a value head beside the language model', () => {
        const weights = initialWeights(config, policyParameters(config), new RandomStream('policy'));
        writeCheckpoint(folder, { ...checkpoint, weights });
        expect(existsSync(join(folder, 'value_head.safetensors'))).toBe(true);
        expect(readSafetensors(join(folder, 'model.safetensors')).tensors.has('v_head.summary.weight')).toBe(false);
        expect(readCheckpoint(folder).weights).toEqual(weights);
    });

    it('can be read again where its origin is not known', () => {
        writeCheckpoint(folder, { ...checkpoint, origin: null });
        expect(readCheckpoint(folder).origin).toEqual({ words: 0, tokens: 0, losses: {}, temperature: 1, parents: [] });
    });

    it('may be stored in half the space', () => {
        writeCheckpoint(folder, checkpoint, 'F16');
        for (const [name, values] of readCheckpoint(folder).weights) {
            const worst = Math.max(...values.map((value, at) => Math.abs(value - checkpoint.weights.get(name)![at]!)));
            expect(worst).toBeLessThan(1e-4);
        }
    });

    it('replaces an older one of its name and ignores what a crash left', () => {
        cpSync(folder, `${folder}.partial`, { recursive: true });
        writeFileSync(join(`${folder}.partial`, 'stray'), '');
        writeCheckpoint(folder, { ...checkpoint, origin: { ...checkpoint.origin!, words: 99 } });
        expect(readCheckpoint(folder).origin!.words).toBe(99);
        expect(existsSync(join(folder, 'stray'))).toBe(false);
        expect(readdirSync(root)).toEqual(['checkpoint']);
    });

    it('is read from a folder as the hub has GPT-2', () => {
        const embedding = checkpoint.weights.get('transformer.wte.weight')!;
        likeTheHub(new Map([['lm_head.weight', { dims: [265, 8], values: embedding }]]));
        const read = readCheckpoint(folder);
        expect(read.origin).toBeNull();
        expect(read.weights).toEqual(checkpoint.weights);
        const text = 'then the hen, then';
        expect(read.tokenizer.encode(text)).toEqual(tokenizer.encode(text));
        expect(read.tokenizer.endOfText).toBe(2);
    });

    it.each<[string, (text: string) => string]>([
        ['line ends of Windows', (text) => text.replaceAll('\n', '\r\n')],
        ['a byte order mark', (text) => `\ufeff${text}`],
        ['both, and no last line end', (text) => `\ufeff${text.trimEnd().replaceAll('\n', '\r\n')}`],
    ])('is read where its files have %s', (_, rewrite) => {
        likeTheHub();
        for (const name of ['vocab.json', 'merges.txt', 'config.json']) {
            const path = join(folder, name);
            writeFileSync(path, rewrite(readFileSync(path, 'utf8')));
        }
        expect(readCheckpoint(folder).tokenizer.encode('then the hen')).toEqual(tokenizer.encode('then the hen'));
    });

    it('with more embeddings than tokens is read without those that have none, whoever wrote it', () => {
        const padded = { ...config, vocabulary: 320 };
        const embedding = new Float32Array(320 * 8).fill(9); // the likeliest of all, could it be drawn
        embedding.set(checkpoint.weights.get('transformer.wte.weight')!);
        const weights = new Map([...checkpoint.weights, ['transformer.wte.weight', embedding] as const]);
        writeCheckpoint(folder, { ...checkpoint, config: padded, weights });
        const expected = { config, weights: checkpoint.weights };
        expect(readCheckpoint(folder)).toMatchObject(expected);
        likeTheHub(new Map([['lm_head.weight', { dims: [320, 8], values: embedding }]]));
        const read = readCheckpoint(folder);
        expect(read).toMatchObject({ ...expected, origin: null });
        writeCheckpoint(folder, read);
        expect(readCheckpoint(folder)).toMatchObject(expected);
    });

    const damage: readonly (readonly [string, () => void, RegExp])[] = [
        ['no folder', () => rmSync(folder, { recursive: true }), /is not a checkpoint: it has no config\.json/],
        ['no weights', () => rmSync(join(folder, 'model.safetensors')), /has no model\.safetensors/],
        [
            'weights in several files',
            () => renameSync(join(folder, 'model.safetensors'), join(folder, 'model.safetensors.index.json')),
            /has its weights in several files; nothing was loaded\. Save the model again as one: save_pretrained/,
        ],
        [
            'blocks of another width',
            () => editJson('config.json', (j) => ({ ...j, n_inner: 64 })),
            /is 64 wide inside its blocks, and only four times its width works here; nothing was loaded/,
        ],
        ['truncated weights', () => truncateSync(join(folder, 'model.safetensors'), 4000), /is truncated/],
        [
            'one changed byte',
            () => {
                const bytes = readFileSync(join(folder, 'model.safetensors'));
                bytes[bytes.length - 3]! ^= 1;
                writeFileSync(join(folder, 'model.safetensors'), bytes);
            },
            /model\.safetensors in .* is not the file that was saved/,
        ],
        [
            'a changed tokenizer',
            () => editJson('tokenizer.json', (json) => ({ ...json, truncation: {} })),
            /tokenizer\.json in .* is not the file that was saved/,
        ],
        [
            'a lost file',
            () => rmSync(join(folder, 'generation_config.json')),
            /generation_config\.json in .* is not the file/,
        ],
        [
            'a newer version',
            () => editJson('storyloop.json', (j) => ({ ...j, version: 2 })),
            /written by a newer Storyloop/,
        ],
        [
            'a damaged seal',
            () => writeFileSync(join(folder, 'storyloop.json'), '{'),
            /storyloop\.json in .* is damaged/,
        ],
        [
            'a seal that points elsewhere',
            () => editJson('storyloop.json', (j) => ({ ...j, sha256: { ...(j['sha256'] as object), '../x': 'ab' } })),
            /names a file outside/,
        ],
        ['another architecture', () => editJson('config.json', (j) => ({ ...j, model_type: 'llama' })), /"model_type"/],
        [
            'another activation',
            () => editJson('config.json', (j) => ({ ...j, activation_function: 'relu' })),
            /"activation_function"/,
        ],
        [
            'heads that do not divide',
            () => editJson('config.json', (j) => ({ ...j, n_head: 3 })),
            /^checkpoint is 8 wide, which its 3 heads do not divide .*; nothing was loaded\. Choose another checkpoint\.$/,
        ],
        [
            'a config of another size',
            () => editJson('config.json', (j) => ({ ...j, n_positions: 8 })),
            /wpe\.weight' .* is \[16, 8\]/,
        ],
        [
            'a tokenizer of another size',
            () => editJson('config.json', (j) => ({ ...j, vocab_size: 200 })),
            /has 265 tokens, its student knows 200, so they do not belong together; nothing was loaded\. Choose/,
        ],
        [
            'a lost tensor',
            () => editJson('config.json', (j) => ({ ...j, n_layer: 3 })),
            /lacks 'transformer\.h\.2\.ln_1\.weight'/,
        ],
        [
            'numbers that are not finite',
            () => likeTheHub(new Map([['ln_f.bias', { dims: [8], values: new Float32Array(8).fill(Number.NaN) }]])),
            /'transformer\.ln_f\.bias' .* not finite/,
        ],
        [
            'merges of another vocabulary',
            () => {
                likeTheHub();
                writeFileSync(join(folder, 'merges.txt'), 'z\x1b[2J q\n');
            },
            /^Merge 0 of the tokenizer \("z \[2J q"\) names a token it does not have; nothing was loaded\..*fetch both again/,
        ],
        [
            'merges that are none',
            () => {
                likeTheHub();
                writeFileSync(join(folder, 'merges.txt'), `one two ${'three '.repeat(90)}`);
            },
            /^merges\.txt in .* is damaged at "one two three.{0,40}…"; nothing was loaded\. Fetch/,
        ],
        [
            'an output matrix of its own',
            () => likeTheHub(new Map([['lm_head.weight', { dims: [265, 8], values: new Float32Array(265 * 8) }]])),
            /has an output matrix of its own/,
        ],
    ];
    it.each(damage)('with %s is refused in one sentence', (_, hurt, message) => {
        hurt();
        expect(() => readCheckpoint(folder)).toThrow(message);
    });
});

describe('a resume state', () => {
    const path = join(root, 'resume.safetensors');
    const group = (seed: string): ReadonlyMap<string, StoredTensor> => {
        const parameters = policyParameters(config);
        const weights = initialWeights(config, parameters, new RandomStream(seed));
        return new Map(parameters.map(({ name, dims }) => [name, { dims, values: weights.get(name)! }]));
    };
    const schema = z.object({ kl: z.number(), update: z.number(), stream: z.array(z.union([z.string(), z.number()])) });
    const state = {
        weights: group('weights'),
        moments: group('moments'),
        step: 17,
        progress: { kl: 0.1 + 0.2, update: 4, stream: ['run', 7, 'rollout'] },
    };

    it('comes back to the bit', () => {
        writeResumeState(path, state);
        expect(readResumeState(path, schema)).toEqual(state);
    });

    it('with a changed number, a changed progress, a newer version or a missing file is refused', () => {
        writeResumeState(path, state);
        const saved = readFileSync(path);
        const changed = Buffer.from(saved);
        changed[changed.length - 1]! ^= 1;
        writeFileSync(path, changed);
        expect(() => readResumeState(path, schema)).toThrow('is not the one that was saved');
        const swap = (from: string, to: string): void =>
            writeFileSync(path, Buffer.from(saved.toString('latin1').replace(from, to), 'latin1'));
        swap('\\"update\\":4', '\\"update\\":5');
        expect(() => readResumeState(path, schema)).toThrow('is not the one that was saved');
        swap('"version":"1"', '"version":"9"');
        expect(() => readResumeState(path, schema)).toThrow('written by a newer Storyloop');
        writeSafetensors(path, state.weights, { type: 'F32', metadata: {} });
        expect(() => readResumeState(path, schema)).toThrow('is not the resume state of a run');
        rmSync(path);
        expect(() => readResumeState(path, schema)).toThrow('There is no resume state');
    });
});
