/** Draws a figure as in print: axes as long as their ticks, names at the ends of lines, one cursor. */
import type { Colours } from './colours.ts';
import {
    cornersOf,
    type Box,
    type Lettering,
    type Pen,
    type PenPoint,
    type Stroke,
    type Type,
} from '../../../shared/figures/pen.ts';
import { besideCursor, foundAt, significant, type Found, type PlotSpec, type Scene } from './plot.ts';
import { apart } from '../../../shared/figures/series.ts';
import { short } from '../text/words.ts';

export interface Drawn {
    readonly spec: PlotSpec;
    readonly scene: Scene;
    readonly colours: Colours;
    /** px of one sixteenth of the root's size. */
    readonly unit: number;
    /** Words stand over it at the cursor. */
    readonly isMain: boolean;
}
export interface Cursor {
    /** Index into the figure's x. */
    readonly at: number;
    /** At its top; empty: another panel says it. */
    readonly words: string;
}
/** Where on the paper a figure and its values lie. */
export interface Frame {
    readonly whole: Box;
    /** Between the axes. */
    readonly inner: Box;
    x(value: number): number;
    y(value: number): number;
    /** The value at a place, for whoever points at it. */
    valueAt(x: number): number;
}

const tickType = (unit: number): Type => ({ family: 'sans', size: 11 * unit, weight: 400 });
const nameType = (unit: number): Type => ({ family: 'sans', size: 12 * unit, weight: 500 });
const noteType = (unit: number): Type => ({ family: 'serif', size: 12 * unit, weight: 400, italic: true });
const cursorType = (unit: number): Type => ({ family: 'sans', size: 11 * unit, weight: 600 });

/** Leaves room for the names at the ends of lines and the numbers at ticks. */
export function frameOf(pen: Pen, { spec, scene, unit, isMain }: Drawn, whole: Box): Frame {
    const widest = (type: Type, words: readonly string[]): number =>
        Math.max(0, ...words.map((each) => pen.widthOf(each, type)));
    const names = scene.lines.map(({ line }) => line.name).filter((name) => name !== '');
    const named = widest(nameType(unit), names);
    const ticks = widest(tickType(unit), scene.yTicks.map(short));
    const hasNamedBand = (spec.bands ?? []).some(({ label }) => label !== ''); // its name stands above the figure
    const inner = {
        left: whole.left + Math.max(22 * unit, ticks + 10 * unit),
        right: whole.right - (named > 0 ? named + 14 * unit : 18 * unit),
        top: whole.top + (isMain || hasNamedBand ? 20 : 10) * unit,
        bottom: whole.bottom - (spec.xTitle === '' ? 22 : 36) * unit,
    };
    const [[x0, x1], [y0, y1]] = [scene.x, scene.y];
    const across = (inner.right - inner.left) / (x1 - x0);
    const up = (inner.bottom - inner.top) / (y1 - y0);
    return {
        whole,
        inner,
        x: (value) => inner.left + (value - x0) * across,
        y: (value) => inner.bottom - (value - y0) * up,
        valueAt: (x) => x0 + (x - inner.left) / across,
    };
}

export function drawFigure(pen: Pen, drawn: Drawn, frame: Frame, cursor: Cursor | null): void {
    drawGround(pen, drawn, frame);
    drawLines(pen, drawn, frame);
    drawAxes(pen, drawn, frame);
    drawEnds(pen, drawn, frame);
    if (cursor) drawCursor(pen, drawn, frame, cursor);
}

const crisp = (at: number): number => Math.round(at) + 0.5;

function drawGround(pen: Pen, { spec, scene, colours, unit }: Drawn, { inner, x, y }: Frame): void {
    const { left, right, top, bottom } = inner;
    const note: Lettering = { type: noteType(unit), colour: colours.of('--ink-2') };
    for (const { from, to, label } of spec.bands ?? []) {
        const width = Math.max(3 * unit, x(to) - x(from));
        pen.area(cornersOf({ left: x(from), right: x(from) + width, top, bottom }), colours.of('--band'));
        const middle = Math.min(right - 20 * unit, Math.max(left + 30 * unit, x(from) + width / 2));
        if (label) pen.text(label, [middle, top - 5 * unit], { ...note, align: 'center' });
    }
    const across = (height: number): readonly PenPoint[] => [
        [left, crisp(height)],
        [right, crisp(height)],
    ];
    const rule = { colour: colours.of('--rule'), width: 1, dash: colours.areForced() ? [1, 3] : [] };
    for (const tick of scene.yTicks) pen.line(across(y(tick)), rule);
    for (const { y: value, label } of spec.refs ?? []) {
        if (value < scene.y[0] || value > scene.y[1]) continue;
        const height = y(value);
        pen.line(across(height), { colour: colours.of('--ink-3'), width: 1, dash: [2, 3] });
        pen.text(label, [left + 6 * unit, height + (height - top < 16 * unit ? 13 : -5) * unit], note);
    }
}

