/** From rated stories to rewards: the pipeline's options from the configuration, the control, what the teacher said in words. */
import type { Criterion, Rating } from '../../shared/rubric.ts';
import type { RunConfig } from '../../shared/run-config.ts';
import type { RandomStream } from '../learning/random.ts';
import { rewardOf, type RewardStages } from '../learning/rewards.ts';
import { countWords } from '../text/words.ts';
import type { WrittenStory } from './writing.ts';

/** The reward of each story, stage by stage; undefined leaves it out of the update. */
export function rewardStories(
    stories: readonly WrittenStory[],
    ratings: readonly Rating[],
    criteria: readonly Criterion[],
    config: RunConfig,
): readonly (RewardStages | undefined)[] {
    return stories.map(({ rewardWords, tokens }, i) =>
        rewardOf(ratings[i]!, { words: rewardWords, tokens: tokens.length }, criteria, {
            calibration: { kind: 'identity' },
            lengthWeight: config['reward.lengthWeight'],
            lengthUnit: config['reward.lengthUnit'],
            lengthCap: config['reward.lengthCap'],
            unreadable: config['teacher.unreadable'],
        }),
    );
}

/** The control: the same rewards, given to the wrong stories. What a student gains under it is not learning. */
export function shuffleRewards(rewards: readonly number[], random: RandomStream): number[] {
    return Array.from(random.permutation(rewards.length), (from) => rewards[from]!);
}

/** Words the teacher spent: those of its reply, or one a score where it answers in numbers alone. */
export function teacherWords(ratings: readonly Rating[]): number {
    return ratings.reduce((sum, rating) => {
        if (rating.reply !== undefined) return sum + countWords(rating.reply);
        return sum + (rating.kind === 'scored' ? Object.keys(rating.scores).length : 0);
    }, 0);
}
