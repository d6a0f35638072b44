/**
 * TF32 and bf16: who refuses them, and what bf16 does to the numbers that learning depends on. No processor computes in
 * bf16, so a rehearsed device rounds wherever a GPU would.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { predictionGradientsGraph, scoreGraph } from '../../src/main/student/gpt2/graphs.ts';
import { initialWeights, policyParameters } from '../../src/main/student/gpt2/parameters.ts';
import type { Target } from '../../src/main/student/onnx/target.ts';
import { createPpoOptimiser } from '../../src/main/student/training/ppo-optimiser.ts';
import { createPretrainer } from '../../src/main/student/training/pretrainer.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import type { Runtime } from '../../src/main/student/runtime/runtime.ts';
import { createScorer } from '../../src/main/student/scoring/scorer.ts';
import { loadWeights } from '../../src/main/student/weights.ts';
import { rehearsedDevice } from '../support/rehearsed-device.ts';
import { adamw } from './training/training.ts';

const config = { layers: 2, width: 32, heads: 2, vocabulary: 96, context: 32 };
const limits = { shortestPrompt: 4, longestPrompt: 4, longestStory: 20 };
const random = new RandomStream('precision');
const tokens = (count: number): Int32Array => Int32Array.from({ length: count }, () => 3 + random.integer(93));
const stories = Array.from({ length: 6 }, () => ({ prompt: tokens(4), story: tokens(20) }));
const rows = tokens(6 * 25);

/** A student with opinions: its probabilities are far from uniform. */
const weights = new Map(
    [...initialWeights(config, policyParameters(config), new RandomStream('outspoken'))].map(
        ([name, values]) => [name, values.map((x) => (x === 1 ? 1 : 6 * x))] as const,
    ),
);

it.each(['processor', 'native', 'official', 'webgpu'] as const)(
    'no %s runtime takes another than float32',
    async (kind) => {
        for (const precision of ['tf32', 'bf16'] as const)
            await expect(openRuntime({ kind, threads: 1, precision })).rejects.toMatchObject({
                fault: {
                    kind: 'bad-input',
                    message: expect.stringMatching(
                        new RegExp(`float32 alone, and ${precision} was asked for; nothing was started`),
                    ) as string,
                },
            });
    },
);

describe('a graph in bf16', () => {
    const nodesIn = (target: Target): readonly { operator: string; inputs: readonly string[] }[] =>
        predictionGradientsGraph(config, { batch: 2, length: 8 }, { accumulate: false, dropoutRate: 0 }).nodesFor(
            target,
        );

    it('is the graph in float32, with casts between', () => {
        const count = (target: Target): Map<string, number> => {
            const found = new Map<string, number>();
            for (const { operator } of nodesIn(target)) found.set(operator, (found.get(operator) ?? 0) + 1);
            return found;
        };
        const plain = count({ kernels: 'cuda', precision: 'tf32' });
        const mixed = count({ kernels: 'cuda', precision: 'bf16' });
        const casts = mixed.get('Cast')! - plain.get('Cast')!;
        expect(casts).toBeGreaterThan(20);
        expect(new Map([...mixed, ['Cast', plain.get('Cast')!]])).toEqual(plain);
    });

    it('never rounds what the vocabulary’s softmax reads, nor norms', () => {
        for (const { operator, inputs } of nodesIn({ kernels: 'cuda', precision: 'bf16' }))
            if (['LayerNormalization', 'GatherElements', 'Log', 'ScatterElements', 'ScatterND'].includes(operator))
                expect(inputs.filter((name) => name.endsWith('_bf16'))).toEqual([]);
    });

    it('drops without a bias: masks are 0 or 1 in bf16, and what they are scaled by is never rounded', () => {
        const graph = predictionGradientsGraph(
            config,
            { batch: 2, length: 8 },
            { accumulate: false, dropoutRate: 0.1 },
        );
        const nodes = graph.nodesFor({ kernels: 'cuda', precision: 'bf16' });
        const readersOf = (value: string): readonly string[] =>
            nodes
                .filter(({ inputs }) => inputs.includes(value))
                .flatMap(({ operator, outputs }) => (operator === 'Reshape' ? readersOf(outputs[0]!) : [operator]));
        const masks = nodes.filter(({ operator, inputs }) => operator === 'Where' && inputs.length === 3);
        expect(masks).toHaveLength(1 + 2 * config.layers); // embedding, attention, inner layer
        for (const { inputs, outputs } of masks) {
            expect([...inputs, ...outputs].filter((name) => name.endsWith('_bf16'))).toEqual([]);
            expect(readersOf(outputs[0]!)).toEqual(['Mul', 'Mul']); // forwards and backwards, in float32
        }
        const shortMasks = nodes.filter(
            ({ operator, inputs, outputs }) =>
                operator === 'Cast' && outputs[0]!.endsWith('_bf16') && graph.declared(inputs[0]!).type === 'bool',
        );
        expect(shortMasks).toHaveLength(config.layers); // of probabilities
    });

    it('leaves weights and moments alone: the optimiser’s graphs have no precision', () => {
        const { outputs } = scoreGraph(config, { batch: 2, promptTokens: 4, storyTokens: 4 });
        expect(outputs.map(({ type }) => type)).toEqual(['float32', 'float32']);
    });
});

