/** What teacher and second judge said is kept reading by reading; a reading of superseded weights counts no more. */
import { expect, it } from 'vitest';
import { holdOutReport } from '../../../src/main/service/reports/run/hold-out.ts';
import { beginAttempt } from '../../../src/main/store/run/attempts.ts';
import { holdOutReadings, recordHoldOutReading } from '../../../src/main/store/run/hold-out.ts';
import { recordUpdate } from '../../../src/main/store/run/updates.ts';
import { holdOutTable } from '../../../src/main/store/tables/tables.ts';
import type { HoldOutReadingRecord } from '../../../src/shared/run/record.ts';
import { holdOutCheck, holdOutSentence } from '../../../src/shared/findings/hold-out-words.ts';
import { aLease } from '../a-run.ts';
import { anUpdate, episodesOf, start } from '../records.ts';

/** 60 stories: the teacher's totals rise by `add`, the judge's by `seen`. */
function reading(update: number, add: number, seen: number, digest = `weights ${update}`): HoldOutReadingRecord {
    const stories = Array.from({ length: 60 }, (_, seed) => ({
        seed,
        prompt: 'Once',
        story: ` upon ${update}, ${seed}.`,
        words: 3,
        finished: true,
        kl: update,
        teacher: 4 + Math.sin(seed) + add,
        judge: seed === 59 ? null : 5 + Math.sin(seed) + Math.cos(7 * seed) + seen,
    }));
    return {
        update,
        at: start,
        inputWords: 10 * update,
        digest,
        teacher: 'rules-1',
        judge: 'second-reader',
        seconds: 2,
        stories,
    };
}

it('keeps every reading with its stories, once, and exports them', () => {
    const lease = aLease();
    const { db } = lease;
    expect(holdOutReport(db)).toBeNull();
    expect(recordHoldOutReading(lease, reading(0, 0, 0)).outcome).toBe('stored');
    expect(recordHoldOutReading(lease, reading(0, 0, 0)).outcome).toBe('ignored');
    recordHoldOutReading(lease, reading(4, 1, 1));
    const [first, second] = holdOutReadings(db);
    expect([first!.update, second!.update, second!.inputWords]).toEqual([0, 4, 40]);
    expect(second!.teacher[0]).toBe(5);
    expect(second!.judge.at(-1)).toBeNull();
    const table = holdOutTable(db);
    const rows = [...table.rows()];
    expect([table.count, rows.length]).toEqual([120, 120]);
    const named = Object.fromEntries(table.columns.map(({ name }, i) => [name, rows[60]![i]]));
    expect(named).toMatchObject({ update: 4, seed: 0, prompt: 'Once', finished: true, 'totals.teacher': 5, kl: 4 });
});

it('tells of a gap that opens, and stays quiet where both rise', () => {
    const quiet = aLease();
    const alarmed = aLease();
    for (let update = 0; update <= 20; update += 2) {
        const rise = Math.max(0, update - 8) / 4;
        recordHoldOutReading(quiet, reading(update, rise, rise));
        recordHoldOutReading(alarmed, reading(update, rise, -rise / 2));
    }
    const fine = holdOutReport(quiet.db)!;
    expect(fine.onset).toBeNull();
    expect(holdOutCheck(fine)).toMatchObject({ isFine: true, advice: '' });
    expect(holdOutSentence(fine)).toMatch(/Rules went \+.* and second-reader.*: no over-optimisation was seen\.$/u);
    expect(fine.points.at(-1)).toMatchObject({ update: 20, inputWords: 200, stories: 59, rootKl: Math.sqrt(20) });
    const found = holdOutReport(alarmed.db)!;
    expect(Math.abs(found.onset!.from - 8)).toBeLessThanOrEqual(1);
    expect(found.alarmAt).toBeGreaterThan(8);
    const check = holdOutCheck(found)!;
    expect(check.says).toMatch(/^over-optimised from update \d+ \[\d+, \d+\]$/u);
    expect(check.advice).toContain('second-reader, which never rewards, stopped following');
});

it('forgets what was read of weights that another attempt superseded', () => {
    const lease = aLease();
    const { db } = lease;
    recordUpdate(lease, anUpdate(1), episodesOf(1), []);
    recordHoldOutReading(lease, reading(0, 0, 0));
    recordHoldOutReading(lease, reading(1, 1, 0));
    beginAttempt(lease);
    recordUpdate(lease, anUpdate(1, 'other weights'), episodesOf(1, 4, ' other'), []);
    expect(holdOutReadings(db).map(({ update }) => update)).toEqual([0]);
    recordHoldOutReading(lease, reading(1, 2, 0, 'other weights'));
    expect(holdOutReadings(db).map(({ teacher }) => teacher[0])).toEqual([4, 6]);
});
