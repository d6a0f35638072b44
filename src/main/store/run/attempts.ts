/** Attempts: contiguous stretches of work, and the log of what happened. */
import type { ComputedOn } from '../../../shared/contracts/engine.ts';
import { badInput, faultSchema, stateAfterFault, type Fault } from '../../../shared/faults.ts';
import { jsonOf } from '../../../shared/text/json.ts';
import { attemptEndSchema, type AttemptEnd } from '../../../shared/run/record.ts';
import { underLease, type Lease } from '../connection/lease.ts';
import { readAll, readOne, write } from '../connection/statements.ts';
import type { RunDatabase } from '../connection/statements.ts';

/**
 * `interrupted`: its process was lost, or it never said why it ended. `diverged`: a resume computed different numbers,
 * which are recorded under the next attempt.
 */
export type AttemptReason = AttemptEnd['reason'] | 'diverged';

export interface Attempt {
    readonly number: number;
    readonly startedAt: number;
    readonly firstNumber: number | null;
    readonly endedAt: number | null;
    readonly reason: AttemptReason | null;
    readonly message: string;
    /** What went wrong, where something did. */
    readonly faultKind: string | null;
    /** The whole fault; null also where a newer version wrote a kind that this one does not know. */
    readonly fault: Fault | null;
}

type AttemptRow = Omit<Attempt, 'fault'> & { readonly fault: unknown };

export interface RunEvent {
    readonly id: number;
    readonly at: number;
    readonly kind: string;
    readonly message: string;
    readonly details: unknown;
}

const attemptColumns = `number, started_at AS startedAt, first_number AS firstNumber, ended_at AS endedAt, reason, message,
    fault ->> 'kind' AS faultKind, fault`;

/** Begins the next attempt. One that is still open never said why it ended: it was interrupted. */
export function beginAttempt(lease: Lease, environment: Readonly<Record<string, string>> = {}): number {
    return underLease(lease, () => {
        const last = lastAttempt(lease.db);
        if (last?.endedAt === null) closeAttempt(lease.db, last.number, 'interrupted', lastSign(lease.db, last), '');
        const number = openAttempt(lease.db, lease.clock());
        for (const [key, value] of Object.entries(environment))
            write(lease.db, 'INSERT INTO environment (attempt, key, value) VALUES (@number, @key, @value)', {
                number,
                key,
                value,
            });
        return number;
    });
}

/** Ends the open attempt with its reason, and notes it in the log. */
export function endAttempt(lease: Lease, given: AttemptEnd): void {
    const { reason, at, message, fault } = attemptEndSchema.parse(given);
    underLease(lease, () => {
        const { number } = openedAttempt(lease.db);
        closeAttempt(lease.db, number, reason, at, message, fault);
        appendEvent(lease.db, at, reason, message, fault);
    });
}

/** Adds a line to the log. */
export function recordEvent(lease: Lease, kind: string, message: string, details?: unknown): void {
    underLease(lease, () => appendEvent(lease.db, lease.clock(), kind, message, details));
}

export function eventsAfter(db: RunDatabase, cursor: number, limit = 1000): readonly RunEvent[] {
    const sql = 'SELECT id, at, kind, message, details FROM event WHERE id > @cursor ORDER BY id LIMIT @limit';
    return readAll<RunEvent>(db, sql, { cursor, limit }, { details: 'json' });
}

/**
 * What the run computed on last; undefined before it was ever ready. Older versions noted no kind, and computed on what
 * the configuration says: `auto` was the processor.
 */
export function lastComputedOn(db: RunDatabase): ComputedOn | undefined {
    const ready = readOne<{ kind: string | null; configured: string | null }>(
        db,
        `SELECT details ->> 'kind' AS kind, (SELECT value FROM config WHERE key = 'runtime.kind') AS configured
         FROM event WHERE kind = 'ready' ORDER BY id DESC LIMIT 1`,
    );
    if (ready === undefined) return undefined;
    const kind = ready.kind ?? jsonOf(ready.configured ?? '');
    return kind === 'webgpu' || kind === 'cuda' ? kind : 'processor';
}

