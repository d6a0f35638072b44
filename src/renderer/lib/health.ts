/** Whether a run learns as it should, in plain words. Numbers are means over the last updates. */
import type { UpdateRow } from '../../shared/views/runs.ts';
import { entropyPerToken } from './run-figures.ts';
import { measured, percent } from './words.ts';

export interface Check {
    readonly id: string;
    readonly isFine: boolean;
    /** What was found, short enough for a line. */
    readonly says: string;
    /** What it means and what to do; empty where all is well. */
    readonly advice: string;
}

export const lately = 10; // updates
const enough = 3; // updates before a check says anything

const worryingKl = -0.5; // nats per story: an estimate from samples strays a little below 0 by chance
const ratioBand = 0.1; // around 1, mean over tokens
const collapsedEntropy = 0.5; // nats per token; also a quarter of where the run began
const repeatedPairs = 0.25; // distinct word pairs of all
const muchUnreadable = 0.02;
const uselessValues = 0;

/** Empty before there is enough to judge. */
export function healthOf(updates: readonly UpdateRow[]): readonly Check[] {
    if (updates.length < enough) return [];
    const last = updates.slice(-lately);
    const first = updates.slice(0, lately);
    const checks: Check[] = [];
    const add = (id: string, isFine: boolean, says: string, advice: string): void => {
        checks.push({ id, isFine, says, advice: isFine ? '' : advice });
    };

    const kl = meanOf(last, ({ klMean }) => klMean);
    if (kl !== null)
        add(
            'kl',
            kl > worryingKl,
            kl > worryingKl ? `KL ${measured(kl, 1)} nats` : `negative KL, ${measured(kl, 1)} nats`,
            'The estimate of drift is negative: stories were sampled otherwise than they are scored. Write without dropout and at temperature 1, or lower the learning rate.',
        );
    const ratio = meanOf(last, ({ ratioMean }) => ratioMean)!;
    const isNearOne = Math.abs(ratio - 1) <= ratioBand;
    add(
        'ratio',
        isNearOne,
        isNearOne ? `ratio ${measured(ratio)}` : `ratio ${measured(ratio)}, far from 1`,
        'Each update changes the student more than the clip range can hold. Lower ppo.lr or ppo.epochs.',
    );
    const entropy = meanOf(last, entropyPerToken);
    const atFirst = meanOf(first, entropyPerToken);
    if (entropy !== null && atFirst !== null) {
        const isAlive = entropy > Math.min(collapsedEntropy, atFirst) && entropy > atFirst / 4;
        add(
            'entropy',
            isAlive,
            isAlive ? `entropy ${measured(entropy)}` : `entropy fell to ${measured(entropy)}`,
            'The student hardly varies any more. Raise the KL coefficient or lower the learning rate, and go back to an earlier checkpoint.',
        );
    }
    const distinct = meanOf(last, ({ distinct2 }) => distinct2);
    if (distinct !== null) {
        const isVaried = distinct > repeatedPairs;
        add(
            'variety',
            isVaried,
            isVaried ? `${percent(distinct)} distinct word pairs` : `only ${percent(distinct)} distinct word pairs`,
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
            'The teacher often answers with something that is no rating. Those stories teach nothing; look at its replies in Stories.',
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

function meanOf(updates: readonly UpdateRow[], of: (update: UpdateRow) => number | null): number | null {
    const values = updates.map(of).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
