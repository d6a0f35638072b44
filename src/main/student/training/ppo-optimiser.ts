/** PPO's step on a minibatch: gradients over its micro-batches, then one optimiser step on policy and value head. */
import { distinctTokens } from '../autodiff/distinct-tokens.ts';
import { withinMemory } from '../device-memory.ts';
import { requireFinite } from '../finite.ts';
import { gradientPrograms } from './gradient-programs.ts';
import type { MicroBatch } from './gradient-programs.ts';
import { checkConfig } from '../gpt2/config.ts';
import type { StudentConfig } from '../gpt2/config.ts';
import { ppoGradientsGraph, ppoMeasures } from '../gpt2/graphs.ts';
import type { PpoLossOptions } from '../gpt2/graphs.ts';
import { policyParameters } from '../gpt2/parameters.ts';
import type { OptimiserOptions } from '../optimiser/graph.ts';
import { createOptimiser } from '../optimiser/optimiser.ts';
import type { Optimiser } from '../optimiser/optimiser.ts';
import type { NamedTensors, Runtime } from '../runtime/runtime.ts';
import { checkStoriesFit, firstColumn, collate, storyBatches } from '../scoring/story-batches.ts';
import type { StoryBatch, StoryLimits, StoryTokens } from '../scoring/story-batches.ts';

export interface PpoOptimiserOptions extends StoryLimits {
    /** Stories per run; never changes the mathematics. */
    readonly microBatch: number;
    readonly ranges: PpoLossOptions;
    /** Above this mean ratio the step is taken with a gradient of zero (TRL 0.9.4 `ratio_threshold`). */
    readonly ratioThreshold: number;
    readonly optimiser: OptimiserOptions;
}

/**
 * An update's episodes as PPO reads them. In (B, R), column t holds a story's token t; R is the longest story allowed.
 */
export interface PpoEpisodes {
    readonly stories: readonly StoryTokens[];
    readonly logprobs: ArrayLike<number>; // (B, R) when the stories were written
    readonly values: ArrayLike<number>; // (B, R) when the stories were written
    readonly advantages: ArrayLike<number>; // (B, R) whitened
    readonly returns: ArrayLike<number>; // (B, R)
}

/** Means over the minibatch's story tokens, before the step. */
export interface PpoMetrics extends Readonly<Record<(typeof ppoMeasures)[number], number>> {
    /** policyLoss + valueWeight · valueLoss, or 0 above the ratio threshold. */
    readonly loss: number;
    readonly aboveThreshold: boolean;
    /** Global norm before clipping. */
    readonly gradientNorm: number;
}

export interface PpoOptimiser {
    /** Moments and step count, for the resume state. */
    readonly optimiser: Pick<Optimiser, 'moments' | 'stepsTaken'>;
    /**
     * Takes a step on the episodes whose indices are in `minibatch`; the policy's weights change in place.
     * @throws the faults `numbers-not-finite` and `gpu-out-of-memory`
     */
    step(episodes: PpoEpisodes, minibatch: Iterable<number>, lr: number): Promise<PpoMetrics>;
    release(): void;
}

/**
 * An optimiser for the policy's live weights (language model and value head).
 * @throws bad input where the limits do not fit the student
 */
export async function createPpoOptimiser(
    runtime: Runtime,
    config: StudentConfig,
    weights: NamedTensors,
    options: PpoOptimiserOptions,
): Promise<PpoOptimiser> {
    const { microBatch, shortestPrompt, ranges, ratioThreshold } = options;
    checkConfig(config);
    checkStoriesFit(options, config.context);
    const optimiser = await createOptimiser(runtime, policyParameters(config), weights, options.optimiser);
    const gradients = gradientPrograms(
        runtime,
        (width, accumulate) => {
            const shape = { batch: microBatch, promptTokens: shortestPrompt, storyTokens: width };
            return ppoGradientsGraph(config, shape, ranges, accumulate);
        },
        weights,
        optimiser.gradients,
    );

    function microBatchOf(episodes: PpoEpisodes, batch: StoryBatch, tokenWeight: number): MicroBatch {
        const { ids, taken } = collate(episodes.stories, batch, options, microBatch);
        const columns = perToken(episodes, batch, options, microBatch, tokenWeight);
        const distinct = distinctTokens(ids, config.vocabulary);
        return { shape: batch.width, inputs: { ids, taken, distinct, ...columns } };
    }

    return {
        optimiser,
        async step(episodes, minibatch, lr) {
            const chosen = [...minibatch];
            const tokens = chosen.reduce((sum, index) => sum + episodes.stories[index]!.story.length, 0);
            const batches = storyBatches(episodes.stories, chosen, options, { size: microBatch, extra: 0 });
            const inputs = batches.map((batch) => microBatchOf(episodes, batch, 1 / tokens));
            const found = await withinMemory('learning', microBatch, () => gradients.run(inputs));
            const measured = Object.fromEntries(ppoMeasures.map((name) => [name, found[name]!])) as Record<
                (typeof ppoMeasures)[number],
                number
            >;
            // the sum of which `ppoGradientsGraph` takes the gradient
            const total = measured.policyLoss + ranges.valueWeight * measured.valueLoss;
            const aboveThreshold = measured.meanRatio > ratioThreshold;
            if (!aboveThreshold) requireFinite([total], 'loss', 'learning');
            const gradientNorm = await optimiser.step({ lr, gradientScale: aboveThreshold ? 0 : 1 });
            requireFinite([gradientNorm], 'gradients', 'learning');
            return { ...measured, loss: aboveThreshold ? 0 : total, aboveThreshold, gradientNorm };
        },
        release() {
            gradients.release();
            optimiser.release();
        },
    };
}

/** The per-token arrays of a batch in the graph's columns: (size, width), 0 outside the stories. */
function perToken(
    episodes: PpoEpisodes,
    { rows, width }: StoryBatch,
    limits: StoryLimits,
    size: number,
    tokenWeight: number,
): Readonly<Record<'oldLogprobs' | 'oldValues' | 'advantages' | 'returns' | 'weights', Float32Array>> {
    const empty = (): Float32Array => new Float32Array(size * width);
    const columns = {
        oldLogprobs: empty(),
        oldValues: empty(),
        advantages: empty(),
        returns: empty(),
        weights: empty(),
    };
    for (const [row, index] of rows.entries()) {
        const story = episodes.stories[index]!;
        const to = row * width + firstColumn(story, limits);
        const from = index * limits.longestStory;
        for (let t = 0; t < story.story.length; t++) {
            columns.oldLogprobs[to + t] = episodes.logprobs[from + t]!;
            columns.oldValues[to + t] = episodes.values[from + t]!;
            columns.advantages[to + t] = episodes.advantages[from + t]!;
            columns.returns[to + t] = episodes.returns[from + t]!;
        }
        columns.weights.fill(tokenWeight, to, to + story.story.length);
    }
    return columns;
}
