/**
 * Learning-rate schedules over the steps of an optimiser: a linear warm-up from 0, then constant, linear or cosine
 * decay.
 */
export interface Schedule {
    readonly kind: 'constant' | 'linear' | 'cosine';
    readonly peak: number;
    readonly steps: number; // of the whole run
    readonly warmupSteps: number;
    readonly floorFraction: number; // of the peak, at the end of linear and cosine decay; published: 0
}

/** Steps of warm-up, rounded up (warmup_ratio of Hugging Face's Trainer). */
export function warmupSteps(fraction: number, steps: number): number {
    return Math.ceil(fraction * steps);
}

/**
 * The rate of a step, counted from 0; beyond the last step it stays at the floor. Matches Hugging Face's schedules, so
 * the first step of a warm-up has rate 0.
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
