/**
 * How far a run of interactive learning is: the same answer from the engine that does it and from whoever reads its
 * record. Its work is an evaluation, the updates that its limits allow, and an evaluation again.
 */
import type { RunConfig } from './config.ts';

export interface Spent {
    readonly inputWords: number;
    readonly updates: number;
    readonly minutes: number;
}

/** Of the time that a story costs in an update, a story of a clean evaluation costs about this much. */
const storyShare = 0.35;

/** What one clean evaluation costs, in updates. */
export function evaluationInUpdates(config: RunConfig): number {
    return (config['evaluation.stories'] * storyShare) / config['ppo.batch'];
}

/**
 * How many more updates the limits of words and of updates allow; Infinity where neither says so.
 * `wordsPerUpdate`: a guess for as long as none was done.
 */
export function updatesLeft(config: RunConfig, { inputWords, updates }: Spent, wordsPerUpdate?: number): number {
    const pace = updates > 0 ? inputWords / updates : wordsPerUpdate;
    return Math.min(
        config['budget.updates'] > 0 ? Math.max(0, config['budget.updates'] - updates) : Infinity,
        config['budget.words'] > 0 && pace !== undefined && pace > 0
            ? Math.max(0, Math.floor((config['budget.words'] - inputWords) / pace))
            : Infinity,
    );
}

/**
 * 0–1 of a run that goes on, by the limit that ends it first. While the evaluation behind the last update is still to
 * be made, it stays below 1 by what that costs, also where a limit is passed. Null for a run without limits.
 */
export function fractionDone(config: RunConfig, spent: Spent, wordsPerUpdate?: number): number | null {
    const { 'budget.updates': updates, 'budget.words': words, 'budget.minutes': minutes } = config;
    if (updates === 0 && words === 0 && minutes === 0) return null;
    const evaluation = evaluationInUpdates(config);
    const left = updatesLeft(config, spent, wordsPerUpdate);
    const byUpdates = left === Infinity ? 0 : (evaluation + spent.updates) / (2 * evaluation + spent.updates + left);
    if (minutes === 0 || spent.minutes === 0) return byUpdates;
    const time = Math.min(1, spent.minutes / minutes);
    const inTime = Math.max(1, spent.updates) / time; // as many updates as time allows at this pace
    return Math.max(byUpdates, (time * (evaluation + inTime)) / (2 * evaluation + inTime));
}
