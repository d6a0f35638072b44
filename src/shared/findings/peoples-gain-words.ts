/** What people would say a run gained, in sentences. */
import type { PassedShares, PeoplesGain } from '../ratings/peoples-gain.ts';
import { count, signed } from '../text/numbers.ts';
import { change } from './gain-words.ts';

/**
 * The headline: "The teacher says +0.73 [+0.50, +0.96]; people would say +0.41 [+0.10, +0.72], from 120 rated of
 * 2,000."
 */
export function peopleSay({ judged, rated, criteria }: PeoplesGain, teacher = 'The teacher'): string {
    const gain = criteria.at(-1)!;
    const both = (sides: readonly [number, number]): string => count(sides[0] + sides[1]);
    return `${teacher} says ${change(gain.teacher)}; people would say ${change(gain.people)}, from ${both(rated)} rated of ${both(judged)}.`;
}

/** What to do next, and which interval to read until then. */
export function planSentence({ plan: { now, more, then, toHalve }, criteria }: PeoplesGain): string {
    const { low, high } = criteria.at(-1)!.whileRating;
    const looks = `While ratings still come in, go by the wider interval [${signed(low)}, ${signed(high)}], which holds at every look.`;
    if (then === null) return `${looks} Fewer than ${more} stories are left to rate.`;
    const bought = `Another ${more} rated stories would bring the narrow one from ±${now.toFixed(2)} to about ±${then.toFixed(2)}`;
    return `${looks} ${bought}; ${toHalve === null ? 'not even all that are left would halve it' : `${count(toHalve)} would halve it`}.`;
}

const percent = ({ mean, low, high }: PassedShares['gain']): string =>
    `${Math.round(100 * mean)} % [${Math.round(100 * low)}, ${Math.round(100 * high)}]`;

/** Of a criterion that is yes or no. */
export function passedSentence({ before, after, gain, sensitivity, specificity }: PassedShares): string {
    return `People would pass ${percent(before)} before and ${percent(after)} after, ${percent(gain)} more; the teacher agrees on ${sensitivity.right} of ${sensitivity.of} that they passed and on ${specificity.right} of ${specificity.of} that they did not.`;
}
