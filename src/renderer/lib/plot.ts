/** What a figure shows, and where its lines, ticks and names lie: thinking without drawing. */
import { niceTicks, rangeOf, smoothed, thinned, ticksWithin, type Point, type Values } from './series.ts';

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
}
export interface PlotSpec {
    readonly xs: readonly number[];
    readonly lines: readonly PlotLine[];
    /** Bounds that are never cropped, as of scores; else what was measured. */
    readonly bounds?: readonly [number, number];
    readonly xTitle: string;
    readonly ticks: number;
    /** Digits of values at the cursor. */
    readonly digits: number;
    readonly refs?: readonly { readonly y: number; readonly label: string }[];
    readonly bands?: readonly { readonly from: number; readonly to: number; readonly label: string }[];
    readonly checkpoints?: readonly number[];
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
    const measured = rangeOf(
        spec.lines.map((line) => line.values),
        values,
    );
    const [low, high] = spec.bounds ?? withRefs(measured ?? [0, 1], spec.refs ?? []);
    const yTicks = spec.bounds ? boundedTicks(spec.bounds) : niceTicks(low, high, spec.ticks);
    const ends = spec.lines.flatMap(({ xs }) => xs?.at(-1) ?? []);
    const last = Math.max(spec.xs.at(-1) ?? 0, ...ends) || 1;
    return {
        x: [0, last],
        y: [yTicks[0]!, yTicks.at(-1)!],
        xTicks: ticksWithin(0, last, 4),
        yTicks,
        lines: spec.lines.map((line, i) => {
            const xs = line.xs ?? spec.xs;
            const smooth = thinned(xs, values[i]!, columns);
            return {
                line,
                raw: keepOf(line) === 0 ? [] : thinned(xs, line.values, columns),
                smooth,
                values: values[i]!,
                end: smooth.at(-1) ?? null,
            };
        }),
    };
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

function boundedTicks([low, high]: readonly [number, number]): readonly number[] {
    const ticks = niceTicks(low, high, 3);
    return ticks.at(-1) === high && ticks[0] === low ? ticks : [low, high];
}
