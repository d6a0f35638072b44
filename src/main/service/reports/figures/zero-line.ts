/** Pieces of figures with a place for each of several names: methods, or kinds of gain. */
import type { ChartAxis, Mark } from '../../../../shared/figures/chart.ts';

const beside = 0.6; // room on either side, in distances of two names

/** The names below the figure, at 0, 1, 2 … */
export const namedPlaces = (names: readonly string[]): ChartAxis => ({
    title: '',
    scale: 'linear',
    bounds: [-beside, names.length - 1 + beside],
    names: names.map((name, at) => ({ at, name })),
});

/** Where nothing was gained. */
export function zeroLine(places: number): Mark {
    const points = [-beside, places - 1 + beside].map((x) => ({ x, y: 0 }));
    return { kind: 'line', name: '', colour: 6, dash: [3, 3], isPale: true, points, origin: 'ours' };
}
