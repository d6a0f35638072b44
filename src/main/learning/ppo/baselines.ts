/**
 * Baselines: what a story's reward is compared with where no value head estimates it, one number for the whole batch
 * or one for each story. All stories of a batch continue one prompt, so the batch is what papers call the group.
 * Formulas and their sources: docs/method.md.
 */
import { mean, standardDeviation } from '../statistics/descriptive.ts';

export type Baseline = 'mean' | 'leave-one-out' | 'length-weighted' | 'greedy';

/**
 * Rewards less their baseline, (B) → (B). tokens: (B), lengths of the stories; greedy: reward of the greedy story, read
 * only for `greedy`; null where it could not be rated, and then the batch's mean stands in its place.
 * @throws a RangeError for fewer than two stories, which have nothing to be held against
 */
export function lessBaseline(
    baseline: Baseline,
    rewards: ArrayLike<number>,
    tokens: ArrayLike<number>,
    greedy: number | null,
): Float64Array {
    if (rewards.length < 2) throw new RangeError('a baseline needs at least two stories');
    const centre = mean(rewards);
    switch (baseline) {
        case 'mean':
            return Float64Array.from(rewards, (reward) => reward - centre);
        case 'leave-one-out': {
            const others = rewards.length - 1;
            // r − (Σ r − r)/(k − 1), the mean of the others
            return Float64Array.from(rewards, (reward) => reward - (centre * rewards.length - reward) / others);
        }
        case 'length-weighted': {
            let [weighted, all] = [0, 0];
            for (let b = 0; b < rewards.length; b++) {
                weighted += tokens[b]! * rewards[b]!;
                all += tokens[b]!;
            }
            return Float64Array.from(rewards, (reward) => reward - weighted / all);
        }
        case 'greedy':
            return Float64Array.from(rewards, (reward) => reward - (greedy ?? centre));
        default:
            return baseline satisfies never;
    }
}

/**
 * The index of the best-rewarded story in each group of k consecutive stories, the first of equals (RAFT: Dong et al.,
 * arXiv 2304.06767). A last group of fewer than k counts if it has at least two.
 */
export function bestOfEach(k: number, rewards: readonly number[]): readonly number[] {
    const best: number[] = [];
    for (let from = 0; from < rewards.length - 1; from += k) {
        const group = rewards.slice(from, from + k);
        best.push(from + group.indexOf(Math.max(...group)));
    }
    return best;
}

/** Beside a standard deviation, so that equal rewards are 0 and not NaN (TRL's GRPO). */
const besideDeviation = 1e-4;

/** 1/(standard deviation + 1e-4) of the stories' rewards: what `deviation` multiplies advantages by. */
export function inverseDeviation(rewards: ArrayLike<number>): number {
    return 1 / (standardDeviation(rewards) + besideDeviation);
}

/** A part of a reward: a criterion, or the length bonus. */
export interface RewardPart {
    readonly weight: number;
    readonly fractions: readonly number[]; // (B) 0–1
    /** Of the greedy story; null where there is none, or it could not be rated. */
    readonly greedy: number | null;
}

/**
 * Each part normalised over the batch, (x − mean)/(deviation + 1e-4), then weighted and added up (GDPO, arXiv
 * 2601.05242). Weights are those of a mean, Σ w·z/Σ w. The greedy story is put on the same scale.
 */
export function normalisedParts(parts: readonly RewardPart[]): {
    readonly rewards: readonly number[]; // (B)
    readonly greedy: number | null;
} {
    const all = parts.reduce((sum, { weight }) => sum + weight, 0);
    const scales = parts.map(({ fractions }) => ({ centre: mean(fractions), by: inverseDeviation(fractions) }));
    const summed = (of: (part: RewardPart) => number): number =>
        parts.reduce((sum, part, p) => sum + part.weight * (of(part) - scales[p]!.centre) * scales[p]!.by, 0) / all;
    return {
        rewards: Array.from({ length: parts[0]!.fractions.length }, (_, b) => summed((part) => part.fractions[b]!)),
        greedy: parts.some(({ greedy }) => greedy === null) ? null : summed(({ greedy }) => greedy!),
    };
}
