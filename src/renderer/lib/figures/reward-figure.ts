/** The reward and what it is made of, over the course of a run. All of it was recorded with the updates. */
import type { UpdateRow } from '../../../shared/views/runs.ts';
import { signed } from '../../../shared/text/numbers.ts';
import { measured } from '../text/words.ts';
import { axisTitle, xOf, type Axis } from './run-figures.ts';
import type { PlotLine, PlotSpec } from './plot.ts';

/** Means over the stories of an update, in the unit of the reward. */
export interface RewardParts {
    readonly score: number;
    readonly length: number;
    readonly reward: number;
    /** What drift from the reference costs, below 0. */
    readonly drift: number | null;
}

/** Null where no story could be rated. @param lengthWeight of the run: the sum is divided by 1 + weight */
export function rewardParts(update: UpdateRow, lengthWeight: number): RewardParts | null {
    const { rewardMean: reward, lengthBonusMean, klMean, klCoefficient } = update;
    if (reward === null || lengthBonusMean === null) return null;
    const length = lengthBonusMean / (1 + lengthWeight);
    return { reward, length, score: reward - length, drift: klMean === null ? null : -klCoefficient * klMean };
}

/** @param paysDrift drift is taken off the reward; else the loss pays for it, and no line is drawn */
export function rewardFigure(
    updates: readonly UpdateRow[],
    axis: Axis,
    { lengthWeight, paysDrift }: { readonly lengthWeight: number; readonly paysDrift: boolean },
): PlotSpec {
    const parts = updates.map((update) => rewardParts(update, lengthWeight));
    const line = (name: string, colour: string, ink: string, of: (part: RewardParts) => number | null): PlotLine => ({
        name,
        colour,
        ink,
        values: parts.map((part) => (part === null ? null : of(part))),
    });
    return {
        xs: xOf(updates, axis),
        xTitle: axisTitle(updates, axis),
        ticks: 4,
        refs: [{ y: 0, label: '' }],
        lines: [
            line('reward', '--ink-2', '--ink', ({ reward }) => reward),
            line('score', '--data-1', '--data-1', ({ score }) => score),
            ...(lengthWeight > 0 ? [line('length', '--data-2', '--data-2-ink', ({ length }) => length)] : []),
            ...(paysDrift ? [line('drift', '--data-4', '--data-4', ({ drift }) => drift)] : []),
        ],
    };
}

/** What moved the reward between the first and the last update, in a sentence; null before there are two. */
export function rewardSentence(updates: readonly UpdateRow[], lengthWeight: number): string | null {
    const parts = updates.flatMap((update) => rewardParts(update, lengthWeight) ?? []);
    const [first, last] = [parts[0], parts.at(-1)];
    if (parts.length < 2 || !first || !last) return null;
    const length = lengthWeight === 0 ? '' : `, and ${signed(last.length - first.length, 2)} from length`;
    return `From the first update to the last the reward went from ${measured(first.reward)} to ${measured(last.reward)}: ${signed(last.score - first.score, 2)} from the score${length}.`;
}
