/** One legend for all figures of a picture, where names at the ends of lines would leave the lines no room. */
import type { Pen, Type } from '../../../../shared/figures/pen.ts';
import type { Colours } from '../colours.ts';
import { mark } from '../draw-plot.ts';
import type { PlotLine, PlotSpec } from '../plot.ts';

/** A line by its look, with the place that chooses its mark. */
interface LegendEntry {
    readonly line: PlotLine;
    readonly index: number;
}
/** Where it may stand: it goes down as far as it must. */
interface LegendRoom {
    readonly left: number;
    readonly right: number;
    readonly top: number;
}

const mostOfPlot = 0.3; // that names may take, with the gap before them
const gap = 14; // px, as at the end of a line
const sample = 18; // px of a line
const rowHeight = 18; // px
const nameType = (unit: number): Type => ({ family: 'sans', size: 12 * unit, weight: 500 });

/**
 * What such a legend says; empty where names have room at their lines, or where figures use one look for two things.
 * @param narrowest px of the narrowest of the figures
 */
export function sharedLegend(
    pen: Pick<Pen, 'widthOf'>,
    specs: readonly PlotSpec[],
    narrowest: number,
    unit: number,
): readonly LegendEntry[] {
    const entries = new Map<string, LegendEntry>();
    const looks = new Map<string, string>();
    let isOneToOne = true;
    for (const { lines } of specs)
        lines.forEach((line, index) => {
            const { name, colour, dash = [] } = line;
            if (name === '') return;
            const look = `${colour} ${dash.join()} ${index % 4}`;
            const known = entries.get(name);
            isOneToOne &&= known === undefined ? !looks.has(look) : looks.get(look) === name;
            entries.set(name, known ?? { line, index });
            looks.set(look, name);
        });
    const widest = Math.max(0, ...[...entries.keys()].map((name) => pen.widthOf(name, nameType(unit))));
    return isOneToOne && widest > 0 && widest + gap * unit > mostOfPlot * narrowest ? [...entries.values()] : [];
}

/** The same figure for a picture whose legend names its lines. */
export const withoutNames = (spec: PlotSpec): PlotSpec => ({
    ...spec,
    lines: spec.lines.map((line) => ({ ...line, name: '' })),
});

export function legendHeight(
    pen: Pick<Pen, 'widthOf'>,
    legend: readonly LegendEntry[],
    room: LegendRoom,
    unit: number,
): number {
    const last = placed(pen, legend, room, unit).at(-1);
    return last === undefined ? 0 : (last.row + 1) * rowHeight * unit + 4 * unit;
}

export function drawLegend(
    pen: Pen,
    legend: readonly LegendEntry[],
    room: LegendRoom,
    colours: Colours,
    unit: number,
): void {
    for (const { line, index, x, row } of placed(pen, legend, room, unit)) {
        const y = room.top + (row + 0.5) * rowHeight * unit;
        const colour = colours.of(line.colour);
        pen.line(
            [
                [x, y],
                [x + sample * unit, y],
            ],
            { colour, width: 1.9, dash: line.dash ?? [] },
        );
        mark(pen, index, [x + sample * unit, y], 3 * unit, colour);
        pen.text(line.name, [x + (sample + 8) * unit, y + 4 * unit], {
            type: nameType(unit),
            colour: colours.of(line.ink),
        });
    }
}

/** One after the other in rows, as words are. */
function placed(
    pen: Pick<Pen, 'widthOf'>,
    legend: readonly LegendEntry[],
    { left, right }: LegendRoom,
    unit: number,
): readonly (LegendEntry & { readonly x: number; readonly row: number })[] {
    let [x, row] = [left, 0];
    return legend.map((entry) => {
        const width = (sample + 8) * unit + pen.widthOf(entry.line.name, nameType(unit));
        if (x > left && x + width > right) [x, row] = [left, row + 1];
        const at = { ...entry, x, row };
        x += width + 16 * unit;
        return at;
    });
}
