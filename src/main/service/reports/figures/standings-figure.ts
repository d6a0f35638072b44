/** The figure of a tournament: what each method gained, by the teacher and by those who never rewarded. */
import type { Chart, ChartPanel, ChartRow, IntervalPoint, Mark } from '../../../../shared/figures/chart.ts';
import type { Interval } from '../../../../shared/findings/gain-words.ts';
import { counted } from '../../../../shared/text/numbers.ts';
import type { MethodStanding, Standing } from '../comparison/standings.ts';
import { namedPlaces, zeroLine } from './zero-line.ts';

const step = 0.16; // of the room of a method, between its raters
const shapes = ['circle', 'diamond'] as const;
const ours = { origin: 'ours' } as const;

/** Null where no method was measured. */
export function standingsChart(methods: readonly MethodStanding[]): Chart | null {
    const first = methods[0];
    if (first === undefined) return null;
    const raters = first.raters.map(({ rater }) => rater);
    const panel = (title: string, read: (standing: Standing) => Interval | null): ChartPanel => ({
        title,
        x: namedPlaces(methods.map(({ name }) => name)),
        y: { title: 'points of the rater’s total', scale: 'linear' },
        marks: [
            zeroLine(methods.length),
            ...raters.map((rater, r): Mark => ({
                kind: 'dots',
                name: calledRater(rater),
                shape: shapes[r % shapes.length]!,
                colour: r,
                ...ours,
                points: methods.flatMap(({ raters: of }, at): readonly IntervalPoint[] => {
                    const found = of.find((each) => each.rater === rater);
                    const interval = found === undefined ? null : read(found);
                    if (interval === null) return [];
                    const x = at + step * (r - (raters.length - 1) / 2);
                    return [{ x, y: interval.mean, low: interval.low, high: interval.high }];
                }),
            })),
        ],
    });
    const hasControls = methods.some(({ raters: of }) => of.some(({ overControl }) => overControl !== null));
    return {
        id: 'standings',
        title: 'What each method gained at equal length',
        caption: `From the same start, with the same seeds and the same words of the teacher; 95 % intervals over ${counted(first.seeds, 'seed')} and their stories, each for itself.${hasControls ? ' A method’s control is itself with its rewards shuffled.' : ''}`,
        panels: [
            panel('Gain', ({ atEqualLength }) => atEqualLength),
            ...(hasControls ? [panel('Above its control', ({ overControl }) => overControl)] : []),
        ],
        rows: methods.flatMap(({ name, raters: of }) =>
            of.map(({ rater, atEqualLength }): ChartRow => ({
                method: name,
                rater: calledRater(rater),
                gain: atEqualLength?.mean ?? null,
                low: atEqualLength?.low ?? null,
                high: atEqualLength?.high ?? null,
            })),
        ),
    };
}

/** The teacher has the empty name. */
export const calledRater = (rater: string): string => (rater === '' ? 'teacher' : rater);
