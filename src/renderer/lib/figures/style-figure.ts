/** A measure of style over updates: its mean in each stretch of training, in the band of its interval. */
import type { StyleMeasure } from '../../../shared/views/style.ts';
import type { PlotSpec } from './plot.ts';

export function styleFigure({ points, unit }: StyleMeasure): PlotSpec {
    const most = unit.startsWith('%') ? 100 : Infinity; // an interval reaches no farther than its measure can
    const within = (value: number): number => Math.min(most, Math.max(0, value));
    return {
        xs: points.map(({ from, to }) => (from + to) / 2),
        lines: [
            {
                ...{ name: '', colour: '--data-1', ink: '--data-1', isExact: true },
                values: points.map(({ value }) => value.mean),
                members: [points.map(({ value }) => within(value.low)), points.map(({ value }) => within(value.high))],
            },
        ],
        xTitle: 'updates',
        ticks: 3,
    };
}
