/** Draws a chart on paper: panels side by side, a key, and the caption below. */
import type { ChartAxis, Chart, IntervalPoint, Mark, ChartPanel, Origin } from './chart.ts';
import { cornersOf, type Box, type Lettering, type Pen, type PenPoint, type Type } from './pen.ts';
import { printColours, seriesColour, shade, tint } from './print-colours.ts';
import { niceTicks, ticksWithin } from './series.ts';
import { rounded } from '../text/numbers.ts';

const panelWidth = 380;
const panelHeight = 270;
const mostAcross = 3;
const margin = 24;
const headHeight = 34;
const lineHeight = 17;
const titleLine = 23;
const printSize = 0.8; // of the screen's size: words of 6.6 points, as journals ask

const title: Type = { family: 'serif', size: 18, weight: 500 };
const panelTitle: Type = { family: 'sans', size: 13, weight: 600 };
const tick: Type = { family: 'sans', size: 11, weight: 400 };
const note: Type = { family: 'serif', size: 12, weight: 400 };

export interface Sheet {
    readonly width: number;
    readonly height: number;
}

/** What a sheet is made of: paper, and what lies on it beside the colours of the data. */
export interface Ground {
    readonly paper: string;
    readonly ink: string;
    readonly rule: string;
}

/**
 * A whole sheet, with title and caption.
 * @param room px of a column of a paper: as many panels stand side by side as can be read there
 * @returns how large it is
 */
export function drawChart(pen: Pen, chart: Chart, ground: Ground = printColours, room?: number): Sheet {
    const { panels } = chart;
    const fitting = room === undefined ? mostAcross : Math.floor((room / printSize - 2 * margin) / panelWidth);
    const across = Math.max(1, Math.min(mostAcross, panels.length, fitting));
    const asWords = room === undefined ? pen.widthOf(chart.title, title) * 1.1 : 0;
    const width = 2 * margin + Math.max(across * panelWidth, asWords);
    const caption = brokenLines(pen, chart.caption, note, width - 2 * margin);
    const heads = asWords > 0 ? [chart.title] : brokenLines(pen, chart.title, title, width - 2 * margin);
    const top = margin + (heads.length === 0 ? 0 : headHeight + (heads.length - 1) * titleLine);
    const below = top + drawnHeight(pen, panels, across, width - 2 * margin) + 8;
    const height = below + caption.length * lineHeight + margin;
    pen.area(cornersOf({ left: 0, top: 0, right: width, bottom: height }), ground.paper);
    heads.forEach((words, i) =>
        pen.text(words, [margin, margin + 14 + i * titleLine], { type: title, colour: ground.ink }),
    );
    drawPanels(pen, panels, { across, width: width - 2 * margin, left: margin, top }, ground);
    caption.forEach((words, i) =>
        pen.text(words, [margin, below + (i + 0.8) * lineHeight], { type: note, colour: ground.ink }),
    );
    return { width, height };
}

/** Panels and key alone, for a page that says the rest in words of its own, as many across as there is room for. */
export function drawBareChart(pen: Pen, { panels }: Chart, room: number, ground: Ground): Sheet {
    const across = Math.max(1, Math.min(mostAcross, panels.length, Math.floor(room / panelWidth)));
    const width = across * panelWidth;
    const height = drawnHeight(pen, panels, across, width);
    pen.area(cornersOf({ left: 0, top: 0, right: width, bottom: height }), ground.paper);
    drawPanels(pen, panels, { across, width, left: 0, top: 0 }, ground);
    return { width, height };
}

const keyGap = 8;

function drawnHeight(pen: Pen, panels: readonly ChartPanel[], across: number, width: number): number {
    return Math.ceil(panels.length / across) * panelHeight + keyGap + keyOf(pen, panels, width).length * lineHeight;
}

interface PanelGrid {
    readonly across: number;
    readonly width: number;
    readonly left: number;
    readonly top: number;
}

function drawPanels(
    pen: Pen,
    panels: readonly ChartPanel[],
    { across, width, left, top }: PanelGrid,
    ground: Ground,
): void {
    const keyTop = top + Math.ceil(panels.length / across) * panelHeight + keyGap;
    panels.forEach((panel, i) => {
        const beside = left + (i % across) * panelWidth;
        const above = top + Math.floor(i / across) * panelHeight;
        const inner = {
            left: beside + 46,
            right: beside + panelWidth - 14,
            top: above + 26,
            bottom: above + panelHeight - 40,
        };
        drawPanel(pen, panel, inner, ground);
    });
    keyOf(pen, panels, width).forEach((entries, i) =>
        entries.forEach(({ mark, name, x }) =>
            drawKey(pen, mark, name, [left + x, keyTop + i * lineHeight + 8], ground),
        ),
    );
}

