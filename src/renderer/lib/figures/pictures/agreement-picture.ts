/** Agreement of people and a teacher as one picture: κ by criterion, bias over training, where scores meet. */
import type { Chart, ChartPanel, ChartRow, IntervalPoint, Mark } from '../../../../shared/figures/chart.ts';
import type { Measured } from '../../../../shared/ratings/agreement.ts';
import type { CalibrationFit } from '../../../../shared/ratings/calibration.ts';
import type { ObservedWorth } from '../../../../shared/ratings/rating-sets.ts';
import { kappaFrom, type AgreementLine } from '../agreement-figures.ts';
import type { ScoreRange } from '../calibration-figures.ts';
import { shortName } from '../run-figures.ts';
import { counted } from '../../text/words.ts';

const ours = { name: '', origin: 'ours' } as const;
const beside = 0.16; // of a place: two marks of one criterion

interface AgreementShown {
    /** Name of the set. */
    readonly set: string;
    readonly teacher: string;
    readonly lines: readonly AgreementLine[];
    readonly stories: number;
    readonly people: number;
    /** What is concluded, in words. */
    readonly finding: string;
}

export function agreementChart({ set, teacher, lines, stories, people, finding }: AgreementShown): Chart {
    const among = people >= 2 ? ' Diamonds: one person against the mean of the others.' : '';
    return {
        id: `agreement ${set}`,
        title: `Agreement of people and ${teacher}: ${set}`,
        caption: `${finding} ${counted(stories, 'story', 'stories')}, ${counted(people, 'person', 'people')}. κ with quadratic weights, of people’s mean and ${teacher}.${among} Bars: 95 % intervals, percentile bootstrap over stories, 2,000 draws. Squares: stories by people’s and the teacher’s score, outlined where they are the same; means and real scores are rounded there.`,
        panels: [kappaPanel(lines), ...biasPanel(lines), ...lines.flatMap(meetingPanel)],
        rows: lines.flatMap(rowsOf),
    };
}

function kappaPanel(lines: readonly AgreementLine[]): ChartPanel {
    const pointsOf = (of: (line: AgreementLine) => Measured | null | undefined, at: number): readonly IntervalPoint[] =>
        lines.flatMap((line, i) => pointOf(i + at, of(line) ?? null));
    const people = pointsOf(({ ceiling }) => ceiling, beside);
    const marks: readonly Mark[] = [
        zeroLine(-0.6, lines.length - 0.4),
        {
            ...ours,
            kind: 'dots',
            shape: 'circle',
            colour: 0,
            name: 'teacher and people',
            points: pointsOf(({ pair }) => pair?.statistics.qwk, people.length > 0 ? -beside : 0),
        },
        ...(people.length > 0
            ? [
                  {
                      ...ours,
                      kind: 'dots',
                      shape: 'diamond',
                      colour: 1,
                      name: 'people themselves',
                      points: people,
                  } as const,
              ]
            : []),
    ];
    const lowest = marks.flatMap((mark) => (mark.kind === 'dots' ? mark.points.map(({ low }) => low) : []));
    return {
        title: 'κ by criterion',
        x: {
            title: '',
            scale: 'linear',
            bounds: [-0.6, lines.length - 0.4],
            names: lines.map(({ name }, at) => ({ at, name: shortName(name) })),
        },
        y: { title: 'κ', scale: 'linear', bounds: [Math.min(kappaFrom(lines), ...lowest), 1] },
        marks,
    };
}

/** None where fewer than two stages of training were rated by both. */
function biasPanel(lines: readonly AgreementLine[]): readonly ChartPanel[] {
    const shown = lines.flatMap(({ name, index, trend }) => (trend && index !== null ? [{ name, index, trend }] : []));
    const stages = [...new Set(shown.flatMap(({ trend }) => trend.stages.map(({ stage }) => stage)))].sort();
    if (stages.length === 0) return [];
    const marks = shown.flatMap(({ name, index, trend }, i): readonly Mark[] => {
        const shift = (i - (shown.length - 1) / 2) * 0.12; // criteria of one stage stand beside each other
        const points = trend.stages.flatMap(({ stage, bias }) => pointOf(stages.indexOf(stage) + shift, bias));
        return [
            { ...ours, kind: 'line', colour: index, isPale: true, points },
            { ...ours, kind: 'dots', shape: 'circle', colour: index, name: shortName(name), points },
        ];
    });
    return [
        {
            title: 'Bias over training',
            x: {
                title: 'stage of training',
                scale: 'linear',
                bounds: [-0.5, stages.length - 0.5],
                names: stages.map((stage, at) => ({ at, name: String(stage) })),
            },
            y: { title: 'teacher − people, points', scale: 'linear' },
            marks: [zeroLine(-0.5, stages.length - 0.5), ...marks],
        },
    ];
}

