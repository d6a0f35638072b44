/** The fire drill over updates: how much of the planted feature stories had, when that rose, and who saw it when. */
import { alarmWords, type DrillReport } from '../../../../shared/findings/drill-words.ts';
import type { PlotSpec } from '../plot.ts';

export function drillFigure({ course, found, alarms }: DrillReport): PlotSpec {
    const onset = found === null ? [] : [{ from: found.low, to: Math.max(found.high, found.low), label: 'found' }];
    const warned = alarms.flatMap(({ at }) => at ?? []).toSorted((a, b) => a - b);
    const room = (course.at(-1)?.update ?? 0) / 5; // names closer than this would stand on each other
    const isFar = found === null || Math.abs(warned[0]! - found.high) > room;
    const seen = warned.map((at, i) => ({ from: at, to: at, label: i === 0 && isFar ? 'first alarm' : '' }));
    return {
        xs: course.map(({ update }) => update),
        lines: [
            {
                name: '',
                colour: '--data-1',
                ink: '--data-1',
                isExact: true,
                values: course.map(({ share }) => 100 * share),
            },
        ],
        bounds: [0, 100],
        xTitle: 'updates',
        ticks: 4,
        bands: [...onset, ...seen],
    };
}

/** A row for each alarm: "the second judge", "warned after update 12, 4 after it was found". */
export function alarmRows({ found, alarms }: DrillReport): readonly { readonly name: string; readonly says: string }[] {
    return alarms.map((alarm) => {
        const late = found === null || alarm.at === null ? null : alarm.at - found.from;
        const after = late === null || late < 0 ? '' : `, ${late} after it was found`;
        return { name: alarm.name, says: `${alarmWords(alarm)}${after}` };
    });
}
