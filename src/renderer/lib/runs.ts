/** Runs in words, and which of them wait for somebody. */
import type { RunRow } from '../../shared/views/runs.ts';
import type { RunState } from '../../shared/record.ts';
import { count, measured } from './words.ts';

export const stateWords: Readonly<Record<RunState, string>> = {
    running: 'Running',
    paused: 'Paused',
    interrupted: 'Interrupted',
    finished: 'Finished',
    failed: 'Failed',
};

export function jobWords({ job, preset }: Pick<RunRow, 'job' | 'preset'>): string {
    if (job === 'learn') return `Interactive, ${preset} preset`;
    return job === 'pretrain' ? `Pretraining, ${preset} preset` : 'Evaluation';
}

/** Every word typed must be somewhere in name, state, kind, preset, tags or notes. */
export function fits(row: RunRow, typed: string): boolean {
    const text = [row.name, row.run, stateWords[row.state], jobWords(row), ...row.tags, row.notes]
        .join(' ')
        .toLowerCase();
    return typed
        .toLowerCase()
        .split(/\s+/u)
        .every((word) => text.includes(word));
}

export function isWaiting({ state, archived, isNewer }: RunRow): boolean {
    return !isNewer && !archived && (state === 'paused' || state === 'interrupted' || state === 'failed');
}

/** What is safe and what comes next, for a run that stopped before its end. */
export function waitingWords({ state, ended, updates, steps, job }: RunRow): string {
    const saved = job === 'pretrain' ? `step ${count(steps)}` : `update ${count(updates)}`;
    const isSafe =
        (job === 'pretrain' ? steps : updates) > 0 ? `Everything up to ${saved} is saved.` : 'Nothing was lost.';
    if (state === 'interrupted') return `Its process ended without a word. ${isSafe} Continue goes on from there.`;
    return ended?.message ? ended.message : isSafe;
}

/** The measure a list shows at a run's end: score of its best, or loss. */
export function lastMeasure({
    job,
    score,
    validationLoss,
    loss,
}: RunRow): { readonly value: string; readonly unit: string } | null {
    if (job !== 'pretrain') return score === null ? null : { value: measured(score), unit: '' };
    if (validationLoss !== null) return { value: measured(validationLoss), unit: 'nats per token, held out' };
    return loss === null ? null : { value: measured(loss), unit: 'nats per token' };
}
