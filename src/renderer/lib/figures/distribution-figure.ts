/** A distribution as two outlines of steps: dashed before learning, whole after it. */
import type { Distribution } from '../../../shared/views/runs.ts';
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
                    ...{ name: 'before', colour: '--ink-2', ink: '--ink-2', dash: [4, 3] },
                    ...{ values: steps(before), isExact: true },
                },
            ],
        },
    };
}
