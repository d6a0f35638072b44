/** A very small student and things to train it on, for the tests of this folder. */
import { RandomStream } from '../../../src/main/learning/random.ts';
import {
    initialWeights,
    languageModelParameters,
    policyParameters,
} from '../../../src/main/student/gpt2/parameters.ts';
import { createPpoOptimiser, type PpoOptimiserOptions } from '../../../src/main/student/training/ppo-optimiser.ts';
import type { PpoEpisodes, PpoOptimiser } from '../../../src/main/student/training/ppo-optimiser.ts';
import { createPretrainer } from '../../../src/main/student/training/pretrainer.ts';
import type { Pretrainer, PretrainerOptions } from '../../../src/main/student/training/pretrainer.ts';
import type { NamedTensors, Runtime } from '../../../src/main/student/runtime/runtime.ts';
import type { StoryTokens } from '../../../src/main/student/scoring/story-batches.ts';
import { loadWeights, readWeights } from '../../../src/main/student/weights.ts';

export const config = { layers: 2, width: 32, heads: 4, vocabulary: 300, context: 32 };
export const sequence = 24;
export const limits = { shortestPrompt: 3, longestPrompt: 6, longestStory: 20 };
export const adamw = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, clip: 1 } as const;

export const startingWeights = (): Map<string, Float32Array> =>
    initialWeights(config, policyParameters(config), new RandomStream('starting weights'));

/** Rows in which few tokens are frequent, as in a language. */
export function rowsOf(count: number, step: number): Int32Array {
    const random = new RandomStream('rows', step);
    return Int32Array.from({ length: count * (sequence + 1) }, () => Math.floor(300 * random.uniform() ** 3));
}

export function pretrainerOn(runtime: Runtime, options: Partial<PretrainerOptions> = {}): Promise<Pretrainer> {
    const weights = startingWeights();
    const parameters = new Map(languageModelParameters(config).map(({ name }) => [name, weights.get(name)!]));
    const usual = { microBatch: 12, sequence, optimiser: adamw, dropout: null };
    return createPretrainer(runtime, config, parameters, { ...usual, ...options });
}

export function storiesOf(count: number): StoryTokens[] {
    const random = new RandomStream('stories');
    const tokens = (least: number, most: number): Int32Array =>
        Int32Array.from({ length: least + random.integer(most - least + 1) }, () => random.integer(config.vocabulary));
    return Array.from({ length: count }, () => ({
        prompt: tokens(limits.shortestPrompt, limits.longestPrompt),
        story: tokens(1, limits.longestStory),
    }));
}

export function episodesOf(stories: readonly StoryTokens[]): PpoEpisodes {
    const random = new RandomStream('episodes');
    const cells = (value: () => number): Float64Array =>
        Float64Array.from({ length: stories.length * limits.longestStory }, value);
    return {
        stories,
        logprobs: cells(() => -5.7 + 0.2 * random.normal()),
        values: cells(() => 0.3 * random.normal()),
        advantages: cells(() => random.normal()),
        returns: cells(() => 0.5 * random.normal()),
        reference: { logprobs: cells(() => -5.7 + 0.2 * random.normal()), coefficient: 0.3 },
    };
}

export async function ppoOn(
    runtime: Runtime,
    options: {
        microBatch?: number;
        ratioThreshold?: number;
        weightDecay?: number;
        ranges?: Partial<PpoOptimiserOptions['ranges']>;
        lossMean?: 'tokens' | 'stories' | 'constant';
    } = {},
): Promise<{ readonly weights: NamedTensors; readonly ppo: PpoOptimiser }> {
    const { microBatch = 10, ratioThreshold = 10, weightDecay = 0, lossMean = 'tokens' } = options;
    const weights = loadWeights(runtime, policyParameters(config), startingWeights());
    const ppo = await createPpoOptimiser(runtime, config, weights, {
        ...limits,
        microBatch,
        ratioThreshold,
        lossMean,
        ranges: { policy: 0.2, value: 0.2, valueWeight: 0.1, ...options.ranges },
        optimiser: { ...adamw, weightDecay, clip: null },
    });
    return { weights, ppo };
}

/** Largest difference between two sets of tensors; 0 when they are equal bit for bit. */
export function largestDifference(a: ReadonlyMap<string, Float32Array>, b: ReadonlyMap<string, Float32Array>): number {
    let largest = 0;
    for (const [name, values] of a) {
        const others = b.get(name)!;
        for (const [i, value] of values.entries()) largest = Math.max(largest, Math.abs(value - others[i]!));
    }
    return largest;
}

export const snapshot = (tensors: NamedTensors): Map<string, Float32Array> => readWeights(tensors);
