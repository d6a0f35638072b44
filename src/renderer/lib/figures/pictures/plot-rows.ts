/** The numbers behind a figure, for whoever saves it. */
import type { PlotSpec } from '../plot.ts';

/**
 * A row for each point of each line that was measured.
 * @param title stands for lines without a name of their own: the figure's title says what they are
 */
export function plotRows(spec: PlotSpec, title: string): readonly object[] {
    return spec.lines.flatMap(({ name, xs, values }) =>
        values.flatMap((value, i) => {
            const x = (xs ?? spec.xs)[i];
            return value === null || x === undefined ? [] : [{ line: name || title, [spec.xTitle]: x, value }];
        }),
    );
}
