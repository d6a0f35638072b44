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
    readonly ranges: Omit<PpoLossOptions, 'ownWeights'>;
    /**
     * What the policy loss adds up over: the minibatch's tokens; its stories, each the mean over its tokens (GRPO); its
     * stories, each the sum over its tokens divided by the longest length allowed (Dr. GRPO); its pairs of stories,
     * each the sum over its tokens (DPO). Left out: tokens.
     */
    readonly lossMean?: 'tokens' | 'stories' | 'constant' | 'pairs';
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
    readonly advantages: ArrayLike<number>; // (B, R) normalised
    readonly returns: ArrayLike<number>; // (B, R) read only with a value weight above 0
    /** Read only where drift is a part of the loss. */
    readonly reference?: {
        readonly logprobs: ArrayLike<number>; // (B, R)
        readonly coefficient: number;
    };
}

/** Means over the minibatch's story tokens, before the step. */
export interface PpoMetrics extends Readonly<Record<(typeof ppoMeasures)[number], number>> {
    /** policyLoss + valueWeight · valueLoss + klLoss, or 0 above the ratio threshold. */
    readonly loss: number;
    /** The coefficient times the drift's estimate; 0 where drift is no part of the loss. */
    readonly klLoss: number;
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
    const { microBatch, shortestPrompt, ranges, ratioThreshold, lossMean = 'tokens' } = options;
    const { klLoss = null } = ranges;
    checkConfig(config);
    checkStoriesFit(options, config.context);
    const optimiser = await createOptimiser(runtime, policyParameters(config), weights, options.optimiser);
    const gradients = gradientPrograms(
        runtime,
        (width, accumulate) => {
            const shape = { batch: microBatch, promptTokens: shortestPrompt, storyTokens: width };
            const loss = { ...ranges, ownWeights: lossMean !== 'tokens' };
            return ppoGradientsGraph(config, shape, loss, { accumulate, target: runtime.target });
        },
        weights,
        optimiser.gradients,
    );

    /** Of a token in a story of so many tokens, among so many stories and tokens of the minibatch. */
    function lossWeight(storyTokens: number, { stories, tokens }: { stories: number; tokens: number }): number {
        if (lossMean === 'tokens') return 1 / tokens;
        if (lossMean === 'pairs') return 2 / stories;
        return 1 / (stories * (lossMean === 'stories' ? storyTokens : options.longestStory));
    }

    function microBatchOf(
        episodes: PpoEpisodes,
        batch: StoryBatch,
        minibatch: { readonly stories: number; readonly tokens: number },
    ): MicroBatch {
        const { ids, taken } = collate(episodes.stories, batch, options, microBatch);
        const distinct = distinctTokens(ids, config.vocabulary, runtime.target.kernels);
        const { stories, logprobs, values, advantages, returns, reference } = episodes;
        const cells = { oldLogprobs: logprobs, oldValues: values, advantages, returns };
        const all = klLoss === null ? cells : { ...cells, referenceLogprobs: reference!.logprobs };
        const own = (story: number): number => lossWeight(stories[story]!.story.length, minibatch);
        const weights = {
            weights: () => 1 / minibatch.tokens,
            ...(lossMean === 'tokens' ? {} : { lossWeights: own }),
            ...(klLoss === null ? {} : { klWeights: (story: number) => reference!.coefficient * own(story) }),
        };
        const columns = perToken(stories, batch, options, microBatch, { cells: all, weights });
        return { shape: batch.width, inputs: { ids, taken, distinct, ...columns } };
    }

    return {
        optimiser,
        async step(episodes, minibatch, lr) {
            const chosen = [...minibatch];
            const tokens = chosen.reduce((sum, index) => sum + episodes.stories[index]!.story.length, 0);
            const batches = storyBatches(episodes.stories, chosen, options, { size: microBatch, extra: 0 });
            const inputs = batches.map((batch) => microBatchOf(episodes, batch, { stories: chosen.length, tokens }));
            const found = await withinMemory('learning', microBatch, () => gradients.run(inputs));
            const measured = Object.fromEntries(ppoMeasures.map((name) => [name, found[name]!])) as Record<
                (typeof ppoMeasures)[number],
                number
            >;
            // the sum of which `ppoGradientsGraph` takes the gradient
            const drift = found['klLoss'] ?? 0;
            const total = measured.policyLoss + ranges.valueWeight * measured.valueLoss + drift;
            const aboveThreshold = measured.meanRatio > ratioThreshold;
            if (!aboveThreshold) requireFinite([total], 'loss', 'learning');
            // a device allocates the moments in the first step
            const gradientNorm = await withinMemory('learning', microBatch, () =>
                optimiser.step({ lr, gradientScale: aboveThreshold ? 0 : 1 }),
            );
            requireFinite([gradientNorm], 'gradients', 'learning');
            return { ...measured, loss: aboveThreshold ? 0 : total, klLoss: drift, aboveThreshold, gradientNorm };
        },
        release() {
            gradients.release();
            optimiser.release();
        },
    };
}

/**
 * The per-token arrays of a batch in the graph's columns: (size, width), 0 outside the stories. cells: (B, R) each;
 * weights: by story, the same at each of its tokens.
 */
function perToken(
    stories: readonly StoryTokens[],
    { rows, width }: StoryBatch,
    limits: StoryLimits,
    size: number,
    {
        cells,
        weights,
    }: {
        readonly cells: Readonly<Record<string, ArrayLike<number>>>;
        readonly weights: Readonly<Record<string, (story: number) => number>>;
    },
): Readonly<Record<string, Float32Array>> {
    const names = [...Object.keys(cells), ...Object.keys(weights)];
    const columns = Object.fromEntries(names.map((name) => [name, new Float32Array(size * width)]));
    for (const [row, index] of rows.entries()) {
        const story = stories[index]!;
        const to = row * width + firstColumn(story, limits);
        const from = index * limits.longestStory;
        for (const [name, all] of Object.entries(cells))
            for (let t = 0; t < story.story.length; t++) columns[name]![to + t] = all[from + t]!;
        for (const [name, of] of Object.entries(weights)) columns[name]!.fill(of(index), to, to + story.story.length);
    }
    return columns;
}
