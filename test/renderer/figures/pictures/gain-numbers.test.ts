/** The table behind the figure of gains: what a reader of the CSV alone can find in it. */
import { expect, it } from 'vitest';
import { gainNumbers } from '../../../../src/renderer/lib/figures/pictures/gain-numbers.ts';
import { gainRows } from '../../../../src/renderer/lib/figures/pictures/gains-picture.ts';
import type { ComparedSetting, GainsMeasured, RunGained, RunsGains } from '../../../../src/shared/views/runs.ts';

const interval = (mean: number): { mean: number; low: number; high: number } => ({
    mean,
    low: mean - 0.2,
    high: mean + 0.2,
});
const gains = (mean: number, overControl: number | null): GainsMeasured => ({
    total: interval(2 * mean),
    atEqualLength: interval(mean),
    overControl: overControl === null ? null : interval(overControl),
});
const compared = (overControl: number | null): RunsGains => {
    const run = (mean: number): RunGained => ({
        ...gains(mean, overControl),
        pairs: 250,
        before: interval(3),
        after: interval(3 + 2 * mean),
    });
    const setting = (runs: readonly number[], value: string, mean: number): ComparedSetting => ({
        runs,
        seeds: runs.map((_, i) => i + 1),
        has: [{ key: 'method', value }],
        student: null,
        wordsAfter: 39,
        together: gains(mean, overControl),
        hasControl: overControl !== null,
        drift: 2,
    });
    return {
        judges: [],
        runs: [run(0.5), run(0.7), run(0.1), run(0.3)],
        settings: [setting([0, 1], 'GRPO', 0.6), setting([2, 3], 'PPO', 0.2)],
        verdicts: [
            {
                teacher: 'reader',
                most: 9,
                measure: 'at equal length',
                best: 0,
                second: null,
                isByTeacher: true,
                byLength: { bins: [], lines: [] },
                others: [{ setting: 1, difference: interval(0.4), allStories: interval(0.8), over: 'shared seeds' }],
            },
        ],
    };
};
const tableOf = (found: RunsGains): ReturnType<typeof gainNumbers> => {
    const runs = ['a', 'b', 'c', 'd'];
    return gainNumbers(found, gainRows(found, runs), { settings: ['GRPO', 'PPO'], runs, teacher: 'reader' });
};

it('has runs, means of settings and the gap between them', () => {
    const table = tableOf(compared(null));
    expect(table.map(({ row, setting, run }) => [row, setting, run])).toEqual([
        ...['a', 'b'].map((run) => ['run', 'GRPO', run]),
        ...['c', 'd'].map((run) => ['run', 'PPO', run]),
        ...['GRPO', 'PPO'].map((setting) => ['setting', setting, null]),
        ['difference', 'GRPO minus PPO', null],
    ]);
    expect(table[4]).toMatchObject({ gain: 1.2, gain_at_equal_length: 0.6, before: null, pairs: null });
    expect(table[6]).toMatchObject({ gain: 0.8, gain_at_equal_length: 0.4 });
    expect(new Set(table.map((row) => Object.keys(row).join())).size).toBe(1);
});

it('has columns of a control only where there is one', () => {
    expect(Object.keys(tableOf(compared(null))[0]!)).not.toContain('gain_over_control');
    expect(tableOf(compared(0.3))[0]).toMatchObject({ gain_over_control: 0.3 });
});
