/**
 * Pairs of stories, one preferred to the other, and the loss that learns from them: direct preference optimisation
 * (Rafailov et al. 2023, arXiv 2305.18290), online where the pairs are of the newest stories (Guo et al. 2024, arXiv
 * 2402.04792). Formulas: docs/method.md.
 */
import { mean } from '../statistics/descriptive.ts';
import type { StoryMask } from './story-mask.ts';

/** Two stories by their places. */
export interface PreferredPair {
    readonly chosen: number;
    readonly rejected: number;
}

export interface StoryPreferences {
    readonly pairs: readonly PreferredPair[];
    /** Groups in which all rewards were equal, so that none is preferred. */
    readonly ties: number;
}

/**
 * The best- and the worst-rewarded story in each group of k consecutive stories, the first of equals. A last group of
 * fewer than k counts if it has at least two.
 */
export function bestAndWorstOfEach(k: number, rewards: readonly number[]): StoryPreferences {
    const pairs: PreferredPair[] = [];
    let ties = 0;
    for (let from = 0; from < rewards.length - 1; from += k) {
        const group = rewards.slice(from, from + k);
        const [most, least] = [Math.max(...group), Math.min(...group)];
        if (most === least) ties++;
        else pairs.push({ chosen: from + group.indexOf(most), rejected: from + group.indexOf(least) });
    }
    return { pairs, ties };
}

export interface PreferenceLoss {
    /** mean −log σ(β·margin), nats. */
    readonly loss: number;
    /**
     * β·σ(−β·margin) of each pair: by how much its loss falls with a nat more for the chosen story, and with a nat less
     * for the rejected one.
     */
    readonly pulls: readonly number[]; // (P)
}

/**
 * @param margins (P) log p(policy) − log p(reference) of the chosen story, less that of the rejected one, nats
 * @param strictness β: how much leaving the reference costs
 */
export function preferenceLoss(margins: readonly number[], strictness: number): PreferenceLoss {
    const losses = margins.map((margin) => softplus(-strictness * margin));
    return {
        loss: margins.length === 0 ? 0 : mean(losses),
        pulls: margins.map((margin) => strictness * logistic(-strictness * margin)),
    };
}

/** pulls: (P) → (B', R): up at each token of the chosen story, down at each of the rejected one, 0 elsewhere. */
export function pullsOfTokens(
    { B, T, last }: Pick<StoryMask, 'B' | 'T' | 'last'>,
    pairs: readonly PreferredPair[],
    pulls: readonly number[],
): Float64Array {
    const perToken = new Float64Array(B * T);
    const pull = (b: number, by: number): void => void perToken.fill(by, b * T, b * T + last[b]! + 1);
    for (const [p, { chosen, rejected }] of pairs.entries()) {
        pull(chosen, pulls[p]!);
        pull(rejected, -pulls[p]!);
    }
    return perToken;
}

/** log(1 + eˣ), also where eˣ overflows: −log σ(−x). */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

function logistic(x: number): number {
    const small = Math.exp(-Math.abs(x));
    return x < 0 ? small / (1 + small) : 1 / (1 + small);
}