describe('what bf16 does', () => {
    let exact: Runtime;
    let rounded: Runtime;
    beforeAll(async () => {
        exact = await rehearsedDevice(1);
        rounded = await rehearsedDevice(1, 'bf16');
    });

    async function scores(runtime: Runtime): Promise<Float32Array> {
        const scorer = createScorer(runtime, config, { ...limits, microBatch: 6 });
        const { logprobs } = await scorer.score(loadWeights(runtime, policyParameters(config), weights), stories);
        scorer.release();
        return logprobs;
    }

    it('moves log-probabilities by hundredths of a nat', async () => {
        const [here, there] = [await scores(exact), await scores(rounded)];
        const differences = here.map((logprob, at) => Math.abs(logprob - there[at]!));
        expect(Math.max(...differences)).toBeGreaterThan(1e-4); // something was rounded
        expect(differences.reduce((sum, each) => sum + each, 0) / here.length).toBeLessThan(0.03);
    });

    it('leaves PPO’s ratio at 1 before the first step, because old and new come from one precision', async () => {
        const logprobs = await scores(rounded);
        const zeros = new Float32Array(logprobs.length);
        const advantages = logprobs.map(() => random.normal());
        const policy = loadWeights(rounded, policyParameters(config), weights);
        const optimiser = await createPpoOptimiser(rounded, config, policy, {
            ...limits,
            microBatch: 6,
            ranges: { policy: 0.2, value: 0.2, valueWeight: 0.1 },
            ratioThreshold: 10,
            optimiser: adamw,
        });
        const episodes = { stories, logprobs, values: zeros, advantages, returns: zeros };
        const first = await optimiser.step(episodes, stories.keys(), 1e-4);
        expect(Math.abs(first.meanRatio - 1)).toBeLessThan(1e-5);
        expect(first.clipFraction).toBe(0);
        optimiser.release();
    });

    it('learns as fast as float32', async () => {
        const losses = async (runtime: Runtime): Promise<number[]> => {
            const pretrainer = await createPretrainer(runtime, config, weights, {
                microBatch: 3,
                sequence: 24,
                optimiser: adamw,
                dropout: null,
            });
            const found: number[] = [];
            for (let step = 0; step < 12; step++) found.push((await pretrainer.step(rows, 3e-3)).loss);
            pretrainer.release();
            return found;
        };
        const [here, there] = [await losses(exact), await losses(rounded)];
        expect(here.at(-1)!).toBeLessThan(here[0]! - 1);
        for (const [step, loss] of here.entries()) expect(Math.abs(loss / there[step]! - 1)).toBeLessThan(0.02);
    });
});
