/** What is drawn of a compared run: cells become rows, only new ones are asked for, and no other run's are kept. */
import { beforeEach, describe, expect, it } from 'vitest';
import { curveFields, curveRow, type CurveCells } from '../../../../src/shared/figures/curve-rows.ts';
import type { RunRow } from '../../../../src/shared/views/runs.ts';
import { FollowedCurves } from '../../../../src/renderer/state/runs/followed-curves.svelte.ts';
import { asked, forgetRequests } from '../fake-app.ts';

/** Each value is 100 times its update and its place. */
const cells = (id: number, number: number): CurveCells =>
    [id, number, ...curveFields.slice(1).map((_, i) => 100 * number + i)] as unknown as CurveCells;

beforeEach(forgetRequests);

it('puts every value under its name', () => {
    const row = curveRow(cells(7, 3));
    expect(row.id).toBe(7);
    expect(curveFields.map((field) => row[field])).toEqual(cells(7, 3).slice(1));
});

describe('a followed curve', () => {
    it('asks only for what came after its last reading, and replaces what a run did anew', async () => {
        const curves = new FollowedCurves('owl');
        const first = curves.follow();
        await (await asked('run.curves')).answer({ rows: [cells(1, 1), cells(2, 2)], cursor: 2, more: false });
        await first;
        const second = curves.follow();
        const request = await asked('run.curves');
        expect(request.params.after).toBe(2);
        await request.answer({ rows: [cells(3, 2), cells(4, 3)], cursor: 4, more: false });
        await second;
        const rows = curves.updates.map(({ id, number }) => [id, number]);
        expect(rows).toEqual([[1, 1], [3, 2], [4, 3]]); // prettier-ignore
    });

    it('waits for a run that is not listed yet', async () => {
        const curves = new FollowedCurves('owl');
        const reading = curves.follow();
        await (await asked('run.curves')).answer({ rows: [], cursor: 0, more: false });
        await reading;
        expect([curves.isRead, curves.problem]).toEqual([false, null]);
        expect(curves.isOf({ id: 'a', cursors: { update: 0, step: 0 } } as RunRow)).toBe(false);
    });
});
