/** What the guard of a run read is kept reading by reading, and a reading of superseded weights counts no more. */
import { expect, it } from 'vitest';
import { guardReport } from '../../../src/main/service/reports/run/guard.ts';
import { beginAttempt } from '../../../src/main/store/run/attempts.ts';
import { guardReadings, guardScores, recordGuardReading } from '../../../src/main/store/run/guard.ts';
import { grammarTable } from '../../../src/main/store/tables/tables.ts';
import { recordUpdate } from '../../../src/main/store/run/updates.ts';
import type { GuardReadingRecord } from '../../../src/shared/run/record.ts';
import { aLease } from '../a-run.ts';
import { anUpdate, episodesOf, start } from '../records.ts';

/** 40 pairs, of which the first `right` are right. */
function reading(update: number, right: number, digest = `weights ${update}`): GuardReadingRecord {
    const pairs = Array.from({ length: 40 }, (_, at) => ({
        phenomenon: at < 20 ? 'agreement' : 'negation',
        number: at % 20,
        good: `The foxes were here ${at}.`,
        bad: `The foxes was here ${at}.`,
        logprobs: [at < right ? -10 : -20, -15] as [number, number],
    }));
    return { update, at: start, inputWords: update * 10, digest, battery: 'storyloop-grammar-1', seconds: 0.5, pairs };
}

it('keeps every reading with its pairs, once', () => {
    const lease = aLease();
    const { db } = lease;
    expect(guardReport(db)).toBeNull();
    recordGuardReading(lease, reading(0, 36));
    expect(recordGuardReading(lease, reading(0, 36)).outcome).toBe('ignored');
    recordGuardReading(lease, reading(5, 35));
    expect(guardReadings(db).map(({ update, inputWords }) => [update, inputWords])).toEqual([
        [0, 0],
        [5, 50],
    ]);
    const scores = guardScores(db, guardReadings(db)[1]!.id);
    expect(scores).toHaveLength(40);
    expect(scores[0]).toEqual({
        phenomenon: 'agreement',
        number: 0,
        good: 'The foxes were here 0.',
        bad: 'The foxes was here 0.',
        logprobs: [-10, -15],
    });
    expect(db.prepare('SELECT count(*) AS n FROM guard_pair').get()).toEqual({ n: 40 });
});

it('exports a pair of a reading a row, in the order of readings', () => {
    const lease = aLease();
    const { db } = lease;
    recordGuardReading(lease, reading(0, 36));
    recordGuardReading(lease, reading(5, 35));
    const table = grammarTable(db);
    const rows = [...table.rows()];
    expect([table.count, rows.length]).toEqual([80, 80]);
    const named = (at: number): Record<string, unknown> =>
        Object.fromEntries(table.columns.map(({ name }, i) => [name, rows[at]![i]]));
    expect(named(0)).toEqual({
        attempt: 1,
        update: 0,
        at: start,
        inputWords: 0,
        battery: 'storyloop-grammar-1',
        phenomenon: 'agreement',
        number: 0,
        good: 'The foxes were here 0.',
        bad: 'The foxes was here 0.',
        'logprobs.good': -10,
        'logprobs.bad': -15,
    });
    expect(named(79)).toMatchObject({ update: 5, inputWords: 50, phenomenon: 'negation', number: 19 });
    expect(named(75)).toMatchObject({ 'logprobs.good': -20, 'logprobs.bad': -15 }); // wrong
});

it('holds each reading against the first, and pays for every look', () => {
    const lease = aLease();
    const { db } = lease;
    recordGuardReading(lease, reading(0, 40));
    recordGuardReading(lease, reading(5, 38));
    recordGuardReading(lease, reading(10, 20));
    const { points, phenomena, pairs, chance } = guardReport(db)!;
    expect([pairs, chance]).toEqual([40, 50]);
    expect(points.map(({ score }) => score)).toEqual([100, 95, 50]);
    expect(points[0]!.change).toBeNull();
    expect(points[1]!.change!.p).toBe(1); // 2 lost, none won: p 0.5, paid twice
    expect(points[2]!.change).toMatchObject({ difference: -50, p: 2 * 3 * 2 * 2 ** -20 });
    expect(phenomena.map(({ name, before, now }) => [name, before, now])).toEqual([
        ['agreement', 100, 100],
        ['negation', 100, 0],
    ]);
});

it('forgets what weights said that another attempt superseded', () => {
    const lease = aLease();
    const { db } = lease;
    recordUpdate(lease, anUpdate(1), episodesOf(1), []);
    recordGuardReading(lease, reading(0, 36));
    recordGuardReading(lease, reading(1, 30));
    beginAttempt(lease);
    recordUpdate(lease, anUpdate(1, 'other weights'), episodesOf(1, 4, ' other'), []);
    expect(guardReadings(db).map(({ update }) => update)).toEqual([0]);
    recordGuardReading(lease, reading(1, 35, 'other weights'));
    expect(guardReport(db)!.points.map(({ score }) => score)).toEqual([90, 87.5]);
});
