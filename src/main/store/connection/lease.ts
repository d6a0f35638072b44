/**
 * The right to write to a run. A lease lasts a few seconds and every write renews it, so a run counts as *running* only
 * while its process lives. Every function that records requires a lease.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import { ulid } from 'ulid';
import { FaultError } from '../../../shared/faults.ts';
import { fileOf } from './frozen.ts';
import { readOne, transaction, write } from './statements.ts';
import type { RunDatabase } from './statements.ts';

/** UTC milliseconds. */
export type Clock = () => number;

export interface Lease {
    readonly db: RunDatabase;
    readonly holder: string;
    readonly clock: Clock;
    readonly milliseconds: number;
}

export interface LeaseRow {
    readonly holder: string;
    readonly acquiredAt: number;
    readonly expiresAt: number;
}

export const leaseMilliseconds = 15_000;

/**
 * Takes the lease, or renews the caller's own. An expired lease may be taken over, and so may one whose process is
 * gone.
 * @throws the fault `run-busy` while another process holds it
 */
export function acquireLease(
    db: RunDatabase,
    clock: Clock,
    holder = newHolder(clock()),
    milliseconds = leaseMilliseconds,
): Lease {
    const lease: Lease = { db, holder, clock, milliseconds };
    transaction(db, () => {
        const held = readLease(db);
        const now = clock();
        if (held && held.holder !== holder && held.expiresAt > now && !isGone(held.holder)) throw busy(db, held.holder);
        write(
            db,
            `INSERT INTO lease (only, holder, acquired_at, expires_at) VALUES (1, @holder, @now, @expiresAt)
             ON CONFLICT (only) DO UPDATE
             SET acquired_at = iif(holder = @holder, acquired_at, @now), holder = @holder, expires_at = @expiresAt`,
            { holder, now, expiresAt: now + milliseconds },
        );
    });
    return lease;
}

/** @throws the fault `run-busy` where the lease was lost, for example after the machine slept */
export function renewLease({ db, holder, clock, milliseconds }: Lease): void {
    const { changes } = write(db, 'UPDATE lease SET expires_at = @expiresAt WHERE holder = @holder', {
        holder,
        expiresAt: clock() + milliseconds,
    });
    if (changes === 0) throw busy(db, readLease(db)?.holder ?? 'one that has come and gone');
}

/** Gives the lease back; nothing happens where it was lost before. */
export function releaseLease({ db, holder }: Lease): void {
    write(db, 'DELETE FROM lease WHERE holder = @holder', { holder });
}

export function readLease(db: RunDatabase): LeaseRow | undefined {
    return readOne<LeaseRow>(db, 'SELECT holder, acquired_at AS acquiredAt, expires_at AS expiresAt FROM lease');
}

/** All of the work or none of it, and only while the lease is ours. */
export function underLease<T>(lease: Lease, work: () => T): T {
    return transaction(lease.db, () => {
        renewLease(lease);
        return work();
    });
}

/** Is somebody at work now? The lease of a process that died does not count, even before it expires. */
export function isHeld(lease: LeaseRow | undefined, now: number): boolean {
    return lease !== undefined && lease.expiresAt > now && !isGone(lease.holder);
}

/**
 * `pid@machine#ulid`: one process may want a run twice. The machine is a digest, because a database
 * is copied around and should not reveal where it has been.
 */
function newHolder(now: number): string {
    return `${process.pid}@${machine()}#${ulid(now)}`;
}

function machine(): string {
    const bootFile = '/proc/sys/kernel/random/boot_id'; // Linux: another boot, another set of process ids
    const boot = fs.existsSync(bootFile) ? fs.readFileSync(bootFile, 'utf8') : '';
    return createHash('sha256').update(`${os.hostname()} ${boot}`).digest('hex').slice(0, 12);
}

/** True only if it is certain: the holder's process ran on this machine and has ended. */
function isGone(holder: string): boolean {
    const [pid, place] = holder.split(/[@#]/);
    if (place !== machine() || !/^[1-9]\d*$/.test(pid!)) return false;
    try {
        process.kill(Number(pid), 0);
        return false;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ESRCH';
    }
}

function busy(db: RunDatabase, holder: string): FaultError {
    return new FaultError({ kind: 'run-busy', run: fileOf(db), holder: holder.split('#')[0]! });
}
