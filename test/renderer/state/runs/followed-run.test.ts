/** A run that is followed by cursors: only what is new is asked for, one reading at a time. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { RunDetails, RunRow, UpdateRow } from '../../../../src/shared/views/runs.ts';
import { FollowedRun } from '../../../../src/renderer/state/runs/followed-run.svelte.ts';
import { asked, forgetRequests, notLookedAt, settled } from '../fake-app.ts';

const cursors = { update: 2, step: 0, event: 0, reading: 0 };
const details = { row: { run: 'owl', id: 'a', job: 'learn', cursors } as unknown as RunRow } as RunDetails;
const update = (number: number, score: number): UpdateRow => ({ number, score }) as unknown as UpdateRow;

/** Answers one reading. */
async function answer(rows: readonly UpdateRow[], cursor: number): Promise<{ readonly after: unknown }> {
    await (await asked('run.read')).answer(details);
    const updates = await asked('run.updates');
    await updates.answer({ rows, cursor, more: false });
    await (await asked('run.events')).answer({ rows: [], cursor: 0, more: false });
    return { after: updates.params.after };
}

beforeEach(forgetRequests);

describe('a followed run', () => {
    it('asks only for what came after its last reading', async () => {
        const run = new FollowedRun('owl');
        void run.follow();
        await answer([update(1, 3), update(2, 4)], 2);
        void run.follow();
        expect(await answer([update(3, 5)], 3)).toEqual({ after: 2 });
        expect(run.updates).toEqual([update(1, 3), update(2, 4), update(3, 5)]);
    });

    it('reads once more, and no oftener, when it was told to several times during a reading', async () => {
        const run = new FollowedRun('owl');
        void run.follow();
        await Promise.all([run.follow(), run.follow(), run.follow()]);
        await answer([update(1, 3)], 1);
        await answer([update(2, 4)], 2);
        await settled();
        expect(notLookedAt()).toEqual([]);
        expect(run.updates).toHaveLength(2);
    });

    it('reads a page after the other and shows them together', async () => {
        const run = new FollowedRun('owl');
        void run.follow();
        await (await asked('run.read')).answer(details);
        await (await asked('run.updates')).answer({ rows: [update(1, 3)], cursor: 1, more: true });
        expect(run.updates).toEqual([]);
        const second = await asked('run.updates');
        expect(second.params.after).toBe(1);
        await second.answer({ rows: [update(2, 4)], cursor: 2, more: false });
        expect(run.updates).toHaveLength(2);
    });

    it('that could not be read keeps what it has, says why, and goes on from there', async () => {
        const run = new FollowedRun('owl');
        void run.follow();
        await answer([update(1, 3)], 1);
        const failed = run.follow();
        await (await asked('run.read')).refuse('The disk is busy.');
        await failed;
        expect([run.problem, run.updates.length]).toEqual(['The disk is busy.', 1]);
        forgetRequests();
        void run.follow();
        expect(await answer([update(2, 4)], 2)).toEqual({ after: 1 });
        await settled();
        expect([run.problem, run.updates.length]).toEqual([null, 2]);
    });

    it('is not the run that has taken its folder since', async () => {
        const run = new FollowedRun('owl');
        void run.follow();
        await answer([update(1, 3), update(2, 4)], 2);
        const row = (id: string, updates: number): RunRow =>
            ({ ...details.row, id, cursors: { ...cursors, update: updates } }) as RunRow;
        expect([run.isOf(row('a', 9)), run.isOf(row('b', 9)), run.isOf(row('a', 1))]).toEqual([true, false, false]);
    });
});
