/** Why a story was paid what it was paid, from what was recorded with it. */
import { mostTold, type ScoreReason } from '../../../shared/ratings/reasons.ts';
import type { StoryRating, WholeStory } from '../../../shared/views/stories.ts';
import { measured, percent } from '../text/words.ts';

/** "0.83 = (score 7.78 ÷ 9 = 0.86, plus length 0.05) ÷ 1.1"; null where the stages were not recorded. */
export function rewardLine(
    { stages, reward, total }: Pick<WholeStory, 'stages' | 'reward' | 'total'>,
    scoreMost: number,
): string | null {
    const { fraction, calibrated, lengthBonus } = stages;
    if (reward === null || fraction === undefined || calibrated === undefined || lengthBonus === undefined) return null;
    const score =
        total === null
            ? `score ${measured(fraction)}`
            : `score ${measured(total)} ÷ ${scoreMost} = ${measured(fraction)}`;
    const worth = Math.abs(calibrated - fraction) < 5e-4 ? score : `${score}, counted as ${measured(calibrated)}`;
    if (lengthBonus === 0) return `${measured(reward)} = ${worth}`;
    const divisor = reward === 0 ? 1 : (calibrated + lengthBonus) / reward;
    return `${measured(reward)} = (${worth}, plus length ${measured(lengthBonus)}) ÷ ${measured(divisor)}`;
}

/** Per criterion, what a language model thought of each score, the likeliest first; empty where it was not recorded. */
export function likeliestScores(
    { probabilities }: Pick<StoryRating, 'probabilities'>,
    criteria: readonly { readonly id: string; readonly name: string; readonly min: number }[],
): readonly { readonly name: string; readonly words: string }[] {
    return criteria.flatMap(({ id, name, min }) => {
        const shares = probabilities[id];
        if (!shares) return [];
        const words = shares
            .map((share, i) => ({ share, score: min + i }))
            .filter(({ share }) => share >= 0.005)
            .toSorted((a, b) => b.share - a.share)
            .map(({ share, score }) => `${score} with ${percent(share)}`);
        return [{ name, words: words.join(', ') }];
    });
}

/** Of one teacher: what it thought of each score, and what it replied. */
export interface TeacherThoughts {
    /** Its name, where there are several; else empty. */
    readonly by: string;
    readonly scores: ReturnType<typeof likeliestScores>;
    readonly reply: string | null;
}

/** Of language models only: of all that rated a story, those that thought or said something. */
export function thoughtsOf(
    ratings: readonly Pick<StoryRating, 'name' | 'isPerson' | 'reply' | 'probabilities'>[],
    criteria: Parameters<typeof likeliestScores>[1],
): readonly TeacherThoughts[] {
    const teachers = ratings.filter(({ isPerson }) => !isPerson);
    return teachers.flatMap((rating) => {
        const scores = likeliestScores(rating, criteria);
        if (scores.length === 0 && !rating.reply) return [];
        return [{ by: teachers.length > 1 ? rating.name : '', scores, reply: rating.reply || null }];
    });
}

/** Is there nothing more to ask? Who is alone and thought aloud has said it; of several, others may measure. */
export function isExplained(ratings: readonly Pick<StoryRating, 'isPerson' | 'reply' | 'probabilities'>[]): boolean {
    const teachers = ratings.filter(({ isPerson }) => !isPerson);
    const thinks = ({ reply, probabilities }: (typeof teachers)[number]): boolean =>
        Boolean(reply) || Object.keys(probabilities).length > 0;
    return teachers.length === 1 && teachers.some(thinks);
}

/** What the points of reasons are, and why nobody can add them up. */
export function reasonsNote(reasons: readonly Pick<ScoreReason, 'by'>[]): string {
    const whose = reasons.some(({ by }) => by) ? ', in that teacher’s own scores' : '';
    return `Points above or below a typical story: one that has this one thing of the story, and all else as people’s stories do${whose}. They do not add up to the score: measures multiply each other, and at most ${mostTold} of them are told.`;
}

/** @param alone the score of the story by itself, from which a batch took or to which it gave */
export function batchWords(points: number, alone: number): string {
    const without = `alone it gets ${measured(alone)}`;
    return points < 0
        ? `others of its batch are like it (phrases, opening, people); ${without}`
        : `in training it was rated beside the other stories of its batch; ${without}`;
}
