/** Online DPO against a loss written a second time, token by token, and its finite differences. */
import { afterAll, describe, expect, it } from 'vitest';
import { preferenceLossOf, preferenceSlopesOf, preferredPairs, type PreferredStories } from './preference-loss.ts';
import { advantagesOf } from '../../src/main/engine/learning/advantages.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { bestAndWorstOfEach, preferenceLoss } from '../../src/main/learning/ppo/preferences.ts';
import { maskOfLengths } from '../../src/main/learning/ppo/story-mask.ts';
import { differentiate } from '../../src/main/student/autodiff/differentiate.ts';
import { Tape } from '../../src/main/student/autodiff/operations.ts';
import { Graph, type Value } from '../../src/main/student/onnx/graph.ts';
import { bindGraph } from '../../src/main/student/runtime/bound-graph.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import { methods } from '../../src/shared/settings/methods.ts';

const [count, longest] = [22, 9];

/** Stories whose log-probabilities moved, with scores of few values, so that groups tie. */
function batch(seed: string, beta: number): { readonly stories: PreferredStories; readonly now: readonly number[] } {
    const random = new RandomStream(seed);
    const cells = (spread: number, centre: number): number[] =>
        Array.from({ length: count * longest }, () => centre + spread * random.normal());
    const reference = cells(1, -3);
    const moved = cells(0.6, 0);
    const stories = {
        longest,
        beta,
        group: 3,
        reference,
        lengths: Array.from({ length: count }, () => 1 + random.integer(longest)),
        scores: Array.from({ length: count }, () => random.integer(3) / 2),
    };
    return { stories, now: reference.map((logprob, i) => logprob + moved[i]!) };
}

/** As a run comes to it, from rewards and log-probabilities. */
function found({ stories, now }: ReturnType<typeof batch>): ReturnType<typeof advantagesOf> {
    const { switches } = methods.find(({ id }) => id === 'online-dpo')!;
    const given = {
        ...switches,
        'ppo.bestOf': stories.group,
        'ppo.dpoBeta': stories.beta,
        'ppo.truncation': 'terminal',
    };
    const nothing = new Float64Array(count * longest);
    const scored = {
        logprobs: now,
        referenceLogprobs: stories.reference,
        values: nothing,
        valuesAfter: nothing,
        mask: maskOfLengths(stories.lengths, longest),
    };
    const finished = stories.scores.map(() => true);
    const config = composeConfig('improved', given);
    return advantagesOf(scored, { rewards: stories.scores, greedy: null }, { config, klCoefficient: 0, finished });
}

describe.each([
    ['one', 0.1],
    ['two', 0.5],
    ['three', 2],
])('online DPO of batch %s, β %f', (seed, beta) => {
    const made = batch(seed, beta);
    const { stories, now } = made;
    const { advantages, preferences, taken } = found(made);

    it('pairs the best of each group with the worst, and counts ties', () => {
        const pairs = preferredPairs(stories);
        expect(preferences!.pairs.map(({ chosen, rejected }) => [chosen, rejected])).toEqual(pairs);
        // 7 groups of three; the one left over has nobody beside it
        expect(preferences!.ties).toBe(7 - pairs.length);
        expect(taken).toEqual(pairs.flat());
    });

    it('has the oracle’s loss and slopes to 1e-9', () => {
        const pairs = preferences!.pairs;
        const drift = stories.scores.map((_, b) =>
            Array.from({ length: stories.lengths[b]! }, (_, t) => b * longest + t).reduce(
                (sum, cell) => sum + now[cell]! - stories.reference[cell]!,
                0,
            ),
        );
        const margins = pairs.map(({ chosen, rejected }) => drift[chosen]! - drift[rejected]!);
        expect(Math.abs(preferenceLoss(margins, beta).loss - preferenceLossOf(stories, now))).toBeLessThan(1e-9);
        const slopes = preferenceSlopesOf(stories, now);
        // the optimiser’s loss is −Σ A·log p / pairs
        const farthest = Math.max(...slopes.map((slope, i) => Math.abs(slope + advantages[i]! / pairs.length)));
        expect(farthest).toBeLessThan(1e-9);
        expect(slopes.some((slope) => Math.abs(slope) > 1e-4)).toBe(true);
    });
});

it('some group ties, in some batch', () => {
    expect(found(batch('one', 0.1)).preferences!.ties + found(batch('two', 0.1)).preferences!.ties).toBeGreaterThan(0);
});

it('is a number for margins of any size', () => {
    const { loss, pulls } = preferenceLoss([-1e6, 1e6], 1);
    expect(loss).toBeCloseTo(5e5, 6);
    expect(pulls).toEqual([1, 0]);
    expect(preferenceLoss([], 1)).toEqual({ loss: 0, pulls: [] });
});

it('leaves a story without company out, and takes the first of equals', () => {
    expect(bestAndWorstOfEach(3, [1, 3, 1, 2, 2, 2, 9])).toEqual({ pairs: [{ chosen: 1, rejected: 0 }], ties: 1 });
    expect(bestAndWorstOfEach(2, [0, 1, 1, 0]).pairs).toEqual([
        { chosen: 1, rejected: 0 },
        { chosen: 2, rejected: 3 },
    ]);
});

const runtime = await openRuntime({ kind: 'processor', threads: 1 });
afterAll(() => runtime.release());

it('comes out of the graph that trains with the oracle’s slopes', async () => {
    const made = batch('one', 0.5);
    const { advantages, preferences } = found(made);
    const graph = new Graph('pairs');
    const tape = new Tape(graph);
    const column = (name: string): Value => graph.input(name, [count * longest, 1]);
    const logprobs = column('logprobs');
    const inputs = { oldLogprobs: column('old'), advantages: column('advantages'), weights: column('weights') };
    const { loss, measured } = tape.likelihoodLoss(logprobs, inputs);
    graph.output('moved', measured['meanRatio']!);
    graph.output('slopes', differentiate(tape, loss, graph.scalar(1))(logprobs));
    const bound = await bindGraph(runtime, graph, { inputs: {}, outputs: {} });
    const now = Float32Array.from(made.now);
    const weights = Float32Array.from(now, () => 1 / preferences!.pairs.length);
    const result = await bound.run({ logprobs: now, old: now, advantages: Float32Array.from(advantages), weights });
    const slopes = result['slopes']!.read();
    preferenceSlopesOf(made.stories, made.now).forEach((slope, i) =>
        expect(slopes[i], `cell ${i}`).toBeCloseTo(slope, 6),
    );
    bound.release();
});
