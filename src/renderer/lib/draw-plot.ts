/** Draws what chart.js does not know: axes as long as their ticks, names at the ends of lines, one cursor. */
import type { Chart, Plugin } from 'chart.js';
import type { Colours } from './colours.ts';
import type { PlotSpec, Scene } from './plot.ts';
import { apart } from './series.ts';
import { measured, short } from './words.ts';

export interface Drawn {
    readonly spec: PlotSpec;
    readonly scene: Scene;
    readonly colours: Colours;
    /** px of one sixteenth of the root's size. */
    readonly unit: number;
    /** Index into the figure's x; null: nobody points. */
    readonly cursor: number | null;
    /** Words at the top of the cursor; empty: another panel says it. */
    readonly cursorWords: string;
}

const sans = "'Plex Sans', sans-serif";
const serif = "'Literata', serif";

export function paperPlugin(drawn: () => Drawn | null): Plugin<'line'> {
    return {
        id: 'paper',
        beforeDatasetsDraw: (chart) => {
            const what = drawn();
            if (what) drawGround(chart, what);
        },
        afterDatasetsDraw: (chart) => {
            const what = drawn();
            if (!what) return;
            drawAxes(chart, what);
            drawEnds(chart, what);
            if (what.cursor !== null) drawCursor(chart, what, what.cursor);
        },
    };
}

type Context = CanvasRenderingContext2D;

function line(
    context: Context,
    colour: string,
    points: readonly (readonly [number, number])[],
    dash: readonly number[] = [],
): void {
    context.beginPath();
    context.setLineDash([...dash]);
    context.strokeStyle = colour;
    context.lineWidth = 1;
    points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.stroke();
    context.setLineDash([]);
}
const crisp = (at: number): number => Math.round(at) + 0.5;

function drawGround(
    { ctx, chartArea: { left, right, top, bottom }, scales }: Chart,
    { spec, scene, colours, unit }: Drawn,
): void {
    const X = (x: number): number => scales['x']!.getPixelForValue(x);
    const Y = (y: number): number => crisp(scales['y']!.getPixelForValue(y));
    ctx.save();
    ctx.font = `italic 400 ${12 * unit}px ${serif}`;
    for (const { from, to, label } of spec.bands ?? []) {
        const width = Math.max(3 * unit, X(to) - X(from));
        ctx.fillStyle = colours.of('--band');
        ctx.fillRect(X(from), top, width, bottom - top);
        ctx.fillStyle = colours.of('--ink-2');
        ctx.textAlign = 'center';
        if (label)
            ctx.fillText(
                label,
                Math.min(right - 20 * unit, Math.max(left + 30 * unit, X(from) + width / 2)),
                top - 5 * unit,
            );
    }
    for (const tick of scene.yTicks)
        line(ctx, colours.of('--rule'), [
            [left, Y(tick)],
            [right, Y(tick)],
        ]);
    for (const { y, label } of spec.refs ?? []) {
        if (y < scene.y[0] || y > scene.y[1]) continue;
        line(
            ctx,
            colours.of('--ink-3'),
            [
                [left, Y(y)],
                [right, Y(y)],
            ],
            [2, 3],
        );
        ctx.fillStyle = colours.of('--ink-2');
        ctx.textAlign = 'left';
        ctx.fillText(label, left + 6 * unit, Y(y) + (Y(y) - top < 16 * unit ? 13 : -5) * unit);
    }
    ctx.restore();
}

