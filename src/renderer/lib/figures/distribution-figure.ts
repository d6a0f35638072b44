/** Distributions as two outlines of steps, dashed before learning, whole after it; and what changed, pair by pair. */
import type { Distribution } from '../../../shared/views/runs.ts';
import { percent } from '../text/words.ts';
import { shortName, type Figure } from './run-figures.ts';

export function distributionFigure({ id, name, from, width, before, after }: Distribution): Figure {
    const edges = before.flatMap((_, i) => [from + i * width, from + (i + 1) * width]);
    const steps = (shares: readonly number[]): readonly number[] =>
        shares.flatMap((share) => [100 * share, 100 * share]);
    const most = Math.max(1, ...before.map((share) => 100 * share), ...after.map((share) => 100 * share));
    return {
        id,
        title: id === 'words' ? name : shortName(name),
        unit: id === 'words' ? '% of stories by words' : '% of stories by score',
        spec: {
            xs: edges,
            xTitle: id === 'words' ? 'words' : 'score',
            ticks: 3,
            bounds: [0, Math.ceil(most / 15) * 15], // in thirds, as the axis is marked
            lines: [
                { name: 'after', colour: '--data-1', ink: '--data-1', values: steps(after), isExact: true },
                {
                    name: 'before',
                    colour: '--ink-2',
                    ink: '--ink-2',
                    dash: [4, 3],
                    values: steps(before),
                    isExact: true,
                },
            ],
        },
    };
}

/** Every pair in the order of its change: where the line crosses 0 tells how many fell. */
export function changesFigure(changes: readonly number[]): Figure {
    const last = Math.max(1, changes.length - 1);
    return {
        id: 'change',
        title: 'Change',
        unit: 'of the score, pair by pair',
        spec: {
            xs: changes.map((_, i) => (100 * i) / last),
            xTitle: '% of pairs',
            ticks: 3,
            refs: [{ y: 0, label: '' }],
            lines: [{ name: '', colour: '--data-1', ink: '--data-1', values: changes, isExact: true }],
        },
    };
}

/** "71 % of pairs rose, 20 % fell." */
export function changesSentence(changes: readonly number[]): string {
    const share = (of: (change: number) => boolean): string =>
        percent(changes.filter(of).length / Math.max(1, changes.length));
    return `${share((change) => change > 0)} of pairs rose, ${share((change) => change < 0)} fell.`;
}
