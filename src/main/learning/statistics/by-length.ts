/**
 * The score over the length of stories, before and after learning: what a teacher pays for length need not be a
 * straight line, so a correlation alone understates it (FiMi-RM, arXiv 2505.12843).
 */
import type { LengthBin } from '../../../shared/findings/length-words.ts';
import { totalScore, type Criterion } from '../../../shared/ratings/rubric.ts';
import { mean, standardDeviation } from '../ppo/statistics.ts';
import type { IntervalEstimate } from './bootstrap.ts';
import type { RatedPair, RatedStory } from './pairs.ts';
import { studentQuantile } from './student-t.ts';

const mostBins = 10;
/** Fewer stories of a side in a bin say nothing. */
const leastInBin = 3;

/** Bins of about equally many stories of both sides together; equal lengths share a bin. Ascending. */
export function scoreByLength(criteria: readonly Criterion[], pairs: readonly RatedPair[]): readonly LengthBin[] {
    const words = pairs.flatMap(({ before, after }) => [before.words, after.words]).toSorted((a, b) => a - b);
    if (words.length === 0) return [];
    const bounds = new Set(
        Array.from({ length: mostBins - 1 }, (_, i) => words[Math.floor(((i + 1) * words.length) / mostBins)]!),
    );
    const starts = [words[0]!, ...[...bounds].filter((bound) => bound > words[0]!)];
    return starts.map((from, i): LengthBin => {
        const next = starts[i + 1] ?? Infinity;
        const inBin = (stories: readonly RatedStory[]): LengthBin['before'] => {
            const scores = stories
                .filter((story) => story.words >= from && story.words < next)
                .map(({ scores: each }) => totalScore(criteria, each));
            return { stories: scores.length, score: scores.length < leastInBin ? null : meanOf(scores) };
        };
        return {
            words: [from, next === Infinity ? words.at(-1)! : next - 1],
            before: inBin(pairs.map(({ before }) => before)),
            after: inBin(pairs.map(({ after }) => after)),
        };
    });
}

function meanOf(scores: readonly number[]): IntervalEstimate {
    const centre = mean(scores);
    const half = (studentQuantile(scores.length - 1) * standardDeviation(scores)) / Math.sqrt(scores.length);
    return { mean: centre, low: centre - half, high: centre + half };
}
