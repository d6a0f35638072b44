/** A measure of style over updates: its mean in each stretch of training, in the band of its interval. */
import type { Interval } from '../../../shared/findings/gain-words.ts';
import { mostOfMeasure } from '../../../shared/findings/style-words.ts';
import type { StyleMeasure, StyleReport } from '../../../shared/views/style.ts';
import type { PlotSpec } from './plot.ts';

export function styleFigure({ points, unit }: StyleMeasure): PlotSpec {
    const most = mostOfMeasure(unit);
    const within = (value: number): number => Math.min(most, Math.max(0, value));
    const isAllOfIt = points.length > 0 && points.every(({ value }) => value.low >= most); // not "100 to 150 %"
    return {
        ...(isAllOfIt ? { bounds: [0, most] as const } : {}),
        xs: points.map(({ from, to }) => Math.round((from + to) / 2)), // there is no half an update
        lines: [
            {
                name: '',
                colour: '--data-1',
                ink: '--data-1',
                isExact: true,
                values: points.map(({ value }) => value.mean),
                members: [points.map(({ value }) => within(value.low)), points.map(({ value }) => within(value.high))],
            },
        ],
        xTitle: 'updates',
        ticks: 3,
    };
}

/**
 * The numbers behind the figures: each stretch of training, then clean stories before and after learning; and those of
 * the words and openings below them.
 */
export function styleRows(report: StyleReport): readonly object[] {
    return [...measureRows(report), ...wordRows(report), ...openingRows(report)];
}

const nowhere = { from_update: null, to_update: null };
const onlyMean = (mean: number): Readonly<Record<keyof Interval, number | null>> => ({ mean, low: null, high: null });

function wordRows({ rose, fell, words, pairs }: StyleReport): readonly object[] {
    return [...rose, ...fell].flatMap(({ word, perThousand: [before, after], logOdds }) => {
        const row = { measure: `word: ${word}`, unit: 'of 1,000 words', words };
        return [
            { ...row, of: 'before', ...nowhere, stories: pairs, ...onlyMean(before) },
            { ...row, of: 'after', ...nowhere, stories: pairs, ...onlyMean(after) },
            { ...row, unit: 'log-odds', of: 'difference', ...nowhere, stories: pairs, ...logOdds },
        ];
    });
}

function openingRows({ openings, words, pairs }: StyleReport): readonly object[] {
    return openings.flatMap(({ opening, before, after, difference }) => {
        const row = { measure: `begins: ${opening}`, unit: '% of stories', words };
        return [
            { ...row, of: 'before', ...nowhere, stories: pairs, ...onlyMean(before) },
            { ...row, of: 'after', ...nowhere, stories: pairs, ...onlyMean(after) },
            { ...row, of: 'difference', ...nowhere, stories: pairs, ...difference },
        ];
    });
}

function measureRows({ measures, words, pairs }: StyleReport): readonly object[] {
    return measures.flatMap(({ id, unit, points, change }) => {
        const row = { measure: id, unit, words };
        return [
            ...points.map(({ from, to, stories, value }) => ({
                ...row,
                of: 'training',
                from_update: from,
                to_update: to,
                stories,
                ...value,
            })),
            ...(change === null
                ? []
                : (['before', 'after', 'difference'] as const).map((of) => ({
                      ...row,
                      of,
                      ...nowhere,
                      stories: pairs,
                      ...change[of],
                  }))),
        ];
    });
}
