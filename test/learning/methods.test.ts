/** The methods without a value head: their advantages and losses against an independent implementation in numpy. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { advantagesOf, batchRewards } from '../../src/main/engine/learning/advantages.ts';
import { bestOfEach, lessBaseline, normalisedParts } from '../../src/main/learning/ppo/baselines.ts';
import { mean } from '../../src/main/learning/statistics/descriptive.ts';
import { maskOfLengths } from '../../src/main/learning/ppo/story-mask.ts';
import { differentiate } from '../../src/main/student/autodiff/differentiate.ts';
import { Tape } from '../../src/main/student/autodiff/operations.ts';
import { Graph, type Value } from '../../src/main/student/onnx/graph.ts';
import { bindGraph } from '../../src/main/student/runtime/bound-graph.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import { storytellerCriteria } from '../../src/shared/ratings/rubric.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import { methodOf } from '../../src/shared/settings/methods.ts';
import { expectClose } from './golden.ts';

interface Recorded {
    readonly shape: Readonly<
        Record<'stories' | 'longest' | 'beta' | 'lambda' | 'lengthWeight' | 'clip' | 'bestOf', number>
    >;
    readonly advantages: {
        readonly batches: readonly {
            readonly lengths: readonly number[];
            readonly finished: readonly boolean[];
            readonly scores: readonly (readonly number[])[]; // (B + 1, 3): the last is the greedy story's
            readonly bonus: readonly number[]; // (B + 1)
            readonly reward: readonly number[]; // (B + 1)
            readonly logprobs: readonly (readonly number[])[];
            readonly reference: readonly (readonly number[])[];
            readonly values: readonly (readonly number[])[];
            readonly after: readonly number[];
        }[];
        readonly cases: readonly {
            readonly batch: number;
            readonly gamma: number;
            readonly switches: Readonly<
                Record<'advantage' | 'normalise' | 'perCriterion' | 'klPlace' | 'truncation', string>
            >;
            readonly advantages: readonly number[]; // (B, R)
            readonly taken: readonly number[];
        }[];
    };
    readonly losses: {
        readonly inputs: Readonly<Record<'lengths' | 'old' | 'now' | 'reference' | 'advantages', readonly number[]>>;
        readonly cases: readonly {
            readonly ratio: 'token' | 'story' | 'none';
            readonly mean: 'tokens' | 'stories' | 'constant';
            readonly estimator: 'none' | 'k2' | 'k3';
            readonly loss: number;
            readonly gradient: readonly number[];
        }[];
    };
}
const {
    shape,
    advantages: recorded,
    losses,
} = JSON.parse(readFileSync(new URL('../parity/methods.json', import.meta.url), 'utf8')) as Recorded;

describe('advantages', () => {
    it.each(recorded.cases.map((each) => ({ ...each, name: Object.values(each.switches).join(' ') })))(
        'are those of numpy to 1e-9: $name, batch $batch, γ $gamma',
        ({ batch, gamma, switches, advantages, taken }) => {
            const own = recorded.batches[batch]!;
            const config = composeConfig('improved', {
                ...Object.fromEntries(Object.entries(switches).map(([name, value]) => [`ppo.${name}`, value])),
                'reward.lengthWeight': shape.lengthWeight,
                'ppo.bestOf': shape.bestOf,
                'ppo.gamma': gamma,
                'ppo.lambda': shape.lambda,
            });
            const paid = own.scores.map((scores, b) => ({
                rating: {
                    kind: 'scored' as const,
                    scores: Object.fromEntries(storytellerCriteria.map(({ id }, c) => [id, scores[c]!])),
                },
                stages: {
                    fraction: mean(scores) / 3,
                    calibrated: mean(scores) / 3,
                    lengthBonus: own.bonus[b]!,
                    reward: own.reward[b]!,
                },
            }));
            const pay = batchRewards(paid.slice(0, -1), paid.at(-1)!, storytellerCriteria, config);
            const scored = {
                mask: maskOfLengths(own.lengths, shape.longest),
                logprobs: own.logprobs.flat(),
                referenceLogprobs: own.reference.flat(),
                values: own.values.flat(),
                valuesAfter: own.after,
            };
            const options = { config, klCoefficient: shape.beta, finished: own.finished };
            const found = advantagesOf(scored, pay, options);
            expect(found.taken).toEqual(taken);
            const inside = (of: ArrayLike<number>): number[] =>
                Array.from(scored.mask.cells, (cell, i) => (cell === 1 ? of[i]! : 0));
            const farthest = Math.max(...inside(found.advantages).map((each, i) => Math.abs(each - advantages[i]!)));
            expect(farthest).toBeLessThan(1e-9);
            expect(found.returns === null).toBe(switches.advantage !== 'gae');
        },
    );

    it('cover every method of the field', () => {
        const covered = recorded.cases.map(({ switches }) => switches);
        for (const advantage of ['gae', 'mean', 'leave-one-out', 'length-weighted', 'greedy', 'best-of-k'])
            expect(covered.some((each) => each.advantage === advantage)).toBe(true);
        expect(recorded.cases.some(({ taken }) => taken.length < shape.stories)).toBe(true); // some story is left out
    });
});

describe('a baseline', () => {
    const rewards = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 });

    it('of the others is the batch’s mean, k/(k − 1) times as far', () => {
        fc.assert(
            fc.property(rewards, (some) => {
                const lengths = some.map(() => 3);
                const others = lessBaseline('leave-one-out', some, lengths, null);
                const all = lessBaseline('mean', some, lengths, null);
                others.forEach((each, b) => expect(each).toBeCloseTo((all[b]! * some.length) / (some.length - 1), 12));
            }),
        );
    });

    it('weighted by length is the mean where all are as long, and cancels Σ T·A everywhere', () => {
        fc.assert(
            fc.property(rewards, (some) => {
                const lengths = some.map((_, b) => 1 + (b % 5));
                const weighted = lessBaseline('length-weighted', some, lengths, null);
                expect(weighted.reduce((sum, each, b) => sum + each * lengths[b]!, 0)).toBeCloseTo(0, 9);
                const same = lessBaseline('length-weighted', some, lengths.fill(4), null);
                same.forEach((each, b) => expect(each).toBeCloseTo(some[b]! - mean(some), 12));
            }),
        );
    });

    it('that is greedy is the greedy story’s reward, or the mean where nobody could rate it', () => {
        expectClose(lessBaseline('greedy', [0.2, 0.6], [1, 1], 0.5), [-0.3, 0.1]);
        expectClose(lessBaseline('greedy', [0.2, 0.6], [1, 1], null), [-0.2, 0.2]);
        expect(() => lessBaseline('greedy', [0.2], [1], 0.5)).toThrow('at least two stories');
    });

    it('is none where the best of every k is kept, the first of equals', () => {
        expect(bestOfEach(3, [1, 3, 2, 5, 5, 4, 0, 7])).toEqual([1, 3, 7]);
        expect(bestOfEach(3, [1, 3, 2, 9])).toEqual([1]); // one is left over, with nobody to be better than
    });

    it('for each criterion lets none outweigh the others by its spread', () => {
        const wide = { weight: 1, fractions: [0, 1, 0, 1], greedy: 1 };
        const narrow = { weight: 1, fractions: [0.52, 0.5, 0.5, 0.52], greedy: 0.5 };
        const { rewards: both, greedy } = normalisedParts([wide, narrow]);
        // up in one and down in the other: nearly even; summed first, the wide one would rule
        expect(Math.abs(both[1]!)).toBeLessThan(0.01);
        expect(both[3]!).toBeGreaterThan(0.8);
        expect(greedy).toBeCloseTo(both[1]!, 12);
        expect(normalisedParts([wide, { ...narrow, greedy: null }]).greedy).toBeNull();
    });
});

const runtime = await openRuntime({ kind: 'processor', threads: 1 });
afterAll(() => runtime.release());

describe('the graph’s losses', () => {
    it.each(losses.cases)('have numpy’s value and slope: $ratio ratio, over $mean, KL $estimator', async (tested) => {
        const { stories, longest, clip, beta } = shape;
        const { lengths, old, now, reference, advantages } = losses.inputs;
        const cells = stories * longest;
        const graph = new Graph('losses');
        const tape = new Tape(graph);
        const column = (name: string): Value => graph.input(name, [cells, 1]);
        const logprobs = column('logprobs');
        const inputs = {
            oldLogprobs: column('old'),
            advantages: column('advantages'),
            weights: column('weights'),
            shares: column('shares'),
        };
        const policy =
            tested.ratio === 'token'
                ? tape.policyLoss(logprobs, inputs, clip)
                : tested.ratio === 'story'
                  ? tape.storyPolicyLoss(logprobs, inputs, { batch: stories, range: clip })
                  : tape.likelihoodLoss(logprobs, inputs);
        const loss =
            tested.estimator === 'none'
                ? policy.loss
                : tape.addScaled(
                      policy.loss,
                      tape.klLoss(
                          logprobs,
                          { referenceLogprobs: column('reference'), weights: column('klWeights') },
                          tested.estimator,
                      ),
                      1,
                  );
        graph.output('loss', loss);
        graph.output('gradient', differentiate(tape, loss, graph.scalar(1))(logprobs));

        const tokens = lengths.reduce((sum, each) => sum + each, 0);
        const byCell = (of: (length: number) => number): Float32Array =>
            Float32Array.from({ length: cells }, (_, i) => {
                const length = lengths[Math.floor(i / longest)]!;
                return i % longest < length ? of(length) : 0;
            });
        const weights = byCell((length) => {
            if (tested.mean === 'tokens') return 1 / tokens;
            return 1 / (stories * (tested.mean === 'stories' ? length : longest));
        });
        const bound = await bindGraph(runtime, graph, { inputs: {}, outputs: {} });
        const found = await bound.run({
            logprobs: Float32Array.from(now),
            old: Float32Array.from(old),
            advantages: Float32Array.from(advantages),
            weights,
            shares: byCell(() => 1 / tokens),
            ...(tested.estimator === 'none'
                ? {}
                : { reference: Float32Array.from(reference), klWeights: weights.map((weight) => beta * weight) }),
        });
        expect(Number(found['loss']!.read()[0])).toBeCloseTo(tested.loss, 5);
        tested.gradient.forEach((slope, i) => expect(found['gradient']!.read()[i], `cell ${i}`).toBeCloseTo(slope, 5));
        bound.release();
    });
});

describe('a method', () => {
    it('is told from its switches', () => {
        expect(methodOf(composeConfig('improved', {}))?.name).toBe('PPO');
        expect(methodOf(composeConfig('paper', {}))?.name).toBe('PPO');
        expect(methodOf(composeConfig('quick', { 'ppo.advantage': 'leave-one-out' }))).toBeNull();
    });
});
