/** From rated stories to rewards: the pipeline's options from the configuration, the control, what the teacher said in words. */
import { parseCalibration } from '../../../shared/ratings/calibration.ts';
import { badInput } from '../../../shared/faults.ts';
import type { Criterion, Rating } from '../../../shared/ratings/rubric.ts';
import type { RunConfig } from '../../../shared/run-config.ts';
import type { RandomStream } from '../../learning/random.ts';
import { calibrationTable, rewardOf, type Calibration, type RewardStages } from '../../learning/ppo/rewards.ts';
import { rubricDigest } from '../../learning/rubric-digest.ts';
import type { TeacherFacts } from '../../teacher/teacher.ts';
import { countWords } from '../../text/words.ts';
import type { WrittenStory } from '../stories/writing.ts';

/** The reward of each story, stage by stage; undefined leaves it out of the update. */
export function rewardStories(
    stories: readonly WrittenStory[],
    ratings: readonly Rating[],
    criteria: readonly Criterion[],
    config: RunConfig,
    calibration: Calibration,
): readonly (RewardStages | undefined)[] {
    return stories.map(({ rewardWords, tokens }, i) =>
        rewardOf(ratings[i]!, { words: rewardWords, tokens: tokens.length }, criteria, {
            calibration,
            lengthWeight: config['reward.lengthWeight'],
            lengthUnit: config['reward.lengthUnit'],
            lengthCap: config['reward.lengthCap'],
            unreadable: config['teacher.unreadable'],
        }),
    );
}

/** The configuration's calibration; refused where it was fitted to another rubric or teacher. */
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

/** The control: the same rewards, given to the wrong stories. What a student gains under it is not learning. */
export function shuffleRewards(rewards: readonly number[], random: RandomStream): number[] {
    return Array.from(random.permutation(rewards.length), (from) => rewards[from]!);
}

/**
 * Words the teacher spent: those of its replies, or one a score where it answers in numbers alone; of several teachers
 * those of each. Why a story was refused is nobody's reply.
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

/** Its reply could not be read at first, or that of one of several teachers. */
export function wasAskedAgain({ firstReply, members = [] }: Rating): boolean {
    return firstReply !== undefined || members.some(wasAskedAgain);
}
