/** One update of interactive learning, step by step: write and rate, compute advantages, optimise, make the record. */
import type { EngineEvent, Phase } from '../../../shared/contracts/engine.ts';
import type { EpisodeRecord, RatingRecord } from '../../../shared/run/record.ts';
import { totalOf, type Criterion, type Rating } from '../../../shared/ratings/rubric.ts';
import type { RewardStages } from '../../learning/ppo/rewards.ts';
import type { StoryPreferences } from '../../learning/ppo/preferences.ts';
import { mean } from '../../learning/statistics/descriptive.ts';
import { storySums } from '../../learning/ppo/story-statistics.ts';
import { maskOfLengths, type StoryMask } from '../../learning/ppo/story-mask.ts';
import { updateMetrics, type UpdateMetrics } from '../../learning/ppo/update-metrics.ts';
import { chargeUpdate, type UpdateWords, type WordsUsed } from '../../learning/word-budget.ts';
import { requireFinite } from '../../student/finite.ts';
import type { PpoEpisodes, PpoMetrics } from '../../student/training/ppo-optimiser.ts';
import { distinctFraction, normalWords } from '../../text/diversity.ts';
import { countWords } from '../../text/words.ts';
import { hasValueHead } from '../../../shared/settings/methods.ts';
import { rateWhileWriting, type WrittenAndRated } from '../stories/rate-while-writing.ts';
import { advantagesOf, klLossOf, batchRewards, type BatchRewards } from './advantages.ts';
import { learnFromPairs } from './preferences.ts';
import type { LearningProgress } from './progress.ts';
import type { Learner } from './learner.ts';
import { minibatches } from './minibatches.ts';
import { requireRated } from '../teachers/rated-none.ts';
import { toRatingRecords } from '../teachers/rating-records.ts';
import { rewardStories, shuffleRewards, teacherWords, wasAskedAgain } from './rewarding.ts';
import type { Reports, TaskClock } from '../supervisor.ts';
import { rolloutDropoutRate, type WrittenStory } from '../stories/writing.ts';

const tracedEpisodes = 3; // drawn at random: their tokens are recorded, as those of the best, median and worst are

export interface RatedEpisode {
    readonly written: WrittenStory;
    readonly rating: Rating;
    /** Undefined: the episode is left out of the update. */
    readonly stages: RewardStages | undefined;
}

export interface Rollout {
    readonly episodes: readonly RatedEpisode[]; // (B)
    /** The story that all others are held against (ReMax); null where the method wants none. */
    readonly greedy: RatedEpisode | null;
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
    const rewarded = (some: readonly WrittenStory[], theirs: readonly Rating[]): readonly RatedEpisode[] => {
        const stages = rewardStories(some, theirs, teacher.facts.rubric.criteria, config, calibration);
        return some.map((story, i) => ({ written: story, rating: theirs[i]!, stages: stages[i] }));
    };
    const episodes = rewarded(stories, ratings);
    if (config['ppo.advantage'] !== 'greedy') return { episodes, greedy: null, dropoutRate, seconds };
    const began = supervisor.seconds();
    const likeliest = await writer.write([streams.sampling.fork('greedy', update)], { greedily: true });
    const wrote = supervisor.seconds();
    const context = { update, training: true, random: streams.run.fork('teacher'), first: batch };
    const theirs = await teacher.rate(likeliest, context);
    const greedy = rewarded([...stories, ...likeliest], [...ratings, ...theirs]).at(-1)!; // on the batch's scale
    const rated = supervisor.seconds();
    const whole = { ...seconds, writing: seconds.writing + wrote - began, rating: seconds.rating + rated - wrote };
    return { episodes, greedy, dropoutRate, seconds: whole };
}

