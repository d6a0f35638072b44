/** One update of interactive learning, step by step: write and rate, compute advantages, optimise, make the record. */
import type { EngineEvent, Phase } from '../../../shared/contracts/engine.ts';
import type { EpisodeRecord, RatingRecord } from '../../../shared/run/record.ts';
import { totalScore, type Criterion, type Rating } from '../../../shared/ratings/rubric.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import { advantagesAndReturns } from '../../learning/ppo/advantages.ts';
import type { RewardStages } from '../../learning/ppo/rewards.ts';
import { mean, storySums, whiten } from '../../learning/ppo/statistics.ts';
import { storyEnds } from '../../learning/ppo/story-ends.ts';
import { maskOfLengths, type StoryMask } from '../../learning/ppo/story-mask.ts';
import { tokenKl, tokenRewards } from '../../learning/ppo/token-rewards.ts';
import { updateMetrics, type UpdateMetrics } from '../../learning/ppo/update-metrics.ts';
import { chargeUpdate, type UpdateWords, type WordsUsed } from '../../learning/word-budget.ts';
import { requireFinite } from '../../student/finite.ts';
import type { PpoEpisodes, PpoMetrics } from '../../student/training/ppo-optimiser.ts';
import { distinctFraction, normalWords } from '../../text/diversity.ts';
import { countWords } from '../../text/words.ts';
import { rateWhileWriting, type WrittenAndRated } from '../stories/rate-while-writing.ts';
import type { LearningProgress } from './progress.ts';
import type { Learner } from './learner.ts';
import { requireRated } from '../teachers/rated-none.ts';
import { toRatingRecords } from '../recording.ts';
import { rewardStories, shuffleRewards, teacherWords, wasAskedAgain } from './rewarding.ts';
import type { Reports, TaskClock } from '../supervisor.ts';
import type { WrittenStory } from '../stories/writing.ts';

const tracedEpisodes = 3; // episodes of each update whose tokens are recorded one by one

export interface RatedEpisode {
    readonly written: WrittenStory;
    readonly rating: Rating;
    /** Undefined: the episode is left out of the update. */
    readonly stages: RewardStages | undefined;
}

export interface Rollout {
    readonly episodes: readonly RatedEpisode[]; // (B)
    /** The dropout with which they were written. Everything learned from them is computed without dropout. */
    readonly dropoutRate: number;
    readonly seconds: WrittenAndRated['seconds'];
}

/**
 * Lets the student write the stories of one update and the teacher rate them, and computes their rewards.
 * @throws `teacher-unreadable` where none could be rated, since nothing could be learned from them
 */
export async function writeAndRate(
    { config, streams, writer, teacher, calibration }: Learner,
    update: number,
    supervisor: Reports & TaskClock,
): Promise<Rollout> {
    const batch = config['ppo.batch'];
    const dropoutRate = rolloutDropoutRate(config, update);
    const announce = announcer(supervisor);
    announce('writing', 0, batch);
    const own = Array.from({ length: batch }, (_, story) => streams.sampling.fork('rollout', update, story));
    const { stories, ratings, seconds } = await rateWhileWriting(writer, teacher, own, {
        context: { update, training: true, random: streams.run.fork('teacher') },
        dropoutRate,
        onProgress: (written, rated) =>
            written < batch ? announce('writing', written, batch) : announce('rating', rated, batch),
        seconds: () => supervisor.seconds(),
    });
    requireRated(teacher.facts, ratings);
    const stages = rewardStories(stories, ratings, teacher.facts.rubric.criteria, config, calibration);
    return {
        episodes: stories.map((story, i) => ({ written: story, rating: ratings[i]!, stages: stages[i] })),
        dropoutRate,
        seconds,
    };
}

const publishedDropoutRate = 0.1; // GPT-2's own, for embeddings, attention and residuals

/**
 * Quirk R1: TRL 0.9.4 puts the network in training mode for its first step and never back before it writes, so all
 * stories but those of the first update were written with dropout (huggingface/trl issues 155 and 3000).
 */
