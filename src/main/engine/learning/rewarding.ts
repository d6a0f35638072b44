/**
 * Turns ratings into rewards as configured, shuffles rewards for the control, and counts the words a teacher spent.
 */
import { parseCalibration } from '../../../shared/ratings/calibration.ts';
import { badInput } from '../../../shared/faults.ts';
import { scoreFraction, type Criterion, type Rating } from '../../../shared/ratings/rubric.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import type { RandomStream } from '../../learning/random.ts';
import { combineMembers } from '../../learning/ppo/ensemble-reward.ts';
import { withoutLength } from '../../learning/ppo/length-neutral.ts';
import { calibrationTable, rewardOf, type Calibration, type RewardStages } from '../../learning/ppo/rewards.ts';
import { rubricDigest } from '../../learning/rubric-digest.ts';
import type { TeacherFacts } from '../../teacher/teacher.ts';
import { countWords } from '../../text/words.ts';
import type { WrittenStory } from '../stories/writing.ts';

/** The reward of each story, stage by stage; undefined for a story that is left out of the update. */
export function rewardStories(
    stories: readonly WrittenStory[],
    ratings: readonly Rating[],
    criteria: readonly Criterion[],
    config: RunConfig,
    calibration: Calibration,
): readonly (RewardStages | undefined)[] {
    const stages = stories.map(({ rewardWords, tokens }, i) =>
        rewardOf(ratings[i]!, { words: rewardWords, tokens: tokens.length }, criteria, {
            calibration,
            lengthWeight: config['reward.lengthWeight'],
            lengthUnit: config['reward.lengthUnit'],
            lengthCap: config['reward.lengthCap'],
            unreadable: config['teacher.unreadable'],
        }),
    );
    const how = config['reward.ensemble'];
    const lengthWeight = config['reward.lengthWeight'];
    const fractions = ratings.map((rating) => fractionsOfMembers(rating, criteria));
    const paid = how === 'mean' ? stages : combineMembers(stages, fractions, how, lengthWeight);
    if (config['reward.lengthNeutral'] === 'off') return paid;
    const words = stories.map(({ rewardWords }) => rewardWords);
    return withoutLength(paid, words, lengthWeight);
}

/** What each member of an ensemble found, 0–1; undefined where one of them could not rate. */
function fractionsOfMembers({ members = [] }: Rating, criteria: readonly Criterion[]): readonly number[] | undefined {
    const fractions = members.flatMap((rating) =>
        rating.kind === 'scored' ? [scoreFraction(criteria, rating.scores)] : [],
    );
    return members.length > 0 && fractions.length === members.length ? fractions : undefined;
}

/** @throws bad input where a setting for several teachers meets one */
export function refuseLoneMember(config: RunConfig, { name, members }: TeacherFacts): void {
    if (config['reward.ensemble'] === 'mean' || members !== undefined) return;
    throw badInput(
        (setting) =>
            `${setting('reward.ensemble')} ${config['reward.ensemble']} is for several teachers, and ${name} is one; nothing was started. Name several with + between, or set it to mean.`,
    );
}

/** The configuration's calibration. @throws bad input where it was fitted to another rubric or teacher */
export function openCalibration(config: RunConfig, teacher: Pick<TeacherFacts, 'id' | 'rubric'>): Calibration {
    const calibration = config['reward.calibration'];
    if (calibration === '') return { kind: 'identity' };
    const { rubric, teacher: fitted, sum } = parseCalibration(calibration, null);
    if (rubric !== rubricDigest(teacher.rubric))
        throw badInput(
            'The calibration was fitted to ratings by another rubric; nothing was started. Calibrate a set that was rated by this one.',
        );
    if (fitted !== teacher.id)
        throw badInput(
            `The calibration was fitted to the teacher "${fitted}" and this run's teacher is "${teacher.id}"; nothing was started. Calibrate this teacher, or let the other one rate.`,
        );
    return calibrationTable(sum.points);
}

/** The control: the same rewards, given to the wrong stories. What a student gains from them is not learning. */
export function shuffleRewards(rewards: readonly number[], random: RandomStream): number[] {
    return Array.from(random.permutation(rewards.length), (from) => rewards[from]!);
}

/**
 * The words that the teacher spent: those of its replies, or one per score where it answers only in numbers; for an
 * ensemble, those of all members. The reason given for a refused story is not a reply and costs nothing.
 */
export function teacherWords(ratings: readonly Rating[]): number {
    return ratings.reduce((sum, rating) => sum + wordsOf(rating), 0);
}

function wordsOf(rating: Rating): number {
    if (rating.members) return teacherWords(rating.members);
    const first = countWords(rating.firstReply ?? '');
    if (rating.kind === 'unreadable') return first + (rating.refused ? 0 : countWords(rating.reply));
    return first + (rating.reply === undefined ? Object.keys(rating.scores).length : countWords(rating.reply));
}

/** Was the first reply, or that of a member of an ensemble, unreadable, so that the teacher was asked again? */
export function wasAskedAgain({ firstReply, members = [] }: Rating): boolean {
    return firstReply !== undefined || members.some(wasAskedAgain);
}
