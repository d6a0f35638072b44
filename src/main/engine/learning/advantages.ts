/**
 * From rewards to the advantage of every token, as the run's method has it. Shapes: B' rated stories, R the longest
 * story allowed. Formulas and their sources: docs/method.md.
 */
import type { Criterion, Rating } from '../../../shared/ratings/rubric.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import { hasValueHead, learnsFromPairs } from '../../../shared/settings/methods.ts';
import { advantagesAndReturns } from '../../learning/ppo/advantages.ts';
import {
    bestOfEach,
    inverseDeviation,
    lessBaseline,
    normalisedParts,
    type RewardPart,
} from '../../learning/ppo/baselines.ts';
import {
    bestAndWorstOfEach,
    preferenceLoss,
    pullsOfTokens,
    type StoryPreferences,
} from '../../learning/ppo/preferences.ts';
import type { RewardStages } from '../../learning/ppo/rewards.ts';
import { storySums, whiten } from '../../learning/ppo/statistics.ts';
import { storyEnds } from '../../learning/ppo/story-ends.ts';
import { maskOfLengths, type StoryMask } from '../../learning/ppo/story-mask.ts';
import { tokenKl, tokenRewards } from '../../learning/ppo/token-rewards.ts';

export interface Advantages {
    readonly kl: Float64Array; // (B', R) k1, nats
    readonly advantages: Float64Array; // (B', R) 0 for stories that the step leaves out
    readonly returns: Float64Array | null; // (B', R) null without a value head
    /** The stories that the step learns from, by position. */
    readonly taken: readonly number[];
    /** How many were left out because they were cut, or because nothing was left to hold a story against. */
    readonly cut: number;
    /** The same stories two by two, where the method prefers one to another; null where it does not. */
    readonly preferences: StoryPreferences | null;
}

/** A story that could be rated. */
export interface PaidStory {
    readonly rating: Rating;
    readonly stages: RewardStages;
}

/** What stories are paid before drift is: (B'), and the greedy story on the same scale. */
export interface Pay {
    readonly rewards: readonly number[];
    readonly greedy: number | null;
}

/** The reward of each story, or each criterion of it normalised over the batch and then added up. */
export function payOf(
    stories: readonly PaidStory[],
    greedy: PaidStory | null,
    criteria: readonly Criterion[],
    config: RunConfig,
): Pay {
    const reward = ({ stages }: PaidStory): number => stages.reward;
    if (config['ppo.perCriterion'] === 'off' || stories.length < 2)
        return { rewards: stories.map(reward), greedy: greedy && reward(greedy) };
    const weights = criteria.reduce((sum, { weight }) => sum + weight, 0);
    const part = (weight: number, of: (story: PaidStory) => number): RewardPart => ({
        weight,
        fractions: stories.map(of),
        greedy: greedy && of(greedy),
    });
    const parts = criteria.map(({ id, min, max, weight }) =>
        part(weight / weights, ({ rating }) =>
            rating.kind === 'scored' ? (rating.scores[id]! - min) / (max - min) : 0.5,
        ),
    ); // 0.5: `teacher.unreadable` half (T2), the only way for an unreadable rating to come here
    const { 'reward.lengthWeight': lengthWeight } = config;
    const length = part(lengthWeight, ({ stages }) => stages.lengthBonus / lengthWeight);
    return normalisedParts(lengthWeight > 0 ? [...parts, length] : parts);
}

interface ScoredRollout {
    readonly mask: StoryMask; // (B', R)
    readonly logprobs: ArrayLike<number>; // (B', R) of the policy
    readonly referenceLogprobs: ArrayLike<number>; // (B', R)
    readonly values: ArrayLike<number>; // (B', R)
    readonly valuesAfter: ArrayLike<number>; // (B')
}

export interface TokenAdvantageOptions {
    readonly config: RunConfig;
    readonly klCoefficient: number;
    readonly finished: readonly boolean[]; // (B')
}

export function advantagesOf(scored: ScoredRollout, pay: Pay, options: TokenAdvantageOptions): Advantages {
    const kl = tokenKl('k1', scored.logprobs, scored.referenceLogprobs, scored.mask);
    return hasValueHead(options.config)
        ? byValueHead(scored, kl, pay, options)
        : byBaseline(options.config['ppo.advantage'] as Exclude<RunConfig['ppo.advantage'], 'gae'>, {
              ...{ mask: scored.mask, kl, pay, options },
          });
}

/** Generalised advantage estimation. Where drift is priced in the loss it costs no reward. */
function byValueHead(
    { mask, values, valuesAfter }: ScoredRollout,
    kl: Float64Array,
    { rewards }: Pay,
    { config, klCoefficient, finished }: TokenAdvantageOptions,
): Advantages {
    const paid = lessDrift(config, rewards, storySums(kl, mask), klCoefficient);
    const ends = storyEnds(config['ppo.truncation'], mask, paid, finished, valuesAfter);
    const perToken = tokenRewards(mask, kl, priceOfTokens(config, klCoefficient), ends.rewards);
    const { advantages, returns } = advantagesAndReturns(mask, perToken, values, ends.valuesAfter, {
        gamma: config['ppo.gamma'],
        lambda: config['ppo.lambda'],
    });
    const taken = Array.from({ length: mask.B }, (_, b) => b);
    return { kl, advantages: normalised(config, advantages, mask, paid), returns, taken, cut: 0, preferences: null };
}

