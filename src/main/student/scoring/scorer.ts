/** Scores stories that are already written: log-probabilities and values under any weights. */
import { compileGraph } from '../runtime/bound-graph.ts';
import type { BoundGraph, CompiledGraph } from '../runtime/bound-graph.ts';
import { withinMemory } from '../device-memory.ts';
import { checkConfig } from '../gpt2/config.ts';
import type { StudentConfig } from '../gpt2/config.ts';
import { scoreGraph } from '../gpt2/graphs.ts';
import type { NamedTensors, Runtime } from '../runtime/runtime.ts';
import { checkStoriesFit, firstColumn, collate, storyBatches } from './story-batches.ts';
import type { StoryLimits, StoryTokens } from './story-batches.ts';

export interface ScorerOptions extends StoryLimits {
    /** Stories per run; never changes the mathematics. */
    readonly microBatch: number;
}

/** Row b is story b, column t its token t; columns beyond its end are 0. R is the longest story allowed. */
export interface StoryScores {
    readonly logprobs: Float32Array; // (B, R)
    /** The value head's estimate before each token was written. */
    readonly values: Float32Array; // (B, R)
    /** Its estimate after the last token: what a story that was cut off would still have earned. */
    readonly valuesAfter: Float32Array; // (B)
}

export interface Scorer {
    /** Scores every story under `weights`, the policy's or the reference's, with the value head. */
    score(weights: NamedTensors, stories: readonly StoryTokens[]): Promise<StoryScores>;
    release(): void;
}

/**
 * Each batch width is compiled when it is first needed and bound to each set of weights.
 * @throws bad input where the limits do not fit the student
 */
export function createScorer(runtime: Runtime, config: StudentConfig, options: ScorerOptions): Scorer {
    const { microBatch, shortestPrompt, longestStory } = options;
    checkConfig(config);
    checkStoriesFit(options, config.context);
    const compiled = new Map<number, CompiledGraph>();
    const bound = new Map<string, BoundGraph>(); // by width and set of weights
    const known: NamedTensors[] = [];

    async function open(width: number, weights: NamedTensors): Promise<BoundGraph> {
        if (!known.includes(weights)) known.push(weights);
        const key = `${width} ${known.indexOf(weights)}`;
        const ready = bound.get(key);
        if (ready) return ready;
        const shape = { batch: microBatch, promptTokens: shortestPrompt, storyTokens: width };
        const graph = compiled.get(width) ?? (await compileGraph(runtime, scoreGraph(config, shape)));
        compiled.set(width, graph);
        const fresh = graph.bind({ inputs: weights, outputs: {} });
        bound.set(key, fresh);
        return fresh;
    }

    return {
        async score(weights, stories) {
            const scores: StoryScores = {
                logprobs: new Float32Array(stories.length * longestStory),
                values: new Float32Array(stories.length * longestStory),
                valuesAfter: new Float32Array(stories.length),
            };
            const batches = storyBatches(stories, stories.keys(), options, { size: microBatch, extra: 1 });
            for (const batch of batches) {
                const graph = await open(batch.width, weights);
                const inputs = collate(stories, batch, options, microBatch);
                const found = await withinMemory('scoring', microBatch, () => graph.run(inputs));
                const logprobs = found['logprobs']!.read() as Float32Array;
                const values = found['values']!.read() as Float32Array;
                for (const [row, index] of batch.rows.entries()) {
                    const story = stories[index]!;
                    const from = row * batch.width + firstColumn(story, options);
                    const to = from + story.story.length;
                    scores.logprobs.set(logprobs.subarray(from, to), index * longestStory);
                    scores.values.set(values.subarray(from, to), index * longestStory);
                    scores.valuesAfter[index] = values[to]!;
                }
            }
            return scores;
        },
        release() {
            for (const graph of compiled.values()) graph.release();
        },
    };
}
