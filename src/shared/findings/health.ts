/**
 * Judges in plain words whether a run learns as it should, by the mean over the last updates or the last one if it is
 * worse.
 */
import type { UpdateRecord } from '../run/record.ts';

export interface Check {
    readonly id: string;
    readonly isFine: boolean;
    /** What was found, short enough for a line. */
    readonly says: string;
    /** What it means and what to do; empty where all is well. */
    readonly advice: string;
}

const lately = 10; // updates
const enough = 3; // updates before a check says anything

const worryingKl = -0.5; // nats per story: an estimate from samples strays a little below 0 by chance
const muchKl = 5; // times the target: the coefficient is adapted, and drift that it holds comes back long before
const leastMuchKl = 5; // nats per story, however small the target
const ratioBand = 0.1; // around 1, mean over tokens
const collapsedEntropy = 0.5; // nats per token; or a quarter of where the run began, or half where that was little
const repeatedPairs = 0.25; // distinct word pairs of all
// Of where the run began. In 119 recorded runs and controls it stayed above 0.88; in one whose student had found out
// that its teacher likes "beautiful" and "happily" it fell to 0.42.
const fewerPairs = 2 / 3;
const muchUnreadable = 0.02;
const uselessValues = 0;

export type MeasuredUpdate = Pick<
    UpdateRecord,
    | 'episodes'
    | 'klMean'
    | 'ratioMean'
    | 'entropyMean'
    | 'storyTokensMean'
    | 'distinct2'
    | 'unreadableCount'
    | 'explainedVariance'
>;

/** How many of its newest updates judge a run: a third of a short one, whose beginning says little of its end. */
export function updatesJudged(updates: number): number {
    return Math.min(lately, Math.max(enough, Math.ceil(updates / 3)));
}

/** Empty before there is enough to judge. `klTarget`: the run's own, nats per story. */
export function healthOf(updates: readonly MeasuredUpdate[], klTarget: number): readonly Check[] {
    if (updates.length < enough) return [];
    const last = updates.slice(-updatesJudged(updates.length));
    const newest = last.slice(-1);
    const checks: Check[] = [];
    const add = (id: string, isFine: boolean, says: string, advice: string): void => {
        checks.push({ id, isFine, says, advice: isFine ? '' : advice });
    };

    const kl = meanOf(last, ({ klMean }) => klMean);
    if (kl !== null) {
        const most = Math.max(kl, meanOf(newest, ({ klMean }) => klMean) ?? kl);
        const isHeld = most <= Math.max(muchKl * klTarget, leastMuchKl);
        if (kl <= worryingKl)
            add(
                'kl',
                false,
                `negative KL, ${measured(kl, 1)} nats`,
                'The estimate of drift is negative: stories were sampled otherwise than they are scored. Write without dropout and at temperature 1, or lower the learning rate.',
            );
        else
            add(
                'kl',
                isHeld,
                `KL ${measured(isHeld ? kl : most, 1)} nats${aboveTarget(isHeld ? kl : most, klTarget, isHeld)}`,
                'The student has drifted further from where it began than the KL coefficient can hold. Read its newest stories; begin again from an earlier checkpoint with a lower learning rate.',
            );
    }
    // null: nothing was learned
    const ratio = meanOf(last, ({ klMean, ratioMean }) => (klMean === null ? null : ratioMean));
    if (ratio !== null) {
        const isNearOne = Math.abs(ratio - 1) <= ratioBand;
        add(
            'ratio',
            isNearOne,
            isNearOne ? `ratio ${measured(ratio)}` : `ratio ${measured(ratio)}, far from 1`,
            'Each update changes the student more than the clip range can hold. Lower the learning rate, or the epochs of an update.',
        );
    }
    const entropy = lowestOf(last, entropyPerToken);
    const atFirst = meanOf(updates.slice(0, 1), entropyPerToken); // written before anything was learned
    if (entropy !== null && atFirst !== null) {
        const isAlive = entropy >= Math.min(collapsedEntropy, atFirst / 2) && entropy > atFirst / 4;
        add(
            'entropy',
            isAlive,
            isAlive ? `entropy ${measured(meanOf(last, entropyPerToken)!)}` : `entropy fell to ${measured(entropy)}`,
            'The student has almost stopped varying its words. Raise the KL coefficient or lower the learning rate, and go back to an earlier checkpoint.',
        );
    }
    const distinct = lowestOf(last, ({ distinct2 }) => distinct2);
    const distinctAtFirst = meanOf(updates.slice(0, 1), ({ distinct2 }) => distinct2);
    if (distinct !== null && distinctAtFirst !== null) {
        const isVaried = distinct > repeatedPairs && distinct > fewerPairs * distinctAtFirst;
        add(
            'variety',
            isVaried,
            isVaried
                ? `${percent(meanOf(last, ({ distinct2 }) => distinct2)!)} distinct word pairs`
                : `only ${percent(distinct)} distinct word pairs, at first ${percent(distinctAtFirst)}`,
            'The stories of an update repeat one another. The reward may be won by one trick: read the newest stories.',
        );
    }
    const stories = last.reduce((sum, { episodes }) => sum + episodes, 0);
    if (stories > 0) {
        const unreadable = last.reduce((sum, { unreadableCount }) => sum + unreadableCount, 0) / stories;
        const isReadable = unreadable <= muchUnreadable;
        add(
            'readable',
            isReadable,
            isReadable ? 'ratings readable' : `${percent(unreadable, 1)} unreadable`,
            'The teacher often answers with something that is not a rating. Those stories teach nothing; look at its replies in Stories.',
        );
    }
    const explained = meanOf(last, ({ explainedVariance }) => explainedVariance);
    if (explained !== null && updates.length >= 2 * lately) {
        const isUseful = explained > uselessValues;
        add(
            'values',
            isUseful,
            isUseful ? `value head explains ${percent(explained)}` : 'value head explains nothing',
            'The value head predicts rewards no better than their mean, so advantages are noisy. More stories an update help.',
        );
    }
    return checks;
}

function aboveTarget(kl: number, target: number, isHeld: boolean): string {
    if (!isHeld) return `, far above the target of ${target}`;
    return kl > target ? `, above the target of ${target}` : '';
}

/** Recorded are nats per story. */
function entropyPerToken({ entropyMean, storyTokensMean }: MeasuredUpdate): number | null {
    return entropyMean === null || !storyTokensMean ? null : entropyMean / storyTokensMean;
}

type Read = (update: MeasuredUpdate) => number | null;

function meanOf(updates: readonly MeasuredUpdate[], of: Read): number | null {
    const values = updates.map(of).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The mean, or the newest where it is lower: a collapse is over before a mean has seen it. */
function lowestOf(updates: readonly MeasuredUpdate[], of: Read): number | null {
    const mean = meanOf(updates, of);
    return mean === null ? null : Math.min(mean, meanOf(updates.slice(-1), of) ?? mean);
}

/** Fixed digits with a true minus, and no minus before nothing. */
function measured(value: number, digits = 2): string {
    const text = value.toFixed(digits);
    return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

function percent(fraction: number, digits = 0): string {
    return `${measured(100 * fraction, digits)} %`;
}
