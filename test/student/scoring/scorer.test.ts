import { afterAll, describe, expect, it } from 'vitest';
import { openRuntime } from '../../../src/main/student/runtime/open.ts';
import { createScorer } from '../../../src/main/student/scoring/scorer.ts';
import { loadWeights } from '../../../src/main/student/weights.ts';
import { policyParameters } from '../../../src/main/student/gpt2/parameters.ts';
import { config, limits, startingWeights, storiesOf } from '../training/training.ts';

const runtime = await openRuntime({ kind: 'processor', threads: 1 });
const weights = loadWeights(runtime, policyParameters(config), startingWeights());
afterAll(() => runtime.release());

describe('scorer', () => {
    it('says of a story among others what it says of the story alone, whatever the width of the batch', async () => {
        const stories = storiesOf(17);
        const together = createScorer(runtime, config, { ...limits, microBatch: 6 });
        const scores = await together.score(weights, stories);
        for (const [index, story] of stories.entries()) {
            const [prompt, length] = [story.prompt.length, story.story.length];
            const alone = createScorer(runtime, config, {
                shortestPrompt: prompt,
                longestPrompt: prompt,
                longestStory: length,
                microBatch: 1,
            });
            const own = await alone.score(weights, [story]);
            const row = index * limits.longestStory;
            for (let t = 0; t < limits.longestStory; t++) {
                expect(scores.logprobs[row + t]).toBeCloseTo(own.logprobs[t] ?? 0, 5);
                if (t >= length) expect(scores.values[row + t]).toBe(0);
                else expect(scores.values[row + t]).toBeCloseTo(own.values[t]!, 5);
            }
            expect(scores.valuesAfter[index]).toBeCloseTo(own.valuesAfter[0]!, 5);
            alone.release();
        }
        together.release();
    });

    it('gives probabilities: over all choices of the last token they sum to one', async () => {
        const [first] = storiesOf(1);
        const { prompt, story } = first!;
        const scorer = createScorer(runtime, config, { ...limits, microBatch: 50 });
        const choices = Array.from({ length: config.vocabulary }, (_, token) => ({
            prompt,
            story: Int32Array.of(...story.slice(0, 4), token),
        }));
        const { logprobs } = await scorer.score(weights, choices);
        const total = choices.reduce((sum, _, row) => sum + Math.exp(logprobs[row * limits.longestStory + 4]!), 0);
        expect(total).toBeCloseTo(1, 5);
        scorer.release();
    });

    it('a value after the last token is the value before the next one', async () => {
        const [first] = storiesOf(1);
        const { prompt, story } = first!;
        const scorer = createScorer(runtime, config, { ...limits, microBatch: 2 });
        const { values, valuesAfter } = await scorer.score(weights, [
            { prompt, story: story.slice(0, 3) },
            { prompt, story: story.slice(0, 4) },
        ]);
        expect(valuesAfter[0]).toBeCloseTo(values[limits.longestStory + 3]!, 6);
        scorer.release();
    });

    it('refuses prompts and stories longer than the student can read', () => {
        expect(() => createScorer(runtime, config, { ...limits, longestStory: 30, microBatch: 2 })).toThrow(
            'context of 32',
        );
    });
});
