/** The numbers behind a figure: every point that was measured, under its line's name, at its own x. */
import { expect, it } from 'vitest';
import { plotRows } from '../../../../src/renderer/lib/figures/pictures/plot-rows.ts';

const look = { colour: '--data-1', ink: '--data-1' };

it('has a row for each point, and none where nothing was measured', () => {
    const spec = {
        xs: [1, 2, 3],
        xTitle: 'updates',
        ticks: 3,
        lines: [
            { ...look, name: '', values: [0.5, null, 0.7] },
            { ...look, name: 'judge', values: [4, 5], xs: [10, 20] },
        ],
    };
    expect(plotRows(spec, 'Grammar')).toEqual([
        { line: 'Grammar', updates: 1, value: 0.5 },
        { line: 'Grammar', updates: 3, value: 0.7 },
        { line: 'judge', updates: 10, value: 4 },
        { line: 'judge', updates: 20, value: 5 },
    ]);
});

it('has the ends of a line’s shade beside it, where any line has one', () => {
    const spec = {
        xs: [1, 2],
        xTitle: 'updates',
        ticks: 3,
        lines: [
            {
                ...look,
                name: '',
                values: [80, 70],
                members: [
                    [78, null],
                    [83, null],
                ],
            },
            { ...look, name: 'chance', values: [50, 50] },
        ],
    };
    expect(plotRows(spec, 'Grammar')).toEqual([
        { line: 'Grammar', updates: 1, value: 80, low: 78, high: 83 },
        { line: 'Grammar', updates: 2, value: 70, low: null, high: null },
        { line: 'chance', updates: 1, value: 50, low: null, high: null },
        { line: 'chance', updates: 2, value: 50, low: null, high: null },
    ]);
});
