/** The paper's figures of whole sweeps: before and after against words read with feedback's equivalents, and bars. */
import type { Chart, ChartRow, IntervalPoint, Mark, ChartPanel } from '../../../../shared/figures/chart.ts';
import type { MeasuredEquivalents, MeasuredSeries, Reach } from '../../../../shared/benchmarks/sweep.ts';
import { sayEquivalent } from '../../../../shared/findings/sweep-words.ts';
import type { Published } from './published.ts';

const point = (x: number, y: number, { low, high } = { low: y, high: y }): IntervalPoint => ({ x, y, low, high });
const read: ChartPanel['x'] = { title: 'words read', scale: 'log' };

/** One chart for each measure that has a curve. */
export function equivalenceCharts(all: readonly MeasuredEquivalents[], published: Published | null): readonly Chart[] {
    return all.map((found): Chart => {
        const { measure, curve, equivalents } = found;
        const beside = measure.key === 'score' ? published : null;
        return {
            id: `equivalence-${measure.key.replaceAll(/[^a-z]+/gu, '-')}`,
            title: `Feedback in words of reading: ${measure.name}`,
            caption: [
                'Line: the rising curve of checkpoints that only read. ◇ to ●: before and after feedback; dashed: to where reading alone is as good. Bars hold the middle 95 % over stories or items, over seeds where there are several.',
                ...equivalents.map((equivalent) => sayEquivalent(measure, equivalent)),
                ...(beside === null
                    ? []
                    : ['Published: means of the first and the last ten batches, by another teacher.']),
            ].join(' '),
            panels: [ownPanel(found), ...(beside === null ? [] : [publishedPanel(beside)])],
            rows: [
                ...curve.map(({ words, score, interval, fitted }): ChartRow => ({
                    what: 'reading',
                    words_read: words,
                    feedback_words: 0,
                    score,
                    ...interval,
                    curve: fitted,
                    reading_is: null,
                    reading_words: null,
                })),
                ...equivalents.map(({ start, feedback, score, interval, words }): ChartRow => ({
                    what: 'feedback',
                    words_read: start.words,
                    feedback_words: feedback.words,
                    score,
                    ...interval,
                    curve: null,
                    reading_is: words.value.kind,
                    reading_words: words.value.value,
                })),
            ],
        };
    });
}

function ownPanel({ measure, curve, equivalents }: MeasuredEquivalents): ChartPanel {
    const heightAt = new Map(curve.map(({ words, fitted }) => [Math.round(words), fitted]));
    const marks = equivalents.flatMap(({ start, score, interval, words }): Mark[] => {
        const before = heightAt.get(Math.round(start.words));
        const reached = endOf(words.value, start.words);
        const feedback = { kind: 'line', name: '', colour: 1, origin: 'ours' } as const;
        return [
            ...(before === undefined
                ? []
                : [{ ...feedback, points: [point(start.words, before), point(start.words, score)] }]),
            { ...feedback, isPale: true, dash: [4, 3], points: [point(start.words, score), point(reached, score)] },
            {
                kind: 'dots',
                shape: 'circle',
                name: 'after feedback',
                colour: 1,
                origin: 'ours',
                points: [point(start.words, score, interval)],
            },
        ];
    });
    const alone = { colour: 0, origin: 'ours' } as const;
    return {
        title: measure.name,
        x: read,
        y: { title: measure.key === 'score' ? 'score' : 'of 100', scale: 'linear' },
        marks: [
            {
                kind: 'line',
                name: 'reading alone, rising',
                points: curve.map((each) => point(each.words, each.fitted)),
                ...alone,
            },
            {
                kind: 'dots',
                shape: 'diamond',
                name: 'reading alone',
                ...alone,
                points: curve.map(({ words, score, interval }) => point(words, score, interval)),
            },
            ...marks,
        ],
    };
}

const endOf = ({ value }: Reach, start: number): number => start + value;

function publishedPanel({ words, before, after }: Published): ChartPanel {
    const line = (name: string, colour: number, scores: readonly number[]): Mark => ({
        kind: 'line',
        name,
        colour,
        origin: 'published',
        points: words.map((x, i) => ({ x, y: scores[i]! })),
    });
    return {
        title: 'Published',
        x: read,
        y: { title: 'score, 0 to 9', scale: 'linear' },
        marks: [line('published, before', 0, before.score), line('published, after', 1, after.score)],
    };
}