function rolloutDropoutRate(config: RunConfig, update: number): number {
    return config['rollout.dropout'] === 'paper' && update > 1 ? publishedDropoutRate : 0;
}

/** The words that an update costs, and the run's counters after it. */
export function spentBy(
    { episodes }: Rollout,
    used: WordsUsed,
    config: RunConfig,
): { readonly spent: UpdateWords; readonly after: WordsUsed } {
    const rewarded = episodes.filter(({ stages }) => stages !== undefined);
    const spent = {
        promptWords: episodes.reduce((sum, { written }) => sum + countWords(written.prompt), 0),
        teacherWords: teacherWords(episodes.map(({ rating }) => rating)),
        studentWords: episodes.reduce((sum, { written }) => sum + written.words, 0),
        tokensTrained: config['ppo.epochs'] * rewarded.reduce((sum, { written }) => sum + written.tokens.length, 0),
    };
    return { spent, after: chargeUpdate(used, spent) };
}

export interface Learned {
    readonly metrics: UpdateMetrics;
    readonly steps: readonly PpoMetrics[];
    /** Mean KL from the reference, nats per story; the KL coefficient is adapted to it. */
    readonly kl: number;
    /** Per episode of the rollout, nats; 0 where the episode was left out. */
    readonly klOfEpisode: readonly number[];
    /** By position in the rollout, for a few episodes drawn by seed: what happened at each token. */
    readonly traces: ReadonlyMap<number, NonNullable<EpisodeRecord['trace']>>;
    readonly seconds: { readonly scoring: number; readonly learning: number };
}

/**
 * PPO on one rollout: log-probabilities and values, advantages, optimisation, metrics. Shapes: B' rated stories, R the
 * longest story allowed.
 * Formulas and their sources: docs/method.md.
 */
export async function learnFrom(
    learner: Learner,
    rollout: Rollout,
    klCoefficient: number,
    update: number,
    supervisor: Reports & TaskClock,
): Promise<Learned> {
    const { config, streams, teacher } = learner;
    const announce = announcer(supervisor);
    const started = supervisor.seconds();
    const rated = rollout.episodes.flatMap(({ written, rating, stages }, at) =>
        stages ? [{ written, rating, stages, at }] : [],
    );
    if (learner.optimiser.optimiser.stepsTaken === 0 && config['ppo.valueStart'] === 'mean-reward')
        learner.startValuesAt(mean(rated.map(({ stages }) => stages.reward))); // the mean reward of the first batch

    const scores = await scoreStories(learner, rated, announce);
    const { kl, advantages, returns } = advantagesOf(learner, rated, scores, klCoefficient, update);
    const scored = supervisor.seconds();
    const steps = await optimise(learner, { ...scores, advantages, returns }, update, announce);

    const metrics = updateMetrics(
        scores.mask,
        rated.map(({ written, rating, stages }) => ({
            score: rating.kind === 'scored' ? totalScore(teacher.facts.rubric.criteria, rating.scores) : undefined,
            stages,
            words: written.words,
            finished: written.finished,
        })),
        { ...scores, returns },
        klCoefficient,
    );
    const klOfEpisode = rollout.episodes.map(() => 0);
    storySums(kl, scores.mask).forEach((sum, b) => (klOfEpisode[rated[b]!.at] = sum));
    const traced = streams.run.fork('trace', update).permutation(rated.length).subarray(0, tracedEpisodes);
    return {
        metrics,
        steps,
        traces: tracesOf(rated, traced, scores.mask, { kl, values: scores.values, advantages }),
        kl: config['ppo.klEstimator'] === 'k1' ? metrics.klMean : metrics.kl3Mean,
        klOfEpisode,
        seconds: { scoring: scored - started, learning: supervisor.seconds() - scored },
    };
}

/** An episode that could be rated, and its position in the rollout. */
type Rewarded = Omit<RatedEpisode, 'stages'> & { readonly stages: RewardStages; readonly at: number };

interface UpdateScores {
    readonly stories: PpoEpisodes['stories'];
    readonly mask: StoryMask;
    readonly logprobs: Float32Array; // (B', R) of the policy before it learns
    readonly referenceLogprobs: Float32Array; // (B', R)
    readonly values: Float32Array; // (B', R)
    readonly valuesAfter: Float32Array; // (B') of the state after the last token
}

