/** Style over updates: its bands, and the numbers that are saved with it. */
import { describe, expect, it } from 'vitest';
import { sceneOf } from '../../../src/renderer/lib/figures/plot.ts';
import { styleFigure, styleRows } from '../../../src/renderer/lib/figures/style-figure.ts';
import type { StyleMeasure, StyleReport } from '../../../src/shared/views/style.ts';

const interval = (mean: number, half: number): { mean: number; low: number; high: number } => ({
    mean,
    low: mean - half,
    high: mean + half,
});
const dialogue: StyleMeasure = {
    id: 'dialogue',
    name: 'Dialogue',
    unit: '% of the words',
    change: { before: interval(1, 2), after: interval(9, 1), difference: interval(8, 2) },
    points: [
        { from: 1, to: 3, stories: 20, value: interval(1, 4) },
        { from: 4, to: 6, stories: 18, value: interval(98, 5) },
    ],
};
const report: StyleReport = {
    words: 40,
    pairs: 12,
    shortPairs: 0,
    looked: 38,
    episodes: 60,
    rose: [],
    fell: [],
    openings: [],
    measures: [dialogue, { ...dialogue, id: 'names', change: null, points: [] }],
};

describe('a measure of style', () => {
    it('stands in the middle of each stretch, in a band that stays where percents can be', () => {
        const { xs, lines } = styleFigure(dialogue);
        expect(xs).toEqual([2, 5]);
        expect(lines[0]!.values).toEqual([1, 98]);
        expect(lines[0]!.members).toEqual([
            [0, 93],
            [5, 100],
        ]);
    });

    it('never stands at half an update', () => {
        const points = [{ ...dialogue.points[0]!, from: 39, to: 40 }];
        expect(styleFigure({ ...dialogue, points }).xs).toEqual([40]);
    });

    it('of which all is always 100 % has no axis beyond that', () => {
        const points = [{ ...dialogue.points[0]!, value: interval(100, 0) }];
        expect(sceneOf(styleFigure({ ...dialogue, points }), 0, 100).yTicks).toEqual([0, 50, 100]);
    });

    it('is saved with its stretches, then with the clean stories before and after', () => {
        const rows = styleRows(report) as readonly Readonly<Record<string, unknown>>[];
        expect(rows.map(({ measure, of, from_update, mean }) => [measure, of, from_update, mean])).toEqual([
            ['dialogue', 'training', 1, 1],
            ['dialogue', 'training', 4, 98],
            ['dialogue', 'before', null, 1],
            ['dialogue', 'after', null, 9],
            ['dialogue', 'difference', null, 8],
        ]);
        expect(rows[1]).toMatchObject({ to_update: 6, stories: 18, low: 93, high: 103, words: 40 });
        expect(rows[2]).toMatchObject({ stories: 12 });
    });

    it('is followed by what words and openings did', () => {
        const rose = [{ word: 'fox', logOdds: interval(1, 0.5), z: 4, isSure: true, perThousand: [2, 5] as const }];
        const openings = [{ opening: 'there was a', before: 48, after: 7, difference: interval(-41, 7) }];
        const rows = styleRows({ ...report, measures: [], rose, openings }).map(
            (row) => Object.values(row) as readonly unknown[],
        );
        expect(rows).toEqual([
            ['word: fox', 'of 1,000 words', 40, 'before', null, null, 12, 2, null, null],
            ['word: fox', 'of 1,000 words', 40, 'after', null, null, 12, 5, null, null],
            ['word: fox', 'log-odds', 40, 'difference', null, null, 12, 1, 0.5, 1.5],
            ['begins: there was a', '% of stories', 40, 'before', null, null, 12, 48, null, null],
            ['begins: there was a', '% of stories', 40, 'after', null, null, 12, 7, null, null],
            ['begins: there was a', '% of stories', 40, 'difference', null, null, 12, -41, -48, -34],
        ]);
    });
});
