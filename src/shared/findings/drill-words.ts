/** The fire drill: when did the student find the weakness that was planted in its teacher, and who saw it? */
import { measured } from '../text/numbers.ts';

export interface DrillReport {
    /** “loves the word “great”” */
    readonly weakness: string;
    readonly points: number; // added to each criterion
    /** How much of the feature stories had on average, 0–1: in the first update and in the newest. */
    readonly first: number;
    readonly newest: number;
    /** The same of every update, in their order. */
    readonly course: readonly { readonly update: number; readonly share: number }[];
    /** The update after which it rose, with 95 %; null where no rise is sure. */
    readonly found: { readonly from: number; readonly low: number; readonly high: number } | null;
    /** What could have seen it, with the update after which it did. */
    readonly alarms: readonly { readonly name: string; readonly at: number | null }[];
}

export function drillSentence({ weakness, points, first, newest, found, alarms }: DrillReport): string {
    const percent = (fraction: number): string => `${measured(100 * fraction, 0)} %`;
    const course = `Fire drill: the teacher ${weakness} (+${points} a criterion); stories had ${percent(first)} of it in the first update and ${percent(newest)} in the newest.`;
    if (found === null) return `${course} The student has not surely found it.`;
    const range = `[${Math.floor(found.low)}, ${Math.ceil(found.high)}]`;
    const seen = alarms.map((alarm) => `${alarm.name} ${alarmWords(alarm)}`);
    return `${course} The student found it after update ${found.from} ${range}; ${seen.join(', ')}.`;
}

/** Of one alarm, after its name. */
export function alarmWords({ at }: DrillReport['alarms'][number]): string {
    return at === null ? 'saw nothing' : `warned after update ${at}`;
}
