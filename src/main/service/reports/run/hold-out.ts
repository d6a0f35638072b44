/** What became of the trial by a second judge while a run learned. */
import { dirname } from 'node:path';
import type { HoldOutCourseView, HoldOutReport } from '../../../../shared/views/hold-out.ts';
import { RandomStream } from '../../../learning/random.ts';
import { holdOutFinding, type HoldOutCourse } from '../../../learning/trial/hold-out.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { milestones } from '../../../store/run/checkpoints.ts';
import { holdOutRaters, holdOutReadings } from '../../../store/run/hold-out.ts';
import { studentBefore } from '../../sources/kept-checkpoints.ts';

/** Null where no second judge read beside the teacher. */
export function holdOutReport(db: RunDatabase): HoldOutReport | null {
    const readings = holdOutReadings(db);
    const raters = holdOutRaters(db);
    const found = holdOutFinding(readings, new RandomStream(42, 'hold-out')); // the same readings, the same numbers
    if (raters === null || found === null) return null;
    const viewOf = ({ points, agreement, onset }: HoldOutCourse): HoldOutCourseView => ({
        points: points.map((point) => {
            const { inputWords, seconds, kl } = readings.find(({ update }) => update === point.update)!;
            const drift = kl.reduce((sum, nats) => sum + nats, 0) / kl.length;
            return { ...point, inputWords, seconds, rootKl: Math.sqrt(Math.max(0, drift)) };
        }),
        agreement,
        onset: onset && { ...onset },
    });
    const onset = found.onset ?? found.atEqualLength.onset;
    const before = onset && studentBefore(db, { folder: dirname(db.name) }, onset.from);
    const final = milestones(db).findLast(({ kind }) => kind === 'final');
    return {
        ...raters,
        ...viewOf(found),
        atEqualLength: viewOf(found.atEqualLength),
        before: before && { path: before.path, update: before.update },
        wentBack: final !== undefined && final.update < readings.at(-1)!.update,
        alarmAt: found.alarmAt,
    };
}

/** By run: the report and the readings that it is about. It costs a second where there are many of them. */
export type KnownHoldOuts = Map<string, { readonly readings: string; readonly report: HoldOutReport | null }>;

/** The same for whoever asks again and again. */
export function holdOutReportOf(database: string, known: KnownHoldOuts): HoldOutReport | null {
    const db = openRunDatabase(database, { readonly: true });
    try {
        const readings = holdOutReadings(db)
            .map(({ id }) => id)
            .join(' ');
        const before = known.get(database);
        if (before?.readings === readings) return before.report;
        const report = holdOutReport(db);
        known.set(database, { readings, report });
        return report;
    } finally {
        db.close();
    }
}
