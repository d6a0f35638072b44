/**
 * Pairs of stories, one preferred to the other, and the loss that learns from them: direct preference optimisation
 * (Rafailov et al. 2023, arXiv 2305.18290), online where the pairs are of the newest stories (Guo et al. 2024, arXiv
 * 2402.04792). Formulas: docs/method.md.
 */
import { mean } from './statistics.ts';
import type { StoryMask } from './story-mask.ts';

/** Two stories by their places. */
export interface PreferredPair {
    readonly chosen: number;
    readonly rejected: number;
}

export interface StoryPreferences {
    readonly pairs: readonly PreferredPair[];
    /** Groups whose stories were all paid the same: nobody prefers one of them. */
    readonly ties: number;
}

/**
 * Of every k, one after the other, the story that was paid most and the one that was paid least, the first of equals.
 * What is left over at the end is fewer than k and takes part where it is at least two.
 */
export function bestAndWorstOfEach(k: number, paid: readonly number[]): StoryPreferences {
    const pairs: PreferredPair[] = [];
    let ties = 0;
    for (let from = 0; from < paid.length - 1; from += k) {
        const group = paid.slice(from, from + k);
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
 * @param strictness β: how dear it is to leave the reference
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

/** log(1 + eˣ), also where eˣ is no number any more: −log σ(−x). */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

function logistic(x: number): number {
    const small = Math.exp(-Math.abs(x));
    return x < 0 ? small / (1 + small) : 1 / (1 + small);
}
