/**
 * The student on a GPU computes what it computes on the CPU. Sums are taken in another order there, so numbers
 * agree within a tolerance: 1e-4 for losses, log-probabilities, values, logits and gradients' moments; and a
 * twentieth of the learning rate for weights after a step or two, where there is a gradient. Where it is zero but for
 * rounding (biases of keys), AdamW divides rounding by rounding, and two steps of the learning rate are the bound.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/main/learning/random.ts';
import { withinMemory } from '../../../src/main/student/device-memory.ts';
import { cacheNames, decodingModel, isAttentionFused } from '../../../src/main/student/gpt2/decoding.ts';
import {
    initialWeights,
    languageModelParameters,
    policyParameters,
} from '../../../src/main/student/gpt2/parameters.ts';
import { Graph } from '../../../src/main/student/onnx/graph.ts';
import { createPpoOptimiser } from '../../../src/main/student/training/ppo-optimiser.ts';
import { createPretrainer } from '../../../src/main/student/training/pretrainer.ts';
import { openRuntime } from '../../../src/main/student/runtime/open.ts';
import { OutOfDeviceMemory } from '../../../src/main/student/runtime/runtime.ts';
import type { Elements, Program, Runtime, RuntimeTensor } from '../../../src/main/student/runtime/runtime.ts';
import { cudaIn } from '../../../src/main/student/runtime/gpu/cuda.ts';
import { deviceRuntime } from '../../../src/main/student/runtime/gpu/device-runtime.ts';
import { whyNoDevice } from '../../../src/main/student/runtime/gpu/webgpu.ts';
import { createRowSums } from '../../../src/main/student/row-sums.ts';
import { createScorer } from '../../../src/main/student/scoring/scorer.ts';
import { loadWeights, readWeights } from '../../../src/main/student/weights.ts';
import { createWriter } from '../../../src/main/student/writing/writer.ts';
import { whyNoGpu } from '../../support/cuda-gpu.ts';
import { rehearsedDevice } from '../../support/rehearsed-device.ts';
import { whyNoWebGpu } from '../../support/software-vulkan.ts';
import { adamw, largestDifference } from '../training/training.ts';

const tolerance = 1e-4;
const lr = 1e-3;
// small: in software a kernel with barriers takes tens of milliseconds
const config = { layers: 2, width: 16, heads: 2, vocabulary: 48, context: 16 };
const limits = { shortestPrompt: 2, longestPrompt: 4, longestStory: 8 };
const endOfText = 2;

const noWebGpu = await whyNoWebGpu();
const noGpu = await whyNoGpu();

/** A student with opinions: weights wide enough that its probabilities are far from uniform. */
function outspoken(): Map<string, Float32Array> {
    const drawn = initialWeights(config, policyParameters(config), new RandomStream('outspoken'));
    return new Map([...drawn].map(([name, values]) => [name, values.map((x) => (x === 1 ? 1 : 10 * x))]));
}

const random = new RandomStream('webgpu');
const tokens = (count: number): Int32Array => Int32Array.from({ length: count }, () => 3 + random.integer(45));
const rows = tokens(5 * 9); // five rows of eight tokens and one to predict
const stories = [3, 8, 5, 1, 6].map((length) => ({ prompt: tokens(2 + (length % 3)), story: tokens(length) }));
const cells = (value: () => number): Float64Array =>
    Float64Array.from({ length: stories.length * limits.longestStory }, value);
const episodes = {
    stories,
    logprobs: cells(() => -3.9 + 0.2 * random.normal()),
    values: cells(() => 0.3 * random.normal()),
    advantages: cells(() => random.normal()),
    returns: cells(() => 0.5 * random.normal()),
};

type Tensors = ReadonlyMap<string, Float32Array>;

/** Weights after `steps` steps on both; `moments` say where there was a gradient. */
function expectSameWeights(here: Tensors, there: Tensors, moments: Tensors, steps: number): void {
    expect(largestDifference(here, there)).toBeLessThan(2.1 * steps * lr);
    let [clear, all] = [0, 0];
    for (const [name, values] of here) {
        const momentum = moments.get(`momentum:${name}`)!;
        values.forEach((value, at) => {
            all++;
            if (Math.abs(momentum[at]!) < 1e-4) return;
            clear++;
            expect(Math.abs(value - there.get(name)![at]!), `${name} ${at}`).toBeLessThan(lr / 20);
        });
    }
    expect(clear / all).toBeGreaterThan(0.6);
}

describe.skipIf(noWebGpu !== null)('the student on WebGPU and on the CPU', () =>
    agrees(() => openRuntime({ kind: 'webgpu', threads: 1 })),
);
describe.skipIf(noGpu !== null)('the student on CUDA and on the CPU', () =>
    agrees(() => openRuntime({ kind: 'cuda', threads: 1 })),
);
describe('the student on a rehearsed device, written in place, and on the CPU', () => agrees(() => rehearsedDevice(1)));

