/** How fast a run computed, and where its time went. */
import type { StepRow, UpdateRow } from '../../../shared/views/runs.ts';

/** A part of the work: its share of the time (0–1, null where it was not timed alone) and what it did in a second. */
export interface Speed {
    readonly part: 'writing' | 'rating' | 'scoring' | 'learning' | 'reading';
    readonly share: number | null;
    readonly perSecond: number;
    readonly unit: 'tokens' | 'stories';
}

type Timed = Pick<
    UpdateRow,
    | 'episodes'
    | 'storyTokensMean'
    | 'tokensTrained'
    | 'secondsWriting'
    | 'secondsRating'
    | 'secondsScoring'
    | 'secondsLearning'
>;

/** Over all updates; empty where they tell no times, as imported logs do not. */
export function speedOfLearning(updates: readonly Timed[]): readonly Speed[] {
    const sum = (of: (update: Timed) => number): number => updates.reduce((total, update) => total + of(update), 0);
    const stories = sum(({ episodes }) => episodes);
    const tokens = sum(({ episodes, storyTokensMean }) => episodes * (storyTokensMean ?? 0));
    const trained = updates.at(-1)?.tokensTrained ?? 0;
    const parts = [
        { part: 'writing', seconds: sum(({ secondsWriting }) => secondsWriting), done: tokens, unit: 'tokens' },
        { part: 'rating', seconds: sum(({ secondsRating }) => secondsRating), done: stories, unit: 'stories' },
        { part: 'scoring', seconds: sum(({ secondsScoring }) => secondsScoring), done: tokens, unit: 'tokens' },
        { part: 'learning', seconds: sum(({ secondsLearning }) => secondsLearning), done: trained, unit: 'tokens' },
    ] as const;
    const whole = parts.reduce((total, { seconds }) => total + seconds, 0);
    return parts
        .filter(({ seconds }) => seconds > 0)
        .map(({ part, seconds, done, unit }) => ({ part, share: seconds / whole, perSecond: done / seconds, unit }));
}

/** The median over steps: measuring and a pause between two of them take time that is not the step's. */
export function speedOfPretraining(steps: readonly Pick<StepRow, 'at' | 'tokens'>[]): readonly Speed[] {
    const rates = steps
        .slice(1)
        .map(({ at, tokens }, i) => (1000 * (tokens - steps[i]!.tokens)) / (at - steps[i]!.at))
        .filter((rate) => Number.isFinite(rate) && rate > 0)
        .sort((a, b) => a - b);
    const middle = rates[Math.floor(rates.length / 2)];
    return middle === undefined ? [] : [{ part: 'reading', share: null, perSecond: middle, unit: 'tokens' }];
}
