/** One job of a student of the published size, and the most memory it took. */
import { sequencesAtOnce } from '../../src/main/engine/at-once.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { policyParameters } from '../../src/main/student/gpt2/parameters.ts';
import { createPpoOptimiser } from '../../src/main/student/training/ppo-optimiser.ts';
import { createPretrainer } from '../../src/main/student/training/pretrainer.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import type { NamedTensors, Runtime } from '../../src/main/student/runtime/runtime.ts';
import { createScorer } from '../../src/main/student/scoring/scorer.ts';
import { discardWeights, loadWeights } from '../../src/main/student/weights.ts';
import { createWriter } from '../../src/main/student/writing/writer.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import { longestStory, promptTokens, publishedStudent as student, tokensOf, untrained } from './students.ts';

export type LargeJob = 'pretraining' | 'update';

const adamw = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clip: 1 } as const;

async function pretrain(runtime: Runtime): Promise<void> {
    const options = { microBatch: 4, sequence: 128, optimiser: adamw, dropout: null };
    const weights = untrained(student);
    const pretrainer = await createPretrainer(runtime, student, weights, options);
    discardWeights(weights);
    for (let step = 0; step < 3; step++)
        await pretrainer.step(tokensOf(4 * 129, student, new RandomStream('rows', step)), 1e-3);
}

/** Two updates, the second with other weights: every program is there, and what is made anew for it is made anew. */
async function update(runtime: Runtime): Promise<void> {
    const start = untrained(student);
    const load = (): NamedTensors => loadWeights(runtime, policyParameters(student), start);
    const [policy, reference, stories] = [load(), load(), 64];
    discardWeights(start);
    const limits = { shortestPrompt: promptTokens, longestPrompt: promptTokens, longestStory };
    const microBatch = sequencesAtOnce(composeConfig('paper', {}), student, promptTokens + longestStory - 1, 360);
    const writer = await createWriter(runtime, student, policy, {
        batch: 32,
        maxPrompt: promptTokens,
        maxNewTokens: longestStory,
        endOfText: 2,
    });
    const scorer = createScorer(runtime, student, { ...limits, microBatch });
    const optimiser = await createPpoOptimiser(runtime, student, policy, {
        ...limits,
        microBatch,
        ranges: { policy: 0.2, value: 0.2, valueWeight: 0.1 },
        ratioThreshold: 10,
        optimiser: adamw,
    });
    const prompt = tokensOf(promptTokens, student, new RandomStream('prompt'));
    for (let number = 0; number < 2; number++) {
        const streams = Array.from({ length: stories }, (_, i) => new RandomStream('story', number, i));
        const written = await writer.write(
            streams.map(() => prompt),
            streams,
            { temperature: 1 },
        );
        const episodes = written.tokens.map((story) => ({ prompt, story }));
        const { logprobs, values } = await scorer.score(policy, episodes);
        await scorer.score(reference, episodes);
        const noise = new RandomStream('advantages', number);
        const advantages = Float64Array.from({ length: stories * longestStory }, () => noise.normal());
        const order = noise.permutation(stories);
        await optimiser.step({ stories: episodes, logprobs, values, advantages, returns: values }, order, 1e-6);
    }
}

const [job, threads] = process.argv.slice(2) as [LargeJob, string];
const runtime = await openRuntime({ kind: 'processor', threads: Number(threads) });
await (job === 'pretraining' ? pretrain(runtime) : update(runtime));
process.send!(process.resourceUsage().maxRSS * 1024);
process.disconnect();