interface Placing {
    readonly x: (value: number) => number;
    readonly y: (value: number) => number;
}

function drawPanel(pen: Pen, panel: ChartPanel, inner: Box, ground: Ground): void {
    const xs = panel.marks.flatMap((mark) => extentOf(mark, 'x'));
    const ys = panel.marks.flatMap((mark) => extentOf(mark, 'y'));
    const hasDots = panel.marks.some(({ kind }) => kind === 'dots');
    const [x, y] = [
        scaleOf(panel.x, hasDots ? apartFromEdges(panel.x, xs) : xs, inner.left, inner.right),
        scaleOf(panel.y, ys, inner.bottom, inner.top),
    ];
    const words: Lettering = { type: tick, colour: ground.ink };
    pen.text(panel.title, [inner.left, inner.top - 10], { type: panelTitle, colour: ground.ink });
    for (const { at, name } of y.ticks) {
        const height = y.place(at);
        pen.line(
            [
                [inner.left, height],
                [inner.right, height],
            ],
            { colour: ground.rule, width: 1 },
        );
        pen.text(name, [inner.left - 6, height], { ...words, align: 'right', centred: true });
    }
    const beyond = { left: inner.left - 5, right: inner.right + 5, top: inner.top - 5, bottom: inner.bottom + 5 };
    pen.within(beyond, () => {
        for (const mark of panel.marks) drawMark(pen, mark, { x: x.place, y: y.place }, ground);
    });
    pen.line(
        [
            [inner.left, inner.bottom],
            [inner.right, inner.bottom],
        ],
        { colour: ground.ink, width: 1 },
    );
    pen.line(
        [
            [inner.left, inner.top],
            [inner.left, inner.bottom],
        ],
        { colour: ground.ink, width: 1 },
    );
    const taken = [-Infinity, -Infinity]; // where the names of two rows end
    for (const { at, name } of x.ticks) {
        const middle = x.place(at);
        pen.line(
            [
                [middle, inner.bottom],
                [middle, inner.bottom + 4],
            ],
            { colour: ground.ink, width: 1 },
        );
        const half = pen.widthOf(name, tick) / 2;
        const rows = panel.x.names === undefined ? 1 : 2; // numbers may be left out, names go below
        const row = taken.findIndex((end, i) => i < rows && middle - half > end + 5);
        if (row === -1) continue;
        taken[row] = middle + half;
        pen.text(name, [middle, inner.bottom + 15 + 13 * row], { ...words, align: 'center' });
    }
    pen.text(panel.x.title, [inner.right, inner.bottom + 30], { ...words, align: 'right' });
    const headLength = pen.widthOf(panel.title, panelTitle) + 12 + pen.widthOf(panel.y.title, tick);
    if (headLength < inner.right - inner.left)
        pen.text(panel.y.title, [inner.right, inner.top - 10], { ...words, align: 'right' });
}

function extentOf(mark: Mark, axis: 'x' | 'y'): readonly number[] {
    switch (mark.kind) {
        case 'line':
            return mark.points.map((point) => point[axis]);
        case 'dots':
        case 'bars': {
            const isBars = mark.kind === 'bars';
            const half = isBars ? mark.width / 2 : 0;
            return mark.points.flatMap(({ x, y, low, high }) =>
                axis === 'x' ? [x - half, x + half] : [y, low, high, ...(isBars ? [0] : [])],
            );
        }
        case 'area':
            return mark.points.flatMap(({ x, low, high }) => (axis === 'x' ? [x] : [low, high]));
        case 'counts':
            return mark.cells.flatMap((cell) => [cell[axis] - 0.5, cell[axis] + 0.5]);
        case 'cells':
            return mark.cells.flatMap((cell) => cell[axis]);
        default:
            return mark satisfies never;
    }
}

