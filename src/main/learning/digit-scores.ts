/** Scores from the probabilities that a language model gives to whole numbers; they go from the lowest score up. */
import type { Criterion, Rating } from '../../shared/ratings/rubric.ts';

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
export function sampleCategorical(probabilities: readonly number[], draw: number): number {
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

/** What a model would have said for one criterion. */
export interface ScoreChances {
    /** Of each whole score; they sum to 1. */
    readonly probabilities: readonly number[];
    /** What fell on anything but a score, 0–1. */
    readonly offFormat: number;
    /** The score that was drawn; the expected one counts where it is left out. */
    readonly drawn?: number;
}

/** One rating from all criteria's chances, with what says how unsure the model was: means over the criteria. */
export function ratingOfChances(
    criteria: readonly Criterion[],
    chances: readonly ScoreChances[],
): Extract<Rating, { kind: 'scored' }> {
    const byCriterion = <T>(read: (chance: ScoreChances, criterion: Criterion) => T): Record<string, T> =>
        Object.fromEntries(criteria.map((criterion, c) => [criterion.id, read(chances[c]!, criterion)]));
    const average = (read: (chance: ScoreChances) => number): number =>
        chances.reduce((sum, chance) => sum + read(chance), 0) / chances.length;
    return {
        kind: 'scored',
        scores: byCriterion(({ probabilities, drawn }, { min }) => drawn ?? expectedScore(probabilities, min)),
        probabilities: byCriterion(({ probabilities }) => probabilities),
        offFormatMass: average(({ offFormat }) => offFormat),
        entropy: average(({ probabilities }) => shannonEntropy(probabilities)),
    };
}

const leastOnScores = 0.01;

/** From the probability of each whole score, of all that may be said; undefined for crumbs, whose mean would say nothing. */
export function chancesOfMasses(masses: readonly number[]): ScoreChances | undefined {
    const total = masses.reduce((sum, mass) => sum + mass, 0);
    if (!(total >= leastOnScores)) return undefined; // also what is not a number
    return { probabilities: masses.map((mass) => mass / total), offFormat: Math.max(0, 1 - total) };
}
