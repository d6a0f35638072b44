/** A grid of figures as one picture, with a title above and a caption below. */
import type { Colours } from '../colours.ts';
import { drawFigure, frameOf } from '../draw-plot.ts';
import { cornersOf, type Box, type Pen, type PictureWords, type Type } from '../../../../shared/figures/pen.ts';
import { sceneOf, type PlotSpec } from '../plot.ts';
import { drawLegend, legendHeight, sharedLegend, withoutNames } from './legend.ts';

export interface PictureFigure {
    readonly letter: string;
    readonly title: string;
    readonly unit: string;
    readonly spec: PlotSpec;
}
/** Its caption: what a reader of the picture alone must know, whose numbers, who rated, how smooth. */
export interface Picture extends PictureWords {
    readonly figures: readonly PictureFigure[];
    readonly smoothing: number;
    readonly colours: Colours;
}
/** Where things lie on the plate, in px from its corner. */
export interface GridLayout {
    readonly width: number;
    readonly height: number;
    /** px of one sixteenth of the root's size. */
    readonly unit: number;
    /** px of its letters, at this unit. */
    readonly titleSize: number;
    readonly figures: readonly { readonly cell: Box; readonly words: Box; readonly plot: Box }[];
}

const margin = 20; // px, below and above
const lineHeight = 1.45;

const captionType = (unit: number): Type => ({ family: 'serif', size: 13 * unit, weight: 400 });
const letterSize = 16;
const nameType = (unit: number): Type => ({ family: 'sans', size: 13 * unit, weight: 600 });
const unitType = (unit: number): Type => ({ family: 'sans', size: 12 * unit, weight: 400 });

const panelHeight = 168; // px of the figure itself
const wordsHeight = 22; // of its letter, title and unit
const narrow = 420; // px: less has room for one panel in a row, or for two small ones
const mostBelow = 4; // panels of a narrow column, one below the other: more would be as high as a page
const lowPanel = 120; // px of each of so many
const mostOfTwo = 6; // panels in rows of two that a page has room for
const small = { panelHeight: 112, wordsHeight: 38 } as const; // its unit stands below its title
const printUnit = 0.8; // numbers at ticks are 6.6 points high, as journals ask
/** Of titles: on the screen, and in a paper, whose own caption says what it is. */
export const titleSizes = { screen: 20, paper: 15 } as const;

/** Panels in rows, of rows of two the first over the whole width where one is left over; no higher than a page. */
export function columnLayout(panels: number, width: number): GridLayout {
    const isNarrow = width < narrow;
    const perRow = panels === 1 || (isNarrow && panels <= mostBelow) ? 1 : isNarrow || panels <= mostOfTwo ? 2 : 3;
    const isFirstWhole = perRow === 2 && panels % 2 === 1;
    const isLow = perRow === 1 && panels === mostBelow;
    const size = isNarrow && perRow > 1 ? small : { panelHeight: isLow ? lowPanel : panelHeight, wordsHeight };
    const rowHeight = size.wordsHeight + size.panelHeight + 12;
    const places = Array.from({ length: panels }, (_, i) => {
        if (perRow === 1) return { row: i, from: 0, to: 1 };
        const at = isFirstWhole ? i + 1 : i; // as if the first were a row of them
        if (isFirstWhole && i === 0) return { row: 0, from: 0, to: 1 };
        const column = at % perRow;
        return { row: Math.floor(at / perRow), from: column / perRow, to: (column + 1) / perRow };
    });
    return {
        width,
        unit: printUnit,
        titleSize: titleSizes.paper,
        height: rowHeight * (places.at(-1)!.row + 1),
        figures: places.map(({ row, from, to }) => {
            const cell = {
                left: from * width,
                right: to * width,
                top: row * rowHeight,
                bottom: (row + 1) * rowHeight,
            };
            const inside = { left: cell.left + 8, right: cell.right - 6 };
            const middle = cell.top + 6 + size.wordsHeight;
            return {
                cell,
                words: { ...inside, top: cell.top + 6, bottom: middle },
                plot: { ...inside, top: middle, bottom: cell.bottom - 4 },
            };
        }),
    };
}

