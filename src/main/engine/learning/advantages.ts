/**
 * Computes each token's advantage from the rewards, by the run's method. Shapes: B' rated stories, R the longest
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
import { storySums, whiten } from '../../learning/ppo/story-statistics.ts';
import { storyEnds } from '../../learning/ppo/story-ends.ts';
import { maskOfLengths, type StoryMask } from '../../learning/ppo/story-mask.ts';
import { tokenKl, tokenRewards } from '../../learning/ppo/token-rewards.ts';

export interface Advantages {
    readonly kl: Float64Array; // (B', R) k1, nats
    readonly advantages: Float64Array; // (B', R) 0 for stories that the step leaves out
    readonly returns: Float64Array | null; // (B', R) null without a value head
    /** The stories that the step learns from, by position. */
    readonly taken: readonly number[];
    /** How many were left out because they were cut, or because no other story was left to compare with. */
    readonly cut: number;
    /** The same stories two by two, where the method prefers one to another; null where it does not. */
    readonly preferences: StoryPreferences | null;
}

/** A story that could be rated. */
export interface ScoredStory {
    readonly rating: Rating;
    readonly stages: RewardStages;
}

/** The stories' rewards before any charge for drift, (B'), and the greedy story's on the same scale. */
export interface BatchRewards {
    readonly rewards: readonly number[];
    readonly greedy: number | null;
}