/** Log-probabilities and values of the stories, by policy and reference, before anything is learned from them. */
async function scoreStories(
    { config, scorer, policy, reference, writer }: Learner,
    rated: readonly Rewarded[],
    announce: Announce,
): Promise<UpdateScores> {
    const stories = rated.map(({ written }) => ({ prompt: writer.promptTokens, story: written.tokens }));
    announce('scoring', 0, 2);
    const { logprobs, values, valuesAfter } = await scorer.score(policy, stories);
    announce('scoring', 1, 2);
    const { logprobs: referenceLogprobs } = await scorer.score(reference, stories);
    requireFinite(logprobs, 'log-probabilities', 'scoring');
    requireFinite(values, 'values', 'scoring');
    const mask = maskOfLengths(
        stories.map(({ story }) => story.length),
        config['rollout.maxNewTokens'],
    );
    return { stories, mask, logprobs, referenceLogprobs, values, valuesAfter };
}

interface Advantages {
    readonly kl: Float64Array; // (B', R) k1, nats
    readonly advantages: Float64Array; // (B', R) whitened
    readonly returns: Float64Array; // (B', R)
}

/** Advantages and returns of the token rewards: the story's reward at its end, and a price for KL at every token. */
function advantagesOf(
    { config, streams }: Learner,
    rated: readonly Rewarded[],
    { mask, logprobs, referenceLogprobs, values, valuesAfter }: UpdateScores,
    klCoefficient: number,
    update: number,
): Advantages {
    const rewards = rated.map(({ stages }) => stages.reward);
    const isControl = config['teacher.shuffle'] === 'on';
    const ends = storyEnds(
        config['ppo.truncation'],
        mask,
        isControl ? shuffleRewards(rewards, streams.run.fork('control', update)) : rewards,
        rated.map(({ written }) => written.finished),
        valuesAfter,
    );
    const kl = tokenKl('k1', logprobs, referenceLogprobs, mask);
    const perToken = tokenRewards(mask, kl, klCoefficient, ends.rewards);
    const { advantages, returns } = advantagesAndReturns(mask, perToken, values, ends.valuesAfter, {
        gamma: config['ppo.gamma'],
        lambda: config['ppo.lambda'],
    });
    return { kl, advantages: whiten(advantages, mask), returns };
}

/** Goes over the episodes epoch by epoch, each in an order of its own: one step of the optimiser per minibatch. */
async function optimise(
    { config, streams, optimiser, learningRate }: Learner,
    episodes: PpoEpisodes,
    update: number,
    announce: Announce,
): Promise<readonly PpoMetrics[]> {
    const steps: PpoMetrics[] = [];
    const { 'ppo.epochs': epochs, 'ppo.minibatch': size } = config;
    for (let epoch = 0; epoch < epochs; epoch++) {
        const order = streams.sampling.fork('shuffle', update, epoch).permutation(episodes.stories.length);
        for (let from = 0; from < order.length; from += size) {
            announce('learning', steps.length, epochs * Math.ceil(order.length / size));
            steps.push(await optimiser.step(episodes, order.subarray(from, from + size), learningRate));
        }
    }
    return steps;
}

/** What happened at each token of a few stories, by position in the rollout. */
function tracesOf(
    rated: readonly Rewarded[],
    chosen: Uint32Array,
    mask: StoryMask,
    { kl, values, advantages }: Record<'kl' | 'values' | 'advantages', ArrayLike<number>>, // (B', R)
): Learned['traces'] {
    return new Map(
        Array.from(chosen, (b) => {
            const of = (perToken: ArrayLike<number>): Float32Array<ArrayBuffer> =>
                Float32Array.from({ length: rated[b]!.written.tokens.length }, (_, t) => perToken[b * mask.T + t]!);
            return [rated[b]!.at, { kl: of(kl), values: of(values), advantages: of(advantages) }] as const;
        }),
    );
}

