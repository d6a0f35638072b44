/** The numbers behind a figure, for whoever saves it. */
import type { PlotLine, PlotSpec } from '../plot.ts';

/**
 * A row for each point of each line that was measured, with the ends of its shade where a line has one.
 * @param title stands for lines without a name of their own: the figure's title says what they are
 */
export function plotRows(spec: PlotSpec, title: string): readonly object[] {
    const isShaded = spec.lines.some(({ members }) => members !== undefined);
    return spec.lines.flatMap(({ name, xs, values, members = [] }) =>
        values.flatMap((value, i) => {
            const x = (xs ?? spec.xs)[i];
            if (value === null || x === undefined) return [];
            return [{ line: name || title, [spec.xTitle]: x, value, ...(isShaded ? shadeAt(members, i) : {}) }];
        }),
    );
}

function shadeAt(
    members: NonNullable<PlotLine['members']>,
    i: number,
): { readonly low: number | null; readonly high: number | null } {
    const at = members.flatMap((values) => values[i] ?? []);
    return at.length < 2 ? { low: null, high: null } : { low: Math.min(...at), high: Math.max(...at) };
}