/** The cursor of the log's last line; 0 while it is empty. */
export function lastEvent(db: RunDatabase): number {
    return readOne<{ id: number | null }>(db, 'SELECT max(id) AS id FROM event')?.id ?? 0;
}

export function attempts(db: RunDatabase): readonly Attempt[] {
    const sql = `SELECT ${attemptColumns} FROM attempt ORDER BY number`;
    return readAll<AttemptRow>(db, sql, {}, { fault: 'json' }).map(asItReads);
}

export function lastAttempt(db: RunDatabase): Attempt | undefined {
    const sql = `SELECT ${attemptColumns} FROM attempt ORDER BY number DESC LIMIT 1`;
    const row = readOne<AttemptRow>(db, sql, {}, { fault: 'json' });
    return row && asItReads(row);
}

/** Older versions wrote `failed` whatever the fault was. */
function asItReads(row: AttemptRow): Attempt {
    const { reason, faultKind } = row;
    return {
        ...row,
        reason: reason === 'failed' && faultKind !== null ? stateAfterFault(faultKind) : reason,
        fault: faultSchema.safeParse(row.fault).data ?? null,
    };
}

/** What an attempt ran on, by name. */
export function environmentOf(db: RunDatabase, attempt: number): Readonly<Record<string, string>> {
    const sql = 'SELECT key, value FROM environment WHERE attempt = @attempt ORDER BY key';
    const rows = readAll<{ key: string; value: string }>(db, sql, { attempt });
    return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}

/** The attempt that records belong to. @throws bad input where no attempt has begun */
export function openedAttempt(db: RunDatabase): Attempt {
    const last = lastAttempt(db);
    if (last?.endedAt === null) return last;
    throw badInput('Nothing can be recorded before an attempt has begun; nothing was changed. Continue the run.');
}

/**
 * The attempt under which a row goes. Where it replaces one and the open attempt has recorded rows already, the next
 * attempt begins with it: within an attempt numbers only ever rise, and older rows stay as they are.
 */
export function attemptForRow({ db, clock }: Lease, replaces: boolean): number {
    const { number, firstNumber } = openedAttempt(db);
    if (!replaces || firstNumber === null) return number;
    closeAttempt(db, number, 'diverged', clock(), 'work done before was done again with another result');
    appendEvent(db, clock(), 'diverged', `attempt ${number} goes on as ${number + 1}`);
    return openAttempt(db, clock());
}

/** From its first row on, an attempt supersedes what earlier attempts recorded. */
export function noteFirstNumber(db: RunDatabase, attempt: number, number: number): void {
    write(db, 'UPDATE attempt SET first_number = coalesce(first_number, @number) WHERE number = @attempt', {
        attempt,
        number,
    });
}

function openAttempt(db: RunDatabase, startedAt: number): number {
    return write(db, 'INSERT INTO attempt (started_at) VALUES (@startedAt)', { startedAt }).id;
}

function closeAttempt(
    db: RunDatabase,
    number: number,
    reason: AttemptReason,
    endedAt: number,
    message: string,
    fault?: AttemptEnd['fault'],
): void {
    write(
        db,
        `UPDATE attempt SET ended_at = @endedAt, reason = @reason, message = @message, fault = @fault
         WHERE number = @number`,
        { number, endedAt, reason, message, fault: fault ? JSON.stringify(fault) : null },
    );
}

function appendEvent(db: RunDatabase, at: number, kind: string, message: string, details?: unknown): void {
    write(db, 'INSERT INTO event (at, kind, message, details) VALUES (@at, @kind, @message, @details)', {
        at,
        kind,
        message,
        details: details === undefined ? null : JSON.stringify(details),
    });
}

/** When the attempt last showed life: its latest row, else its start. */
function lastSign(db: RunDatabase, { number, startedAt }: Attempt): number {
    const sql = `SELECT max(at) AS at FROM (
        SELECT max(at) AS at FROM update_metrics WHERE attempt = @number
        UNION ALL SELECT max(at) FROM pretrain_step WHERE attempt = @number
        UNION ALL SELECT max(at) FROM evaluation WHERE attempt = @number)`;
    return readOne<{ at: number | null }>(db, sql, { number })?.at ?? startedAt;
}
