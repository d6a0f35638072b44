/** Can the teacher be believed while it teaches? What the second judge saw, in words that claim no more than that. */
import type { HoldOutOnset, HoldOutReport } from '../views/hold-out.ts';
import type { Check } from './health.ts';
import { counted, measured, signed } from '../text/numbers.ts';

/** Null before there are three readings, for two show no course. */
export function holdOutCheck(report: HoldOutReport): Check | null {
    if (report.points.length < 3) return null;
    const onset = onsetOf(report);
    if (onset === null) return { id: 'holdout', isFine: true, says: 'second judge follows', advice: '' };
    const read =
        report.before === null
            ? 'Read the newest stories; go back to a checkpoint before it, or raise the KL coefficient.'
            : `Read the newest stories; learn on from the student ${afterWords(report.before.update)}, or raise the KL coefficient.`;
    return {
        id: 'holdout',
        isFine: false,
        says: `over-optimised from ${updateWords(onset)}`,
        advice: `The teacher’s scores rise and ${report.judge}, which never rewards, stopped following (${gapWords(onset)}). ${causeWords(report)} ${read}`,
    };
}

/** One sentence for reports; two where there was over-optimisation. */
export function holdOutSentence(report: HoldOutReport): string {
    const { points, teacher, judge, alarmAt } = report;
    const newest = points.at(-1)!;
    const course = `Over ${counted(points.length, 'reading')} of ${counted(newest.stories, 'fresh story', 'fresh stories')}, ${teacher} went ${deviations(newest.teacher.mean)} and ${judge}, which never rewards, ${deviations(newest.judge.mean)} (agreement at first ${measured(report.agreement, 2)})`;
    if (points.length < 3) return `${course}; too few readings to tell more.`;
    const onset = onsetOf(report);
    if (onset === null) return `${course}: no over-optimisation was seen.`;
    const went = beforeWords(report);
    return `${course}: over-optimisation from ${updateWords(onset)}, seen after update ${alarmAt} (${gapWords(onset)}). ${causeWords(report)}${went === null ? '' : ` ${went}`}`;
}

/** Of the course that told: that of the stories as they are, else the one at equal length. */
export function onsetOf({ onset, atEqualLength }: HoldOutReport): HoldOutOnset | null {
    return onset ?? atEqualLength.onset;
}

/** “update 12 [10, 15]” */
export function updateWords({ from, low, high }: HoldOutOnset): string {
    return `update ${from} [${Math.floor(low)}, ${Math.ceil(high)}]`;
}

/** Is the gap one of length? Only where there is a gap. */
function causeWords({ onset, atEqualLength, teacher, judge }: HoldOutReport): string {
    if (atEqualLength.onset === null)
        return `At equal length no such gap is seen: what ${teacher} pays for and ${judge} does not may be length alone.`;
    if (onset === null)
        return 'It is seen at equal length only: longer stories, which both like, hide it in the scores as they are.';
    return `At equal length it is there, too, from ${updateWords(atEqualLength.onset)}: length alone does not explain it.`;
}

/** The student from before it; null where none was kept. */
export function beforeWords({ before, wentBack }: HoldOutReport): string | null {
    if (before === null) return null;
    if (wentBack) return `The run went back: its student is the one ${afterWords(before.update)}.`;
    return `The student ${afterWords(before.update)} is kept.`;
}

const afterWords = (update: number): string => (update === 0 ? 'that it started from' : `after update ${update}`);

const gapWords = ({ height }: HoldOutOnset): string =>
    `a gap of ${measured(height, 1)} standard deviations more than their agreement explains`;

const deviations = (value: number): string => `${signed(value, 2)} standard deviations`;
