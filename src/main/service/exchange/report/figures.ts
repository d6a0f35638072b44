/** The figures of a report: how a run learned, what it gained, how its scores are spread, what length is paid. */
import { bestTotal } from '../../../../shared/ratings/rubric.ts';
import { mostOfMeasure } from '../../../../shared/findings/style-words.ts';
import type { Chart, ChartAxis, ChartPanel, ChartRow, IntervalPoint, Mark } from '../../../../shared/figures/chart.ts';
import { thinned } from '../../../../shared/figures/series.ts';
import { count, counted, rounded } from '../../../../shared/text/numbers.ts';
import type { Distribution } from '../../../../shared/views/runs.ts';
import type { StyleMeasure, StyleReport } from '../../../../shared/views/style.ts';
import { gainFound, type RunComparison } from '../../reports/comparison/comparison.ts';
import type { RunCurves } from '../../reports/figures/run-curves.ts';
import { dynamics } from '../../reports/figures/update-figures.ts';
import { namedPlaces, zeroLine } from '../../reports/figures/zero-line.ts';

const mostPoints = 300; // columns of a line, for a file that stays small
export const beforeColour = 1;
export const afterColour = 0;
const ours = { origin: 'ours' } as const;

/**
 * Without the published smoothing, which is for comparing with the paper.
 * @param hasDropout it wrote with dropout
 */
export function learningChart(curves: RunCurves, hasDropout: boolean): Chart {
    const chart = dynamics([curves]);
    return {
        ...chart,
        title: 'While it learned',
        caption: `Means of each update’s stories over words of feedback, rated by ${curves.teacher}; written as the student learned, ${hasDropout ? 'with its dropout and' : 'at its'} temperature. Pale: as measured. Solid: means of neighbours whose weights fade.`,
        panels: chart.panels.map((panel) => ({ ...panel, marks: panel.marks.flatMap(plainLine) })),
        rows: chart.rows,
    };
}

function plainLine(mark: Mark): readonly Mark[] {
    if (mark.kind !== 'line') return [mark];
    if (mark.dash !== undefined) return [];
    const [xs, ys] = [mark.points.map(({ x }) => x), mark.points.map(({ y }) => y)];
    return [{ ...mark, name: '', points: thinned(xs, ys, mostPoints) }];
}

export function gainChart(comparison: RunComparison): Chart {
    const { total, most, atEqualLength, control } = gainFound(comparison);
    const found = [
        { name: 'all stories', interval: total },
        { name: 'at equal length', interval: atEqualLength },
        { name: 'the control, all', interval: control?.total ?? null },
        { name: 'above the control', interval: control?.overAtEqualLength ?? null },
    ].flatMap(({ name, interval }) => (interval === null ? [] : [{ name, ...interval }]));
    const points = found.map(({ mean, low, high }, x): IntervalPoint => ({ x, y: mean, low, high }));
    return {
        id: 'gain',
        title: 'What was gained',
        caption: `After − before learning, in the teacher’s points of ${rounded(most)}, with 95 % intervals over ${counted(comparison.scores.pairs, 'pair')} of stories from equal seeds.${control === null ? '' : ' Above the control: at equal length.'}`,
        panels: [
            {
                title: 'Gain',
                x: namedPlaces(found.map(({ name }) => name)),
                y: { title: 'points', scale: 'linear' },
                marks: [
                    zeroLine(found.length),
                    { kind: 'dots', name: '', shape: 'circle', colour: afterColour, points, ...ours },
                ],
            },
        ],
        rows: found.map(({ name, mean, low, high }): ChartRow => ({ of: name, mean, low, high })),
    };
}

export function spreadChart({ distributions, scores }: RunComparison): Chart {
    return {
        id: 'spread',
        title: 'Scores and lengths, before and after',
        caption: `Share of the stories of ${counted(scores.pairs, 'pair')} from equal seeds, before and after learning; written and rated outside of training.`,
        panels: distributions.map((distribution): ChartPanel => ({
            title: distribution.name,
            x: { title: distribution.id === 'words' ? 'words' : 'score', scale: 'linear' },
            y: { title: '% of stories', scale: 'linear' },
            marks: [stepsOf(distribution, 'before'), stepsOf(distribution, 'after')],
        })),
        rows: distributions.flatMap(({ id, from, width, before, after }) =>
            before.map((share, i): ChartRow => ({
                of: id,
                from: from + i * width,
                to: from + (i + 1) * width,
                before: share,
                after: after[i] ?? 0,
            })),
        ),
    };
}

