/** The arithmetic of an update: stories scored, as by policy and reference, and PPO's steps on them. */
import { sequencesAtOnce } from '../../src/main/engine/at-once.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import type { StudentConfig } from '../../src/main/student/gpt2/config.ts';
import { policyParameters } from '../../src/main/student/gpt2/parameters.ts';
import { createPpoOptimiser, type PpoEpisodes } from '../../src/main/student/training/ppo-optimiser.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import type { Runtime } from '../../src/main/student/runtime/runtime.ts';
import { createScorer } from '../../src/main/student/scoring/scorer.ts';
import type { StoryTokens } from '../../src/main/student/scoring/story-batches.ts';
import { loadWeights } from '../../src/main/student/weights.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import { forwardOperations, learningOperations, peaks, squareProducts } from './gemm-peak.ts';
import { inTurns, median, medianRatio, type Bench, type Work } from './measuring.ts';
import { atLeast, type Row } from './row.ts';
import {
    demoStudent,
    longestStory,
    nativeRuntime,
    promptTokens,
    publishedStudent,
    tokensOf,
    untrained,
} from './students.ts';

interface Size {
    readonly name: string;
    readonly student: StudentConfig;
    readonly stories: number;
    readonly minibatch: number;
    /** Tokens; lengths are uniform from here to the longest. */
    readonly shortestStory: number;
    readonly least?: { readonly score: number; readonly step: number }; // shares of the peak
}

const sizes: readonly Size[] = [
    { name: 'demo', student: demoStudent, stories: 120, minibatch: 60, shortestStory: 40 },
    {
        name: 'published',
        student: publishedStudent,
        stories: 32,
        minibatch: 32,
        shortestStory: longestStory,
        least: { score: 0.8, step: 0.75 },
    },
];

export const ppo: Bench = {
    name: 'ppo',
    async measure({ repeats, threads }) {
        const native = await nativeRuntime(threads);
        const runtime = typeof native === 'string' ? await openRuntime({ kind: 'official', threads }) : native;
        const squares = await squareProducts(runtime);
        const rows: Row[] = [];
        for (const size of sizes) rows.push(...(await measureSize(size, runtime, squares, repeats)));
        return rows;
    },
};

async function measureSize(
    { name, student, stories: count, minibatch, shortestStory, least }: Size,
    runtime: Runtime,
    squares: Readonly<Record<string, Work>>,
    repeats: number,
): Promise<Row[]> {
    const policy = loadWeights(runtime, policyParameters(student), untrained(student));
    const limits = { shortestPrompt: promptTokens, longestPrompt: promptTokens, longestStory };
    const positions = promptTokens + longestStory - 1;
    const microBatch = sequencesAtOnce(composeConfig('paper', {}), student, positions, minibatch); // as runs choose it
    const scorer = createScorer(runtime, student, { ...limits, microBatch });
    const optimiser = await createPpoOptimiser(runtime, student, policy, {
        ...limits,
        microBatch,
        ranges: { policy: 0.2, value: 0.2, valueWeight: 0.1 },
        ratioThreshold: 10,
        optimiser: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clip: 1 },
    });
    const stories = writtenStories(student, count, shortestStory);
    const { logprobs, values } = await scorer.score(policy, stories);
    const noise = new RandomStream('advantages');
    const advantages = Float64Array.from({ length: count * longestStory }, () => noise.normal());
    const episodes: PpoEpisodes = { stories, logprobs, values, advantages, returns: values };

    const seconds = await inTurns<string>(
        {
            score: () => scorer.score(policy, stories),
            async epoch() {
                const order = noise.permutation(count);
                for (let from = 0; from < count; from += minibatch)
                    await optimiser.step(episodes, order.subarray(from, from + minibatch), 1e-4);
            },
            ...squares,
        },
        repeats,
    );
    scorer.release();
    optimiser.release();
    for (const tensor of Object.values(policy)) tensor.release();

    const rowsOf = (what: 'score' | 'step', operations: typeof forwardOperations, taken: readonly number[]): Row[] => {
        const needed = stories.reduce(
            (sum, { prompt, story }) => sum + operations(student, prompt.length + story.length - 1, story.length),
            0,
        );
        const rates = taken.map((each) => needed / each);
        return [
            {
                name: `ppo.${name}.${what}-share`,
                value: medianRatio(rates, peaks(seconds)),
                unit: 'of the GEMM peak',
                ...(least ? { target: atLeast(least[what]) } : {}),
                note: `runtime ${runtime.kind}, ${microBatch} stories at once`,
            },
            { name: `ppo.${name}.${what}`, value: median(taken), unit: `s for ${count} stories` },
        ];
    };
    return [
        ...rowsOf('score', forwardOperations, seconds['score']!),
        ...rowsOf('step', learningOperations, seconds['epoch']!),
    ];
}

/** Stories of the shortest length to the longest, after one prompt. */
export function writtenStories(student: StudentConfig, count: number, shortest: number): StoryTokens[] {
    const random = new RandomStream('stories');
    const prompt = tokensOf(promptTokens, student, random);
    return Array.from({ length: count }, () => {
        const length = shortest + random.integer(longestStory - shortest + 1);
        return { prompt, story: tokensOf(length, student, random) };
    });
}
