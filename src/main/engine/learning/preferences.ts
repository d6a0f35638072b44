/**
 * Online DPO: epochs over an update's pairs of stories, a step of the optimiser for each minibatch of them. Shapes: B'
 * rated stories, R the longest story allowed, P pairs of a minibatch.
 */
import { preferenceLoss, pullsOfTokens, type PreferredPair } from '../../learning/ppo/preferences.ts';
import { storySums } from '../../learning/ppo/story-statistics.ts';
import { maskOfLengths, type StoryMask } from '../../learning/ppo/story-mask.ts';
import { tokenKl } from '../../learning/ppo/token-rewards.ts';
import { requireFinite } from '../../student/finite.ts';
import type { PpoEpisodes, PpoMetrics } from '../../student/training/ppo-optimiser.ts';
import type { Learner } from './learner.ts';
import { minibatches } from './minibatches.ts';

/** An update's episodes, and which of them are pairs. */
export interface PairedEpisodes extends PpoEpisodes {
    readonly mask: StoryMask; // (B', R)
    readonly referenceLogprobs: ArrayLike<number>; // (B', R)
}

/** The optimiser sees single stories: it pushes one of a pair up and the other down, as strongly as the loss says. */
export async function learnFromPairs(
    { config, streams, optimiser, learningRate, scorer, policy }: Learner,
    episodes: PairedEpisodes,
    pairs: readonly PreferredPair[],
    update: number,
    announce: (done: number, of: number) => void,
): Promise<readonly PpoMetrics[]> {
    const { stories, mask, referenceLogprobs } = episodes;
    const { 'ppo.epochs': epochs, 'ppo.minibatch': minibatch } = config;
    const size = Math.max(1, Math.floor(minibatch / 2)); // P

    async function step(some: readonly PreferredPair[]): Promise<PpoMetrics> {
        const both = some.flatMap(({ chosen, rejected }) => [chosen, rejected]); // (2P)
        const { logprobs } = await scorer.score(
            policy, // with the weights as they are now
            both.map((b) => stories[b]!),
        ); // (2P, R)
        const own = maskOfLengths(
            both.map((b) => mask.last[b]! + 1),
            mask.T,
        );
        const reference = both.flatMap((b) => rowOf(referenceLogprobs, b, mask.T)); // (2P, R)
        const drift = storySums(tokenKl('k1', logprobs, reference, own), own); // (2P)
        const margins = some.map((_, p) => drift[2 * p]! - drift[2 * p + 1]!);
        const { loss, pulls } = preferenceLoss(margins, config['ppo.dpoBeta']);
        requireFinite([loss], 'loss', 'learning');
        const advantages = pullsOfTokens(mask, some, pulls);
        const taken = await optimiser.step({ ...episodes, advantages }, both, learningRate);
        return { ...taken, policyLoss: loss, loss: taken.aboveThreshold ? 0 : loss };
    }

    const steps: PpoMetrics[] = [];
    for (const { indices, done, of } of minibatches(streams.sampling, update, { count: pairs.length, epochs, size })) {
        announce(done, of);
        steps.push(await step(Array.from(indices, (at) => pairs[at]!)));
    }
    return steps;
}

const rowOf = (of: ArrayLike<number>, b: number, T: number): number[] =>
    Array.from({ length: T }, (_, t) => of[b * T + t]!);
