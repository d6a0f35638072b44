/**
 * What people would say on average of many stories that a teacher judged, from the few that people rated as well:
 * prediction-powered inference with a weight λ (PPI++: Angelopoulos, Duchi & Zrnic 2023, arXiv 2311.01453). The
 * teacher's mean over all stories is corrected by its error on the rated ones. A teacher who says nothing about people
 * gets λ = 0, and what is left is the plain mean of the people.
 */
import type { Interval } from '../../../shared/findings/gain-words.ts';
import { mean } from '../statistics/descriptive.ts';

/** The stories of one student: each rated one with both scores, and what the teacher said of those nobody rated. */
export interface JudgedStories {
    readonly people: readonly number[]; // (n) the mean of a story's raters: the story is the unit
    readonly teacher: readonly number[]; // (n) of the same stories
    readonly unrated: readonly number[]; // (N) of the others
}

export interface CorrectedMean {
    readonly mean: number;
    readonly lambda: number;
    /** Variance of the mean that the unrated stories add: λ²·Var f / N. */
    readonly judged: number;
    /** Variance of Y − λf from story to story, and of f. */
    readonly residual: number;
    readonly spread: number;
    /** n and N. */
    readonly rated: number;
    readonly unrated: number;
}

/** 97.5 % of a standard normal lie below. */
export const z95 = 1.959963984540054;

/**
 * θ̂ = λ·mean_N f + mean_n (Y − λf), λ = Cov(Y, f) / ((1 + n/N)·Var f) between 0 and 1, as the authors' package
 * `ppi-python` computes it: the covariance over the rated stories (n), the variance over all (n + N − 1).
 * Where people rated every story there is nothing to correct.
 * @throws a RangeError without a rated story
 */
export function correctedMean({ people, teacher, unrated }: JudgedStories): CorrectedMean {
    const [n, N] = [people.length, unrated.length];
    if (n === 0) throw new RangeError('a correction needs rated stories');
    if (N === 0)
        return {
            mean: mean(people),
            lambda: 0,
            judged: 0,
            residual: varianceOf(people),
            spread: 0,
            rated: n,
            unrated: 0,
        };
    const [meanPeople, meanTeacher] = [mean(people), mean(teacher)];
    const covariance = mean(people.map((score, i) => (score - meanPeople) * (teacher[i]! - meanTeacher)));
    const all = [...teacher, ...unrated];
    const variance = (varianceOf(all) * all.length) / (all.length - 1);
    const weight = variance === 0 ? 0 : covariance / ((1 + n / N) * variance);
    const lambda = Math.min(1, Math.max(0, weight));
    const residuals = people.map((score, i) => score - lambda * teacher[i]!);
    const spread = varianceOf(unrated);
    return {
        mean: lambda * mean(unrated) + mean(residuals),
        lambda,
        judged: (lambda ** 2 * spread) / N,
        residual: varianceOf(residuals),
        spread,
        rated: n,
        unrated: N,
    };
}

/** Population variance. */
function varianceOf(values: readonly number[]): number {
    const centre = mean(values);
    return mean(values.map((value) => (value - centre) ** 2));
}

const errorOf = ({ judged, residual, rated }: CorrectedMean): number => Math.sqrt(judged + residual / rated);

/** The mean with its 95 % interval, for one look at the end. */
export function meanInterval(corrected: CorrectedMean): Interval {
    return around(corrected.mean, z95 * errorOf(corrected));
}

/** After − before, from two samples that do not know of each other: their variances add up. */
export function gainInterval(before: CorrectedMean, after: CorrectedMean): Interval {
    return around(after.mean - before.mean, z95 * Math.hypot(errorOf(before), errorOf(after)));
}

/** How an error of 5 % is shared between the ratings that go on coming in and the judged stories, which do not. */
const whileRating = 0.04;
const zJudged = 2.5758293035489004; // of 1 %, two-sided
/** The rated stories of each side for which the sequence is made as narrow as it can be. */
const tightestAt = 60;

/**
 * After − before with an interval that holds at every look: a sequence of intervals of which all together hold the
 * truth with 95 %, whenever the rater looks and stops. The asymptotic confidence sequence of Waudby-Smith, Arbour,
 * Sinha, Kennedy & Ramdas (2024, Annals of Statistics 52; Robbins' normal mixture with the estimated variance) for the
 * people's part. It asks for no bounds, unlike betting, so it can carry Y − λf, whose λ moves with the ratings. The
 * teacher's mean of the unrated stories does not move while somebody rates, so it gets an ordinary interval, and the
 * two errors are added (Bonferroni: 4 % and 1 %).
 */
export function gainWhileRating(before: CorrectedMean, after: CorrectedMean): Interval {
    const variance = before.residual + after.residual;
    if (variance === 0) return gainInterval(before, after);
    // as many on each side as give the same variance of the difference
    const looks = variance / (before.residual / before.rated + after.residual / after.rated);
    const half = Math.sqrt(variance) * mixtureMargin(looks) + zJudged * Math.sqrt(before.judged + after.judged);
    return around(after.mean - before.mean, half);
}

const logError = -2 * Math.log(whileRating);
const rho2 = (logError + Math.log(logError + 1)) / tightestAt; // their equation for the best ρ², approximately

/** √(2(tρ² + 1)/(t²ρ²) · log(√(tρ² + 1)/α)): what a mean of t observations of variance 1 stays within at all t. */
function mixtureMargin(t: number): number {
    const grown = t * rho2 + 1;
    return Math.sqrt(((2 * grown) / (t ** 2 * rho2)) * Math.log(Math.sqrt(grown) / whileRating));
}

/**
 * Half the width of the gain's interval once `more` stories more are rated, half of them of each side, as far as
 * today's variances tell; null where there are not so many.
 */
export function halfWidthAfter(before: CorrectedMean, after: CorrectedMean, more: number): number | null {
    const variances = [before, after].map(({ lambda, spread, residual, rated, unrated }) => {
        const added = more / 2;
        return unrated - added < 1 ? null : (lambda ** 2 * spread) / (unrated - added) + residual / (rated + added);
    });
    const [one = null, other = null] = variances;
    return one === null || other === null ? null : z95 * Math.sqrt(one + other);
}

function around(value: number, half: number): Interval {
    return { mean: value, low: value - half, high: value + half };
}
