/** Learning rates over the steps of an optimiser: a linear warm-up from 0, then one of three ways down. */
export interface Schedule {
    readonly kind: 'constant' | 'linear' | 'cosine';
    readonly peak: number;
    readonly steps: number; // of the whole run
    readonly warmupSteps: number;
    readonly floorFraction: number; // of the peak, where linear and cosine end; published: 0
}

/** Steps of the warm-up, rounded up (Hugging Face Trainer's warmup_ratio). */
export function warmupSteps(fraction: number, steps: number): number {
    return Math.ceil(fraction * steps);
}

/**
 * The rate of a step, counted from 0; beyond the last step it stays at the floor. As Hugging Face's schedules, so the
 * first step of a warm-up has rate 0.
 */
export function learningRate({ kind, peak, steps, warmupSteps, floorFraction }: Schedule, step: number): number {
    if (step < warmupSteps) return (peak * step) / warmupSteps;
    const progress = Math.min((step - warmupSteps) / Math.max(1, steps - warmupSteps), 1);
    switch (kind) {
        case 'constant':
            return peak;
        case 'linear':
            return peak * (floorFraction + (1 - floorFraction) * (1 - progress));
        case 'cosine':
            return peak * (floorFraction + (1 - floorFraction) * 0.5 * (1 + Math.cos(Math.PI * progress)));
        default:
            return kind satisfies never;
    }
}
