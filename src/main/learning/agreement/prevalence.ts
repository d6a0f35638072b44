/**
 * The share of stories that people would pass, where a score is yes or no: the teacher's share, corrected by how often
 * it is right about stories that people pass and about stories that they do not (Rogan & Gladen 1978). The interval
 * carries what is not known of sensitivity and specificity (Lang & Reiczigel 2014, Preventive Veterinary Medicine 113:
 * shares moved towards ½, then an error propagated; for judges also Lee et al. 2025, arXiv 2511.21140).
 */
import type { Interval } from '../../../shared/findings/gain-words.ts';
import { z95, type JudgedStories } from './corrected-mean.ts';

/** Of the stories that people passed, and of those that they did not, how many the teacher judged the same. */
interface JudgedRight {
    readonly right: number;
    readonly of: number;
}

export interface Prevalence {
    /** The share that people would pass. */
    readonly passed: Interval;
    readonly sensitivity: JudgedRight;
    readonly specificity: JudgedRight;
}

/**
 * From the scores of judged stories, 0 or 1; several raters and a teacher that is unsure say what they lean to.
 * @returns null where people passed all or none, or the teacher is no better than chance: nothing follows from it then
 */
export function correctedPrevalence({ people, teacher, unrated }: JudgedStories): Prevalence | null {
    const passes = (score: number): boolean => score >= 0.5;
    const judged = people.map((score, i) => [passes(score), passes(teacher[i]!)] as const);
    const agreeing = (said: boolean): JudgedRight => {
        const those = judged.filter(([person]) => person === said);
        return { right: those.filter(([, teacher]) => teacher === said).length, of: those.length };
    };
    const [sensitivity, specificity] = [agreeing(true), agreeing(false)];
    if (sensitivity.of === 0 || specificity.of === 0) return null;
    const passed = shareWithError(
        { right: unrated.filter(passes).length, of: unrated.length },
        sensitivity,
        specificity,
    );
    return passed && { passed, sensitivity, specificity };
}

const share = ({ right, of }: JudgedRight): number => right / of;
const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/**
 * θ = (p + q₀ − 1) / (q₀ + q₁ − 1), p the teacher's share over the stories nobody rated, q₁ its sensitivity, q₀ its
 * specificity, with a 95 % interval; null where q₀ + q₁ is not above 1.
 */
export function shareWithError(
    judgedPassed: JudgedRight,
    sensitivity: JudgedRight,
    specificity: JudgedRight,
): Interval | null {
    const plain = share(specificity) + share(sensitivity) - 1;
    if (plain <= 0) return null;
    const estimate = clamp((share(judgedPassed) + share(specificity) - 1) / plain);
    const z2 = z95 ** 2;
    const n = judgedPassed.of + z2;
    const [m1, m0] = [sensitivity.of + 2, specificity.of + 2];
    const p = (judgedPassed.right + z2 / 2) / n;
    const [q1, q0] = [(sensitivity.right + 1) / m1, (specificity.right + 1) / m0];
    const power = q0 + q1 - 1;
    if (power <= 0) return null;
    const theta = (p + q0 - 1) / power;
    const [v1, v0] = [(q1 * (1 - q1)) / m1, (q0 * (1 - q0)) / m0];
    const shift = 2 * z2 * (theta * v1 - (1 - theta) * v0);
    const half = (z95 * Math.sqrt((p * (1 - p)) / n + (1 - theta) ** 2 * v0 + theta ** 2 * v1)) / power;
    return { mean: estimate, low: clamp(theta + shift - half), high: clamp(theta + shift + half) };
}

/** After − before of two shares with skew intervals (Zou & Donner 2008: the distances to the bounds add up squared). */
export function shareGain(before: Interval, after: Interval): Interval {
    const gain = after.mean - before.mean;
    return {
        mean: gain,
        low: gain - Math.hypot(after.mean - after.low, before.high - before.mean),
        high: gain + Math.hypot(after.high - after.mean, before.mean - before.low),
    };
}
