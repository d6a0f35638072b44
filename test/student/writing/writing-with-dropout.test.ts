import { afterAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/main/learning/random.ts';
import { Tape } from '../../../src/main/student/autodiff/operations.ts';
import { cacheNames, decodingModel } from '../../../src/main/student/gpt2/decoding.ts';
import { dropoutKeys, dropoutMask, dropoutSites } from '../../../src/main/student/gpt2/dropout.ts';
import type { DropoutSite } from '../../../src/main/student/gpt2/dropout.ts';
import { initialWeights, languageModelParameters } from '../../../src/main/student/gpt2/parameters.ts';
import { Graph } from '../../../src/main/student/onnx/graph.ts';
import type { Dims, Value } from '../../../src/main/student/onnx/graph.ts';
import { openRuntime } from '../../../src/main/student/runtime/open.ts';
import type { Runtime, RuntimeTensor } from '../../../src/main/student/runtime/runtime.ts';
import { createWriter } from '../../../src/main/student/writing/writer.ts';
import type { WrittenStories } from '../../../src/main/student/writing/writer.ts';

const config = { layers: 2, width: 32, heads: 2, vocabulary: 96, context: 40 };
const [LONGEST, RATE, END] = [6, 0.1, 2];
const sites = dropoutSites(config.layers);
const parameters = languageModelParameters(config);

/** Weights wide enough that probabilities are far from uniform. */
function outspokenWeights(runtime: Runtime): Record<string, RuntimeTensor> {
    const drawn = initialWeights(config, parameters, new RandomStream('outspoken'));
    return Object.fromEntries(
        parameters.map(({ name, dims }) => {
            const tensor = runtime.tensor('float32', dims);
            tensor.write(drawn.get(name)!.map((value) => (value === 1 ? 1 : 8 * value)));
            return [name, tensor];
        }),
    );
}

const runtimes = {
    native: await openRuntime({ kind: 'native', threads: 2 }),
    official: await openRuntime({ kind: 'official', threads: 1 }),
};
const weightsOn = { native: outspokenWeights(runtimes.native), official: outspokenWeights(runtimes.official) };
afterAll(() => Object.values(runtimes).forEach((runtime) => runtime.release()));

const streams = (count: number): RandomStream[] =>
    Array.from({ length: count }, (_, story) => new RandomStream('dropped', story));
const promptsFor = (count: number): Int32Array[] =>
    Array.from({ length: count }, (_, story) =>
        Int32Array.from({ length: 1 + (story % LONGEST) }, (_, at) => 5 + story + at),
    );

interface Setting {
    readonly batch: number;
    readonly dropoutRate: number;
    readonly kind?: keyof typeof runtimes;
    readonly longestPrompt?: number;
    readonly maxNewTokens?: number;
}

async function write(
    count: number,
    { batch, dropoutRate, kind = 'native', longestPrompt = LONGEST, maxNewTokens = 30 }: Setting,
): Promise<WrittenStories> {
    const options = { batch, maxPrompt: longestPrompt, maxNewTokens, endOfText: END };
    const writer = await createWriter(runtimes[kind], config, weightsOn[kind], options);
    const written = await writer.write(promptsFor(count), streams(count), { temperature: 1, dropoutRate });
    writer.release();
    return written;
}

/** Keys of the call that reads up to a position, one row for each story. */
const keysAt = (position: number, rows: number): Int32Array =>
    dropoutKeys(new RandomStream('keys'), position, Array(rows).keys(), sites);

describe.each(['native', 'official'] as const)('decoding with dropout on the %s runtime', (kind) => {
    it('is the full forward pass in which every position keeps the masks of the call that read it', async () => {
        const [runtime, weights] = [runtimes[kind], weightsOn[kind]];
        const [batch, prompt, steps, capacity] = [3, 6, 5, 14];
        const random = new RandomStream('forced');
        const length = prompt + steps;
        const rows = Array.from({ length: batch }, () => Array.from({ length }, () => random.integer(96)));
        // newest position of each
        const calls = [prompt - 1, ...Array.from({ length: steps }, (_, step) => prompt + step)];

        // the reference: masks of all calls, laid under the positions they read
        const graph = new Graph('reference');
        const tape = new Tape(graph);
        const known = new Map(parameters.map(({ name, dims }) => [name, graph.input(name, dims)]));
        const parameter = (name: string): Value => known.get(name)!;
        const ids = graph.input('ids', [batch, length], 'int32');
        const keys = calls.map((position) => graph.input(`keys ${position}`, [batch, sites], 'int32'));
        const maskOf = (call: number, site: DropoutSite, dims: Dims, within?: Dims): Value =>
            dropoutMask(graph, keys[call]!, site, { dims, rate: RATE, within: within ?? dims, kept: 1 / (1 - RATE) });
        const drop = (x: Value, site: DropoutSite): Value => {
            const masks = calls.map((_, call) => maskOf(call, site, [call === 0 ? prompt : 1, config.width]));
            return tape.dropout(x, graph.reshape(graph.concat(masks, 1), x.dims));
        };
        const probabilityMask = (layer: number): Value => {
            const masks = calls.map((position, call) => {
                const dims = [config.heads, call === 0 ? prompt : 1, position + 1];
                const within = [config.heads, config.context, config.context];
                const mask = maskOf(call, { layer, part: 'probabilities' }, dims, within);
                return graph.pad(mask, 3, 0, length - position - 1);
            });
            return graph.concat(masks, 2); // (B, H, T, T)
        };
        const norm = (x: Value, name: string): Value =>
            tape.layerNorm(x, parameter(`${name}.weight`), parameter(`${name}.bias`));
        const linear = (x: Value, name: string): Value =>
            tape.linear(x, parameter(`${name}.weight`), parameter(`${name}.bias`));
        const tokens = parameter('transformer.wte.weight');
        let x = drop(tape.embedding(tokens, parameter('transformer.wpe.weight'), ids, null), 'embedding');
        for (let layer = 0; layer < config.layers; layer++) {
            const at = `transformer.h.${layer}`;
            const projected = linear(norm(x, `${at}.ln_1`), `${at}.attn.c_attn`);
            const attended = tape.attention(projected, batch, config.heads, { mask: probabilityMask(layer), scale: 1 });
            x = tape.add(x, drop(linear(attended, `${at}.attn.c_proj`), { layer, part: 'attention' }));
            const inner = tape.gelu(linear(norm(x, `${at}.ln_2`), `${at}.mlp.c_fc`));
            x = tape.add(x, drop(linear(inner, `${at}.mlp.c_proj`), { layer, part: 'inner' }));
        }
        graph.output('logits', graph.matmul(norm(x, 'transformer.ln_f'), tokens, { transposeB: true }));
        const filled = (values: Int32Array, dims: Dims): RuntimeTensor => {
            const tensor = runtime.tensor('int32', dims);
            tensor.write(values);
            return tensor;
        };
        const referenceInputs = {
            ...weights,
            ids: filled(Int32Array.from(rows.flat()), [batch, length]),
            ...Object.fromEntries(calls.map((at) => [`keys ${at}`, filled(keysAt(at, batch), [batch, sites])])),
        };
        const all = runtime.tensor('float32', [batch * length, config.vocabulary]);
        await (await runtime.compile(graph.model())).bind(referenceInputs, { logits: all }).run();
        const expected = all.read().slice() as Float32Array;

        // the same tokens through the cache, call by call; what an earlier story left in it must not matter
        const cacheDims = [batch, config.heads, capacity, config.width / config.heads];
        const cache = cacheNames(config.layers).map(([input, output]) => {
            const tensor = runtime.tensor('float32', cacheDims);
            tensor.write(Float32Array.from({ length: tensor.dims.reduce((a, b) => a * b) }, (_, i) => 9 * Math.cos(i)));
            return { input, output, tensor };
        });
        const inverseTemperature = runtime.tensor('float32', []);
        inverseTemperature.write(Float32Array.of(1));
        const logits = runtime.tensor('float32', [batch, config.vocabulary]);
        let worst = 0;
        for (const [call, position] of calls.entries()) {
            const width = call === 0 ? prompt : 1;
            const shape = { batch, tokens: width, capacity, output: 'logits', dropoutRate: RATE } as const;
            const read = rows.flatMap((row) => row.slice(position + 1 - width, position + 1));
            const binding = (await runtime.compile(decodingModel(config, shape))).bind(
                {
                    ...weights,
                    ...Object.fromEntries(cache.map(({ input, tensor }) => [input, tensor])),
                    inverseTemperature,
                    ids: filled(Int32Array.from(read), [batch, width]),
                    last: filled(new Int32Array(batch).fill(position), [batch]),
                    dropoutKeys: filled(keysAt(position, batch), [batch, sites]),
                },
                { logits, ...Object.fromEntries(cache.map(({ output, tensor }) => [output, tensor])) },
            );
            await binding.run();
            const got = logits.read() as Float32Array;
            for (let row = 0; row < batch; row++) {
                for (let token = 0; token < config.vocabulary; token++) {
                    const want = expected[(row * length + position) * config.vocabulary + token]!;
                    worst = Math.max(worst, Math.abs(got[row * config.vocabulary + token]! - want));
                }
            }
        }
        expect(Math.max(...expected)).toBeGreaterThan(0.5); // the comparison is about something
        expect(worst).toBeLessThan(1e-5);
    });

    it('gives the same story from the same stream, whoever else is in the batch and however long stories may be', async () => {
        const wide = await write(40, { kind, batch: 40, dropoutRate: RATE });
        for (const batch of [2, 16, 33]) expect(await write(40, { kind, batch, dropoutRate: RATE })).toEqual(wide);
        const roomier = { kind, batch: 40, dropoutRate: RATE, longestPrompt: 9, maxNewTokens: 20 };
        const shorter = await write(40, roomier);
        expect(shorter.tokens).toEqual(wide.tokens.map((story) => story.slice(0, 20)));
        expect(new Set(wide.tokens.map((story) => story.length)).size).toBeGreaterThan(5); // rows ended and moved
    });
});

describe('writing with dropout', () => {
    it('is clean writing when next to nothing is dropped, and other stories when a tenth is', async () => {
        const clean = await write(40, { batch: 16, dropoutRate: 0 });
        expect(await write(40, { batch: 16, dropoutRate: 1e-9 })).toEqual(clean);
        const dropped = await write(40, { batch: 16, dropoutRate: RATE });
        const same = dropped.tokens.filter((story, at) => story.join() === clean.tokens[at]!.join());
        expect(same.length).toBeLessThan(10);
    });

    it('leaves nothing behind for the next clean story', async () => {
        const options = { batch: 16, maxPrompt: LONGEST, maxNewTokens: 30, endOfText: END };
        const writer = await createWriter(runtimes.native, config, weightsOn.native, options);
        const written = (dropoutRate: number): Promise<WrittenStories> =>
            writer.write(promptsFor(40), streams(40), { temperature: 1, dropoutRate });
        const [clean, dropped] = [await written(0), await written(RATE)];
        expect(await written(0)).toEqual(clean);
        expect(await written(RATE)).toEqual(dropped);
        await expect(written(1)).rejects.toThrow('no network can drop at a rate of 1');
        writer.release();
    });

    it('is the same on 1, 2 or 4 threads', async () => {
        const expected = await write(40, { batch: 40, dropoutRate: RATE });
        for (const threads of [1, 4]) {
            const runtime = await openRuntime({ kind: 'native', threads });
            const options = { batch: 40, maxPrompt: LONGEST, maxNewTokens: 30, endOfText: END };
            const writer = await createWriter(runtime, config, outspokenWeights(runtime), options);
            const written = await writer.write(promptsFor(40), streams(40), { temperature: 1, dropoutRate: RATE });
            expect(written).toEqual(expected);
            writer.release();
        }
    });

    it('at rate 0 leaves no trace in the graph', () => {
        const graph = (dropout: { readonly dropoutRate?: number }): string => {
            const shape = { batch: 2, tokens: 1, capacity: 12, output: 'sample', ...dropout } as const;
            return Buffer.from(decodingModel(config, shape)).toString('latin1');
        };
        const [clean, dropped] = [graph({}), graph({ dropoutRate: RATE })];
        expect(graph({ dropoutRate: 0 })).toBe(clean);
        expect(clean).not.toContain('dropoutKeys');
        expect(clean).toContain('GroupQueryAttention');
        expect(dropped).toContain('dropoutKeys');
        expect(dropped).not.toContain('GroupQueryAttention');
    });
});
