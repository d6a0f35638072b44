/** Scores from the numbers a language model gives to digits. Probabilities go from the lowest score up. */

/** Published: vLLM's temperature 0.2. */
export const publishedTemperature = 0.2;

/** Softmax at a temperature; null where a logit is not finite, as broken weights make it. */
export function softmax(logits: readonly number[], temperature = 1): number[] | null {
    if (!logits.every(Number.isFinite)) return null;
    const most = Math.max(...logits);
    const weights = logits.map((logit) => Math.exp((logit - most) / temperature));
    const sum = weights.reduce((total, each) => total + each, 0);
    return weights.map((weight) => weight / sum);
}

/** The place that a uniform draw in [0, 1) falls on. */
export function place(probabilities: readonly number[], draw: number): number {
    let below = 0;
    for (const [i, probability] of probabilities.entries()) {
        below += probability;
        if (draw < below) return i;
    }
    return probabilities.length - 1; // the sum may lack a rounding of 1
}

export function mostProbable(probabilities: readonly number[]): number {
    return probabilities.indexOf(Math.max(...probabilities));
}

/** Σ p·score, the lowest score being `min`. */
export function expectedScore(probabilities: readonly number[], min: number): number {
    const mean = probabilities.reduce((sum, probability, i) => sum + probability * (min + i), 0);
    return Math.min(Math.max(mean, min), min + probabilities.length - 1); // a rounding may leave the range
}

/** Shannon entropy, nats. */
export function shannonEntropy(probabilities: readonly number[]): number {
    return probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}