function agrees(open: () => Promise<Runtime>): void {
    let cpu: Runtime;
    let gpu: Runtime;
    beforeAll(async () => {
        cpu = await openRuntime({ kind: 'native', threads: 1 });
        gpu = await open();
    });
    afterAll(() => [cpu, gpu].forEach((runtime) => runtime.release()));

    async function onBoth<T>(work: (runtime: Runtime) => Promise<T>): Promise<readonly [T, T]> {
        return [await work(cpu), await work(gpu)];
    }

    it.each([
        ['in one piece', { microBatch: 5 }],
        ['in micro-batches with dropout', { microBatch: 2, dropout: { rate: 0.2, random: new RandomStream('masks') } }],
        ['with Muon', { microBatch: 5, optimiser: { ...adamw, kind: 'muon' as const } }],
    ])('learn the next word %s', async (_, options) => {
        const [here, there] = await onBoth(async (runtime) => {
            const usual = { sequence: 8, optimiser: adamw, dropout: null };
            const pretrainer = await createPretrainer(runtime, config, outspoken(), { ...usual, ...options });
            const steps = [await pretrainer.step(rows, lr), await pretrainer.step(rows, lr)];
            const { lossSum } = await pretrainer.evaluate(rows);
            const weights = readWeights(pretrainer.weights);
            const moments = readWeights(pretrainer.optimiser.moments);
            pretrainer.release();
            return { numbers: [...steps.flatMap((step) => Object.values(step)), lossSum / 40], weights, moments };
        });
        there.numbers.forEach((number, i) => expect(Math.abs(number - here.numbers[i]!)).toBeLessThan(tolerance));
        expect(here.numbers[4]).toBeLessThan(here.numbers[0]!); // it learned something
        expectSameWeights(here.weights, there.weights, here.moments, 2);
        expect(largestDifference(here.moments, there.moments)).toBeLessThan(tolerance);
    });

    it('take a step of PPO', async () => {
        const [here, there] = await onBoth(async (runtime) => {
            const weights = loadWeights(runtime, policyParameters(config), outspoken());
            const ppo = await createPpoOptimiser(runtime, config, weights, {
                ...limits,
                microBatch: 3,
                ratioThreshold: 10,
                ranges: { policy: 0.2, value: 0.2, valueWeight: 0.1 },
                optimiser: { ...adamw, weightDecay: 0, clip: null },
            });
            const { aboveThreshold, ...metrics } = await ppo.step(episodes, [4, 0, 2, 1, 3], lr);
            expect(aboveThreshold).toBe(false);
            const [after, moments] = [readWeights(weights), readWeights(ppo.optimiser.moments)];
            ppo.release();
            return { metrics, after, moments };
        });
        for (const [name, value] of Object.entries(there.metrics)) {
            const expected = here.metrics[name as keyof typeof here.metrics];
            expect(Math.abs(value - expected), name).toBeLessThan(tolerance * Math.max(1, Math.abs(expected)));
        }
        expectSameWeights(here.after, there.after, here.moments, 1);
        expect(largestDifference(here.moments, there.moments)).toBeLessThan(tolerance);
        expect(largestDifference(here.after, outspoken())).toBeGreaterThan(lr / 2);
    });

    it('sum the rows of weights, and show one that is not finite', async () => {
        const name = 'transformer.h.1.mlp.c_fc.weight';
        const [here, there] = await onBoth(async (runtime) => {
            const weights = loadWeights(runtime, policyParameters(config), outspoken());
            const rowSums = await createRowSums(runtime, weights);
            const found = new Map([['sums', Float32Array.from(await rowSums.read())]]);
            for (const value of [Number.NaN, Infinity, -Infinity]) {
                weights[name]!.write(outspoken().get(name)!.with(-1, value));
                const spoilt = (await rowSums.read()).filter((sum) => !Number.isFinite(sum));
                expect(spoilt).toEqual(Float32Array.of(value));
            }
            rowSums.release();
            return found;
        });
        expect(largestDifference(here, there)).toBeLessThan(tolerance);
        expect(Math.max(...here.get('sums')!)).toBeGreaterThan(1);
    });

    it('score stories', async () => {
        const [here, there] = await onBoth(async (runtime) => {
            const weights = loadWeights(runtime, policyParameters(config), outspoken());
            const scorer = createScorer(runtime, config, { ...limits, microBatch: 3 });
            const scores = await scorer.score(weights, stories);
            scorer.release();
            return new Map(Object.entries(scores) as [string, Float32Array][]);
        });
        expect(largestDifference(here, there)).toBeLessThan(tolerance);
        expect(Math.min(...here.get('logprobs')!)).toBeLessThan(-1);
    });

    it('decode with a cache that stays on the device, and in plain attention where the CPU has a fused one', async () => {
        const [batch, longest, capacity, steps] = [3, 4, 10, 5];
        const prompts = [tokens(2), tokens(4), tokens(3)];
        const forced = tokens(batch * steps);
        const [here, there] = await onBoth(async (runtime) => {
            const weights = loadWeights(runtime, languageModelParameters(config), outspoken());
            const cacheDims = [batch, config.heads, capacity, config.width / config.heads];
            const cache = cacheNames(config.layers).map(
                (pair) => [pair, runtime.tensor('float32', cacheDims)] as const,
            );
            const holding = (dims: number[], values: Elements): RuntimeTensor => {
                const tensor = runtime.tensor(values instanceof Int32Array ? 'int32' : 'float32', dims);
                tensor.write(values);
                return tensor;
            };
            const found: number[] = [];
            const call = async (ids: Int32Array, newest: readonly number[]): Promise<void> => {
                const [count, { target }] = [ids.length / batch, runtime];
                const shape = { batch, tokens: count, capacity, output: 'logits', target } as const;
                const length = holding([], Int32Array.of(count > 1 ? count : Math.max(...newest) + 1));
                const logits = runtime.tensor('float32', [batch, config.vocabulary]);
                const program = await runtime.compile(decodingModel(config, shape));
                const inputs = {
                    ...weights,
                    ...Object.fromEntries(cache.map(([[name], tensor]) => [name, tensor])),
                    ids: holding([batch, count], ids),
                    last: holding([batch], Int32Array.from(newest)),
                    inverseTemperature: holding([], Float32Array.of(1)),
                    ...(isAttentionFused(shape) ? { length } : {}),
                };
                const next = Object.fromEntries(cache.map(([[, name], tensor]) => [name, tensor]));
                await program.bind(inputs, { logits, ...next }).run();
                found.push(...(logits.read() as Float32Array));
            };
            const padded = new Int32Array(batch * longest);
            prompts.forEach((prompt, row) => padded.set(prompt, row * longest));
            let newest = prompts.map((prompt) => prompt.length - 1);
            await call(padded, newest);
            for (let step = 0; step < steps; step++) {
                newest = newest.map((position) => position + 1);
                await call(forced.slice(step * batch, (step + 1) * batch), newest);
            }
            return new Map([['logits', Float32Array.from(found)]]);
        });
        expect(largestDifference(here, there)).toBeLessThan(tolerance);
        expect(Math.max(...here.get('logits')!)).toBeGreaterThan(0.5); // the comparison is about something
    });

    it.each([0, 0.2])('write the same stories, dropping at a rate of %f', async (dropoutRate) => {
        const [here, there] = await onBoth(async (runtime) => {
            const weights = loadWeights(runtime, languageModelParameters(config), outspoken());
            const options = { batch: 18, maxPrompt: 4, maxNewTokens: 10, endOfText, prepacks: true };
            const writer = await createWriter(runtime, config, weights, options);
            const prompts = Array.from({ length: 18 }, (_, story) => stories[story % stories.length]!.prompt);
            const streams = prompts.map((_, story) => new RandomStream('writing', story));
            const written = await writer.write(prompts, streams, { temperature: 0.8, dropoutRate });
            writer.release();
            return written;
        });
        // one rounding can turn a draw, so one of the stories may differ from there on
        const equal = here.tokens.filter((story, at) => story.join() === there.tokens[at]!.join());
        expect(equal.length).toBeGreaterThanOrEqual(17);
        // rows moved to smaller desks
        expect(new Set(here.tokens.map((story) => story.length)).size).toBeGreaterThan(2);
    });

    it('go on from what JavaScript wrote between steps', async () => {
        const [here, there] = await onBoth(async (runtime) => {
            const weights = loadWeights(runtime, languageModelParameters(config), outspoken());
            const name = 'transformer.wte.weight';
            const before = readWeights(weights).get(name)!.slice();
            const pretrainer = await createPretrainer(runtime, config, outspoken(), {
                microBatch: 5,
                sequence: 8,
                optimiser: adamw,
                dropout: null,
            });
            await pretrainer.step(rows, lr);
            pretrainer.weights[name]!.write(before);
            const held = Float32Array.from(pretrainer.weights[name]!.read() as Float32Array);
            await pretrainer.step(rows, lr);
            const after = new Map([[name, readWeights(pretrainer.weights).get(name)!]]);
            const moments = readWeights(pretrainer.optimiser.moments);
            pretrainer.release();
            expect(held).toEqual(before);
            return { after, moments };
        });
        expectSameWeights(here.after, there.after, here.moments, 1);
    });
}

