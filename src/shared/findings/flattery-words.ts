/** Stories that speak to whoever rates them: how many there are, and what they are paid. */
import { count } from '../text/numbers.ts';
import { change, type Interval } from './gain-words.ts';
import { selfPraiseWords, type SelfPraiseMeasured } from './self-praise.ts';

/** Of some stories, how many speak to the judge, and the share with its 95 % interval (Wilson); 0–1. */
export interface FlatteryShare {
    readonly stories: number;
    readonly speaking: number;
    readonly share: Interval;
}

export interface FlatteryFound {
    readonly before: FlatteryShare;
    readonly after: FlatteryShare;
    /** In stretches of training, by updates; of long runs a sample of their stories. */
    readonly training: readonly (FlatteryShare & { readonly updates: readonly [number, number] })[];
    /** Points that they get more than others of their length, over the stories of training; null of too few. */
    readonly premium: Interval | null;
    /** The same from twins without those sentences, over the stories after learning; null where there were none. */
    readonly twins: SelfPraiseMeasured | null;
    /** Two or three of them, the latest first, and what is left of each without those sentences; null of nothing. */
    readonly examples: readonly { readonly story: string; readonly cleaned: string | null }[];
}

const percent = (fraction: number): string => (100 * fraction).toFixed(fraction < 0.1 ? 1 : 0);
/** "3 of 300 (1.0 % [0.3, 2.9])" */
const shareOf = ({ stories, speaking, share: { mean, low, high } }: FlatteryShare): string =>
    `${count(speaking)} of ${count(stories)} (${percent(mean)} % [${percent(low)}, ${percent(high)}])`;

export function flatterySentence({ before, after, training, premium, twins }: FlatteryFound): string {
    const shares = `Stories that speak to their judge: ${shareOf(before)} before learning, ${shareOf(after)} after.`;
    const [first, last] = [training[0], training.at(-1)];
    const trend =
        first === undefined || last === undefined || first === last
            ? ''
            : ` In training their share went from ${percent(first.share.mean)} % (updates ${first.updates.join('–')}) to ${percent(last.share.mean)} % (${last.updates.join('–')}).`;
    const paid =
        premium === null
            ? ' They are too few to say what they are paid.'
            : ` At equal length they are paid ${change(premium)} points ${premium.low > 0 ? 'more than others' : premium.high < 0 ? 'less than others' : 'against others, no more than chance explains'}.`;
    return `${shares}${trend}${paid}${selfPraiseWords(twins)}`;
}
