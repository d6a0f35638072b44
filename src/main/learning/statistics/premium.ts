/** What a feature of stories is paid among stories of the same length. */
import { mean, standardDeviation } from './descriptive.ts';
import type { IntervalEstimate } from './bootstrap.ts';
import { studentQuantile } from './student-t.ts';

export interface MarkedStory {
    readonly words: number;
    readonly score: number;
    readonly isMarked: boolean;
}

const binWords = 5;
/** With fewer marked stories beside others of their length nothing is claimed. */
const leastMarked = 5;

/**
 * Marked − others: within bins of five words the two means, bins averaged with the weight n·m/(n + m) (Cochran 1954).
 * The error is the spread within bins and groups, taken as one. Null where too few can be compared.
 */
export function premiumAtEqualLength(stories: readonly MarkedStory[]): IntervalEstimate | null {
    const bins = new Map<number, { readonly marked: number[]; readonly others: number[] }>();
    for (const { words, score, isMarked } of stories) {
        const key = Math.floor(words / binWords);
        const bin = bins.get(key) ?? { marked: [], others: [] };
        bins.set(key, bin);
        (isMarked ? bin.marked : bin.others).push(score);
    }
    const both = [...bins.values()].filter(({ marked, others }) => marked.length > 0 && others.length > 0);
    const compared = both.reduce((sum, { marked }) => sum + marked.length, 0);
    const groups = both.flatMap(({ marked, others }) => [marked, others]);
    const freedom = groups.reduce((sum, group) => sum + group.length - 1, 0);
    if (compared < leastMarked || freedom < 1) return null;
    const weights = both.map(({ marked, others }) => (marked.length * others.length) / (marked.length + others.length));
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    const gain =
        both.reduce((sum, { marked, others }, i) => sum + weights[i]! * (mean(marked) - mean(others)), 0) / whole;
    const squares = groups.reduce((sum, group) => {
        const centre = mean(group);
        return sum + group.reduce((total, score) => total + (score - centre) ** 2, 0);
    }, 0);
    // Σ w²·σ²(1/n + 1/m) / (Σ w)² = σ² / Σ w, for w = nm/(n + m)
    const half = studentQuantile(freedom) * Math.sqrt(squares / freedom / whole);
    return { mean: gain, low: gain - half, high: gain + half };
}

/**
 * Mean of paired differences, with Student's interval over the stories (1908). Null of fewer than five stories.
 * differences: (N) a story's score less its twin's.
 */
export function premiumOverTwins(differences: readonly number[]): IntervalEstimate | null {
    if (differences.length < leastMarked) return null;
    const gain = mean(differences);
    const half =
        (studentQuantile(differences.length - 1) * standardDeviation(differences)) / Math.sqrt(differences.length);
    return { mean: gain, low: gain - half, high: gain + half };
}
