/**
 * Turns what was measured of a story into three scores. Readability and coherence are weighted sums of measures: a
 * script fitted the weights on passages by people against damaged copies, and a story's sum is compared with the sums
 * of people's passages. Length, repetition, blandness and likeness to other stories only lower a score, so that nobody
 * gains by them.
 */
import type { CriterionId } from '../../../shared/ratings/rubric.ts';
import { clamp, likeMany, notBeyond, within, type Norms, type Quantiles } from '../rules/norms.ts';
import { freshness } from '../rules/repetition.ts';
import type { JudgedFeature, JudgedFeatures } from './judged-features.ts';

/** A measure's weight, and the bounds between which it counts: most passages lie there, and beyond it is cut off. */
export interface Weight {
    readonly weight: number;
    readonly low: number;
    readonly high: number;
}

/** The measures of each criterion, and whether more of one is better (1) or worse (-1): fitting must keep that sign. */
export const measuresOf = {
    readability: {
        fluency: 1,
        stumbles: 1,
        surprise: -1,
        jolts: -1,
        unseenPairs: -1,
        unseenSteps: -1,
        nonWords: -1,
        broken: -1,
        slips: -1,
    },
    coherence: {
        thread: 1,
        weakest: 1,
        order: 1,
        takenUp: 1,
        topic: 1,
        adrift: -1,
        misplaced: -1,
        headless: -1,
        strays: -1,
        tenseBreaks: -1,
    },
} as const satisfies Record<string, Partial<Record<JudgedFeature, 1 | -1>>>;

export interface FittedCriterion {
    readonly weights: Readonly<Record<string, Weight>>;
    /** The weighted sums of people's passages. */
    readonly people: Quantiles;
}

export const normedFeatures = [
    'repeatedTriples',
    'sameStarts',
    'heaviest',
    'commonest',
    'variety',
    'rarity',
    'copied',
    'fluency',
    'thread',
    'takenUp',
    'names',
    'quoted',
] as const satisfies readonly JudgedFeature[];
export type NormedFeature = (typeof normedFeatures)[number];

export interface JudgeWeights {
    readonly readability: FittedCriterion;
    readonly coherence: FittedCriterion;
    readonly norms: Norms<NormedFeature>;
    /** How much uncommon words and copied six-grams, both known from counts, matter for creativity; 0–1. */
    readonly countedWords: number;
}

/** By measure, what it adds to the weighted sum of a criterion. */
export function contributions(
    features: JudgedFeatures,
    { weights }: Pick<FittedCriterion, 'weights'>,
): Readonly<Record<string, number>> {
    return Object.fromEntries(
        Object.entries(weights).map(([feature, { weight, low, high }]) => [
            feature,
            weight * Math.min(high, Math.max(low, features[feature as JudgedFeature])),
        ]),
    );
}

export function weightedSum(features: JudgedFeatures, fitted: Pick<FittedCriterion, 'weights'>): number {
    return Object.values(contributions(features, fitted)).reduce((sum, value) => sum + value, 0);
}

/** Shorter stories earn in proportion, longer ones no more. */
const enoughWords = 35;
const fewestWords = 8;
/** The share of the richest vocabulary that earns everything: plain words are no fault. */
const enoughRichness = 0.8;
/** The share of its coherence that a story keeps where it was cut off in the middle of a sentence. */
const unended = 0.5;

/** Each 0–3. @param uniqueness 0–1, how much of the story is its own among the stories of a batch */
export function rateJudged(
    features: JudgedFeatures,
    { readability, coherence, norms, countedWords }: JudgeWeights,
    uniqueness: number,
): Readonly<Record<CriterionId, number>> {
    const fresh = freshness(features, norms) * notBeyond(features.takenUp, norms.takenUp);
    const substance = clamp(features.words / enoughWords) * fresh;
    const reads =
        3 *
        plainly(weightedSum(features, readability), readability.people) *
        (0.2 + 0.8 * substance) *
        clamp(features.words / fewestWords);
    const understood = clamp(0.3 + reads / 2.5);
    const sense =
        1 /
        (1 +
            0.35 * features.contradictions +
            0.08 * Math.max(0, features.cruelty - 1) ** 2 +
            0.3 * Math.max(0, features.praise - 1));
    const peopled = notBeyond(features.names, norms.names) * notBeyond(features.quoted, norms.quoted);
    const holds =
        3 *
        likeMany(weightedSum(features, coherence), coherence.people) *
        (unended + (1 - unended) * features.close) *
        clamp(features.sentences / 3) *
        understood *
        substance *
        sense *
        peopled *
        Math.sqrt(uniqueness);
    return {
        readability: reads,
        coherence: holds,
        creativity:
            words(features, norms, countedWords) *
            (0.2 + 0.8 * clamp(holds / 2.5)) *
            lively(features, norms) *
            Math.exp(-6 * features.echo) *
            understood *
            substance *
            uniqueness,
    };
}

/** As `likeMany`, but the lowest 5 % of people's passages still earn most of it: what many people write is no fault. */
function plainly(value: number, [p5, p25, p50, p75, p95]: Quantiles): number {
    return likeMany(value, [p5 - 0.8 * (p50 - p5), p25, p50, p75, p95]);
}

/** 0–3 */
function words(features: JudgedFeatures, norms: Norms<NormedFeature>, counted: number): number {
    const various = 0.65 * likeMany(features.variety, norms.variety) + 0.35 * clamp(features.different / 16);
    const uncommon = likeMany(features.rarity, norms.rarity) * within(features.rarity, norms.rarity);
    const own = 1 - counted * (1 - notBeyond(features.copied, norms.copied));
    const rich = (1 - 0.4 * counted) * various + 0.4 * counted * uncommon;
    return 3 * own * clamp(rich / enoughRichness);
}

/** 0–1: less for a story more fluent or more connected than people's are, for that is what repetition looks like. */
function lively(features: JudgedFeatures, norms: Norms<NormedFeature>): number {
    return notBeyond(features.fluency, norms.fluency) * notBeyond(features.thread, norms.thread);
}

/**
 * What people's passages have of each measure: the median where it is known, else the middle of the bounds between
 * which most of them lie; and nothing of what is only a fault.
 */
export function usualMeasures(
    { words, sentences }: JudgedFeatures,
    { readability, coherence, norms }: JudgeWeights,
): Readonly<Partial<Record<JudgedFeature, number>>> {
    const bounds = [...Object.entries(readability.weights), ...Object.entries(coherence.weights)];
    return {
        ...Object.fromEntries(bounds.map(([measure, { low, high }]) => [measure, (low + high) / 2])),
        ...Object.fromEntries(Object.entries(norms).map(([measure, [, , median]]) => [measure, median])),
        words: Math.max(words, enoughWords),
        sentences: Math.max(sentences, 3),
        close: 1,
        echo: 0,
        repeatedSentences: 0,
        contradictions: 0,
        cruelty: 0,
        praise: 0,
    };
}
