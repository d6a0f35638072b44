/** Lays out a figure: where lines, ticks and names go. It draws nothing. */
import {
    nearest,
    niceTicks,
    rangeOf,
    smoothed,
    thinned,
    ticksWithin,
    type Point,
    type Values,
} from '../../../shared/figures/series.ts';

export interface PlotLine {
    /** Stands at the line's right end; empty: the title of the figure says it. */
    readonly name: string;
    /** Tokens: `--data-1`; `ink` is its twin for text. */
    readonly colour: string;
    readonly ink: string;
    readonly values: Values;
    readonly dash?: readonly number[];
    /** Chosen beforehand, as a schedule is: nothing to smooth. */
    readonly isExact?: boolean;
    /** Its own x, where lines do not share one. */
    readonly xs?: readonly number[];
    /** What it is the mean of, as runs of several seeds, or the ends of its interval: shaded from lowest to highest. */
    readonly members?: readonly Values[];
}
export interface PlotSpec {
    readonly xs: readonly number[];
    readonly lines: readonly PlotLine[];
    /** Bounds that are never cropped, as of scores; else what was measured. */
    readonly bounds?: readonly [number, number];
    readonly xTitle: string;
    readonly ticks: number;
    readonly refs?: readonly { readonly y: number; readonly label: string }[];
    readonly bands?: readonly { readonly from: number; readonly to: number; readonly label: string }[];
    readonly checkpoints?: readonly number[];
    /** Shaded between two of the lines, by their places; both share the figure's x and are exact. */
    readonly between?: readonly [number, number];
}
export interface Scene {
    readonly x: readonly [number, number];
    readonly y: readonly [number, number];
    readonly xTicks: readonly number[];
    readonly yTicks: readonly number[];
    readonly lines: readonly {
        readonly line: PlotLine;
        readonly raw: readonly Point[];
        readonly smooth: readonly Point[];
        readonly values: Values;
        readonly end: Point | null;
        /** The shade around it: lowest and highest at each x; empty without members. */
        readonly band: readonly { readonly x: number; readonly low: number; readonly high: number }[];
    }[];
}

const fewPoints = 30; // fewer are drawn as they are

/** A mean over more than a twentieth of what was measured hides how it changed. */
export function mostSmoothing(points: number): number {
    return points < fewPoints ? 0 : 1 - 20 / points;
}

/** `columns`: how many points side by side the figure can show. */
export function sceneOf(spec: PlotSpec, keep: number, columns: number): Scene {
    const keepOf = ({ values, isExact = false }: PlotLine): number =>
        isExact ? 0 : Math.min(keep, mostSmoothing(values.length));
    const values = spec.lines.map((line) => smoothed(line.values, keepOf(line)));
    const members = spec.lines.map((line) => line.members?.map((each) => smoothed(each, keepOf(line))) ?? []);
    const measured = rangeOf(
        spec.lines.map((line, i) => (line.members ? values[i]! : line.values)), // of a mean nothing raw is drawn
        [...values, ...members.flat()],
    );
    const [low, high] = spec.bounds ?? withRefs(measured ?? [0, 1], spec.refs ?? []);
    const yTicks = spec.bounds ? boundedTicks(spec.bounds) : niceTicks(low, high, spec.ticks);
    const ends = spec.lines.flatMap(({ xs }) => xs?.at(-1) ?? []);
    const last = Math.max(spec.xs.at(-1) ?? 0, ...ends) || 1;
    const from = beginOf(spec, last);
    return {
        x: [from, last],
        y: [yTicks[0]!, yTicks.at(-1)!],
        xTicks: xTicksOf(spec, from, last),
        yTicks,
        lines: spec.lines.map((line, i) => {
            const xs = line.xs ?? spec.xs;
            const smooth = thinned(xs, values[i]!, columns);
            return {
                line,
                raw: keepOf(line) === 0 || line.members ? [] : thinned(xs, line.values, columns),
                smooth,
                values: values[i]!,
                end: smooth.at(-1) ?? null,
                band: bandOf(xs, members[i]!, columns),
            };
        }),
    };
}