function drawAxes(
    { ctx, chartArea: { left, bottom }, scales, width: wholeWidth }: Chart,
    { spec, scene, colours, unit }: Drawn,
): void {
    const X = (x: number): number => crisp(scales['x']!.getPixelForValue(x));
    const Y = (y: number): number => crisp(scales['y']!.getPixelForValue(y));
    const axis = colours.of('--ink-3');
    ctx.save();
    ctx.font = `400 ${11 * unit}px ${sans}`;
    ctx.fillStyle = colours.of('--ink-2');
    const [x0, y0] = [crisp(left), crisp(bottom)];
    line(ctx, axis, [
        [x0, Y(scene.yTicks[0]!)],
        [x0, Y(scene.yTicks.at(-1)!)],
    ]);
    ctx.textAlign = 'right';
    ctx.textBaseline = 'middle';
    for (const tick of scene.yTicks) {
        line(ctx, axis, [
            [x0 - 4 * unit, Y(tick)],
            [x0, Y(tick)],
        ]);
        ctx.fillText(short(tick).replace('-', '−'), x0 - 7 * unit, Y(tick));
    }
    const { xTicks } = scene;
    line(ctx, axis, [
        [X(xTicks[0]!), y0],
        [X(scene.x[1]), y0],
    ]);
    ctx.textAlign = 'left';
    ctx.textBaseline = 'alphabetic';
    const beginOf = (words: string, at: number): number => X(at) - ctx.measureText(words).width / 2;
    const end = short(Number(scene.x[1].toPrecision(3)));
    const last = spec.xTitle ? `${end} ${spec.xTitle}` : end;
    const lastAt = Math.min(beginOf(end, scene.x[1]), wholeWidth - ctx.measureText(last).width);
    ctx.fillText(last, lastAt, y0 + 16 * unit);
    for (const tick of [...xTicks, scene.x[1]])
        line(ctx, axis, [
            [X(tick), y0],
            [X(tick), y0 + 4 * unit],
        ]);
    for (const tick of xTicks) {
        const [words, at] = [short(tick), beginOf(short(tick), tick)];
        if (at + ctx.measureText(words).width + 8 * unit < lastAt) ctx.fillText(words, at, y0 + 16 * unit);
    }
    for (const at of spec.checkpoints ?? []) {
        ctx.beginPath();
        ctx.moveTo(X(at), y0 - 6 * unit);
        ctx.lineTo(X(at) + 3 * unit, y0 - unit);
        ctx.lineTo(X(at) - 3 * unit, y0 - unit);
        ctx.fillStyle = axis;
        ctx.fill();
    }
    ctx.restore();
}

function dot(context: Context, x: number, y: number, radius: number, fill: string, stroke?: string): void {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = fill;
    context.fill();
    if (stroke) {
        context.strokeStyle = stroke;
        context.lineWidth = 2;
        context.stroke();
    }
}

function drawEnds({ ctx, scales }: Chart, { scene, colours, unit }: Drawn): void {
    const ended = scene.lines.flatMap(({ line: of, end }) => (end ? [{ of, end }] : []));
    const X = (x: number): number => scales['x']!.getPixelForValue(x);
    const Y = (y: number): number => scales['y']!.getPixelForValue(y);
    const named = ended.filter(({ of }) => of.name);
    const heights = apart(
        named.map(({ end }) => Y(end.y)),
        15 * unit,
    );
    ctx.save();
    for (const { of, end } of ended) dot(ctx, X(end.x), Y(end.y), 3 * unit, colours.of(of.colour));
    ctx.font = `500 ${12 * unit}px ${sans}`;
    named.forEach(({ of, end }, i) => {
        ctx.fillStyle = colours.of(of.ink);
        ctx.fillText(of.name, X(end.x) + 9 * unit, heights[i]! + 4 * unit);
    });
    ctx.restore();
}

function drawCursor(
    { ctx, chartArea: { top, bottom, right }, scales }: Chart,
    { spec, scene, colours, unit, cursorWords }: Drawn,
    at: number,
): void {
    const x = spec.xs[at];
    if (x === undefined) return;
    const px = crisp(scales['x']!.getPixelForValue(x));
    const isLate = px > right - 60 * unit;
    const side = isLate ? -7 * unit : 7 * unit;
    ctx.save();
    line(ctx, colours.of('--ink-2'), [
        [px, top - 2],
        [px, bottom],
    ]);
    ctx.font = `600 ${11 * unit}px ${sans}`;
    ctx.textAlign = isLate ? 'right' : 'left';
    const write = (words: string, y: number, ink: string): void => {
        ctx.lineWidth = 4;
        ctx.lineJoin = 'round';
        ctx.strokeStyle = colours.of('--sheet');
        ctx.strokeText(words, px + side, y);
        ctx.fillStyle = ink;
        ctx.fillText(words, px + side, y);
    };
    const shown = scene.lines.flatMap(({ line: of, values }) => {
        const value = values[at] ?? null;
        return value === null || of.xs ? [] : [{ of, value, y: scales['y']!.getPixelForValue(value) }];
    });
    const heights = apart(
        shown.map(({ y }) => y - 7 * unit),
        13 * unit,
    );
    for (const { of, y } of shown) dot(ctx, px, y, 3.5 * unit, colours.of('--sheet'), colours.of(of.colour));
    shown.forEach(({ of, value }, i) => write(measured(value, spec.digits), heights[i]!, colours.of(of.ink)));
    if (cursorWords) write(cursorWords, top + 7 * unit, colours.of('--ink'));
    ctx.restore();
}