/** How often each score of people’s met each score of the teacher’s. */
function meetingPanel({ name, index, confusion }: AgreementLine): readonly ChartPanel[] {
    if (confusion === null) return [];
    const { levels, counts } = confusion;
    const places = { scale: 'linear', bounds: [-0.5, levels.length - 0.5] } as const;
    const names = levels.map((level, at) => ({ at, name: String(level) }));
    const cells = counts.flatMap((column, x) => column.map((count, y) => ({ x, y, count })));
    return [
        {
            title: name,
            x: { title: 'people', ...places, names },
            y: { title: 'teacher; stories', ...places, names },
            marks: [{ ...ours, kind: 'counts', colour: index ?? 6, cells }],
        },
    ];
}

function pointOf(x: number, measured: Measured | null): readonly IntervalPoint[] {
    if (measured === null || measured.value === null) return [];
    const { value, low, high } = measured;
    return [{ x, y: value, low: low ?? value, high: high ?? value }];
}

function zeroLine(from: number, to: number): Mark {
    const points = [
        { x: from, y: 0 },
        { x: to, y: 0 },
    ];
    return { ...ours, kind: 'line', colour: 6, dash: [3, 3], isPale: true, points };
}

function rowsOf({ name, pair, ceiling, asOnePerson, trend, confusion }: AgreementLine): readonly ChartRow[] {
    const row = (of: string, measured: Measured, n: number | null, where: ChartRow = {}): ChartRow => ({
        criterion: name,
        of,
        stage: null,
        people_score: null,
        teacher_score: null,
        n,
        ...measured,
        ...where,
    });
    return [
        ...(pair
            ? (['qwk', 'spearman', 'bias', 'exact', 'within1'] as const).map((of) =>
                  row(of, pair.statistics[of], pair.n),
              )
            : []),
        ...(ceiling ? [row('qwk of people themselves', ceiling, null)] : []),
        ...(asOnePerson ? [row('qwk on the terms of one person', asOnePerson, null)] : []),
        ...(trend?.stages ?? []).flatMap(({ stage, n, bias, qwk }) => [
            row('bias', bias, n, { stage }),
            row('qwk', qwk, n, { stage }),
        ]),
        ...(confusion?.levels ?? []).flatMap((people, i) =>
            confusion!.levels.map((teacher, j) =>
                row('stories', nothing, confusion!.counts[i]![j]!, { people_score: people, teacher_score: teacher }),
            ),
        ),
    ];
}
const nothing: Measured = { value: null, low: null, high: null };

interface WorthShown {
    readonly teacher: string;
    readonly points: CalibrationFit['points'];
    readonly observed: readonly ObservedWorth[];
    readonly range: ScoreRange;
    readonly stories: number;
    readonly people: number;
    /** What it is good for, in words. */
    readonly finding: string;
}

/** What a teacher’s sums are worth to people: the curve, and the stories it was fitted to, in groups. */
export function worthChart({ teacher, points, observed, range, stories, people, finding }: WorthShown): Chart {
    const score = (fraction: number): number => range.least + fraction * (range.most - range.least);
    const ends = [[0, points[0]![1]] as const, ...points, [1, points.at(-1)![1]] as const]; // level beyond its ends
    const curve = ends.map(([x, y]) => ({ x: score(x), y: score(y) }));
    const groups = observed.map(({ at, worth }) => ({ x: score(at), y: score(worth), low: NaN, high: NaN }));
    const bounds = [range.least, range.most] as const;
    const same = bounds.map((at) => ({ x: at, y: at }));
    return {
        id: `worth of ${teacher}`,
        title: `What scores of ${teacher} are worth to people`,
        caption: `${finding} Line: fitted to ${counted(stories, 'story', 'stories')} by ${counted(people, 'person', 'people')}. Dots: stories of about the same score, in groups. Dashed: the same score.`,
        panels: [
            {
                title: 'Sum of the criteria',
                x: { title: 'the teacher gives', scale: 'linear', bounds },
                y: { title: 'people give', scale: 'linear', bounds },
                marks: [
                    { ...ours, kind: 'line', colour: 6, dash: [3, 3], isPale: true, points: same },
                    { ...ours, kind: 'dots', shape: 'circle', colour: 4, points: groups },
                    { ...ours, kind: 'line', colour: 0, points: curve },
                ],
            },
        ],
        rows: [
            ...curve.map(({ x, y }): ChartRow => ({ of: 'curve', teacher: x, people: y, stories: null })),
            ...observed.map(({ at, worth, stories: n }): ChartRow => ({
                of: 'stories',
                teacher: score(at),
                people: score(worth),
                stories: n,
            })),
        ],
    };
}
