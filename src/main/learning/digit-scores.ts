/** Scores from the probabilities that a language model gives to whole numbers. */
import type { Criterion, Rating } from '../../shared/rubric.ts';

/** What a model would have said for one criterion. */
export interface ScoreChances {
    /** Probability of each whole score, from the criterion's lowest up; with what fell elsewhere they sum to 1. */
    readonly masses: readonly number[];
}

/**
 * The expected score of each criterion, Σ p·d over the probabilities scaled to sum 1, with what says how unsure the
 * model was. Undefined where hardly anything fell on a score: a mean over crumbs would say nothing.
 */
export function expectedRating(
    criteria: readonly Criterion[],
    chances: readonly ScoreChances[],
): Extract<Rating, { kind: 'scored' }> | undefined {
    const scores: Record<string, number> = {};
    const probabilities: Record<string, number[]> = {};
    let entropy = 0;
    let offFormatMass = 0;
    for (const [i, { id, min }] of criteria.entries()) {
        const masses = chances[i]!.masses;
        const total = masses.reduce((sum, mass) => sum + mass, 0);
        if (!(total >= leastOnScores)) return undefined; // also what is not a number
        const p = masses.map((mass) => mass / total);
        probabilities[id] = p;
        scores[id] = p.reduce((sum, chance, k) => sum + chance * (min + k), 0);
        entropy -= p.reduce((sum, chance) => sum + (chance > 0 ? chance * Math.log(chance) : 0), 0);
        offFormatMass += Math.max(0, 1 - total);
    }
    return {
        kind: 'scored',
        scores,
        probabilities,
        entropy: Math.max(0, entropy / criteria.length),
        offFormatMass: offFormatMass / criteria.length,
    };
}

const leastOnScores = 0.01;
