/** One run with everything it has recorded. It is read by cursor: only new rows are fetched. */
import { untrack } from 'svelte';
import type { RunDetails, RunEventRow, RunRow, StepRow, UpdateRow } from '../../../shared/views/runs.ts';
import { joined } from '../../lib/runs/follow.ts';
import { ask, workshop } from '../workshop.svelte.ts';
import { allAfter, Followed } from './followed.svelte.ts';

const kept = new Map<string, FollowedRun>(); // in the order of use
const mostKept = 4;

/** The run, from memory if it was open recently: then only new rows are fetched. */
export function followRun(folder: string): FollowedRun {
    const [held, row] = [kept.get(folder), untrack(() => workshop.run(folder))];
    const followed = held && row && held.isOf(row) ? held : new FollowedRun(folder);
    kept.delete(folder);
    kept.set(folder, followed);
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
    return followed;
}

export class FollowedRun extends Followed {
    details = $state.raw<RunDetails | null>(null);
    updates = $state.raw<readonly UpdateRow[]>([]);
    steps = $state.raw<readonly StepRow[]>([]);
    events = $state.raw<readonly RunEventRow[]>([]);
    #cursors = { update: 0, step: 0, event: 0 };

    get row(): RunRow | null {
        return workshop.run(this.folder) ?? this.details?.row ?? null;
    }

    /** Whether what is held belongs to this run, and not to another that has taken its folder. */
    isOf({ id, cursors }: RunRow): boolean {
        const { update, step } = this.#cursors;
        return this.details?.row.id === id && cursors.update >= update && cursors.step >= step;
    }

    protected override async readNew(): Promise<void> {
        const run = this.folder;
        const isPretraining = this.row?.job === 'pretrain';
        const shown = Promise.all([
            ask('run.read', { run }),
            isPretraining ? this.#newSteps() : this.#newUpdates(), // a run that is not listed yet is read next time
        ]).then(([details, show]) => {
            if (JSON.stringify(details) !== JSON.stringify(this.details)) this.details = details;
            show(); // together: each change draws every figure
        });
        await Promise.all([shown, this.#readEvents()]); // the figures do not wait for the log
    }
    async #readEvents(): Promise<void> {
        const run = this.folder;
        const { rows, cursor } = await allAfter(this.#cursors.event, (after) =>
            ask('run.events', { run, after, limit: 1000 }),
        );
        this.#cursors.event = cursor;
        if (rows.length > 0) this.events = [...this.events, ...rows];
    }
    async #newUpdates(): Promise<() => void> {
        const run = this.folder;
        const { rows, cursor } = await allAfter(this.#cursors.update, (after) =>
            ask('run.updates', { run, after, limit: 2000 }),
        );
        return () => {
            this.#cursors.update = cursor;
            if (rows.length > 0) this.updates = joined(this.updates, rows, ({ number }) => number);
        };
    }
    async #newSteps(): Promise<() => void> {
        const run = this.folder;
        const { rows, cursor } = await allAfter(this.#cursors.step, (after) =>
            ask('run.steps', { run, after, limit: 5000 }),
        );
        return () => {
            this.#cursors.step = cursor;
            if (rows.length > 0) this.steps = joined(this.steps, rows, ({ step }) => step);
        };
    }
}
