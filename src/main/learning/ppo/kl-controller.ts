/** The adaptive KL coefficient (Ziegler et al., arXiv 1909.08593 §2.2): dearer drift when there is too much of it. */
import { FaultError } from '../../../shared/faults.ts';

export interface KlControl {
    readonly target: number; // nats per story
    readonly horizon: number; // stories; the greater, the slower the coefficient follows
}

/**
 * The coefficient of the next update: times 1 + clip(KL/target − 1, ±0.2)·stories/horizon.
 * kl: mean over the update's stories, nats; stories: how many there were.
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