function stepsOf({ from, width, ...shares }: Distribution, side: 'before' | 'after'): Mark {
    const points = shares[side].flatMap((share, i) => [
        { x: from + i * width, y: 100 * share },
        { x: from + (i + 1) * width, y: 100 * share },
    ]);
    const colour = side === 'before' ? beforeColour : afterColour;
    return { kind: 'line', name: side, colour, points, ...(side === 'before' && { dash: [5, 3] }), ...ours };
}

/** Null where no length has enough stories of a side. */
export function lengthChart({ byLength, criteria }: RunComparison): Chart | null {
    const pointsOf = (side: 'before' | 'after'): readonly IntervalPoint[] =>
        byLength.flatMap(({ words: [from, to], [side]: { score } }) =>
            score === null ? [] : [{ x: (from + to) / 2, y: score.mean, low: score.low, high: score.high }],
        );
    const [before, after] = [pointsOf('before'), pointsOf('after')];
    if (before.length + after.length === 0) return null;
    return {
        id: 'lengths',
        title: 'Score at each length',
        caption:
            'The teacher’s mean score of stories of about the same length, with 95 % intervals: what is left between the two rows of marks is not length.',
        panels: [
            {
                title: 'Teacher score',
                x: { title: 'words of a story', scale: 'linear' },
                y: { title: `sum, 0 to ${rounded(bestTotal(criteria))}`, scale: 'linear' },
                marks: [
                    { kind: 'dots', name: 'before', shape: 'diamond', colour: beforeColour, points: before, ...ours },
                    { kind: 'dots', name: 'after', shape: 'circle', colour: afterColour, points: after, ...ours },
                ],
            },
        ],
        rows: byLength.map(({ words: [from, to], before: early, after: late }): ChartRow => ({
            words_from: from,
            words_to: to,
            stories_before: early.stories,
            stories_after: late.stories,
            score_before: early.score?.mean ?? null,
            score_after: late.score?.mean ?? null,
        })),
    };
}

/** Null where the stories of training say nothing of style. */
export function styleChart({ measures, words, looked, episodes }: StyleReport): Chart | null {
    const drawn = measures.filter(({ points }) => points.length > 0);
    if (drawn.length === 0) return null;
    return {
        id: 'style',
        title: 'Style while it learned',
        caption: `Means over stretches of training with 95 % intervals over stories, on the first ${counted(words, 'word')} of each story; ${count(looked)} of ${count(episodes)} stories, evenly over training.`,
        panels: drawn.map(({ name, unit, points }): ChartPanel => ({
            title: name,
            x: { title: 'update', scale: 'linear' },
            y: styleAxis(unit, points),
            marks: stretchesOf(unit, points),
        })),
        rows: drawn.flatMap(({ id, unit, points }) =>
            points.map(({ from, to, stories, value: { mean, low, high } }): ChartRow => ({
                of: id,
                unit,
                from_update: from,
                to_update: to,
                stories,
                mean,
                low,
                high,
            })),
        ),
    };
}

/** Where every story has all of it, the axis would else be of 100 to 150 %. */
function styleAxis(unit: string, points: StyleMeasure['points']): ChartAxis {
    const most = mostOfMeasure(unit);
    const isAllOfIt = points.every(({ value }) => value.low >= most);
    return { title: unit, scale: 'linear', ...(isAllOfIt && { bounds: [0, most] as const }) };
}

function stretchesOf(unit: string, stretches: StyleMeasure['points']): readonly Mark[] {
    const within = (value: number): number => Math.min(mostOfMeasure(unit), Math.max(0, value));
    const points = stretches.map(({ from, to, value: { mean, low, high } }): IntervalPoint => ({
        x: (from + to) / 2,
        y: mean,
        low: within(low),
        high: within(high),
    }));
    return [
        { kind: 'line', name: '', colour: afterColour, isPale: true, points, ...ours },
        { kind: 'dots', name: '', shape: 'circle', colour: afterColour, points, ...ours },
    ];
}
