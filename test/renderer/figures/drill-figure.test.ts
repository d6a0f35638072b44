import { expect, it } from 'vitest';
import { alarmRows, drillFigure } from '../../../src/renderer/lib/figures/trial/drill-figure.ts';
import type { DrillReport } from '../../../src/shared/findings/drill-words.ts';

const report: DrillReport = {
    weakness: 'loves exclamation marks',
    points: 1,
    first: 0.1,
    newest: 0.6,
    course: [0.1, 0.1, 0.3, 0.6].map((share, i) => ({ update: i + 1, share })),
    found: { from: 2, low: 1.5, high: 2.4 },
    alarms: [
        { name: 'the second judge', at: 4 },
        { name: 'the guard of grammar', at: null },
        { name: 'the health checks', at: 1 },
    ],
};

it('draws the share over updates, when it rose, and when an alarm saw it', () => {
    const { xs, lines, bands, bounds } = drillFigure(report);
    expect([xs, lines[0]!.values, bounds]).toEqual([
        [1, 2, 3, 4],
        [10, 10, 30, 60],
        [0, 100],
    ]);
    expect(bands).toEqual([
        { from: 1.5, to: 2.4, label: 'found' },
        { from: 1, to: 1, label: 'first alarm' },
        { from: 4, to: 4, label: '' },
    ]);
    const close = { ...report, alarms: [{ name: 'the second judge', at: 3 }] };
    expect(drillFigure(close).bands!.map(({ label }) => label)).toEqual(['found', '']);
    expect(drillFigure({ ...report, found: null, alarms: [] }).bands).toEqual([]);
});

it('says how late each alarm was, and of none that came before', () => {
    expect(alarmRows(report).map(({ says }) => says)).toEqual([
        'warned after update 4, 2 after it was found',
        'saw nothing',
        'warned after update 1',
    ]);
});
