/**
 * Takes a run out of its folder: the database as one consistent file, its rows as CSV or JSON lines. Rows stream, so a
 * run of any size passes through a few megabytes; a file appears under its name only when it is whole. Nothing that
 * leaves names a home folder, a host, a user or a person.
 */
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import Database from 'better-sqlite3';
import { badInput } from '../../shared/faults.ts';
import { csvLine, type Cell } from './csv.ts';
import { episodes, type EpisodeRow } from './episodes.ts';
import { openRunDatabase } from './open.ts';
import { redact, redactJson, thisIdentity, type Identity } from './redaction.ts';
import { storeFault } from './sqlite-faults.ts';
import { readAll, type RunDatabase } from './statements.ts';
import { updatesAfter, type RecordedUpdate } from './updates.ts';

export type RowFormat = 'csv' | 'jsonl';

const rowsAtOnce = 1000;

/**
 * Copies a run's database while it may be written to; the copy is one file, checked from end to end.
 * @param onProgress called with the fraction copied, 0–1
 */
export async function exportDatabase(
    database: string,
    target: string,
    {
        identity = thisIdentity(),
        onProgress,
    }: { readonly identity?: Identity; readonly onProgress?: (fraction: number) => void } = {},
): Promise<void> {
    await writeWhole(target, async (partial) => {
        const source = openRunDatabase(database, { readonly: true });
        try {
            source.exec('BEGIN; SELECT id FROM run;'); // one view of the run: writers go on and never restart the copy
            await source.backup(partial, {
                progress: ({ totalPages, remainingPages }) => {
                    onProgress?.(1 - remainingPages / totalPages);
                    return 2000; // pages until the next time others get a turn
                },
            });
        } finally {
            source.close();
        }
        makePresentable(partial, identity);
    });
}

/** The episodes of the current line of history, one a row, with the teacher's score of each criterion. */
export async function exportEpisodes(database: string, target: string, format: RowFormat): Promise<void> {
    await exportRows(database, target, format, episodeRows);
}

/** The updates of the current line of history, one a row, with all their metrics. */
export async function exportUpdates(database: string, target: string, format: RowFormat): Promise<void> {
    await exportRows(database, target, format, updateRows);
}

type ExportRow = Readonly<Record<string, Cell | Readonly<Record<string, Cell>>>>;

async function exportRows(
    database: string,
    target: string,
    format: RowFormat,
    rowsOf: (db: RunDatabase) => Iterable<ExportRow>,
): Promise<void> {
    await writeWhole(target, async (partial) => {
        const db = openRunDatabase(database, { readonly: true });
        try {
            db.exec('BEGIN'); // one view of the run, however long it takes
            const lines = format === 'csv' ? csvLines(rowsOf(db)) : jsonLines(rowsOf(db));
            await pipeline(Readable.from(inChunks(lines)), fs.createWriteStream(partial, { flush: true }));
        } finally {
            db.close();
        }
    });
}

function* updateRows(db: RunDatabase): Iterable<ExportRow> {
    const noExtras = namesIn(db, 'SELECT DISTINCT key AS name FROM update_metrics, json_each(extras)');
    let rows: readonly RecordedUpdate[];
    let cursor = 0;
    do {
        rows = updatesAfter(db, cursor, rowsAtOnce);
        for (const { id, extras, ...row } of rows) {
            cursor = id;
            yield { ...row, extras: { ...noExtras, ...extras } };
        }
    } while (rows.length === rowsAtOnce);
}

function* episodeRows(db: RunDatabase): Iterable<ExportRow> {
    const noStages = namesIn(db, 'SELECT DISTINCT key AS name FROM episode, json_each(stages)');
    const noScores = namesIn(db, 'SELECT DISTINCT criterion AS name FROM score');
    let rows: readonly EpisodeRow[];
    let cursor = 0;
    do {
        rows = episodes(db, { after: cursor, limit: rowsAtOnce });
        const scores = teacherScores(db, cursor, rows.at(-1)?.id ?? cursor);
        for (const { id, stages, ...row } of rows) {
            cursor = id;
            yield { ...row, stages: { ...noStages, ...stages }, scores: { ...noScores, ...scores.get(id) } };
        }
    } while (rows.length === rowsAtOnce);
}

/** Every name that occurs anywhere, without a value: all rows get the same columns. */
function namesIn(db: RunDatabase, sql: string): Readonly<Record<string, null>> {
    return Object.fromEntries(readAll<{ name: string }>(db, `${sql} ORDER BY name`).map(({ name }) => [name, null]));
}