/** Dots do not lie on an axis: a logarithmic one begins a little before them and ends a little behind. */
function apartFromEdges({ scale }: ChartAxis, xs: readonly number[]): readonly number[] {
    const above = xs.filter((x) => x > 0);
    if (scale === 'linear' || above.length === 0) return xs;
    const [low, high] = [Math.min(...above), Math.max(...above)];
    const beyond = (high / low) ** 0.05;
    return [...above, low / beyond, high * beyond];
}

interface AxisScale {
    readonly place: (value: number) => number;
    readonly ticks: readonly { readonly at: number; readonly name: string }[];
}

function scaleOf({ scale, bounds, names }: ChartAxis, values: readonly number[], from: number, to: number): AxisScale {
    const finite = values.filter((value) => Number.isFinite(value) && (scale === 'linear' || value > 0));
    const measured = [Math.min(...finite), Math.max(...finite)] as const;
    const [low, high] = bounds ?? (finite.length === 0 ? ([1, 10] as const) : measured); // of nothing: any
    if (scale === 'log') {
        const [first, last] = low === high ? [low / 2, high * 2] : [low, high];
        const part = (value: number): number => Math.log(value / first) / Math.log(last / first);
        const place = (value: number): number => from + (to - from) * part(value);
        return { place, ticks: names ?? logTicks(first, last).map((at) => ({ at, name: rounded(at) })) };
    }
    const isNamed = names !== undefined;
    const all = isNamed ? [low, high] : niceTicks(low, high, 5);
    const ticks = bounds === undefined ? all : ticksWithin(low, high, 5);
    const [first, last] = bounds ?? [all[0]!, all.at(-1)!];
    return {
        place: (value) => from + ((to - from) * (value - first)) / (last - first || 1),
        ticks: names ?? ticks.map((at) => ({ at, name: rounded(at) })),
    };
}

/** 1, 2 and 5 of every power of ten within. */
function logTicks(low: number, high: number): readonly number[] {
    const powers = Array.from(
        { length: Math.ceil(Math.log10(high / low)) + 2 },
        (_, i) => Math.floor(Math.log10(low)) + i,
    );
    return powers
        .flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power))
        .filter((at) => at >= low * 0.999 && at <= high * 1.001);
}

function drawMark(pen: Pen, mark: Mark, { x, y }: Placing, ground: Ground): void {
    if (mark.kind === 'cells') {
        const values = mark.cells.map(({ value }) => value);
        const [least, most] = [Math.min(...values), Math.max(...values)];
        for (const {
            x: [left, right],
            y: [bottom, top],
            value,
        } of mark.cells)
            pen.area(
                cornersOf({ left: x(left), right: x(right), top: y(top), bottom: y(bottom) }),
                shade(most > least ? (value - least) / (most - least) : 0.5),
            );
        return;
    }
    const colour = colourOf(mark);
    const dash = mark.origin === 'published' ? [5, 3] : [];
    switch (mark.kind) {
        case 'line':
            pen.line(
                mark.points.map((point): PenPoint => [x(point.x), y(point.y)]),
                { colour, width: mark.isPale ? 1 : 1.9, dash: mark.dash ?? dash, opacity: mark.isPale ? 0.35 : 1 },
            );
            return;
        case 'area':
            pen.area(
                [
                    ...mark.points.map((point): PenPoint => [x(point.x), y(point.high)]),
                    ...mark.points.toReversed().map((point): PenPoint => [x(point.x), y(point.low)]),
                ],
                colour,
            );
            return;
        case 'dots':
            for (const point of mark.points) {
                whiskers(pen, point, x(point.x), y, colour);
                drawDot(pen, mark.shape, [x(point.x), y(point.y)], { colour, origin: mark.origin }, ground);
            }
            return;
        case 'counts': {
            const most = Math.max(1, ...mark.cells.map(({ count }) => count));
            for (const { x: across, y: up, count } of mark.cells) {
                const box = {
                    left: x(across - 0.5) + 1,
                    right: x(across + 0.5) - 1,
                    top: y(up + 0.5) + 1,
                    bottom: y(up - 0.5) - 1,
                };
                const isSame = across === up;
                pen.area(
                    cornersOf(box),
                    tint(colour, count === 0 ? 0.04 : 0.1 + (0.45 * count) / most),
                    isSame ? { colour: ground.ink, width: 1.2 } : undefined,
                );
                const middle: PenPoint = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
                pen.text(String(count), middle, { type: tick, colour: ground.ink, align: 'center', centred: true });
            }
            return;
        }
        case 'bars':
            for (const point of mark.points) {
                const [left, right] = [x(point.x - mark.width / 2), x(point.x + mark.width / 2)];
                const rim = { colour, width: 1.2 };
                const fill = mark.origin === 'published' ? ground.paper : colour;
                pen.area(cornersOf({ left, right, top: y(point.y), bottom: y(0) }), fill, rim);
                whiskers(pen, point, (left + right) / 2, y, ground.ink);
            }
            return;
        default:
            mark satisfies never;
    }
}

