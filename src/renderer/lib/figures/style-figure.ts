/** A measure of style over updates: its mean in each stretch of training, in the band of its interval. */
import type { StyleMeasure } from '../../../shared/views/style.ts';
import type { PlotSpec } from './plot.ts';

export function styleFigure({ points }: StyleMeasure): PlotSpec {
    return {
        xs: points.map(({ from, to }) => (from + to) / 2),
        lines: [
            {
                ...{ name: '', colour: '--data-1', ink: '--data-1', isExact: true },
                values: points.map(({ value }) => value.mean),
                members: [points.map(({ value }) => value.low), points.map(({ value }) => value.high)],
            },
        ],
        xTitle: 'updates',
        ticks: 3,
    };
}
