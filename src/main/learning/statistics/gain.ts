/**
 * A gain and what each seed's stories have to do with it. From that follow its own error, what it shares with the gain
 * of
 * another run that was measured on the same stories, and an interval over training runs that covers both kinds of
 * chance:
 * other stories and other seeds of training.
 */
import { mean, standardDeviation } from '../ppo/statistics.ts';
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

/**
 * What one gain has over another, as of a run over its control. Seeds of both count once: what they share cancels out.
 */
export function gainOver(gain: Gain, other: Gain): Gain {
    const shares = new Map(gain.shares);
    for (const [seed, share] of other.shares) shares.set(seed, (shares.get(seed) ?? 0) - share);
    return { mean: gain.mean - other.mean, shares };
}

/** The 95 % interval over stories: "would other stories of these students say the same?" */
export function overStories(gain: Gain): IntervalEstimate {
    const half = studentQuantile(Math.max(1, gain.shares.size - 1)) * Math.sqrt(covariance(gain, gain));
    return { mean: gain.mean, low: gain.mean - half, high: gain.mean + half };
}

/**
 * The mean gain of k runs with its 95 % interval over training seeds and stories: "would other runs gain as much?";
 * null
 * for fewer than two. The spread between gains says everything where each run was measured on stories of its own
 * (Student 1908). What all of them share, as the same stories before learning, moves every gain alike and shows in no
 * spread: it is added, from the covariances by seed, with the degrees of freedom of a sum of variances (Satterthwaite
 * 1946).
 */
export function overRuns(gains: readonly Gain[]): IntervalEstimate | null {
    const runs = gains.length;
    if (runs < 2) return null;
    const means = gains.map((gain) => gain.mean);
    const between = standardDeviation(means) ** 2 / runs;
    const pairs = gains.flatMap((gain, i) => gains.slice(i + 1).map((other) => covariance(gain, other)));
    const shared = Math.max(0, mean(pairs));
    const variance = between + shared;
    const seeds = Math.min(...gains.map(({ shares }) => shares.size));
    const freedom =
        shared === 0 ? runs - 1 : variance ** 2 / (between ** 2 / (runs - 1) + shared ** 2 / Math.max(1, seeds - 1));
    const half = studentQuantile(freedom) * Math.sqrt(variance);
    return { mean: mean(means), low: mean(means) - half, high: mean(means) + half };
}

function covariance(gain: Gain, other: Gain): number {
    let sum = 0;
    for (const [seed, share] of gain.shares) sum += share * (other.shares.get(seed) ?? 0);
    return sum;
}
