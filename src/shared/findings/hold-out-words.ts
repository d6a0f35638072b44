/** Can the teacher be believed while it teaches? What the second judge saw, in words that claim no more than that. */
import type { HoldOutReport } from '../views/hold-out.ts';
import type { Check } from './health.ts';
import { counted, measured, signed } from '../text/numbers.ts';

/** Null before there are three readings, for two show no course. */
export function holdOutCheck(report: HoldOutReport): Check | null {
    if (report.points.length < 3) return null;
    const { onset } = report;
    return {
        id: 'holdout',
        isFine: onset === null,
        says: onset === null ? 'second judge follows' : `over-optimised from ${updateWords(report)}`,
        advice:
            onset === null
                ? ''
                : `The teacher’s scores rise and ${report.judge}, which never rewards, stopped following (${gapWords(report)}). The student may have found what the teacher pays for and no reader wants. Read the newest stories; go back to a checkpoint before it, or raise the KL coefficient.`,
    };
}

/** One sentence for reports. */
export function holdOutSentence(report: HoldOutReport): string {
    const { points, teacher, judge, onset, alarmAt } = report;
    const newest = points.at(-1)!;
    const course = `Over ${counted(points.length, 'reading')} of ${counted(newest.stories, 'fresh story', 'fresh stories')}, ${teacher} went ${deviations(newest.teacher.mean)} and ${judge}, which never rewards, ${deviations(newest.judge.mean)} (agreement at first ${measured(report.agreement, 2)})`;
    if (points.length < 3) return `${course}; too few readings to tell more.`;
    if (onset === null) return `${course}: no over-optimisation was seen.`;
    return `${course}: over-optimisation from ${updateWords(report)}, seen after update ${alarmAt} (${gapWords(report)}).`;
}

/** “update 12 [10, 15]” */
export function updateWords({ onset }: HoldOutReport): string {
    const { from, low, high } = onset!;
    return `update ${from} [${Math.floor(low)}, ${Math.ceil(high)}]`;
}

function gapWords({ onset }: HoldOutReport): string {
    return `a gap of ${measured(onset!.height, 1)} standard deviations more than their agreement explains`;
}

const deviations = (value: number): string => `${signed(value, 2)} standard deviations`;