function drawLines(pen: Pen, { spec, scene, colours }: Drawn, { inner, x, y }: Frame): void {
    const pointsOf = (points: Scene['lines'][number]['raw']): readonly PenPoint[] =>
        points.map((point) => [x(point.x), y(point.y)]);
    const beyond = { ...inner, top: inner.top - 2, bottom: inner.bottom + 2, left: inner.left - 2 };
    drawBetween(pen, spec, colours, { x, y });
    const drawn = scene.lines.map((line, index) => ({ ...line, index })).toReversed(); // the first on top
    pen.within({ ...beyond, right: inner.right + 2 }, () => {
        for (const { line, band } of drawn) {
            if (band.length < 2) continue;
            const above = band.map(({ x: at, high }): PenPoint => [x(at), y(high)]);
            const below = band.toReversed().map(({ x: at, low }): PenPoint => [x(at), y(low)]);
            pen.area([...above, ...below], faded(colours.of(line.colour)));
        }
        for (const { line, raw } of drawn)
            if (raw.length > 0) pen.line(pointsOf(raw), { colour: colours.of(line.colour), width: 1, opacity: 0.36 });
        for (const { line, smooth, index } of drawn)
            pen.line(pointsOf(smooth), {
                colour: colours.of(line.colour),
                width: 1.9,
                dash: line.dash ?? (colours.areForced() ? forcedDashes[index % forcedDashes.length]! : []),
            });
    });
}

/** "rgb(…)", as a page says every colour, seen through. */
function faded(colour: string): string {
    const [, channels] = /^rgb\(([^)]*)\)$/u.exec(colour) ?? ([] as readonly undefined[]);
    return channels === undefined ? colour : `rgba(${channels}, 0.18)`;
}

/** The ground between two lines, as far as both were measured. */
function drawBetween(pen: Pen, spec: PlotSpec, colours: Colours, { x, y }: Pick<Frame, 'x' | 'y'>): void {
    if (spec.between === undefined) return;
    const [one, other] = spec.between.map((line) => spec.lines[line]!.values);
    const both = spec.xs.flatMap((at, i) => {
        const [a, b] = [one![i] ?? null, other![i] ?? null];
        return a === null || b === null ? [] : [{ at: x(at), a: y(a), b: y(b) }];
    });
    if (both.length < 2) return;
    const there = both.map(({ at, a }): PenPoint => [at, a]);
    const back = both.toReversed().map(({ at, b }): PenPoint => [at, b]);
    pen.area([...there, ...back], colours.of('--band'));
}

/** Where the system takes the colours away, lines differ by their dashes. */
const forcedDashes: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [10, 3, 2, 3], [5, 2], [2, 6]];

function drawAxes(pen: Pen, { spec, scene, colours, unit }: Drawn, frame: Frame): void {
    const { inner, whole } = frame;
    const X = (value: number): number => crisp(frame.x(value));
    const Y = (value: number): number => crisp(frame.y(value));
    const axis: Stroke = { colour: colours.of('--ink-3'), width: 1 };
    const tickWords: Lettering = { type: tickType(unit), colour: colours.of('--ink-2') };
    const [x0, y0] = [crisp(inner.left), crisp(inner.bottom)];
    const line = (...points: readonly PenPoint[]): void => pen.line(points, axis);

    line([x0, Y(scene.yTicks[0]!)], [x0, Y(scene.yTicks.at(-1)!)]);
    for (const tick of scene.yTicks) {
        line([x0 - 4 * unit, Y(tick)], [x0, Y(tick)]);
        const at: PenPoint = [x0 - 7 * unit, Y(tick)];
        pen.text(short(tick).replace('-', '−'), at, { ...tickWords, align: 'right', centred: true });
    }
    const [first, last] = scene.x;
    line([X(first), y0], [X(last), y0]);
    const kept = xLabels(scene, (words, value) => {
        const width = pen.widthOf(words, tickWords.type);
        const begin = Math.max(whole.left, Math.min(X(value) - width / 2, whole.right - width));
        return [begin, begin + width];
    });
    for (const { words, value, begin } of kept) {
        line([X(value), y0], [X(value), y0 + 4 * unit]);
        pen.text(words, [begin, y0 + 16 * unit], tickWords);
    }
    if (spec.xTitle !== '') {
        const right = Math.max(X(last), X(first) + pen.widthOf(spec.xTitle, tickWords.type));
        pen.text(spec.xTitle, [right, y0 + 31 * unit], { ...tickWords, align: 'right' });
    }
    for (const at of spec.checkpoints ?? []) {
        if (at < first || at > last) continue;
        const foot = y0 - unit;
        const corners: readonly PenPoint[] = [
            [X(at), y0 - 6 * unit],
            [X(at) + 3 * unit, foot],
            [X(at) - 3 * unit, foot],
        ];
        pen.area(corners, axis.colour);
    }
}

