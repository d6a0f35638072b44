/** The run itself: its one row, its configuration, and the state it is in. */
import { badInput } from '../../../shared/faults.ts';
import { distinctNames, givenName } from '../../../shared/text/names.ts';
import { nameOf } from '../connection/frozen.ts';
import { runKinds, type RunKind, type RunState } from '../../../shared/run/record.ts';
import { readStoredConfig, type StoredConfig } from '../../../shared/run/stored-config.ts';
import { lastAttempt, recordEvent, type Attempt } from './attempts.ts';
import { isHeld, readLease, underLease, type Lease } from '../connection/lease.ts';
import { lastStep, type RecordedStep } from './pretraining.ts';
import { readAll, readOne, transaction, write } from '../connection/statements.ts';
import type { RunDatabase } from '../connection/statements.ts';
import { lastUpdate, type RecordedUpdate } from './updates.ts';
import { jsonOf } from '../../../shared/text/json.ts';

export interface NewRunRecord {
    readonly id: string;
    readonly name: string;
    readonly kind: RunKind;
    readonly createdAt: number;
    readonly config: StoredConfig;
}

export interface RunSummary {
    readonly id: string;
    readonly name: string;
    readonly kind: RunKind;
    readonly preset: string;
    readonly createdAt: number;
    readonly tags: readonly string[];
    readonly notes: string;
    readonly archived: boolean;
    readonly state: RunState;
    /** Who is at work, while the state is `running`. */
    readonly holder: string | null;
    /** The last attempt: when it began, and if it said so, when and why it ended. */
    readonly attempt: Attempt | null;
    readonly episodes: number;
    readonly lastUpdate: RecordedUpdate | null;
    readonly lastStep: RecordedStep | null;
}

/**
 * Writes the one row of a new run, with the whole table of its configuration.
 * @throws bad input where there is no such kind of run
 */
export function writeNewRun(db: RunDatabase, { id, name, kind, createdAt, config }: NewRunRecord): void {
    if (!runKinds.includes(kind))
        throw badInput(`A run cannot be of the kind "${kind}": choose one of ${runKinds.join(', ')}.`);
    transaction(db, () => {
        write(
            db,
            `INSERT INTO run (only, id, name, kind, preset, config_version, created_at)
             VALUES (1, @id, @name, @kind, @preset, @version, @createdAt)`,
            { id, name, kind, preset: config.preset, version: config.version, createdAt },
        );
        for (const [key, value] of Object.entries(config.values))
            write(db, 'INSERT INTO config (key, value) VALUES (@key, @value)', { key, value: JSON.stringify(value) });
    });
}

/** The configuration as it is now, after any changes on a resume; a newer version is refused, never guessed. */
export function readConfig(db: RunDatabase): StoredConfig {
    const run = readOne<{ version: number; preset: string }>(db, 'SELECT config_version AS version, preset FROM run');
    const rows = readAll<{ key: string; value: string }>(db, 'SELECT key, value FROM config');
    return readStoredConfig({
        ...run,
        values: Object.fromEntries(rows.map(({ key, value }) => [key, jsonOf(value)])),
    });
}

/** Is it a control? Asked of every run of a data folder, so nothing else of its configuration is read. */
export function shufflesRewards(db: RunDatabase): boolean {
    const row = readOne<{ value: string }>(db, "SELECT value FROM config WHERE key = 'teacher.shuffle'");
    return row !== undefined && jsonOf(row.value) === 'on';
}

/** Changes settings of the run; its log keeps the old values. */
export function changeConfig(
    lease: Lease,
    before: StoredConfig['values'],
    changes: Partial<StoredConfig['values']>,
): void {
    underLease(lease, () => {
        for (const [key, value] of Object.entries(changes)) {
            const was = before[key as keyof typeof before];
            if (was === value) continue;
            write(
                lease.db,
                'INSERT INTO config (key, value) VALUES (@key, @value) ON CONFLICT (key) DO UPDATE SET value = @value',
                { key, value: JSON.stringify(value) },
            );
            recordEvent(lease, 'changed', `${key}: ${was} → ${value}`, { key, was, value });
        }
    });
}

/**
 * What a list of runs shows. The state is derived at the time `now`.
 * @throws bad input where the database holds no run
 */
export function readSummary(db: RunDatabase, now: number): RunSummary {
    const run = readOne<
        Pick<RunSummary, 'id' | 'name' | 'kind' | 'preset' | 'createdAt' | 'tags' | 'notes' | 'archived'>
    >(
        db,
        'SELECT id, name, kind, preset, created_at AS createdAt, tags, notes, archived FROM run',
        {},
        { tags: 'json', archived: 'flag' },
    );
    if (!run) throw badInput(`${nameOf(db)} holds no run; nothing was changed. Choose another file.`);
    const lease = readLease(db);
    const attempt = lastAttempt(db) ?? null;
    const isRunning = isHeld(lease, now);
    return {
        ...run,
        state: isRunning ? 'running' : stateAtRest(attempt),
        holder: isRunning ? lease!.holder : null,
        attempt,
        episodes: readOne<{ n: number }>(db, 'SELECT coalesce(sum(episodes), 0) AS n FROM current_update')!.n,
        lastUpdate: lastUpdate(db) ?? null,
        lastStep: lastStep(db) ?? null,
    };
}

/** What a person may change about a run, also while it runs. */
export interface RunNotes {
    readonly name?: string;
    readonly tags?: readonly string[];
    readonly notes?: string;
    readonly archived?: boolean;
}

export function changeNotes(db: RunDatabase, { name, tags, notes, archived }: RunNotes): void {
    write(
        db,
        `UPDATE run SET name = coalesce(@name, name), tags = coalesce(@tags, tags), notes = coalesce(@notes, notes),
                        archived = coalesce(@archived, archived)`,
        {
            name: name === undefined ? null : givenName(name, 'a run'),
            tags: tags === undefined ? null : JSON.stringify(distinctNames(tags)),
            notes: notes ?? null,
            archived: archived === undefined ? null : Number(archived),
        },
    );
}

/** Names the tokenizer of the run's token ids; null before it is known. */
export function tokenizerHash(db: RunDatabase): string | null {
    return readOne<{ hash: string }>(db, 'SELECT hash FROM tokenizer LIMIT 1')?.hash ?? null;
}

/** Notes which tokenizer the run's token ids belong to. */
export function recordTokenizer(lease: Lease, hash: string, vocabulary: number): void {
    underLease(lease, () =>
        write(lease.db, 'INSERT OR IGNORE INTO tokenizer (hash, vocabulary) VALUES (@hash, @vocabulary)', {
            hash,
            vocabulary,
        }),
    );
}

/** Nobody is at work: the last attempt tells how it ended, and one that never ended was cut off. */
function stateAtRest(attempt: Attempt | null): RunState {
    if (attempt === null) return 'paused';
    if (attempt.reason === null || attempt.reason === 'diverged') return 'interrupted';
    return attempt.reason;
}