/** The update with its episodes and ratings, as the store records it. */
export function updateRecord(
    { teacher, learningRate }: Learner,
    { episodes, dropoutRate, seconds }: Rollout,
    { metrics, steps, klOfEpisode, traces, seconds: learned }: Learned,
    before: LearningProgress,
    { used }: LearningProgress,
    digest: string,
    at: number,
): EngineEvent {
    const overSteps = (read: (step: PpoMetrics) => number): number => mean(steps.map(read));
    const numberOf = (i: number): number => before.episodes + i + 1;
    const rows: EpisodeRecord[] = episodes.map(({ written, stages }, i) => ({
        number: numberOf(i),
        prompt: written.prompt,
        story: written.story,
        tokens: Uint16Array.from(written.tokens),
        words: written.words,
        finished: written.finished,
        reward: stages?.reward ?? null,
        stages: stages ?? {},
        kl: klOfEpisode[i]!,
        ...(traces.has(i) ? { trace: traces.get(i)! } : {}),
    }));
    const ratings: RatingRecord[] = episodes.flatMap(({ rating }, i) =>
        toRatingRecords(rating, numberOf(i), teacher.facts, at),
    );
    const askedAgain = episodes.filter(({ rating }) => wasAskedAgain(rating)).length;
    return {
        type: 'update',
        update: {
            number: used.updates,
            at,
            digest,
            inputWords: used.inputWords,
            studentWords: used.studentWords,
            tokensTrained: used.tokensTrained,
            episodes: episodes.length,
            scoreMean: metrics.scoreMean,
            scoreStd: metrics.scoreStd,
            rewardMean: metrics.rewardMean,
            rewardStd: metrics.rewardStd,
            lengthBonusMean: metrics.lengthBonusMean,
            klMean: metrics.klMean,
            kl3Mean: metrics.kl3Mean,
            klCoefficient: before.klCoefficient,
            entropyMean: metrics.entropyMean,
            policyLoss: overSteps(({ policyLoss }) => policyLoss),
            valueLoss: overSteps(({ valueLoss }) => valueLoss),
            clipFraction: overSteps(({ clipFraction }) => clipFraction),
            ratioMean: overSteps(({ meanRatio }) => meanRatio),
            explainedVariance: metrics.explainedVariance,
            storyTokensMean: metrics.storyTokensMean,
            storyWordsMean: metrics.storyWordsMean,
            finishedFraction: metrics.finishedFraction,
            unreadableCount: episodes.filter(({ rating }) => rating.kind === 'unreadable').length,
            distinct2: distinctFraction(
                episodes.map(({ written }) => normalWords(written.story)),
                2,
            ),
            lr: learningRate,
            secondsWriting: seconds.writing,
            secondsRating: seconds.rating,
            secondsScoring: learned.scoring,
            secondsLearning: learned.learning,
            extras: {
                gradientNorm: overSteps(({ gradientNorm }) => gradientNorm),
                ...criterionMeans(teacher.facts.rubric.criteria, episodes),
                ...(dropoutRate > 0 ? { rolloutDropout: dropoutRate } : {}),
                ...(askedAgain > 0 ? { askedAgain } : {}),
                klPenaltyPerToken: metrics.klPenaltyPerToken,
                klPenaltyPerStory: metrics.klPenaltyPerStory,
                paidMean: metrics.paidMean,
                publishedTotalReward: metrics.publishedTotalReward,
            },
        },
        episodes: rows,
        ratings,
    };
}

/** Mean score by criterion over the stories that could be rated: `score.coherence` … */
function criterionMeans(criteria: readonly Criterion[], episodes: Rollout['episodes']): Record<string, number> {
    const scored = episodes.flatMap(({ rating }) => (rating.kind === 'scored' ? [rating.scores] : []));
    if (scored.length === 0) return {};
    return Object.fromEntries(criteria.map(({ id }) => [`score.${id}`, mean(scored.map((scores) => scores[id]!))]));
}

type Announce = (phase: Phase, done: number, of: number) => void;

function announcer(supervisor: Reports): Announce {
    return (phase, done, of) => supervisor.send({ type: 'phase', phase, done, of });
}
