/**
 * The adaptive KL coefficient (Ziegler et al., arXiv 1909.08593 §2.2): it rises when the policy drifts too far from the
 * reference and falls when it drifts less than the target.
 */
import { FaultError } from '../../../shared/faults.ts';

export interface KlControl {
    readonly target: number; // nats per story
    readonly horizon: number; // stories; the larger, the more slowly the coefficient adapts
}

/**
 * The coefficient of the next update: multiplied by 1 + clip(KL/target − 1, ±0.2)·stories/horizon. kl: mean over the
 * update's stories, nats; stories: how many there were.
 * @throws the fault `numbers-not-finite`
 */
export function nextKlCoefficient(
    coefficient: number,
    kl: number,
    stories: number,
    { target, horizon }: KlControl,
): number {
    if (!Number.isFinite(kl))
        throw new FaultError({
            kind: 'numbers-not-finite',
            phase: 'steering the KL coefficient',
            where: 'drift from the reference',
        });
    const error = Math.min(Math.max(kl / target - 1, -0.2), 0.2);
    return coefficient * (1 + (error * stories) / horizon);
}
