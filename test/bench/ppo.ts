/** The arithmetic of one update of the preset `quick`: scoring by policy and reference, then PPO's steps. */
import { RandomStream } from '../../src/main/learning/random.ts';
import { policyParameters } from '../../src/main/student/gpt2/parameters.ts';
import { createPpoOptimiser, type PpoEpisodes } from '../../src/main/student/ppo-optimiser.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import { createScorer } from '../../src/main/student/scorer.ts';
import type { StoryTokens } from '../../src/main/student/story-batches.ts';
import { loadWeights } from '../../src/main/student/weights.ts';
import { forwardOperations, learningOperations, peaks, squareProducts } from './gemm-peak.ts';
import { inTurns, median, medianRatio, type Bench } from './measuring.ts';
import { demoStudent, longestStory, nativeRuntime, promptTokens, tokensOf, untrained } from './students.ts';

const stories = 120;
const minibatch = 60;
const epochs = 2;
const shortestStory = 40; // tokens; lengths are uniform from here to the longest

export const ppo: Bench = {
    name: 'ppo',
    async measure({ repeats, threads }) {
        const native = await nativeRuntime(threads);
        const runtime = typeof native === 'string' ? await openRuntime({ kind: 'official', threads }) : native;
        const policy = loadWeights(runtime, policyParameters(demoStudent), untrained(demoStudent));
        const reference = loadWeights(runtime, policyParameters(demoStudent), untrained(demoStudent));
        const limits = { shortestPrompt: promptTokens, longestPrompt: promptTokens, longestStory };
        const scorer = createScorer(runtime, demoStudent, { ...limits, microBatch: minibatch });
        const optimiser = await createPpoOptimiser(runtime, demoStudent, policy, {
            ...limits,
            microBatch: minibatch,
            ranges: { policy: 0.2, value: 0.2, valueWeight: 0.1 },
            ratioThreshold: 10,
            optimiser: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clip: 1 },
        });
        const written = writtenStories();
        const noise = new RandomStream('advantages');
        const advantages = Float64Array.from({ length: stories * longestStory }, () => noise.normal());

        const seconds = await inTurns<string>(
            {
                async update() {
                    const { logprobs, values } = await scorer.score(policy, written);
                    await scorer.score(reference, written);
                    const episodes: PpoEpisodes = { stories: written, logprobs, values, advantages, returns: values };
                    for (let epoch = 0; epoch < epochs; epoch++) {
                        const order = noise.permutation(stories);
                        for (let from = 0; from < stories; from += minibatch)
                            await optimiser.step(episodes, order.subarray(from, from + minibatch), 1e-4);
                    }
                },
                ...(await squareProducts(runtime)),
            },
            repeats,
        );
        scorer.release();
        optimiser.release();

        const operations = written.reduce((sum, { prompt, story }) => {
            const sizes = [demoStudent, prompt.length + story.length, story.length] as const;
            return sum + 2 * forwardOperations(...sizes) + epochs * learningOperations(...sizes);
        }, 0);
        const updates = seconds['update']!;
        const rates = updates.map((update) => operations / update);
        const note = `runtime ${runtime.kind}`;
        return [
            { name: 'ppo.share', value: medianRatio(rates, peaks(seconds)), unit: 'of the GEMM peak', note },
            { name: 'ppo.update', value: median(updates), unit: `s for ${stories} stories`, note },
        ];
    },
};

function writtenStories(): StoryTokens[] {
    const random = new RandomStream('stories');
    const prompt = tokensOf(promptTokens, demoStudent, random);
    return Array.from({ length: stories }, () => {
        const length = shortestStory + random.integer(longestStory - shortestStory + 1);
        return { prompt, story: tokensOf(length, demoStudent, random) };
    });
}
