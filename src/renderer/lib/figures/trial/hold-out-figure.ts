/** Teacher and second judge over the course of a run, with the gap between what was expected of the judge and seen. */
import { holdOutSentence, onsetOf, updateWords } from '../../../../shared/findings/hold-out-words.ts';
import type { HoldOutCourseView, HoldOutReport } from '../../../../shared/views/hold-out.ts';
import { measured, signed } from '../../../../shared/text/numbers.ts';
import type { PlotLine, PlotSpec } from '../plot.ts';

export type HoldOutAxis = 'updates' | 'drift';

/** What dashes and shading mean, on the page and beside a saved picture. */
export const holdOutLegend =
    'Dashed: the second judge’s score if it rose with the teacher as at the start. Shaded: the difference.';

/** Along updates, or along the distance from where the student began: the root of its KL. */
export function holdOutFigure({ points, onset }: HoldOutCourseView, axis: HoldOutAxis): PlotSpec {
    const isDrift = axis === 'drift';
    // drift may shrink again: along it, readings stand in its order
    const ordered = isDrift ? points.toSorted((a, b) => a.rootKl - b.rootKl) : points;
    const line = (
        name: string,
        [colour, ink]: readonly [string, string],
        read: (point: HoldOutReport['points'][number]) => number,
        dash?: readonly number[],
    ): PlotLine => ({
        name,
        colour,
        ink,
        isExact: true,
        values: ordered.map(read),
        ...(dash ? { dash } : {}),
    });
    return {
        xs: ordered.map(({ rootKl, update }) => (isDrift ? rootKl : update)),
        lines: [
            line('teacher', ['--data-1', '--data-1'], ({ teacher }) => teacher.mean),
            line('second judge', ['--data-2', '--data-2-ink'], ({ judge }) => judge.mean),
            line('expected', ['--ink-2', '--ink-2'], ({ expected }) => expected, [4, 3]),
        ],
        between: [1, 2],
        xTitle: isDrift ? '√KL, from where it began' : 'updates',
        ticks: 4,
        refs: [{ y: 0, label: 'before learning' }],
        ...(onset && !isDrift
            ? { bands: [{ from: onset.low, to: Math.max(onset.high, onset.low), label: 'onset' }] }
            : {}),
    };
}

export interface HoldOutWords {
    readonly finding: string;
    readonly onset: string | null;
    readonly rows: readonly { readonly update: string; readonly teacher: string; readonly judge: string }[];
}

/** The finding, and of one of both courses the first readings and the newest. */
export function holdOutWords(report: HoldOutReport, { points }: HoldOutCourseView = report): HoldOutWords {
    const onset = onsetOf(report);
    const shown = points.length <= 6 ? points : [...points.slice(0, 1), ...points.slice(-5)];
    const withInterval = ({ mean, low, high }: HoldOutReport['points'][number]['judge']): string =>
        `${signed(mean, 2)} [${measured(low, 2)}, ${measured(high, 2)}]`;
    return {
        finding: holdOutSentence(report),
        onset: onset === null ? null : `Onset: ${updateWords(onset)}`,
        rows: shown.map(({ update, teacher, judge }) => ({
            update: String(update),
            teacher: withInterval(teacher),
            judge: withInterval(judge),
        })),
    };
}
