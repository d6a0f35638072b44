/**
 * What a run gained, in sentences that its intervals allow. The headline is what is left at equal length, against the
 * control where there is one; a gain that is length is called length.
 */
import { countedStories, measured, signed } from '../text/numbers.ts';

export interface Interval {
    readonly mean: number;
    readonly low: number;
    readonly high: number;
}

export interface GainFound {
    /** After − before of all stories, of so many points at most. */
    readonly total: Interval;
    readonly most: number;
    /** Null where too few stories of both sides are equally long. */
    readonly atEqualLength: Interval | null;
    /** Means of words before and after. */
    readonly words: readonly [number, number];
    /** Its own rewards were shuffled. */
    readonly isControl: boolean;
    readonly control: {
        readonly name: string;
        readonly total: Interval;
        readonly overAtEqualLength: Interval | null;
    } | null;
    /** What others say of the same stories. */
    readonly judges: readonly JudgeFound[];
}

/** The gain in the eyes of a teacher that did not reward it. */
export interface JudgeFound {
    readonly name: string;
    /** Stories before and after that it could rate. */
    readonly pairs: number;
    /** Points of its scale. */
    readonly most: number;
    readonly total: Interval;
    readonly atEqualLength: Interval | null;
    /** Above the control, where it has read that one too. */
    readonly overAtEqualLength: Interval | null;
}

/** "+0.61 [+0.32, +0.90]" */
export const change = ({ mean, low, high }: Interval): string => `${signed(mean)} [${signed(low)}, ${signed(high)}]`;

/** What no interval over stories can tell. */
export const oneSeed =
    'One run, one seed: the intervals are over its stories, and do not tell what another would gain.';

const isChance = ({ low, high }: Interval): boolean => low <= 0 && high >= 0;

export function gainHeadline({ total, most, atEqualLength, control }: GainFound): string {
    const over = control?.overAtEqualLength ?? null;
    const of = `of ${measured(most, 0)} points`;
    if (control !== null && over !== null) {
        const against = `the control “${control.name}”, which learned from shuffled rewards`;
        if (isChance(over))
            return `At equal length the stories gained no more than those of ${against}, beyond what chance explains: ${change(over)} ${of}.`;
        return `At equal length the stories gained ${change(over)} ${of} ${over.mean > 0 ? 'above' : 'below'} those of ${against}.`;
    }
    if (atEqualLength === null) {
        if (isChance(total)) return 'No change in the total score that chance couldn’t explain.';
        return `The score changed by ${change(total)} ${of}; how much of it is length cannot be said, for too few stories before and after are equally long.`;
    }
    if (!isChance(atEqualLength))
        return `Between stories of equal length the score ${atEqualLength.mean > 0 ? 'rose' : 'fell'} by ${change(atEqualLength)} ${of}.`;
    if (total.low > 0)
        return `The gain is length: between stories of equal length it is ${change(atEqualLength)} ${of}, no more than chance explains.`;
    return 'No change in the total score that chance couldn’t explain.';
}

/** What stands beside the headline: the gain of all stories, how much of it is length, and what the control gained. */
export function besideGain({ total, atEqualLength, words, isControl, control }: GainFound): string {
    const lengths = `${measured(words[0], 0)} to ${measured(words[1], 0)} words`;
    const length = atEqualLength === null ? 0 : total.mean - atEqualLength.mean;
    const isPartLength = atEqualLength !== null && total.low > 0 && words[1] > words[0] && length > 0;
    const share = Math.round((100 * Math.min(length, total.mean)) / total.mean);
    const all = isPartLength
        ? `All stories together: ${change(total)}, of which ${measured(length)} (${share} %) is length, from ${lengths}.`
        : `All stories together: ${change(total)}, from ${lengths}.`;
    if (isControl) return `${all} This run is a control: its rewards were shuffled, so they taught nothing.`;
    if (control !== null) return `${all} The control’s: ${change(control.total)}.`;
    return `${all} There is no control, the same run with shuffled rewards, to hold it against.`;
}

/** What a judge sees, against the control where it can, else at equal length, else of all stories. */
export function judgeSays({ name, pairs, most, total, atEqualLength, overAtEqualLength }: JudgeFound): string {
    const who = `${name}, which never rewarded this run, read ${countedStories(pairs)} before and after`;
    const seen = overAtEqualLength ?? atEqualLength ?? total;
    const where =
        overAtEqualLength !== null
            ? 'At equal length, against the control,'
            : atEqualLength !== null
              ? 'At equal length'
              : 'Of all stories together';
    const found = `${change(seen)} of ${measured(most, 0)} points`;
    if (isChance(seen)) return `${who}. ${where} it sees no change that chance couldn’t explain: ${found}.`;
    return `${who}. ${where} it sees a ${seen.mean > 0 ? 'gain' : 'loss'}: ${found}.`;
}