/** By episode, the scores of its first rating by a teacher, which is the one it was rewarded for. */
function teacherScores(
    db: RunDatabase,
    after: number,
    upTo: number,
): ReadonlyMap<number, Readonly<Record<string, number>>> {
    const rows = readAll<{ episode: number; scores: string }>(
        db,
        `SELECT rating.episode, json_group_object(score.criterion, score.value) AS scores
         FROM rating
         JOIN rater ON rater.id = rating.rater AND rater.kind = 'teacher'
         JOIN score ON score.rating = rating.id
         WHERE rating.episode > @after AND rating.episode <= @upTo
         GROUP BY rating.id ORDER BY rating.id DESC`,
        { after, upTo },
    );
    return new Map(rows.map(({ episode, scores }) => [episode, JSON.parse(scores) as Record<string, number>]));
}

/** Nested names become columns of their own: `scores.coherence`. The first row names the columns. */
function* csvLines(rows: Iterable<ExportRow>): Iterable<string> {
    let columns: readonly string[] | null = null;
    for (const row of rows) {
        const flat = flatten(row);
        if (columns === null) {
            columns = [...flat.keys()];
            yield csvLine(columns);
        }
        yield csvLine(columns.map((column) => flat.get(column) ?? null));
    }
}

function flatten(row: ExportRow): ReadonlyMap<string, Cell> {
    const flat = new Map<string, Cell>();
    for (const [name, value] of Object.entries(row))
        if (value !== null && typeof value === 'object')
            for (const [part, cell] of Object.entries(value)) flat.set(`${name}.${part}`, cell);
        else flat.set(name, value);
    return flat;
}

function* jsonLines(rows: Iterable<ExportRow>): Iterable<string> {
    for (const row of rows) yield `${JSON.stringify(row)}\n`;
}

/** Lines joined to pieces worth a write. */
function* inChunks(lines: Iterable<string>): Iterable<string> {
    let chunk = '';
    for (const line of lines) {
        chunk += line;
        if (chunk.length < 65_536) continue;
        yield chunk;
        chunk = '';
    }
    if (chunk !== '') yield chunk;
}

/** Written beside its place as `*.partial`, brought to the disk, then moved; on failure nothing is left. */
async function writeWhole(target: string, fill: (partial: string) => Promise<void>): Promise<void> {
    const partial = `${target}.partial`;
    if (fs.existsSync(target))
        throw badInput(`${target} exists already and was left as it is. Choose another name for the export.`);
    try {
        await fill(partial);
        fs.renameSync(partial, target);
    } catch (error) {
        fs.rmSync(partial, { force: true });
        throw storeFault(error, target);
    }
}

/** Takes names and places out of a copy, makes it one compact file without a log of writes, and checks all of it. */
function makePresentable(file: string, identity: Identity): void {
    const db = new Database(file);
    try {
        db.pragma('trusted_schema = OFF');
        db.pragma('journal_mode = DELETE');
        const named = (name: string, redacted: (text: string) => string): void => {
            db.function(name, { directOnly: true }, (text) => (typeof text === 'string' ? redacted(text) : text));
        };
        named('redact', (text) => redact(text, identity));
        named('redact_json', (text) => redactJson(text, identity));
        named('redact_home', (text) => redact(text, { home: identity.home, host: '', user: '' })); // values keep meaning
        const appendOnly = db
            .prepare("SELECT sql FROM sqlite_schema WHERE name = 'event_is_append_only'")
            .pluck()
            .get() as string;
        db.transaction(() => {
            db.exec(`
                DELETE FROM lease;
                UPDATE rater SET name = id WHERE kind = 'person';
                UPDATE run SET notes = redact(notes);
                UPDATE config SET value = redact_home(value);
                UPDATE environment SET value = redact(value);
                UPDATE attempt SET message = redact(message), fault = redact_json(fault);
                DROP TRIGGER event_is_append_only;
                UPDATE event SET message = redact(message), details = redact_json(details);
                ${appendOnly};`);
        })();
        db.exec('VACUUM'); // also wipes what the updates above left in free pages
        const verdict = db.pragma('integrity_check(1)', { simple: true });
        if (verdict !== 'ok')
            throw badInput(
                `The copy of ${path.basename(file)} came out damaged (${String(verdict)}) and was removed; the run is untouched. Export it again.`,
            );
    } finally {
        db.close();
    }
    const handle = fs.openSync(file, 'r+');
    fs.fsyncSync(handle);
    fs.closeSync(handle);
}
