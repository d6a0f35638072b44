/** How scores and lengths of clean stories are spread, before learning and after it. */
import type { Distribution } from '../../../../shared/views/runs.ts';
import { totalScore, type Criterion } from '../../../../shared/ratings/rubric.ts';
import type { RatedPair } from '../../../learning/statistics/pairs.ts';
import type { RatedSample } from '../../../store/run/evaluations.ts';

const scoreBins = 12;
const mostWordBins = 16;
const wordWidths = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;

/** A distribution for each criterion, of the stories that could be rated, then one of words, of all stories. */
export function distributionsOf(
    criteria: readonly Criterion[],
    earlier: readonly RatedSample[],
    later: readonly RatedSample[],
): readonly Distribution[] {
    const scored = criteria.map(({ id, name, min, max }): Distribution => {
        const scoresOf = (samples: readonly RatedSample[]): readonly number[] =>
            samples.flatMap(({ scores }) => scores?.[id] ?? []);
        return { id, name, ...counted(scoresOf(earlier), scoresOf(later), min, (max - min) / scoreBins, scoreBins) };
    });
    const words = [earlier, later].map((samples) => samples.map((sample) => sample.words)) as [number[], number[]];
    const longest = words.flat().reduce((most, each) => Math.max(most, each), 1);
    const width = wordWidths.find((each) => longest / each < mostWordBins) ?? Math.ceil(longest / mostWordBins);
    const length = counted(words[0], words[1], 0, width, Math.floor(longest / width) + 1);
    return [...scored, { id: 'words', name: 'Length', ...length }];
}

/** The share of each side's values in bins of one width; the highest value belongs to the last bin. */
function counted(
    before: readonly number[],
    after: readonly number[],
    from: number,
    width: number,
    bins: number,
): Omit<Distribution, 'id' | 'name'> {
    const shares = (values: readonly number[]): readonly number[] => {
        const counts = Array.from({ length: bins }, () => 0);
        for (const value of values)
            counts[Math.min(bins - 1, Math.max(0, Math.floor((value - from) / width + 1e-9)))]! += 1;
        return counts.map((count) => (values.length === 0 ? 0 : count / values.length));
    };
    return { from, width, before: shares(before), after: shares(after) };
}

const mostChanges = 201; // points of a line: every half per cent of the pairs

/** By how much the total changed from before to after, pair by pair, the least first; of many pairs evenly chosen. */
export function sortedChanges(criteria: readonly Criterion[], pairs: readonly RatedPair[]): readonly number[] {
    const sorted = pairs
        .map(({ before, after }) => totalScore(criteria, after.scores) - totalScore(criteria, before.scores))
        .toSorted((a, b) => a - b);
    if (sorted.length <= mostChanges) return sorted;
    const step = (sorted.length - 1) / (mostChanges - 1);
    return Array.from({ length: mostChanges }, (_, i) => sorted[Math.round(i * step)]!);
}