it('says which micro-batches a device has no room for', async () => {
    const runtime = await rehearsedDevice(1);
    const graph = new Graph('larger than any address');
    const x = graph.input('x', [2]);
    const huge = { type: 'float32', dims: [2 ** 30, 2 ** 29, 2] } as const;
    const copies = graph.node('Expand', [x, graph.integers(huge.dims)], huge, {});
    graph.output('largest', graph.reduce('ReduceMax', copies, [0, 1, 2], false));
    const program = await runtime.compile(graph.model(runtime.target));
    const binding = program.bind({ x: runtime.tensor('float32', [2]) }, { largest: runtime.tensor('float32', []) });
    await expect(binding.run()).rejects.toThrow(/^the device ran out of memory \(.*Failed to allocate memory/s);
    const work = withinMemory('scoring', 12, () => binding.run());
    await expect(work).rejects.toMatchObject({
        fault: { kind: 'gpu-out-of-memory', phase: 'scoring', microBatch: 12 },
    });
    await expect(withinMemory('scoring', 12, () => Promise.reject(new Error('other')))).rejects.toThrow(/^other$/);
});

it.each([
    'CUDA failure 2: out of memory ; GPU=0 ; hostname=a',
    'CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0',
    'Failed to allocate memory for requested buffer of size 512',
])(
    'a device that is full while it is opened, or while a graph is compiled, is full and not missing: %s',
    async (said) => {
        let [isFull, opened] = [true, 0];
        const append = (): void => {
            opened++;
            if (isFull) throw new Error(said);
        };
        const device = { ...cudaIn('float32'), memoryName: 'Cpu', readGpu: () => null, append };
        const fault = { kind: 'gpu-out-of-memory', phase: 'computing' };
        await expect(deviceRuntime(device, 1)).rejects.toMatchObject({ fault });
        isFull = false;
        const runtime = await deviceRuntime(device, 1);
        const graph = new Graph('small');
        graph.output('y', graph.unary('Neg', graph.input('x', [2])));
        isFull = true;
        await expect(runtime.compile(graph.model(runtime.target))).rejects.toMatchObject({ fault });
        const work = withinMemory('learning', 4, () => runtime.compile(graph.model(runtime.target)));
        await expect(work).rejects.toMatchObject({ fault: { phase: 'learning', microBatch: 4 } });
        expect(opened).toBe(5); // a runtime compiles two graphs of its own
    },
);

it('an optimiser that finds no room for its moments names the micro-batch, too', async () => {
    const runtime = await rehearsedDevice(1);
    const full: Runtime = {
        ...runtime,
        async compile(model, weights) {
            const program = await runtime.compile(model, weights);
            const isOptimiser = program.outputs.includes('scale');
            const run = (): Promise<void> => Promise.reject(new OutOfDeviceMemory('Failed to allocate memory'));
            const bind: Program['bind'] = (inputs, outputs) => ({ ...program.bind(inputs, outputs), run });
            const { inputs, outputs } = program;
            return isOptimiser ? { inputs, outputs, bind, release: () => program.release() } : program;
        },
    };
    const options = { microBatch: 2, optimiser: adamw };
    const pretraining = { ...options, sequence: 8, dropout: null };
    const pretrainer = await createPretrainer(full, config, outspoken(), pretraining);
    const fault = { kind: 'gpu-out-of-memory', microBatch: 2 };
    await expect(pretrainer.step(rows, lr)).rejects.toMatchObject({ fault: { ...fault, phase: 'pretraining' } });
    const policy = loadWeights(full, policyParameters(config), outspoken());
    const ranges = { policy: 0.2, value: 0.2, valueWeight: 0.1 };
    const learning = { ...options, ...limits, ranges, ratioThreshold: 10 };
    const ppo = await createPpoOptimiser(full, config, policy, learning);
    await expect(ppo.step(episodes, [0, 1, 2], lr)).rejects.toMatchObject({ fault: { ...fault, phase: 'learning' } });
});

it('tells a build without WebGPU from a machine without a device', () => {
    expect(whyNoDevice('WebGPU execution provider is not supported in this build.')).toMatch(
        /was built without WebGPU/,
    );
    const noAdapter = 'Failed to get a WebGPU adapter: No supported adapters\n';
    expect(whyNoDevice(noAdapter)).toMatch(/^No GPU was .* use \(No supported adapters\): on Linux/);
    expect(whyNoDevice(noAdapter, 'libvulkan.so.1: cannot open shared object file')).toMatch(
        /^No GPU was .* \(No supported adapters; libvulkan\.so\.1: cannot open shared object file\): on/,
    );
    expect(whyNoDevice('no adapter')).toMatch(/^No GPU was found that WebGPU can use: on Linux/);
    expect(whyNoDevice('device lost')).toBe('WebGPU could not be started (device lost).');
});
