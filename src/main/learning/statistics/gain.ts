/**
 * A gain and what each seed's stories have to do with it. From that follow its own error, what it shares with the gain
 * of another run that was measured on the same stories, and an interval over training runs that covers both kinds of
 * chance: other stories and other seeds of training.
 */
import { mean, standardDeviation } from './descriptive.ts';
import { totalScore, type Criterion } from '../../../shared/ratings/rubric.ts';
import type { IntervalEstimate } from './bootstrap.ts';
import type { RatedPair } from './pairs.ts';
import { studentQuantile } from './student-t.ts';

/** A mean over stories, or something as smooth: what one pair of many moves it by is small. */
export interface Gain {
    readonly mean: number;
    /**
     * By seed: what its pair of stories moves the gain by (influence / N). The sum of squares is the gain's variance.
     */
    readonly shares: ReadonlyMap<number, number>;
}

/** Total score, after − before, of all pairs. */
export function gainOf(criteria: readonly Criterion[], pairs: readonly RatedPair[]): Gain {
    const differences = pairs.map(
        ({ before, after }) => totalScore(criteria, after.scores) - totalScore(criteria, before.scores),
    );
    const centre = mean(differences);
    return {
        mean: centre,
        shares: new Map(pairs.map(({ seed }, i) => [seed, (differences[i]! - centre) / pairs.length])),
    };
}

/** The mean total of the stories before or after, as something whose interval is asked for. */
export function meanTotal(criteria: readonly Criterion[], pairs: readonly RatedPair[], side: 'before' | 'after'): Gain {
    const totals = pairs.map((pair) => totalScore(criteria, pair[side].scores));
    const centre = mean(totals);
    return { mean: centre, shares: new Map(pairs.map(({ seed }, i) => [seed, (totals[i]! - centre) / pairs.length])) };
}

/**
 * What one gain has over another, as of a run over its control. Seeds of both count once: what they share cancels out.
 */
export function gainOver(gain: Gain, other: Gain): Gain {
    const shares = new Map(gain.shares);
    for (const [seed, share] of other.shares) shares.set(seed, (shares.get(seed) ?? 0) - share);
    return { mean: gain.mean - other.mean, shares };
}

/** The interval over stories, by itself of 95 %: "would other stories of these students say the same?" */
export function overStories(gain: Gain, probability = 0.95): IntervalEstimate {
    const half = studentQuantile(Math.max(1, gain.shares.size - 1), probability) * Math.sqrt(covariance(gain, gain));
    return { mean: gain.mean, low: gain.mean - half, high: gain.mean + half };
}

/**
 * The mean gain of k runs with its 95 % interval over training seeds and stories: "would other runs gain as much?";
 * null for fewer than two. The spread between gains says everything where each run was measured on stories of its own
 * (Student 1908). What all of them share, as the same stories before learning, moves every gain alike and shows in no
 * spread: it is added, from the covariances by seed, with the degrees of freedom of a sum of variances (Satterthwaite
 * 1946).
 */
export function overRuns(gains: readonly Gain[], probability = 0.95): IntervalEstimate | null {
    const runs = gains.length;
    if (runs < 2) return null;
    const means = gains.map((gain) => gain.mean);
    const between = standardDeviation(means) ** 2 / runs;
    const shared = Math.max(0, sharedWithin(gains));
    const variance = between + shared;
    const seeds = Math.min(...gains.map(({ shares }) => shares.size));
    const freedom =
        shared === 0 ? runs - 1 : variance ** 2 / (between ** 2 / (runs - 1) + shared ** 2 / Math.max(1, seeds - 1));
    const half = studentQuantile(freedom, probability) * Math.sqrt(variance);
    return { mean: mean(means), low: mean(means) - half, high: mean(means) + half };
}

/** The gain of one training run. */
export interface SeededGain {
    /** Of training. */
    readonly seed: number;
    readonly gain: Gain;
}

/** How much more one setting gained than another. */
export interface SettingsDifference {
    readonly interval: IntervalEstimate;
    /**
     * What the interval is over: seeds of training that both share, seeds of each, or only stories, where one of them
     * was run once: then it speaks of these runs, not of their settings.
     */
    readonly over: 'shared seeds' | 'seeds' | 'stories';
}

/**
 * The mean gain of one setting minus another's. Where both were run with the same seeds, seed by seed, since a seed
 * chooses the stories of evaluation, too; else with what the gains vary by in each (Welch 1947), and with what all of
 * them share, as in `overRuns`.
 */
export function overSettings(
    one: readonly SeededGain[],
    other: readonly SeededGain[],
    probability = 0.95,
): SettingsDifference {
    const gains = (of: readonly SeededGain[]): readonly Gain[] => of.map(({ gain }) => gain);
    if (Math.min(one.length, other.length) < 2) {
        const interval = overStories(gainOver(meanGain(gains(one)), meanGain(gains(other))), probability);
        return { interval, over: 'stories' };
    }
    const partners = one.map(({ seed }) => other.find((each) => each.seed === seed));
    if (one.length === other.length && !partners.includes(undefined)) {
        const differences = one.map(({ gain }, i) => gainOver(gain, partners[i]!.gain));
        return { interval: overRuns(differences, probability)!, over: 'shared seeds' };
    }
    return { interval: welch(gains(one), gains(other), probability), over: 'seeds' };
}

function welch(one: readonly Gain[], other: readonly Gain[], probability: number): IntervalEstimate {
    const spread = (gains: readonly Gain[]): number =>
        standardDeviation(gains.map((gain) => gain.mean)) ** 2 / gains.length;
    const across = mean(one.flatMap((gain) => other.map((each) => covariance(gain, each))));
    const shared = Math.max(0, sharedWithin(one) + sharedWithin(other) - 2 * across);
    const [first, second] = [spread(one), spread(other)];
    const variance = first + second + shared;
    const seeds = Math.min(...[...one, ...other].map(({ shares }) => shares.size));
    const parts =
        first ** 2 / (one.length - 1) + second ** 2 / (other.length - 1) + shared ** 2 / Math.max(1, seeds - 1);
    const half = variance === 0 ? 0 : studentQuantile(variance ** 2 / parts, probability) * Math.sqrt(variance);
    const difference = mean(one.map((gain) => gain.mean)) - mean(other.map((gain) => gain.mean));
    return { mean: difference, low: difference - half, high: difference + half };
}

function meanGain(gains: readonly Gain[]): Gain {
    const shares = new Map<number, number>();
    for (const gain of gains)
        for (const [seed, share] of gain.shares) shares.set(seed, (shares.get(seed) ?? 0) + share / gains.length);
    return { mean: mean(gains.map((gain) => gain.mean)), shares };
}

/** The mean covariance of two of them. */
function sharedWithin(gains: readonly Gain[]): number {
    return mean(gains.flatMap((gain, i) => gains.slice(i + 1).map((other) => covariance(gain, other))));
}

function covariance(gain: Gain, other: Gain): number {
    let sum = 0;
    for (const [seed, share] of gain.shares) sum += share * (other.shares.get(seed) ?? 0);
    return sum;
}