/** The words that an update costs, and the run's counters after it, without the tokens trained on: not known yet. */
export function spentBy(
    { episodes, greedy }: Rollout,
    used: WordsUsed,
): { readonly spent: UpdateWords; readonly after: WordsUsed } {
    const all = greedy === null ? episodes : [...episodes, greedy];
    const spent = {
        promptWords: all.reduce((sum, { written }) => sum + countWords(written.prompt), 0),
        teacherWords: teacherWords(all.map(({ rating }) => rating)),
        studentWords: all.reduce((sum, { written }) => sum + written.words, 0),
        tokensTrained: 0, // known once it has learned
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
    /** Stories that the steps learned from. */
    readonly taken: number;
    /** Rated stories that the steps left out: cut at the length limit with no value head, or too few to compare. */
    readonly cut: number;
    /** Which of them were pairs, and how many groups had none; null where the method prefers no story to another. */
    readonly preferences: StoryPreferences | null;
    /** Tokens of the stories that were taken, times epochs. */
    readonly tokensTrained: number;
    /** By position in the rollout, for a few episodes drawn by seed: what happened at each token. */
    readonly traces: ReadonlyMap<number, NonNullable<EpisodeRecord['trace']>>;
    readonly seconds: { readonly scoring: number; readonly learning: number };
}

/**
 * PPO, or the run's method, on one rollout: log-probabilities and values, advantages, optimisation, metrics. Shapes: B'
 * rated stories, R the longest story allowed.
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
    const asRated = rewardsOf(learner, rated, rollout.greedy);
    if (learner.optimiser.optimiser.stepsTaken === 0 && config['ppo.valueStart'] === 'mean-reward')
        learner.startValuesAt(mean(asRated.rewards)); // of the first batch

    const isControl = config['teacher.shuffle'] === 'on';
    const rewarded = isControl
        ? { ...asRated, rewards: shuffleRewards(asRated.rewards, streams.run.fork('control', update)) }
        : asRated;

    const scores = await scoreStories(learner, rated, announce);
    const finished = rated.map(({ written }) => written.finished);
    const found = advantagesOf(scores, rewarded, { config, klCoefficient, finished });
    const { kl, advantages, returns, taken, cut, preferences } = found;
    const scored = supervisor.seconds();
    const nothing = new Float64Array(advantages.length); // the value loss, which reads them, has weight 0
    const reference = { logprobs: scores.referenceLogprobs, coefficient: klCoefficient };
    const episodes = { ...scores, advantages, returns: returns ?? nothing, reference };
    const steps =
        preferences === null
            ? await optimise(learner, episodes, taken, update, announce)
            : await learnFromPairs(learner, episodes, preferences.pairs, update, (done, of) =>
                  announce('learning', done, of),
              );

    const metrics = updateMetrics(
        scores.mask,
        rated.map(({ written, rating, stages }) => ({
            score: totalOf(teacher.facts.rubric.criteria, rating) ?? undefined,
            stages,
            words: written.words,
            finished: written.finished,
        })),
        { ...scores, returns },
        klCoefficient,
    );
    const klOfEpisode = rollout.episodes.map(() => 0);
    storySums(kl, scores.mask).forEach((sum, b) => (klOfEpisode[rated[b]!.at] = sum));
    const drawn = streams.run.fork('trace', update).permutation(rated.length).subarray(0, tracedEpisodes);
    const traced = new Set([...drawn, ...standing(rated.map(({ stages }) => stages.reward))]);
    return {
        metrics,
        steps,
        traces: tracesOf(rated, traced, scores.mask, { kl, values: returns ? scores.values : nothing, advantages }),
        taken: taken.length,
        cut,
        preferences,
        tokensTrained: config['ppo.epochs'] * taken.reduce((sum, b) => sum + rated[b]!.written.tokens.length, 0),
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

function rewardsOf(
    { config, teacher }: Learner,
    rated: readonly Rewarded[],
    greedy: RatedEpisode | null,
): BatchRewards {
    const ratedGreedy = greedy?.stages ? { rating: greedy.rating, stages: greedy.stages } : null;
    return batchRewards(rated, ratedGreedy, teacher.facts.rubric.criteria, config);
}

/** One step of the optimiser per minibatch. */
async function optimise(
    { config, streams, optimiser, learningRate }: Learner,
    episodes: PpoEpisodes,
    taken: readonly number[],
    update: number,
    announce: Announce,
): Promise<readonly PpoMetrics[]> {
    const steps: PpoMetrics[] = [];
    const { 'ppo.epochs': epochs, 'ppo.minibatch': size } = config;
    for (const { indices, done, of } of minibatches(streams.sampling, update, { count: taken.length, epochs, size })) {
        announce('learning', done, of);
        const minibatch = indices.map((at) => taken[at]!);
        steps.push(await optimiser.step(episodes, minibatch, learningRate));
    }
    return steps;
}

/** The indices of the lowest, the median and the highest reward. */
function standing(rewards: readonly number[]): readonly number[] {
    const order = rewards.map((_, b) => b).toSorted((a, b) => rewards[a]! - rewards[b]!);
    return [order[0], order[order.length >> 1], order.at(-1)].filter((b) => b !== undefined);
}

/** What happened at each token of a few stories, by position in the rollout. */
function tracesOf(
    rated: readonly Rewarded[],
    chosen: ReadonlySet<number>,
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

/** What an update was made of, and when. */
interface UpdateDone {
    readonly learner: Learner;
    readonly rollout: Rollout;
    readonly learned: Learned;
    readonly before: LearningProgress;
    readonly after: LearningProgress;
    readonly digest: string;
    /** UTC milliseconds. */
    readonly at: number;
}

/** The update with its episodes and ratings, as the store records it. */
export function updateRecord({ learner, rollout, learned, before, after, digest, at }: UpdateDone): EngineEvent {
    const { config, teacher, learningRate } = learner;
    const { episodes, greedy, dropoutRate, seconds } = rollout;
    const { metrics, steps, klOfEpisode, taken, cut, preferences, traces } = learned;
    const { used } = after;
    const overSteps = (read: (step: PpoMetrics) => number, without = 0): number =>
        steps.length === 0 ? without : mean(steps.map(read)); // without a step nothing moved
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
            valueLoss: hasValueHead(config) ? overSteps(({ valueLoss }) => valueLoss) : 0,
            clipFraction: overSteps(({ clipFraction }) => clipFraction),
            ratioMean: overSteps(({ meanRatio }) => meanRatio, 1),
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
            secondsScoring: learned.seconds.scoring,
            secondsLearning: learned.seconds.learning,
            extras: {
                gradientNorm: overSteps(({ gradientNorm }) => gradientNorm),
                ...criterionMeans(teacher.facts.rubric.criteria, episodes),
                ...(dropoutRate > 0 ? { rolloutDropout: dropoutRate } : {}),
                ...(askedAgain > 0 ? { askedAgain } : {}),
                ...(cut > 0 ? { leftOut: cut } : {}),
                ...(config['ppo.advantage'] === 'best-of-k' ? { kept: taken } : {}),
                ...(preferences === null ? {} : { pairs: preferences.pairs.length, ties: preferences.ties }),
                ...(klLossOf(config) === null ? {} : { klLoss: overSteps(({ klLoss }) => klLoss) }),
                ...(greedy === null ? {} : greedyExtras(greedy)),
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

/** The greedy story is no episode: it is recorded beside them. Without a reward it could not be rated. */
function greedyExtras({ written, stages }: RatedEpisode): Record<string, number | string> {
    const { story: greedyStory, words: greedyWords } = written;
    return { greedyStory, greedyWords, ...(stages ? { greedyReward: stages.reward } : {}) };
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
