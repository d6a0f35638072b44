/**
 * The score over the length of stories, before and after learning: what a teacher pays for length need not be a
 * straight line, so a correlation alone understates it (FiMi-RM, arXiv 2505.12843).
 */
import type { BinSide, LengthBin, ScoresByLength } from '../../../shared/findings/length-words.ts';
import { totalScore, type Criterion } from '../../../shared/ratings/rubric.ts';
import { mean, standardDeviation } from './descriptive.ts';
import type { IntervalEstimate } from './bootstrap.ts';
import type { RatedPair, RatedStory } from './pairs.ts';
import { studentQuantile } from './student-t.ts';

const mostBins = 10;
/** Fewer stories of a side in a bin say nothing. */
const leastInBin = 3;

/** A story's length and its total score. */
export interface StoryLengthScore {
    readonly words: number;
    readonly total: number;
}

/** Bins of about equally many stories of both sides together; equal lengths share a bin. Ascending. */
export function scoreByLength(criteria: readonly Criterion[], pairs: readonly RatedPair[]): readonly LengthBin[] {
    const told = ({ words, scores }: RatedStory): StoryLengthScore => ({ words, total: totalScore(criteria, scores) });
    const { bins, lines } = scoresByLength([
        { name: 'before', stories: pairs.map(({ before }) => told(before)) },
        { name: 'after', stories: pairs.map(({ after }) => told(after)) },
    ]);
    const [before, after] = lines;
    return bins.map((words, i) => ({ words, before: before!.sides[i]!, after: after!.sides[i]! }));
}

/** The same of any number of groups, in bins of about equally many stories of all of them together. */
export function scoresByLength(
    groups: readonly { readonly name: string; readonly stories: readonly StoryLengthScore[] }[],
): ScoresByLength {
    const words = groups.flatMap(({ stories }) => stories.map((story) => story.words)).toSorted((a, b) => a - b);
    const bounds = new Set(
        Array.from({ length: mostBins - 1 }, (_, i) => words[Math.floor(((i + 1) * words.length) / mostBins)]!),
    );
    const starts = words.length === 0 ? [] : [words[0]!, ...[...bounds].filter((bound) => bound > words[0]!)];
    const bins = starts.map((from, i) => [from, i + 1 < starts.length ? starts[i + 1]! - 1 : words.at(-1)!] as const);
    const sideOf = (stories: readonly StoryLengthScore[], [from, to]: LengthBin['words']): BinSide => {
        const scores = stories.filter((story) => story.words >= from && story.words <= to).map(({ total }) => total);
        return { stories: scores.length, score: scores.length < leastInBin ? null : meanOf(scores) };
    };
    return {
        bins,
        lines: groups.map(({ name, stories }) => ({ name, sides: bins.map((bin) => sideOf(stories, bin)) })),
    };
}

function meanOf(scores: readonly number[]): IntervalEstimate {
    const centre = mean(scores);
    const half = (studentQuantile(scores.length - 1) * standardDeviation(scores)) / Math.sqrt(scores.length);
    return { mean: centre, low: centre - half, high: centre + half };
}