interface WithoutValueHead {
    readonly mask: StoryMask;
    readonly kl: Float64Array;
    readonly pay: Pay;
    readonly options: TokenAdvantageOptions;
}

/**
 * Each token earns what its story is paid from there on: the reward less its baseline at the end, less the price of
 * drift on the way. A story that was cut at its longest is left out where a value head would have guessed the rest.
 * The best of k are read as they are: their tokens have the advantage 1. Of pairs, one is pulled up and one down, as
 * hard as before the first step.
 */
function byBaseline(
    baseline: Exclude<RunConfig['ppo.advantage'], 'gae'>,
    { mask, kl, pay, options: { config, klCoefficient, finished } }: WithoutValueHead,
): Advantages {
    const stays = (b: number): boolean => config['ppo.truncation'] === 'terminal' || finished[b]!;
    const taken = Array.from({ length: mask.B }, (_, b) => b).filter(stays);
    const advantages = new Float64Array(mask.B * mask.T);
    const nobody = learnsFromPairs(config) ? { pairs: [], ties: 0 } : null;
    const left = { kl, returns: null, preferences: nobody };
    if (taken.length < 2) return { ...left, advantages, taken: [], cut: mask.B };
    const cut = mask.B - taken.length;

    const lengths = taken.map((b) => mask.last[b]! + 1);
    const some = maskOfLengths(lengths, mask.T);
    const klOfSome = Float64Array.from(
        some.cells,
        (_, i) => kl[taken[Math.floor(i / mask.T)]! * mask.T + (i % mask.T)]!,
    );
    const rewards = taken.map((b) => pay.rewards[b]!);
    const drift = storySums(klOfSome, some);
    if (baseline === 'best-of-k') {
        const isPriced = klLossOf(config) === null;
        const net = rewards.map((reward, row) => reward - (isPriced ? klCoefficient * drift[row]! : 0));
        const kept = bestOfEach(config['ppo.bestOf'], net).map((row) => taken[row]!);
        for (const b of kept) advantages.fill(1, b * mask.T, b * mask.T + mask.last[b]! + 1);
        return { ...left, advantages, taken: kept, cut };
    }
    if (baseline === 'best-and-worst') {
        const { pairs: rows, ties } = bestAndWorstOfEach(config['ppo.bestOf'], rewards);
        const { pulls } = preferenceLoss(
            rows.map(({ chosen, rejected }) => drift[chosen]! - drift[rejected]!),
            config['ppo.dpoBeta'],
        );
        const pairs = rows.map(({ chosen, rejected }) => ({ chosen: taken[chosen]!, rejected: taken[rejected]! }));
        return {
            ...left,
            advantages: pullsOfTokens(mask, pairs, pulls),
            taken: pairs.flatMap(({ chosen, rejected }) => [chosen, rejected]),
            ...{ cut, preferences: { pairs, ties } },
        };
    }
    const paid = lessDrift(config, rewards, drift, klCoefficient);
    const perToken = tokenRewards(
        some,
        klOfSome,
        priceOfTokens(config, klCoefficient),
        lessBaseline(baseline, paid, lengths, pay.greedy),
    );
    const nothing = new Float64Array(some.B * some.T); // without values and with λ = 1 only what is paid is left
    const toGo = advantagesAndReturns(some, perToken, nothing, new Float64Array(some.B), {
        gamma: config['ppo.gamma'],
        lambda: 1,
    });
    const own = normalised(config, toGo.advantages, some, paid);
    taken.forEach((b, row) => advantages.set(own.subarray(row * mask.T, (row + 1) * mask.T), b * mask.T));
    return { ...left, advantages, taken, cut };
}

/** The estimator of drift in the loss; null where drift is paid from the reward, or priced by a preference itself. */
export function klLossOf(config: RunConfig): 'k2' | 'k3' | null {
    if (learnsFromPairs(config)) return null;
    switch (config['ppo.klPlace']) {
        case 'loss-k2':
            return 'k2';
        case 'loss-k3':
            return 'k3';
        case 'tokens':
        case 'story':
            return null;
        default:
            return config['ppo.klPlace'] satisfies never;
    }
}

/** What a nat of drift costs at first: nothing where the loss of pairs prices it, and then it stays nothing. */
export function firstKlCoefficient(config: RunConfig): number {
    return learnsFromPairs(config) ? 0 : config['ppo.klInit'];
}

/** Rewards less β·Σ d of each story, where drift is paid by the story. */
function lessDrift(
    config: RunConfig,
    rewards: readonly number[],
    drift: ArrayLike<number>,
    klCoefficient: number,
): readonly number[] {
    if (config['ppo.klPlace'] !== 'story') return rewards;
    return rewards.map((reward, b) => reward - klCoefficient * drift[b]!);
}

/** What a nat of drift costs at the token where it happens. */
function priceOfTokens(config: RunConfig, klCoefficient: number): number {
    return config['ppo.klPlace'] === 'tokens' ? klCoefficient : 0;
}

/** paid: (B), what the stories were paid, whose deviation `deviation` divides by. */
function normalised(
    config: RunConfig,
    advantages: Float64Array,
    mask: StoryMask,
    paid: readonly number[],
): Float64Array {
    switch (config['ppo.normalise']) {
        case 'whiten':
            return whiten(advantages, mask);
        case 'deviation': {
            if (paid.length < 2) return advantages; // a single story has no deviation
            const by = inverseDeviation(paid);
            return advantages.map((advantage) => advantage * by);
        }
        case 'off':
            return advantages;
        default:
            return config['ppo.normalise'] satisfies never;
    }
}
