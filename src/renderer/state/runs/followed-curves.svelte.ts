/** What is drawn of a run beside others. It is read by cursor: only new rows are fetched. */
import { untrack } from 'svelte';
import { curveRow, type CurveRow } from '../../../shared/figures/curve-rows.ts';
import { mostCompared } from '../../../shared/run/comparable.ts';
import type { RunRow, StepRow } from '../../../shared/views/runs.ts';
import { joined } from '../../lib/runs/follow.ts';
import { ask, workshop } from '../workshop.svelte.ts';
import { allAfter, Followed } from './followed.svelte.ts';

const kept = new Map<string, FollowedCurves>(); // in the order of use

/** The curves, from memory if they were among the last that were compared. */
export function followCurves(folder: string): FollowedCurves {
    const [held, row] = [kept.get(folder), untrack(() => workshop.run(folder))];
    const followed = held && row && held.isOf(row) ? held : new FollowedCurves(folder);
    kept.delete(folder);
    kept.set(folder, followed);
    if (kept.size > mostCompared) kept.delete(kept.keys().next().value!);
    return followed;
}

export class FollowedCurves extends Followed {
    updates = $state.raw<readonly CurveRow[]>([]);
    steps = $state.raw<readonly StepRow[]>([]);
    /** Its rows are here: it was listed when they were asked for. */
    isRead = $state(false);
    #id: string | null = null;
    #cursors = { update: 0, step: 0 };

    get row(): RunRow | null {
        return workshop.run(this.folder) ?? null;
    }

    /** Whether what is held belongs to this run, and not to another that has taken its folder. */
    isOf({ id, cursors }: RunRow): boolean {
        const { update, step } = this.#cursors;
        return this.#id === id && cursors.update >= update && cursors.step >= step;
    }

    protected override async readNew(): Promise<void> {
        const [run, row] = [this.folder, this.row];
        if (row?.job === 'pretrain') {
            const { rows, cursor } = await allAfter(this.#cursors.step, (after) =>
                ask('run.steps', { run, after, limit: 5000 }),
            );
            this.#cursors.step = cursor;
            if (rows.length > 0) this.steps = joined(this.steps, rows, ({ step }) => step);
        } else {
            const { rows, cursor } = await allAfter(this.#cursors.update, (after) =>
                ask('run.curves', { run, after, limit: 5000 }),
            );
            this.#cursors.update = cursor;
            if (rows.length > 0) this.updates = joined(this.updates, rows.map(curveRow), ({ number }) => number);
        }
        this.#id = row?.id ?? null;
        this.isRead = row !== null;
    }
}
