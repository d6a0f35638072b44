/**
 * Turns a rating into an episode's reward through named stages, each recorded with the episode: scores → weights →
 * calibration → length bonus → scaling. `length-neutral.ts` may then change calibrated and reward of a whole batch.
 */
import { readCalibration } from '../../../shared/ratings/calibration-line.ts';
import { badInput, FaultError } from '../../../shared/faults.ts';
import { scoreFraction, type Criterion, type Rating } from '../../../shared/ratings/rubric.ts';

/** What a teacher's fraction is worth: itself, or a value read off a table (linear between its points). */
export type Calibration =
    | { readonly kind: 'identity' }
    | { readonly kind: 'table'; readonly points: readonly (readonly [fraction: number, worth: number])[] };

export interface RewardOptions {
    readonly calibration: Calibration;
    readonly lengthWeight: number; // published: 0.4
    readonly lengthUnit: 'words' | 'tokens';
    readonly lengthCap: number; // length that earns the full bonus; published: 90, new tokens compared with words (R2)
    /** A story that could not be rated is left out of the update, or counts as half the range (T2). */
    readonly unreadable: 'retry' | 'exclude' | 'half';
}

/** Counted by the caller. The published word count includes a final `</s>`, attached to the last word or on its own. */
export interface StoryLength {
    readonly words: number;
    readonly tokens: number;
}

export type RewardStages = Readonly<{
    /** The weighted criteria as a fraction of the rubric's maximum, 0–1. */
    fraction: number;
    /** After calibration, 0–1. */
    calibrated: number;
    /** weight · min(length/cap, 1). */
    lengthBonus: number;
    /** (calibrated + bonus)/(1 + weight), 0–1: what the student learns from. */
    reward: number;
}>;

/**
 * The stages of one episode; undefined leaves the episode out of the update.
 * @throws an error for scores outside their criterion's range
 */
export function rewardOf(
    rating: Rating,
    length: StoryLength,
    criteria: readonly Criterion[],
    options: RewardOptions,
): RewardStages | undefined {
    if (rating.kind === 'unreadable' && options.unreadable !== 'half') return undefined;
    const fraction = rating.kind === 'unreadable' ? 0.5 : checkedFraction(rating.scores, criteria);
    const { calibration } = options;
    const calibrated = calibration.kind === 'identity' ? fraction : readCalibration(calibration.points, fraction);
    const lengthBonus = options.lengthWeight * Math.min(length[options.lengthUnit] / options.lengthCap, 1);
    const reward = scaledReward(calibrated, lengthBonus, options.lengthWeight);
    return { fraction, calibrated, lengthBonus, reward };
}

/** 0–1, whatever the length bonus weighs. */
export const scaledReward = (calibrated: number, lengthBonus: number, lengthWeight: number): number =>
    (calibrated + lengthBonus) / (1 + lengthWeight);

function checkedFraction(scores: Readonly<Record<string, number>>, criteria: readonly Criterion[]): number {
    for (const { id, min, max } of criteria) {
        const score = scores[id];
        if (score === undefined) throw new Error(`the rating lacks a score for "${id}"`);
        if (!Number.isFinite(score))
            throw new FaultError({ kind: 'numbers-not-finite', phase: 'rating stories', where: `scores for "${id}"` });
        if (score < min || score > max)
            throw new RangeError(`the score ${score} for "${id}" lies outside ${min}–${max}`);
    }
    return scoreFraction(criteria, scores);
}

/** A calibration from a person's table. @throws bad input unless it rises from left to right and stays within 0–1 */
export function calibrationTable(points: readonly (readonly [fraction: number, worth: number])[]): Calibration {
    const within = points.flat().every((value) => value >= 0 && value <= 1);
    const rises = points.every(
        ([fraction, worth], i) => i === 0 || (fraction > points[i - 1]![0] && worth >= points[i - 1]![1]),
    );
    if (points.length < 2 || !within || !rises)
        throw badInput(
            'The calibration table cannot be used; nothing was changed. Give it at least two points within 0–1 whose fractions rise and whose worths never fall.',
        );
    return { kind: 'table', points };
}