/** The reward of each story, or each criterion of it normalised over the batch and then added up. */
export function batchRewards(
    stories: readonly ScoredStory[],
    greedy: ScoredStory | null,
    criteria: readonly Criterion[],
    config: RunConfig,
): BatchRewards {
    const reward = ({ stages }: ScoredStory): number => stages.reward;
    if (config['ppo.perCriterion'] === 'off' || stories.length < 2)
        return { rewards: stories.map(reward), greedy: greedy && reward(greedy) };
    const weights = criteria.reduce((sum, { weight }) => sum + weight, 0);
    const part = (weight: number, of: (story: ScoredStory) => number): RewardPart => ({
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

export function advantagesOf(scored: ScoredRollout, pay: BatchRewards, options: TokenAdvantageOptions): Advantages {
    const kl = tokenKl('k1', scored.logprobs, scored.referenceLogprobs, scored.mask);
    return hasValueHead(options.config)
        ? byValueHead(scored, kl, pay, options)
        : byBaseline(options.config['ppo.advantage'] as Exclude<RunConfig['ppo.advantage'], 'gae'>, {
              mask: scored.mask,
              kl,
              pay,
              options,
          });
}

/** Generalised advantage estimation. Where drift is charged in the loss it costs no reward. */
function byValueHead(
    { mask, values, valuesAfter }: ScoredRollout,
    kl: Float64Array,
    { rewards }: BatchRewards,
    { config, klCoefficient, finished }: TokenAdvantageOptions,
): Advantages {
    const net = lessDrift(config, rewards, storySums(kl, mask), klCoefficient);
    const ends = storyEnds(config['ppo.truncation'], mask, net, finished, valuesAfter);
    const perToken = tokenRewards(mask, kl, chargeOfTokens(config, klCoefficient), ends.rewards);
    const { advantages, returns } = advantagesAndReturns(mask, perToken, values, ends.valuesAfter, {
        gamma: config['ppo.gamma'],
        lambda: config['ppo.lambda'],
    });
    const taken = Array.from({ length: mask.B }, (_, b) => b);
    return { kl, advantages: normalised(config, advantages, mask, net), returns, taken, cut: 0, preferences: null };
}

interface WithoutValueHead {
    readonly mask: StoryMask;
    readonly kl: Float64Array;
    readonly pay: BatchRewards;
    readonly options: TokenAdvantageOptions;
}

/** Stories that a method without a value head can learn from: (B") of them, in rows of their own. */
interface WholeStories {
    /** Their places in the rollout. */
    readonly at: readonly number[];
    readonly mask: StoryMask; // (B", R)
    readonly kl: Float64Array; // (B", R) k1, nats
    readonly drift: Float64Array; // (B") Σ of `kl` over a story
    readonly rewards: readonly number[]; // (B")
}

/** A story cut at the length limit is left out where a value head would have estimated the rest. */
function byBaseline(
    baseline: Exclude<RunConfig['ppo.advantage'], 'gae'>,
    { mask, kl, pay, options: { config, klCoefficient, finished } }: WithoutValueHead,
): Advantages {
    const isWhole = (b: number): boolean => config['ppo.truncation'] === 'terminal' || finished[b]!;
    const at = Array.from({ length: mask.B }, (_, b) => b).filter(isWhole);
    const common = { kl, returns: null, cut: mask.B - at.length, preferences: null };
    if (at.length < 2)
        return {
            ...common,
            cut: mask.B,
            taken: [],
            advantages: new Float64Array(mask.B * mask.T),
            preferences: learnsFromPairs(config) ? { pairs: [], ties: 0 } : null,
        };
    const whole = wholeStories(at, mask, kl, pay.rewards);
    switch (baseline) {
        case 'best-of-k':
            return { ...common, ...bestOfK(config, mask, whole, klCoefficient) };
        case 'best-and-worst':
            return { ...common, ...bestAndWorst(config, mask, whole) };
        default:
            return { ...common, ...lessItsBaseline(baseline, config, mask, whole, klCoefficient, pay.greedy) };
    }
}

function wholeStories(
    at: readonly number[],
    mask: StoryMask,
    kl: Float64Array,
    rewards: readonly number[],
): WholeStories {
    const own = maskOfLengths(
        at.map((b) => mask.last[b]! + 1),
        mask.T,
    );
    const klOfOwn = Float64Array.from(own.cells, (_, i) => kl[at[Math.floor(i / mask.T)]! * mask.T + (i % mask.T)]!);
    return { at, mask: own, kl: klOfOwn, drift: storySums(klOfOwn, own), rewards: at.map((b) => rewards[b]!) };
}

/** Each token of the best story of a group has the advantage 1. */
function bestOfK(
    config: RunConfig,
    mask: StoryMask,
    { at, drift, rewards }: WholeStories,
    klCoefficient: number,
): Pick<Advantages, 'advantages' | 'taken'> {
    const isCharged = klLossOf(config) === null;
    const net = rewards.map((reward, row) => reward - (isCharged ? klCoefficient * drift[row]! : 0));
    const taken = bestOfEach(config['ppo.bestOf'], net).map((row) => at[row]!);
    const advantages = new Float64Array(mask.B * mask.T);
    for (const b of taken) advantages.fill(1, b * mask.T, b * mask.T + mask.last[b]! + 1);
    return { advantages, taken };
}

/** The better story of a pair is pushed up and the worse one down, as strongly as the loss is before the first step. */
function bestAndWorst(
    config: RunConfig,
    mask: StoryMask,
    { at, drift, rewards }: WholeStories,
): Pick<Advantages, 'advantages' | 'taken' | 'preferences'> {
    const { pairs: rows, ties } = bestAndWorstOfEach(config['ppo.bestOf'], rewards);
    const { pulls } = preferenceLoss(
        rows.map(({ chosen, rejected }) => drift[chosen]! - drift[rejected]!),
        config['ppo.dpoBeta'],
    );
    const pairs = rows.map(({ chosen, rejected }) => ({ chosen: at[chosen]!, rejected: at[rejected]! }));
    return {
        advantages: pullsOfTokens(mask, pairs, pulls),
        taken: pairs.flatMap(({ chosen, rejected }) => [chosen, rejected]),
        preferences: { pairs, ties },
    };
}

/**
 * A token's advantage is what its story earns from that token on: at the end the reward less its baseline, on the way
 * the charge for drift.
 */
function lessItsBaseline(
    baseline: Exclude<RunConfig['ppo.advantage'], 'gae' | 'best-of-k' | 'best-and-worst'>,
    config: RunConfig,
    mask: StoryMask,
    whole: WholeStories,
    klCoefficient: number,
    greedy: number | null,
): Pick<Advantages, 'advantages' | 'taken'> {
    const { at, mask: own, kl, drift } = whole;
    const rewards = lessDrift(config, whole.rewards, drift, klCoefficient);
    const lengths = at.map((b) => mask.last[b]! + 1);
    const atEnd = lessBaseline(baseline, rewards, lengths, greedy);
    const perToken = tokenRewards(own, kl, chargeOfTokens(config, klCoefficient), atEnd);
    const noValues = new Float64Array(own.B * own.T); // and with λ = 1 only the rewards are left
    const toGo = advantagesAndReturns(own, perToken, noValues, new Float64Array(own.B), {
        gamma: config['ppo.gamma'],
        lambda: 1,
    });
    const ofOwn = normalised(config, toGo.advantages, own, rewards);
    const advantages = new Float64Array(mask.B * mask.T);
    at.forEach((b, row) => advantages.set(ofOwn.subarray(row * mask.T, (row + 1) * mask.T), b * mask.T));
    return { advantages, taken: at };
}

/** The estimator of drift in the loss; null where drift is charged to the reward, or is part of the preference loss. */
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

/** The KL coefficient at the start; 0, and it stays 0, where the preference loss charges for drift itself. */
export function firstKlCoefficient(config: RunConfig): number {
    return learnsFromPairs(config) ? 0 : config['ppo.klInit'];
}

/** Rewards less β·Σ d of each story, where drift is charged to the story. */
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
function chargeOfTokens(config: RunConfig, klCoefficient: number): number {
    return config['ppo.klPlace'] === 'tokens' ? klCoefficient : 0;
}

/** @param rewards (B), by whose standard deviation `deviation` divides */
function normalised(
    config: RunConfig,
    advantages: Float64Array,
    mask: StoryMask,
    rewards: readonly number[],
): Float64Array {
    switch (config['ppo.normalise']) {
        case 'whiten':
            return whiten(advantages, mask);
        case 'deviation': {
            if (rewards.length < 2) return advantages; // a single story has no deviation
            const by = inverseDeviation(rewards);
            return advantages.map((advantage) => advantage * by);
        }
        case 'off':
            return advantages;
        default:
            return config['ppo.normalise'] satisfies never;
    }
}