/** The numbers along x that have room: the two ends first, for they say how far the axis goes. */
function xLabels(
    { x: [first, last], xTicks }: Scene,
    extent: (words: string, value: number) => readonly [number, number],
): readonly { readonly words: string; readonly value: number; readonly begin: number }[] {
    const gap = 8;
    const kept: {
        readonly words: string;
        readonly value: number;
        readonly begin: number;
        readonly end: number;
    }[] = [];
    for (const value of [last, first, ...xTicks]) {
        const words = short(Number(value.toPrecision(3)));
        const [begin, end] = extent(words, value);
        if (kept.every((other) => end + gap < other.begin || begin > other.end + gap))
            kept.push({ words, value, begin, end });
    }
    return kept;
}

/** Circle, square, diamond and triangle: by its index among the lines, so that no line is known by its colour alone. */
export function mark(pen: Pen, index: number, [x, y]: PenPoint, radius: number, fill: string, stroke?: Stroke): void {
    const corner = (right: number, down: number): PenPoint => [x + right * radius, y + down * radius];
    switch (index % 4) {
        case 0:
            pen.circle([x, y], radius, fill, stroke);
            return;
        case 1:
            pen.area([corner(-0.9, -0.9), corner(0.9, -0.9), corner(0.9, 0.9), corner(-0.9, 0.9)], fill, stroke);
            return;
        case 2:
            pen.area([corner(0, -1.3), corner(1.3, 0), corner(0, 1.3), corner(-1.3, 0)], fill, stroke);
            return;
        default:
            pen.area([corner(0, -1.2), corner(1.2, 0.95), corner(-1.2, 0.95)], fill, stroke);
    }
}

function drawEnds(pen: Pen, { scene, colours, unit }: Drawn, { x, y, inner }: Frame): void {
    const ended = scene.lines.flatMap(({ line, end }, index) => (end ? [{ line, end, index }] : []));
    for (const { line, end, index } of ended) mark(pen, index, [x(end.x), y(end.y)], 3 * unit, colours.of(line.colour));
    const named = ended.filter(({ line }) => line.name !== '');
    const heights = apart(
        named.map(({ end }) => y(end.y)),
        15 * unit,
        inner.bottom - 2 * unit,
    );
    named.forEach(({ line, end }, i) => {
        const at: PenPoint = [x(end.x) + 9 * unit, heights[i]! + 4 * unit];
        pen.text(line.name, at, { type: nameType(unit), colour: colours.of(line.ink) });
    });
}

function drawCursor(
    pen: Pen,
    { spec, scene, colours, unit }: Drawn,
    { whole, inner, x, y }: Frame,
    { at, words }: Cursor,
): void {
    const value = spec.xs[at];
    if (value === undefined || value < scene.x[0] || value > scene.x[1]) return;
    const px = crisp(x(value));
    pen.line(
        [
            [px, inner.top - 2],
            [px, inner.bottom],
        ],
        { colour: colours.of('--ink-2'), width: 1 },
    );
    const type = cursorType(unit);
    const halo = colours.of('--sheet');
    const room = whole.right - whole.left;
    const write = (said: string, height: number, ink: string, own: number): void => {
        const width = pen.widthOf(said, type);
        const hasLeft = px - 7 * unit - width >= inner.left;
        const begin = besideCursor(px - whole.left, 7 * unit, width, hasLeft ? own : room);
        pen.text(said, [whole.left + begin, height], { type, colour: ink, halo });
    };
    const found = foundAt(spec, scene, at);
    /** A value does not go where a line's name stands. */
    const roomOf = ({ index }: Found): number => {
        const { line, end } = scene.lines[index]!;
        return line.name === '' || end === null ? room : x(end.x) - whole.left;
    };
    const heights = apart(
        found.map((point) => Math.max(inner.top + 9 * unit, y(point.y) - 7 * unit)),
        13 * unit,
        inner.bottom - 3 * unit,
    );
    for (const point of found) {
        const rim = { colour: colours.of(point.line.colour), width: 2 };
        mark(pen, point.index, [x(point.x), y(point.y)], 3.5 * unit, halo, rim);
    }
    found.forEach((point, i) => write(significant(point.y), heights[i]!, colours.of(point.line.ink), roomOf(point)));
    if (words !== '') write(words, inner.top - 5 * unit, colours.of('--ink'), room);
}
