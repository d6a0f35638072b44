/**
 * What a rater looks at and what it says, as data. A rubric names its criteria, their range and weight, and carries the
 * text that a language model reads; a rating scores a story by them. Two criteria or five work the same way everywhere.
 */
import { z } from 'zod';

/** A score is read from the probabilities of single digits, and tables of ratings have a cell for each. */
export const highestScore = 9;
const heaviest = 1000;
const mostCriteria = 20;
const longestName = 200; // characters
const longestText = 100_000;

export const criterionSchema = z.object({
    id: z
        .string()
        .max(longestName)
        .regex(/^[a-z][a-z0-9-]*$/),
    name: z.string().min(1).max(longestName),
    means: z.string().max(2000),
    min: z.int().min(0).max(highestScore),
    max: z.int().min(0).max(highestScore),
    weight: z.number().nonnegative().max(heaviest),
});
export type Criterion = Readonly<z.infer<typeof criterionSchema>>;
export type CriterionId = string;

/** What is wrong with criteria that are each in order, behind "the rubric"; null where nothing is. */
export function criteriaProblem(criteria: readonly Criterion[]): string | null {
    if (criteria.length === 0) return 'names no criterion';
    if (criteria.length > mostCriteria) return `names ${criteria.length} criteria; ${mostCriteria} are the most`;
    if (new Set(criteria.map(({ id }) => id)).size < criteria.length) return 'names a criterion twice';
    const beyond = criteria.find(({ min, max }) => min >= max || max > highestScore);
    if (beyond)
        return `scores "${beyond.id}" from ${beyond.min} to ${beyond.max}; it must go up, and to ${highestScore} at most`;
    const tooHeavy = criteria.find(({ weight }) => weight > heaviest);
    if (tooHeavy) return `gives "${tooHeavy.id}" the weight ${tooHeavy.weight}; ${heaviest} is the most`;
    if (criteria.every(({ weight }) => weight === 0)) return 'gives every criterion the weight 0';
    return null;
}

export const rubricSchema = z.object({
    id: z.string().min(1).max(longestName),
    /** The template a language-model teacher reads; empty for teachers that follow fixed rules. */
    text: z.string().max(longestText),
    criteria: z.array(criterionSchema).refine((criteria) => criteriaProblem(criteria) === null),
});
export interface Rubric {
    readonly id: string;
    readonly text: string;
    readonly criteria: readonly Criterion[];
}

/** The published criteria (arXiv 2509.15714 §3), 0 worst to 3 best, equally weighted. */
export const storytellerCriteria: readonly Criterion[] = [
    {
        id: 'readability',
        name: 'Readability',
        means: 'grammar, spelling and whole sentences',
        min: 0,
        max: 3,
        weight: 1,
    },
    {
        id: 'coherence',
        name: 'Narrative coherence',
        means: 'the same people and things go on to an end',
        min: 0,
        max: 3,
        weight: 1,
    },
    { id: 'creativity', name: 'Creativity', means: 'varied and fresh words, not copied', min: 0, max: 3, weight: 1 },
];

const numbers = z.array(z.number()).readonly();
const ofBoth = {
    /** How the scores came to be, where it is not the way the teacher names. */
    reading: z.string().min(1).exactOptional(),
    /** Probability that fell on anything but a score, 0–1, mean over the criteria. */
    offFormatMass: z.number().min(0).max(1).exactOptional(),
    /** What the model answered first, which could not be read: it was asked once more. */
    firstReply: z.string().exactOptional(),
};
export const scoredSchema = z.object({
    kind: z.literal('scored'),
    /** By criterion. */
    scores: z.record(z.string(), z.number()).readonly(),
    /** What a language model answered, word for word. */
    reply: z.string().exactOptional(),
    /** Per criterion, the probability of each whole score from the lowest up; they sum to 1. */
    probabilities: z.record(z.string(), numbers).readonly().exactOptional(),
    /** Shannon entropy of those probabilities in nats, mean over the criteria: how unsure the model was. */
    entropy: z.number().nonnegative().exactOptional(),
    /** Of an ensemble: standard deviation of its members' totals. */
    disagreement: z.number().nonnegative().exactOptional(),
    ...ofBoth,
});
export const unreadableSchema = z.object({
    kind: z.literal('unreadable'),
    /** What the model answered, or in words why there is no answer. */
    reply: z.string(),
    /** There is no answer, and asking again would give none. */
    refused: z.literal(true).exactOptional(),
    ...ofBoth,
});

/** What one rater said of one story. There is no default score: a story that could not be rated says so. */
export type Rating = Readonly<z.infer<typeof scoredSchema> | z.infer<typeof unreadableSchema>> & {
    /** Of an ensemble: what each member said, in the order of its members. */
    readonly members?: readonly Rating[];
};

/**
 * Sum of the criteria as the rubric weighs them; with three unit weights the published 0–9.
 * @throws where the rating lacks a score that the rubric asks for
 */
export function totalScore(criteria: readonly Criterion[], scores: Readonly<Record<CriterionId, number>>): number {
    let total = 0;
    for (const { id, weight } of criteria) {
        const score = scores[id];
        if (score === undefined) throw new Error(`the rating lacks a score for "${id}"`);
        total += weight * score;
    }
    return total;
}

/** The total of a rating; null where the story could not be rated. */
export const totalOf = (criteria: readonly Criterion[], rating: Rating): number | null =>
    rating.kind === 'scored' ? totalScore(criteria, rating.scores) : null;

/** The best total that a rubric allows. */
export function bestTotal(criteria: readonly Criterion[]): number {
    return criteria.reduce((sum, { max, weight }) => sum + weight * max, 0);
}

/** The total as a fraction of what the rubric allows, 0–1. */
export function scoreFraction(criteria: readonly Criterion[], scores: Readonly<Record<CriterionId, number>>): number {
    const least = criteria.reduce((sum, { min, weight }) => sum + weight * min, 0);
    const most = bestTotal(criteria);
    return (totalScore(criteria, scores) - least) / (most - least);
}