/** Benchmarks before and after feedback, side by side; null where none was read on both sides. */
export function benchmarkBars(all: readonly MeasuredSeries[], published: Published | null): Chart | null {
    const tasks = all.flatMap(({ measure, series }) => {
        const pairs = series.filter(
            ({ kind, isControl, points }) => kind === 'learn' && !isControl && points.length > 1,
        );
        return measure.task === null || pairs.length === 0 ? [] : [{ measure, pairs }];
    });
    if (tasks.length === 0) return null;
    const runs = [...new Set(tasks.flatMap(({ pairs }) => pairs.map((each) => each.runs.join(', '))))];
    const width = 0.8 / (2 * runs.length);
    const rows: ChartRow[] = [];
    const marks = runs.flatMap((run, r): Mark[] => {
        const ends = (side: 'before' | 'after'): IntervalPoint[] =>
            tasks.flatMap(({ measure, pairs }, t) => {
                const found = pairs.find((each) => each.runs.join(', ') === run);
                if (found === undefined) return [];
                const { score, interval, words, feedbackWords } =
                    side === 'before' ? found.points[0]! : found.points.at(-1)!;
                rows.push({
                    run,
                    task: measure.key,
                    side,
                    words_read: words,
                    feedback_words: feedbackWords,
                    score,
                    ...interval,
                });
                return [point(t + 1 - 0.4 + width * (2 * r + (side === 'before' ? 0.5 : 1.5)), score, interval)];
            });
        const bars = { kind: 'bars', width: width * 0.92, colour: r } as const;
        return [
            { ...bars, name: `${run}, before`, origin: 'published', points: ends('before') },
            { ...bars, name: `${run}, after`, origin: 'ours', points: ends('after') },
        ];
    });
    const beside = published?.benchmarks ?? null;
    return {
        id: 'benchmarks',
        title: 'Benchmarks before and after feedback',
        caption: `Open: at the start of learning; filled: after feedback. Correlations and partial R² are times 100. Bars hold the middle 95 % over items, over seeds where there are several; a difference of the same items has an interval of its own (benchmarks series).${beside === null ? '' : ' Published: some of it was read from a figure, and correlations are not times 100.'}`,
        panels: [
            {
                title: 'These runs',
                y: { title: 'of 100', scale: 'linear' },
                marks,
                x: {
                    title: '',
                    scale: 'linear',
                    bounds: [0.5, tasks.length + 0.5],
                    names: tasks.map(({ measure }, t) => ({ at: t + 1, name: measure.key })),
                },
            },
            ...(beside === null ? [] : publishedBars(beside)),
        ],
        rows,
    };
}

/** Accuracies, and in a panel of their own the correlations, which are not times 100. */
function publishedBars({ metrics, students }: NonNullable<Published['benchmarks']>): readonly ChartPanel[] {
    const isSmall = metrics.map((_, m) => students.every(({ values }) => Math.abs(values[m]!) <= 1));
    const panelOf = (title: string, wanted: boolean): readonly ChartPanel[] => {
        const places = metrics.flatMap((_, m) => (isSmall[m] === wanted ? m : []));
        const width = 0.8 / students.length;
        if (places.length === 0) return [];
        return [
            {
                title,
                y: { title: 'as published', scale: 'linear' },
                x: {
                    title: '',
                    scale: 'linear',
                    bounds: [0.5, places.length + 0.5],
                    names: places.map((m, i) => ({ at: i + 1, name: metrics[m]! })),
                },
                marks: students.map(({ name, values }, s): Mark => ({
                    kind: 'bars',
                    width: width * 0.92,
                    name: `published ${name}`,
                    colour: s + 2,
                    origin: 'ours',
                    points: places.map((m, i) => point(i + 1 - 0.4 + width * (s + 0.5), values[m]!)),
                })),
            },
        ];
    };
    return [...panelOf('Published, accuracies', false), ...panelOf('Published, correlations', true)];
}
