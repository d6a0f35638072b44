/** Converts one batch of the published logs into an update record with its episodes and ratings. */
import { createHash } from 'node:crypto';
import type { EpisodeRecord, RatingRecord, UpdateRecord } from '../../../shared/run/record.ts';
import { storytellerCriteria, totalScore, type Rating } from '../../../shared/ratings/rubric.ts';
import { parsePaperReply } from '../../learning/reply-parsing.ts';
import { rewardOf, type RewardStages } from '../../learning/ppo/rewards.ts';
import { mean, standardDeviation } from '../../learning/statistics/descriptive.ts';
import { authorsPrefix, endOfStory } from '../../store/tables/authors-tables.ts';
import { distinctFraction, normalWords } from '../../text/diversity.ts';
import { countWords } from '../../text/words.ts';
import type { LoggedBatch, LoggedStory } from './authors-logs.ts';

export const publishedTeacher = { id: 'published', kind: 'teacher', name: 'The published teacher' } as const;

/** Counters that the logs do not hold, carried from update to update. */
export interface WordsBefore {
    readonly episodes: number;
    readonly tokensTrained: number;
}
export const noWords: WordsBefore = { episodes: 0, tokensTrained: 0 };

/** As published: weight 0.4, 90 tokens held against words (R2), an unreadable reply worth half (T2). */
const published = {
    calibration: { kind: 'identity' },
    lengthWeight: 0.4,
    lengthUnit: 'words',
    lengthCap: 90,
    unreadable: 'half',
} as const;
const epochs = 4;

export function loggedUpdate({
    number,
    at,
    row,
    told,
    before,
}: {
    readonly number: number;
    readonly at: number;
    readonly row: LoggedBatch;
    readonly told: readonly LoggedStory[];
    readonly before: WordsBefore;
}): {
    readonly update: UpdateRecord;
    readonly episodes: readonly EpisodeRecord[];
    readonly ratings: readonly RatingRecord[];
    readonly after: WordsBefore;
} {
    const { numbers, cells } = row;
    const rated = told.map((story) => ratedStory(story));
    const totals = rated.flatMap(({ rating }) =>
        rating.kind === 'scored' ? [totalScore(storytellerCriteria, rating.scores)] : [],
    );
    const rewards = rated.map(({ stages }) => stages.reward);
    const numberOf = (i: number): number => before.episodes + i + 1;
    const tokensTrained = before.tokensTrained + epochs * Math.round(numbers.student_len * told.length);
    const digest = createHash('sha256')
        .update(JSON.stringify([cells, told]))
        .digest('hex');
    return {
        after: { episodes: before.episodes + told.length, tokensTrained },
        episodes: rated.map(({ prompt, story, words, finished, stages }, i) => ({
            number: numberOf(i),
            prompt,
            story,
            words,
            finished,
            tokens: new Uint16Array(0),
            reward: stages.reward,
            stages,
            kl: numbers.kl,
        })),
        ratings: rated.map(({ rating }, i) => {
            const base = { story: numberOf(i), rater: publishedTeacher.id, at, reading: 'paper' };
            return rating.kind === 'scored'
                ? { kind: 'scored', ...base, scores: { ...rating.scores }, reply: rating.reply! }
                : { kind: 'unreadable', ...base, reply: rating.reply };
        }),
        update: {
            number,
            at,
            digest,
            episodes: told.length,
            tokensTrained,
            inputWords: numbers.prompt_words,
            studentWords: numbers.gen_words,
            scoreMean: totals.length > 0 ? mean(totals) : null,
            scoreStd: totals.length > 1 ? standardDeviation(totals) : null,
            rewardMean: mean(rewards),
            rewardStd: rewards.length > 1 ? standardDeviation(rewards) : null,
            lengthBonusMean: mean(rated.map(({ stages }) => stages.lengthBonus)),
            klMean: numbers.kl,
            kl3Mean: null,
            klCoefficient: numbers.kl_coef,
            entropyMean: numbers.entropy,
            policyLoss: 0,
            valueLoss: numbers.value_loss,
            clipFraction: 0,
            ratioMean: shownMean(cells['policy_ratio'] ?? ''),
            explainedVariance: null,
            storyTokensMean: numbers.student_len,
            storyWordsMean: mean(rated.map(({ words }) => words)),
            finishedFraction: mean(rated.map(({ finished }) => (finished ? 1 : 0))),
            unreadableCount: rated.length - totals.length,
            distinct2: distinctFraction(
                rated.map(({ story }) => normalWords(story)),
                2,
            ),
            lr: numbers.learning_rate,
            secondsWriting: 0,
            secondsRating: 0,
            secondsScoring: 0,
            secondsLearning: 0,
            extras: {
                klPenaltyPerToken: numbers.mean_non_reward,
                publishedTotalReward: numbers.mean_total_reward,
                ...Object.fromEntries(Object.entries(cells).map(([name, cell]) => [authorsPrefix + name, cell])),
            },
        },
    };
}

interface RatedLogStory {
    readonly prompt: string;
    readonly story: string;
    readonly words: number;
    readonly finished: boolean;
    readonly rating: Rating;
    readonly stages: RewardStages;
}

function ratedStory({ query, student_output: output, teacher_output: reply }: LoggedStory): RatedLogStory {
    const finished = output.endsWith(endOfStory);
    const story = finished ? output.slice(0, -endOfStory.length) : output;
    const scores = parsePaperReply(reply, storytellerCriteria);
    const rating: Rating =
        scores === undefined
            ? { kind: 'unreadable', reply }
            : {
                  kind: 'scored',
                  reply,
                  scores: Object.fromEntries(storytellerCriteria.map(({ id }, i) => [id, scores[i]!])),
              };
    const length = { words: countWords(output), tokens: 0 }; // the published counts include the end token
    const stages = rewardOf(rating, length, storytellerCriteria, published)!;
    return { prompt: query, story, words: countWords(story), finished, rating, stages };
}

/** Of the numbers that an abbreviated array shows; 1, as at the first step, where it shows none. */
function shownMean(text: string): number {
    const shown = (text.match(/\d+\.?\d*(e[-+]?\d+)?/gi) ?? []).map(Number).filter(Number.isFinite);
    return shown.length > 0 ? mean(shown) : 1;
}
