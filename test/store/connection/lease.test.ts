import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeFault } from '../../../src/shared/faults.ts';
import { attempts, beginAttempt, endAttempt } from '../../../src/main/store/run/attempts.ts';
import {
    acquireLease,
    readLease,
    releaseLease,
    renewLease,
    type Lease,
} from '../../../src/main/store/connection/lease.ts';
import { openRunDatabase } from '../../../src/main/store/connection/open.ts';
import { changeNotes, readSummary } from '../../../src/main/store/run/run.ts';
import type { RunFolder } from '../../../src/main/store/home/run-folder.ts';
import { recordUpdate } from '../../../src/main/store/run/updates.ts';
import { aLease, aRunFolder } from '../a-run.ts';
import { anUpdate, episodesOf, start } from '../records.ts';

function connect(folder: RunFolder): Lease['db'] {
    const db = openRunDatabase(folder.database, { readonly: false });
    onTestFinished(() => {
        db.close();
    });
    return db;
}

describe('the lease of a run', () => {
    it('keeps a second writer out and tells it who is at work', () => {
        const folder = aRunFolder();
        const first = acquireLease(connect(folder), () => start, '1@a');
        const db = connect(folder);
        expect(() => acquireLease(db, () => start, '2@b')).toThrow(
            /^Another process \(1@a\) is working on .*run\.sqlite; it goes on undisturbed/,
        );
        expect(acquireLease(db, () => start, '1@a').holder).toBe('1@a');
        releaseLease(first);
        expect(acquireLease(db, () => start, '2@b').holder).toBe('2@b');
    });

    it('lives as long as it is renewed; then it may be taken over, and the old holder writes no more', () => {
        const folder = aRunFolder();
        let now = start;
        const clock = (): number => now;
        const lease = aLease(folder, clock);
        const written = episodesOf(1);
        now += 14_000;
        recordUpdate(lease, anUpdate(1), written, []); // writing renews
        now += 14_000;
        const db = connect(folder);
        expect(() => acquireLease(db, clock, '2@b')).toThrow('Another process');
        expect(readSummary(db, now)).toMatchObject({ state: 'running', holder: lease.holder, episodes: 4 });
        now += 1_000;
        expect(readSummary(db, now)).toMatchObject({ state: 'interrupted', holder: null });
        const second = acquireLease(db, clock, '2@b');
        expect(() => recordUpdate(lease, anUpdate(2), episodesOf(2), [])).toThrow('(2@b) is working');
        expect(() => renewLease(lease)).toThrow('(2@b) is working');
        releaseLease(lease); // not its own any more: nothing happens
        beginAttempt(second);
        expect(attempts(db)).toMatchObject([{ reason: 'interrupted', endedAt: anUpdate(1).at }, { reason: null }]);
        expect(readLease(db)?.holder).toBe('2@b');
    });

    it('does not outlive its process', () => {
        const folder = aRunFolder();
        const { pid } = spawnSync(process.execPath, ['--version']);
        const db = connect(folder);
        const ours = aLease(folder);
        const machine = /@(\w+)#/.exec(ours.holder)![1]!;
        // not even we, twice
        expect(() => acquireLease(db, () => start)).toThrow(`(${process.pid}@${machine}) is working`);
        releaseLease(ours);
        acquireLease(db, () => start, `${pid}@${machine}`);
        expect(readSummary(db, start).state).toBe('interrupted');
        expect(acquireLease(db, () => start).holder).toContain(`${process.pid}@${machine}#`);
        acquireLease(db, () => start + 60_000, `${pid}@elsewhere`); // of another machine nothing is known
        expect(readSummary(db, start).state).toBe('running');
    });

    it('and the last attempt tell the state', () => {
        const folder = aRunFolder();
        const db = connect(folder);
        expect(readSummary(db, start)).toMatchObject({ state: 'paused', attempt: null, lastUpdate: null });
        const lease = aLease(folder);
        for (const reason of ['paused', 'failed', 'finished'] as const) {
            endAttempt(lease, { reason, at: start, message: `${reason} because` });
            expect(readSummary(db, start).state).toBe('running');
            releaseLease(lease);
            expect(readSummary(db, start)).toMatchObject({ state: reason, attempt: { message: `${reason} because` } });
            acquireLease(lease.db, lease.clock, lease.holder);
            beginAttempt(lease);
        }
        releaseLease(lease);
        expect(readSummary(db, start).state).toBe('interrupted');
    });

    it('tells the same of a fault whichever version recorded it', () => {
        const folder = aRunFolder();
        const db = connect(folder);
        const lease = aLease(folder);
        const teacherLost = { kind: 'teacher-lost', message: 'no answer' } as const;
        const engineLost = { kind: 'engine-lost', message: 'signal SIGKILL' } as const;
        for (const [fault, reads] of [
            [teacherLost, 'paused'],
            [engineLost, 'interrupted'],
        ] as const) {
            // as older versions did
            endAttempt(lease, { reason: 'failed', at: start, message: describeFault(fault), fault });
            releaseLease(lease);
            expect(readSummary(db, start)).toMatchObject({ state: reads, attempt: { reason: reads } });
            expect(attempts(db).at(-1)!.reason).toBe(reads);
            acquireLease(lease.db, lease.clock, lease.holder);
            beginAttempt(lease);
        }
    });

    it.skipIf(process.platform !== 'linux')('keeps its locks when the same process looks at the run', () => {
        const folder = aRunFolder();
        aLease(folder);
        const { ino } = statSync(folder.database);
        const held = (): number =>
            readFileSync('/proc/locks', 'utf8')
                .split('\n')
                .filter((line) => line.includes(` ${process.pid} `) && line.includes(`:${ino} `)).length;
        expect(held()).toBeGreaterThan(0);
        // closing the bare file would drop them all (POSIX)
        openRunDatabase(folder.database, { readonly: true }).close();
        expect(held()).toBeGreaterThan(0);
    });

    it('is not needed to name, tag, annotate or archive a run', () => {
        const folder = aRunFolder();
        aLease(folder);
        const db = connect(folder);
        changeNotes(db, { name: 'cedar', tags: ['a', 'b'], archived: true });
        changeNotes(db, { notes: 'fine' });
        expect(readSummary(db, start)).toMatchObject({
            name: 'cedar',
            tags: ['a', 'b'],
            notes: 'fine',
            archived: true,
        });
    });
});
