/**
 * Per-token rewards: the penalty for drifting from the reference at each token, and the episode's reward at its end.
 */
import { requireCells, requireStories, type StoryMask } from './story-mask.ts';

/**
 * Two estimates of KL(policy ‖ reference) from tokens the policy sampled, r = log p(reference) − log p(policy):
 * `k1` = −r is unbiased but can be negative; `k3` = exp(r) − 1 − r is unbiased too, never negative and less noisy
 * (J. Schulman, "Approximating KL divergence", 2020).
 */
export type KlEstimator = 'k1' | 'k3';

/** Drift of each story token in nats, 0 elsewhere. logprobs, referenceLogprobs: (B, T) → (B, T) */
export function tokenKl(
    estimator: KlEstimator,
    logprobs: ArrayLike<number>,
    referenceLogprobs: ArrayLike<number>,
    mask: StoryMask,
): Float64Array {
    requireCells(mask, 'logprobs', logprobs);
    requireCells(mask, 'referenceLogprobs', referenceLogprobs);
    return Float64Array.from(mask.cells, (inside, i) => {
        if (inside === 0) return 0;
        const drift = logprobs[i]! - referenceLogprobs[i]!;
        return estimator === 'k1' ? drift : Math.expm1(-drift) + drift;
    });
}

/**
 * −β·KL on every story token, plus the episode's reward on the last one (TRL 0.9.4 compute_rewards). kl: (B, T) nats;
 * rewards: (B) → (B, T), 0 outside stories.
 */
export function tokenRewards(
    mask: StoryMask,
    kl: ArrayLike<number>,
    klCoefficient: number,
    rewards: ArrayLike<number>,
): Float64Array {
    requireCells(mask, 'kl', kl);
    requireStories(mask, 'rewards', rewards);
    const perToken = Float64Array.from(mask.cells, (inside, i) => (inside === 1 ? -klCoefficient * kl[i]! : 0));
    for (let b = 0; b < mask.B; b++) perToken[b * mask.T + mask.last[b]!]! += rewards[b]!;
    return perToken;
}
