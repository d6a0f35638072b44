/**
 * Computes scores from the probabilities a language model gives to the whole numbers, listed from the lowest score up.
 */
import type { Criterion, Rating } from '../../shared/ratings/rubric.ts';

/** Published: vLLM at temperature 0.2. */
export const publishedTemperature = 0.2;

/** Softmax at a temperature; null where a logit is not finite, as broken weights produce. */
export function softmax(logits: readonly number[], temperature = 1): number[] | null {
    if (!logits.every(Number.isFinite)) return null;
    const most = Math.max(...logits);
    const weights = logits.map((logit) => Math.exp((logit - most) / temperature));
    const sum = weights.reduce((total, each) => total + each, 0);
    return weights.map((weight) => weight / sum);
}

/** The index that a uniform draw in [0, 1) selects. */
export function sampleCategorical(probabilities: readonly number[], draw: number): number {
    let below = 0;
    for (const [i, probability] of probabilities.entries()) {
        below += probability;
        if (draw < below) return i;
    }
    return probabilities.length - 1; // the sum may fall short of 1 by rounding
}

export function mostProbable(probabilities: readonly number[]): number {
    return probabilities.indexOf(Math.max(...probabilities));
}

/** Σ p·score, where the lowest score is `min`. */
export function expectedScore(probabilities: readonly number[], min: number): number {
    const mean = probabilities.reduce((sum, probability, i) => sum + probability * (min + i), 0);
    return Math.min(Math.max(mean, min), min + probabilities.length - 1); // rounding may leave the range
}

/** Shannon entropy, nats. */
export function shannonEntropy(probabilities: readonly number[]): number {
    return probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}

/** The probabilities of a model's answer for one criterion. */
export interface ScoreChances {
    /** The probability of each whole score; they sum to 1. */
    readonly probabilities: readonly number[];
    /** The probability of anything that is not a score, 0–1. */
    readonly offFormat: number;
    /** The score that was sampled. Without it the expected score counts. */
    readonly drawn?: number;
}

/**
 * One rating from the probabilities of all criteria. The measures of the model's uncertainty are means over the
 * criteria.
 */
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

/** From the probability mass of each whole score among all tokens; undefined where it is too small to mean anything. */
export function chancesOfMasses(masses: readonly number[]): ScoreChances | undefined {
    const total = masses.reduce((sum, mass) => sum + mass, 0);
    if (!(total >= leastOnScores)) return undefined; // also true for NaN
    return { probabilities: masses.map((mass) => mass / total), offFormat: Math.max(0, 1 - total) };
}