/** Of what is counted, as updates, none between two of them. */
function xTicksOf({ xs, lines }: PlotSpec, from: number, last: number): readonly number[] {
    const ticks = ticksWithin(from, last, 4);
    const isCounted = [xs, ...lines.map((line) => line.xs ?? [])].every((each) => each.every(Number.isInteger));
    return isCounted ? ticks.filter(Number.isInteger) : ticks;
}

/** From the lowest to the highest of them, where all were measured; thinned evenly, since both sides share their x. */
function bandOf(xs: readonly number[], members: readonly Values[], columns: number): Scene['lines'][number]['band'] {
    if (members.length < 2) return [];
    const every = Math.max(1, Math.ceil(xs.length / columns));
    return xs.flatMap((x, i) => {
        if (i % every !== 0 && i !== xs.length - 1) return [];
        const at = members.map((values) => values[i] ?? null);
        if (at.includes(null)) return [];
        return [{ x, low: Math.min(...(at as number[])), high: Math.max(...(at as number[])) }];
    });
}

const littleBefore = 0.1; // of an axis: as much as that may be empty, for the sake of its 0

/**
 * Where the axis begins: at 0, or where measuring did, if that is late. The first update of a run counts the words of
 * all prompts at once, which can be a third of its budget.
 */
function beginOf({ xs, lines }: PlotSpec, last: number): number {
    const first = Math.min(xs[0] ?? Infinity, ...lines.flatMap((line) => line.xs?.[0] ?? []));
    return first < last && first > littleBefore * last ? first : 0;
}

/** A line's value at the cursor, and where it stands. */
export interface Found extends Point {
    readonly line: PlotLine;
    /** Which line, from 0. */
    readonly index: number;
}

/** What lines are at `spec.xs[at]`; those with an x of their own at their nearest, while they last. */
export function foundAt(spec: PlotSpec, scene: Scene, at: number): readonly Found[] {
    const x = spec.xs[at];
    if (x === undefined) return [];
    return scene.lines.flatMap(({ line, values }, index): readonly Found[] => {
        const { xs } = line;
        const own = xs ? nearest(xs, x) : at;
        const isOutside = xs !== undefined && (xs.length === 0 || x < xs[0]! || x > xs.at(-1)!);
        const y = isOutside ? null : (values[own] ?? null);
        return y === null ? [] : [{ line, index, x: xs?.[own] ?? x, y }];
    });
}

/** Three digits that count: 0.00512, 1.24, 43.2, 1,234 as 1234. */
export function significant(value: number): string {
    const rounded = Number(value.toPrecision(3));
    if (rounded === 0) return '0';
    const size = Math.floor(Math.log10(Math.abs(rounded)) + 1e-9);
    return value.toFixed(Math.max(0, Math.min(12, 2 - size))).replace('-', '−');
}

/** Where words beside a cursor begin: to its right, else to its left, and never outside of the figure. */
export function besideCursor(x: number, gap: number, width: number, room: number): number {
    if (x + gap + width <= room) return x + gap;
    return Math.max(0, x - gap - width);
}

/** A target is shown where it is near what happens, and not where it would flatten it. */
function withRefs(
    [low, high]: readonly [number, number],
    refs: NonNullable<PlotSpec['refs']>,
): readonly [number, number] {
    const span = high - low || 1;
    const near = refs.filter(({ y }) => y > low - 2 * span && y < high + 2 * span).map(({ y }) => y);
    return [Math.min(low, ...near), Math.max(high, ...near)];
}

/** Thirds where they are whole, as of 0 to 3 and 0 to 9. */
function boundedTicks([low, high]: readonly [number, number]): readonly number[] {
    const third = (high - low) / 3;
    if (Number.isInteger(third) && third > 0) return [low, low + third, low + 2 * third, high];
    const ticks = niceTicks(low, high, 3);
    return ticks.at(-1) === high && ticks[0] === low ? ticks : [low, high];
}
