/** Six pretraining and six PPO steps beside PyTorch's, recorded by record_pytorch.py. */
import { afterAll, describe, expect, it } from 'vitest';
import { elementCount } from '../../src/main/student/onnx/graph.ts';
import { languageModelParameters, policyParameters } from '../../src/main/student/gpt2/parameters.ts';
import type { Parameter } from '../../src/main/student/gpt2/parameters.ts';
import { createPpoOptimiser } from '../../src/main/student/training/ppo-optimiser.ts';
import { createPretrainer } from '../../src/main/student/training/pretrainer.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import type { NamedTensors } from '../../src/main/student/runtime/runtime.ts';
import { createScorer } from '../../src/main/student/scoring/scorer.ts';
import { loadWeights, readWeights } from '../../src/main/student/weights.ts';
import recorded from './pytorch.json' with { type: 'json' };

const config = { layers: 2, width: 16, heads: 2, vocabulary: 37, context: 20 };
const runtime = await openRuntime({ kind: 'processor', threads: 2 });
afterAll(() => runtime.release());

/** The hash of record_pytorch.py: n numbers in [−0.5, 0.5). */
function uniform(stream: number, n: number): Float64Array {
    return Float64Array.from({ length: n }, (_, i) => {
        let x = (Math.imul(i, 2654435761) + stream * 40503 + 12345) >>> 0;
        for (let round = 0; round < 2; round++) x = Math.imul(x ^ (x >>> 16), 0x45d9f3b) >>> 0;
        return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32 - 0.5;
    });
}

const floats = (stream: number, n: number, scale: number): Float32Array =>
    Float32Array.from(uniform(stream, n), (u) => scale * u);
const integers = (stream: number, below: number, n: number): Int32Array =>
    Int32Array.from(uniform(stream, n), (u) => Math.floor((u + 0.5) * below));

function startingWeights(parameters: readonly Parameter[]): Map<string, Float32Array> {
    return new Map(
        parameters.map(({ name, dims }, stream) => {
            const shift = /\.ln_.*weight$/.test(name) ? 1 : 0;
            return [name, floats(stream, elementCount(dims), 0.5).map((x) => x + shift)];
        }),
    );
}

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));

function expectClose(found: number, expected: number, what: string): void {
    expect(Math.abs(found - expected), `${what}: ${found} beside ${expected}`).toBeLessThanOrEqual(
        1e-5 * Math.max(1, Math.abs(expected)),
    );
}

function expectNorms(weights: NamedTensors, expected: Readonly<Record<string, number>>): void {
    const found = readWeights(weights);
    for (const [name, value] of Object.entries(expected)) expectClose(norm(found.get(name)!), value, name);
}

describe.each([
    { rows: 'all rows at once', microBatch: 6 },
    { rows: 'micro-batches with a part-filled last one', microBatch: 4 },
])('pretraining beside PyTorch, $rows', ({ microBatch }) => {
    it('has the same losses, gradient norms and weights', async () => {
        const pretrainer = await createPretrainer(runtime, config, startingWeights(languageModelParameters(config)), {
            microBatch,
            sequence: 12,
            optimiser: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.05, clip: 1 },
            dropout: null,
        });
        for (const [step, expected] of recorded.pretraining.steps.entries()) {
            const found = await pretrainer.step(integers(100 + step, config.vocabulary, 6 * 13), 1e-2);
            expectClose(found.loss, expected.loss, `loss of step ${step}`);
            expectClose(found.gradientNorm, expected.gradientNorm, `gradient norm of step ${step}`);
        }
        expectNorms(pretrainer.weights, recorded.pretraining.norms);
        pretrainer.release();
    });
});

describe.each([
    { rows: 'all stories at once', microBatch: 5 },
    { rows: 'micro-batches of several widths', microBatch: 2 },
])('PPO beside PyTorch, $rows', ({ microBatch }) => {
    const [promptTokens, longestStory] = [4, 9];
    const limits = { shortestPrompt: promptTokens, longestPrompt: promptTokens, longestStory, microBatch };
    const width = promptTokens + longestStory;
    const ids = integers(200, config.vocabulary, 5 * width);
    const stories = [6, 1, 9, 4, 9].map((length, row) => ({
        prompt: ids.slice(row * width, row * width + promptTokens),
        story: ids.slice(row * width + promptTokens, row * width + promptTokens + length),
    }));

    it('has the same scores, losses, gradient norms and weights', async () => {
        const parameters = policyParameters(config);
        const weights = loadWeights(runtime, parameters, startingWeights(parameters));
        const scorer = createScorer(runtime, config, limits);
        const { logprobs, values } = await scorer.score(weights, stories);
        for (const [i, logprob] of recorded.ppo.scores.logprobs.flat().entries()) {
            expectClose(logprobs[i]!, logprob, `log-probability ${i}`);
            expectClose(values[i]!, recorded.ppo.scores.values.flat()[i]!, `value ${i}`);
        }
        const noise = (stream: number): Float32Array => floats(stream, logprobs.length, 0.6);
        const episodes = {
            stories,
            logprobs: Float64Array.from(noise(201), (x, i) => logprobs[i]! + x),
            values: Float64Array.from(noise(202), (x, i) => values[i]! + x),
            advantages: floats(203, logprobs.length, 3),
            returns: floats(204, logprobs.length, 2),
        };
        const ppo = await createPpoOptimiser(runtime, config, weights, {
            ...limits,
            ranges: { policy: 0.2, value: 0.2, valueWeight: 0.1 },
            ratioThreshold: 10,
            optimiser: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clip: null },
        });
        for (const [step, expected] of recorded.ppo.steps.entries()) {
            const found = await ppo.step(episodes, stories.keys(), 3e-3);
            for (const name of Object.keys(expected) as (keyof typeof expected)[]) {
                expectClose(found[name], expected[name], `${name} of step ${step}`);
            }
        }
        expectNorms(weights, recorded.ppo.norms);
        ppo.release();
        scorer.release();
    });
});
