/** Statements are prepared once per connection; every call passes here, so every error of SQLite becomes a fault. */
import type Database from 'better-sqlite3';
import { fileOf, nameOf } from './frozen.ts';
import { withStoreFaults, type NamedFile } from './sqlite-faults.ts';

export type RunDatabase = Database.Database;
export type SqlValue = string | number | bigint | Uint8Array | null;
export type Parameters = Readonly<Record<string, SqlValue>>;

const prepared = new WeakMap<RunDatabase, Map<string, Database.Statement>>();

function statement(db: RunDatabase, sql: string, reads: 'rows' | 'column' | 'cells' = 'rows'): Database.Statement {
    let statements = prepared.get(db);
    if (!statements) prepared.set(db, (statements = new Map<string, Database.Statement>()));
    const key = `${reads} ${sql}`;
    let found = statements.get(key);
    if (!found) {
        found = db.prepare(sql);
        if (reads === 'column') found.pluck();
        if (reads === 'cells') found.raw();
        statements.set(key, found);
    }
    return found;
}

const namesOf = (db: RunDatabase): NamedFile => ({ file: fileOf(db), called: nameOf(db) });

/** Writes; returns the rows changed and the id of the row inserted. */
export function write(db: RunDatabase, sql: string, parameters: Parameters = {}): { changes: number; id: number } {
    return withStoreFaults(namesOf(db), () => {
        const { changes, lastInsertRowid } = statement(db, sql).run(parameters);
        return { changes, id: Number(lastInsertRowid) };
    });
}

/** Columns that SQLite keeps in another form: a boolean as 0 or 1, a structure as a text of JSON. NULL stays null. */
export type StoredForms<Row> = { readonly [Column in keyof Row]?: 'flag' | 'json' };

/** The first row, or undefined. The caller names the row its SQL selects. */
export function readOne<Row>(
    db: RunDatabase,
    sql: string,
    parameters: Parameters = {},
    forms: StoredForms<Row> = {},
): Row | undefined {
    const row = withStoreFaults(namesOf(db), () => statement(db, sql).get(parameters) as Row | undefined);
    return row && inForm(row, forms);
}

export function readAll<Row>(
    db: RunDatabase,
    sql: string,
    parameters: Parameters = {},
    forms: StoredForms<Row> = {},
): readonly Row[] {
    const rows = withStoreFaults(namesOf(db), () => statement(db, sql).all(parameters) as Row[]);
    return rows.map((row) => inForm(row, forms));
}

/** Converts the columns in place. */
function inForm<Row>(row: Row, forms: StoredForms<Row>): Row {
    const read = row as Record<string, unknown>; // fresh from SQLite, nobody else's yet
    for (const [column, form] of Object.entries(forms)) {
        const value = read[column];
        if (value !== null) read[column] = form === 'flag' ? value === 1 : JSON.parse(value as string);
    }
    return row;
}

/** The first column of every row. */
export function readColumn<Column>(db: RunDatabase, sql: string, parameters: Parameters = {}): readonly Column[] {
    return withStoreFaults(namesOf(db), () => statement(db, sql, 'column').all(parameters) as Column[]);
}

/** All of the work or none of it. Takes the write lock at once, so that nothing read inside can be stale. */
export function transaction<T>(db: RunDatabase, work: () => T): T {
    return withStoreFaults(namesOf(db), () => db.transaction(work).immediate());
}

/** Every row as an array of its columns, in the order of the SELECT. */
export function readCells(db: RunDatabase, sql: string, parameters: Parameters = {}): readonly (readonly SqlValue[])[] {
    return withStoreFaults(namesOf(db), () => statement(db, sql, 'cells').all(parameters) as SqlValue[][]);
}
