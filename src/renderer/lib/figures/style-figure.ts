/** A measure of style over updates: its mean in each stretch of training, in the band of its interval. */
import type { Interval } from '../../../shared/findings/gain-words.ts';
import { mostOfMeasure } from '../../../shared/findings/style-words.ts';
import type { StyleMeasure, StyleReport } from '../../../shared/views/style.ts';
import type { PlotSpec } from './plot.ts';

export function styleFigure({ points, unit }: StyleMeasure): PlotSpec {
    const most = mostOfMeasure(unit);
    const within = (value: number): number => Math.min(most, Math.max(0, value));
    const isAllOfIt = points.length > 0 && points.every(({ value }) => value.low >= most); // not "100 to 150 %"
    return {
        ...(isAllOfIt ? { bounds: [0, most] as const } : {}),
        xs: points.map(({ from, to }) => Math.round((from + to) / 2)), // there is no half an update
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

/** The numbers behind the figures: each stretch of training, then clean stories before and after learning. */
export function styleRows({ measures, words, pairs }: StyleReport): readonly object[] {
    return measures.flatMap(({ id, unit, points, change }) => {
        const row = (of: string, at: { from: number | null; to: number | null }, stories: number, value: Interval) => ({
            ...{ measure: id, unit, words, of, from_update: at.from, to_update: at.to, stories, ...value },
        });
        const nowhere = { from: null, to: null };
        return [
            ...points.map((point) => row('training', point, point.stories, point.value)),
            ...(change === null
                ? []
                : (['before', 'after', 'difference'] as const).map((of) => row(of, nowhere, pairs, change[of]))),
        ];
    });
}
