/** Axes of the pictures on the page Evaluate: intervals beside a chance line, and differences around nothing. */
import type { ResultInterval } from '../../../shared/benchmarks/results.ts';
import { measured } from '../text/words.ts';

export interface BenchmarkAxis {
    readonly from: number;
    readonly to: number;
    readonly ticks: readonly number[];
}

interface Shown {
    readonly score: number | null;
    readonly interval: ResultInterval | null;
}

const ofHundred: BenchmarkAxis = { from: 0, to: 100, ticks: [0, 25, 50, 75, 100] };

/** Shares of right choices stand between 0 and 100; what has no such ends gets the room that its intervals need. */
export function scoreAxis(shown: readonly Shown[], isShare: boolean): BenchmarkAxis {
    if (isShare) return ofHundred;
    const values = shown.flatMap(({ score, interval }) => [score ?? 0, interval?.low ?? 0, interval?.high ?? 0]);
    const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
    return axisOver(low, high === low ? 1 : high);
}

/** As far to one side of nothing as to the other. */
export function changeAxis(
    shown: readonly { readonly difference: number; readonly interval: ResultInterval | null }[],
): BenchmarkAxis {
    const furthest = Math.max(
        0,
        ...shown.flatMap(({ difference, interval }) =>
            [difference, interval?.low ?? 0, interval?.high ?? 0].map(Math.abs),
        ),
    );
    return axisOver(-furthest || -1, furthest || 1);
}

/** In per cent of the axis's length; what lies beyond stands at its end. */
export function placeOn({ from, to }: BenchmarkAxis, value: number): number {
    return (100 * (Math.min(to, Math.max(from, value)) - from)) / (to - from);
}

/** The ticks with their numbers, all with as many digits as one of them needs. */
export function ticksOf(
    { ticks }: BenchmarkAxis,
    isSigned: boolean,
): readonly { readonly at: number; readonly words: string }[] {
    const digits = Math.max(0, ...ticks.map((tick) => (String(tick).split('.')[1] ?? '').length));
    const sign = (tick: number): string => (isSigned && tick > 0 ? '+' : '');
    return ticks.map((at) => ({ at, words: at === 0 ? '0' : `${sign(at)}${measured(at, digits)}` }));
}

const mostTicks = 6;

/** Ends at ticks, which are 1, 2 or 5 times a power of ten apart. */
function axisOver(low: number, high: number): BenchmarkAxis {
    const span = high - low;
    const power = 10 ** Math.floor(Math.log10(span / mostTicks));
    const step = [1, 2, 5, 10].map((times) => times * power).find((each) => span / each <= mostTicks)!;
    const first = Math.floor(low / step);
    const last = Math.ceil(high / step);
    const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
    return { from: ticks[0]!, to: ticks.at(-1)!, ticks };
}