function whiskers(pen: Pen, { low, high }: IntervalPoint, at: number, y: Placing['y'], colour: string): void {
    if (high > low)
        pen.line(
            [
                [at, y(low)],
                [at, y(high)],
            ],
            { colour, width: 1.3 },
        );
}

function drawDot(
    pen: Pen,
    shape: 'circle' | 'diamond',
    [x, y]: PenPoint,
    { colour, origin }: { readonly colour: string; readonly origin: Origin },
    ground: Ground,
): void {
    const rim = { colour, width: 1.5 };
    const isOpen = shape === 'diamond' || origin === 'published';
    const fill = isOpen ? ground.paper : colour;
    if (shape === 'circle') pen.circle([x, y], 3.6, fill, rim);
    else
        pen.area(
            [
                [x, y - 5],
                [x + 5, y],
                [x, y + 5],
                [x - 5, y],
            ],
            fill,
            rim,
        );
}

/** Parts that have an order have its colours, everything else one that is told apart from the others. */
function colourOf(mark: Exclude<Mark, { kind: 'cells' }>): string {
    if (mark.kind === 'area' && mark.tone !== undefined) return shade(mark.tone);
    return typeof mark.colour === 'number' ? seriesColour(mark.colour, mark.origin) : mark.colour;
}

interface KeyEntry {
    readonly mark: Exclude<Mark, { kind: 'cells' | 'counts' }>;
    readonly name: string;
    readonly x: number;
}

/** Every name once, in lines that fit. */
function keyOf(pen: Pen, panels: readonly ChartPanel[], width: number): readonly (readonly KeyEntry[])[] {
    const lines: KeyEntry[][] = [[]];
    const seen = new Set<string>();
    let x = 0;
    for (const mark of panels.flatMap(({ marks }) => marks)) {
        if (mark.kind === 'cells' || mark.kind === 'counts' || mark.name === '' || seen.has(mark.name)) continue;
        seen.add(mark.name);
        const long = 30 + pen.widthOf(mark.name, tick) + 18;
        if (x > 0 && x + long > width) {
            lines.push([]);
            x = 0;
        }
        lines.at(-1)!.push({ mark, name: mark.name, x });
        x += long;
    }
    return lines.filter((line) => line.length > 0);
}

function drawKey(pen: Pen, mark: KeyEntry['mark'], name: string, [x, y]: PenPoint, ground: Ground): void {
    const colour = colourOf(mark);
    const dash = mark.kind === 'line' ? mark.dash : undefined;
    if (mark.kind === 'area' || mark.kind === 'bars')
        pen.area(
            cornersOf({ left: x, right: x + 22, top: y - 5, bottom: y + 5 }),
            mark.kind === 'bars' && mark.origin === 'published' ? ground.paper : colour,
            { colour, width: 1.2 },
        );
    else if (mark.kind === 'dots') drawDot(pen, mark.shape, [x + 11, y], { colour, origin: mark.origin }, ground);
    else
        pen.line(
            [
                [x, y],
                [x + 22, y],
            ],
            {
                colour,
                width: mark.isPale ? 1 : 1.9,
                opacity: mark.isPale ? 0.35 : 1,
                dash: dash ?? (mark.origin === 'published' ? [5, 3] : []),
            },
        );
    pen.text(name, [x + 28, y], { type: tick, colour: ground.ink, centred: true });
}

/** Words in lines that fit. */
function brokenLines(pen: Pick<Pen, 'widthOf'>, words: string, type: Type, width: number): readonly string[] {
    const lines: string[] = [];
    for (const word of words.split(' ').filter((each) => each !== '')) {
        const longer = `${lines.at(-1) ?? ''} ${word}`.trim();
        if (lines.length === 0 || pen.widthOf(longer, type) > width) lines.push(word);
        else lines[lines.length - 1] = longer;
    }
    return lines;
}