/** Draws it; returns how large it is. */
export function drawPicture(
    pen: Pen,
    { title, caption, figures, smoothing, colours }: Picture,
    { width, height, unit, titleSize, figures: places }: GridLayout,
): { readonly width: number; readonly height: number } {
    const ink = colours.of('--ink');
    const edge = places[0]?.words.left ?? margin; // title, first panel and caption begin on one line
    const titleType: Type = { family: 'serif', size: titleSize * unit, weight: 500 };
    const heads = brokenLines(pen, title, titleType, width - 2 * edge);
    const [headLine, noteLine] = [1.3 * titleType.size, 13 * unit * lineHeight];
    const plots = places.slice(0, figures.length).map(({ plot }) => plot.right - plot.left);
    const specs = figures.map(({ spec }) => spec);
    const legend = sharedLegend(pen, specs, Math.min(...plots), unit);
    const room = { left: edge, right: width - edge, top: margin + heads.length * headLine };
    const top = room.top + legendHeight(pen, legend, room, unit);
    const notes = brokenLines(pen, caption, captionType(unit), width - 2 * edge);
    const below = notes.length === 0 ? 0 : notes.length * noteLine + margin;
    const whole = { width, height: top + height + margin / 2 + below };

    pen.area(cornersOf({ left: 0, top: 0, right: width, bottom: whole.height }), colours.of('--sheet'));
    heads.forEach((words, i) =>
        pen.text(words, [edge, margin + 0.9 * titleType.size + i * headLine], { type: titleType, colour: ink }),
    );
    drawLegend(pen, legend, room, colours, unit);
    figures.forEach((figure, i) => {
        const place = places[i];
        if (!place) return;
        const [cell, words, plot] = [place.cell, place.words, place.plot].map((box) => lowered(box, top)) as [
            Box,
            Box,
            Box,
        ];
        const rule = { colour: colours.of('--rule'), width: 1 };
        if (cell.left > 2)
            pen.line(
                [
                    [cell.left, cell.top],
                    [cell.left, cell.bottom],
                ],
                rule,
            );
        if (place.cell.top > 2)
            pen.line(
                [
                    [cell.left, cell.top],
                    [cell.right, cell.top],
                ],
                rule,
            );
        drawWords(pen, figure, words, colours, unit, Math.min(letterSize, titleSize));
        const spec = legend.length > 0 ? withoutNames(figure.spec) : figure.spec;
        const scene = sceneOf(spec, smoothing, 3 * Math.max(100, plot.right - plot.left)); // it is that sharp
        const drawn = { spec, scene, colours, unit, isMain: i === 0 };
        drawFigure(pen, drawn, frameOf(pen, drawn, plot), null);
    });
    const note = top + height + margin / 2 + 13 * unit;
    notes.forEach((words, i) =>
        pen.text(words, [edge, note + i * noteLine], { type: captionType(unit), colour: colours.of('--ink-2') }),
    );
    return whole;
}

const lowered = ({ left, top, right, bottom }: Box, by: number): Box => ({
    left,
    right,
    top: top + by,
    bottom: bottom + by,
});

/** Letter, title and unit one after the other, as on the screen; a unit without room goes on below itself, or them. */
function drawWords(
    pen: Pen,
    { letter, title, unit: measure }: PictureFigure,
    at: Box,
    colours: Colours,
    unit: number,
    sizeOfLetter: number,
): void {
    const ink = colours.of('--ink');
    const letterType: Type = { family: 'serif', size: sizeOfLetter * unit, weight: 600 };
    const foot = at.top + 15 * unit;
    const gap = 8 * unit;
    let x = at.left;
    for (const [words, type] of [
        [letter, letterType],
        [title, nameType(unit)],
    ] as const) {
        if (words === '') continue; // one figure alone has no letter
        pen.text(words, [x, foot], { type, colour: ink });
        x += pen.widthOf(words, type) + gap;
    }
    const type = unitType(unit);
    const beside = brokenLines(pen, measure, type, Math.max(60 * unit, at.right - x));
    const below = brokenLines(pen, measure, type, at.right - at.left);
    const [lines, left, down] = below.length + 1 < beside.length ? [below, at.left, 1] : [beside, x, 0];
    lines.forEach((words, i) =>
        pen.text(words, [left, foot + (i + down) * type.size * lineHeight], { type, colour: colours.of('--ink-2') }),
    );
}

/** Words in lines that fit; one that is wider than a line is cut where it must be. */
export function brokenLines(pen: Pick<Pen, 'widthOf'>, words: string, type: Type, width: number): readonly string[] {
    const lines: string[] = [];
    let line = '';
    for (const word of words.split(' ').filter((each) => each !== '')) {
        const longer = line === '' ? word : `${line} ${word}`;
        if (pen.widthOf(longer, type) <= width) {
            line = longer;
            continue;
        }
        if (line !== '') lines.push(line);
        line = word;
        while (pen.widthOf(line, type) > width && line.length > 1) {
            let fits = line.length - 1;
            while (fits > 1 && pen.widthOf(line.slice(0, fits), type) > width) fits--;
            lines.push(line.slice(0, fits));
            line = line.slice(fits);
        }
    }
    return line === '' ? lines : [...lines, line];
}
