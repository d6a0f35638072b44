/** Opens a database with the settings every connection needs, and brings its schema up to date. */
import fs from 'node:fs';
import Database from 'better-sqlite3';
import { badInput, badInputAbout } from '../../../shared/faults.ts';
import { benchmarksSchema } from './migrations/benchmarks-0001-scores.ts';
import { checkpointEvaluationsSchema } from './migrations/benchmarks-0002-evaluations.ts';
import { runsSchema } from './migrations/0001-runs.ts';
import { languageModelsSchema } from './migrations/0002-language-models.ts';
import { teacherRatingsSchema } from './migrations/0003-teacher-ratings.ts';
import { guardSchema } from './migrations/0004-guard.ts';
import { holdOutSchema } from './migrations/0005-hold-out.ts';
import { ratingCacheSchema } from './migrations/ratings-0001-cache.ts';
import { callFile, copyInMemory, fileOf, mayBeFrozen, nameOf, openFrozen } from './frozen.ts';
import { mayWriteDatabase } from './places.ts';
import { ratingSetSchema } from './migrations/set-0001-ratings.ts';
import { setPurposeSchema } from './migrations/set-0002-purpose.ts';
import { setEndingsSchema } from './migrations/set-0003-endings.ts';
import { workshopSchema } from './migrations/workshop-0001-list.ts';
import { brokenRule } from './row-rules.ts';
import { mayOnlyBeRead, withStoreFaults } from './sqlite-faults.ts';
import type { RunDatabase } from './statements.ts';

interface Format {
    /** Four bytes at offset 68 of the file tell what it is (sqlite.org/fileformat2.html §1.3.18). */
    readonly applicationId: number;
    readonly noun: string;
    /** Plain SQL, oldest first; a file of version n has seen the first n. They only ever move forward. */
    readonly migrations: readonly string[];
    /** One of a newer version that only adds may be read. */
    readonly readsNewer?: boolean;
    /** One of an older version may be read: it is brought up to date afterwards. */
    readonly readsOlder?: boolean;
}
const runFormat: Format = {
    applicationId: 0x53744c72,
    noun: 'run',
    readsNewer: true,
    migrations: [runsSchema, languageModelsSchema, teacherRatingsSchema, guardSchema, holdOutSchema],
};
const setFormat: Format = {
    applicationId: 0x53744c73,
    noun: 'rating set',
    migrations: [ratingSetSchema, setPurposeSchema, setEndingsSchema],
};
const workshopFormat: Format = { applicationId: 0x53744c77, noun: 'list of runs', migrations: [workshopSchema] };
const ratingCacheFormat: Format = {
    applicationId: 0x53744c63,
    noun: 'cache of ratings',
    migrations: [ratingCacheSchema],
};

const benchmarksFormat: Format = {
    applicationId: 0x53744c62,
    noun: 'record of benchmarks',
    migrations: [benchmarksSchema, checkpointEvaluationsSchema],
};

export interface OpenOptions {
    readonly readonly: boolean;
    /** The file came from somebody else: check all of it before anything is read. */
    readonly untrusted?: boolean;
    /** What sentences call the file: the place that a person gave where this is a copy. Left out, its path. */
    readonly called?: string;
    /** How long SQLite waits, blocking the thread, while another program keeps the file locked. */
    readonly patienceMs?: number;
}

/** For callers that try again by themselves. */
export const briefly = 500;

/** Reads a run.sqlite, whether it is opened for that or stays open between questions. */
export type ReadRun = <T>(file: string, work: (db: RunDatabase) => T) => T;

/**
 * Reads a run.sqlite and closes it.
 * @throws as `openRunDatabase`
 */
export function readRunDatabase<T>(file: string, work: (db: RunDatabase) => T): T {
    const db = openRunDatabase(file, { readonly: true });
    try {
        return work(db);
    } finally {
        db.close();
    }
}

/**
 * Opens a run.sqlite that exists; one of our own that an older Storyloop wrote is brought up to date first.
 * @throws a fault with one sentence where the file is missing, damaged, foreign, newer or may not be written
 */
export function openRunDatabase(file: string, options: OpenOptions): RunDatabase {
    if (!isFile(file))
        throw badInput(`There is no run at ${options.called ?? file}; nothing was changed. Check the path.`);
    if (!options.readonly || options.untrusted) return open(file, runFormat, options);
    const db = open(file, { ...runFormat, readsOlder: true }, options);
    const lacks = runFormat.migrations.slice(versionOf(db));
    const isChangeable = lacks.length > 0 && mayWriteDatabase(file);
    if (!isChangeable && lacks.every(onlyMakesViews)) return db;
    try {
        if (!isChangeable) return broughtUpToDate(db, runFormat);
    } finally {
        db.close();
    }
    open(file, runFormat, { ...options, readonly: false }).close();
    return open(file, runFormat, options);
}

/** @throws bad input where that cannot be seen, as in somebody else's folder */
function isFile(file: string): boolean {
    try {
        return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
    } catch {
        throw badInput(`${file} cannot be looked at; nothing was changed. Check that you may read it and its folder.`);
    }
}

/** A file that an older Storyloop wrote and that cannot be changed where it lies, in memory. */
function broughtUpToDate(db: RunDatabase, format: Format): RunDatabase {
    const called = nameOf(db);
    return withStoreFaults({ file: fileOf(db), called }, () => {
        const copy = callFile(copyInMemory(db), called);
        guard(copy);
        migrate(copy, format);
        copy.pragma('query_only = ON');
        return copy;
    });
}

/** Creates a run.sqlite with empty tables. @throws bad input where the file exists */
export function createRunDatabase(file: string): RunDatabase {
    if (fs.existsSync(file)) throw badInput(`${file} exists already and was left as it is. Choose another place.`);
    return open(file, runFormat, { readonly: false });
}

/**
 * Opens a rating set that exists; one that an older Storyloop wrote is brought up to date first, a colleague's file in
 * memory.
 * @throws a fault with one sentence where the file is missing, damaged, foreign, newer or may not be written
 */
export function openSetDatabase(file: string, options: OpenOptions): RunDatabase {
    if (!isFile(file))
        throw badInput(`There is no rating set at ${options.called ?? file}; nothing was changed. Check the path.`);
    if (!options.readonly) return open(file, setFormat, options);
    const db = open(file, { ...setFormat, readsOlder: true }, options);
    if (versionOf(db) >= setFormat.migrations.length) return db;
    try {
        if (options.untrusted || !mayWriteDatabase(file)) return broughtUpToDate(db, setFormat);
    } finally {
        db.close();
    }
    open(file, setFormat, { ...options, readonly: false }).close();
    return open(file, setFormat, options);
}

/** Creates a rating set with empty tables. @throws bad input where the file exists */
export function createSetDatabase(file: string): RunDatabase {
    if (fs.existsSync(file)) throw badInput(`${file} exists already and was left as it is. Choose another place.`);
    return open(file, setFormat, { readonly: false });
}

/**
 * Opens the list of runs, creating it where there is none. It is small, so all of its pages are looked at.
 * @throws a fault about damage wherever that lies
 */
export function openWorkshopDatabase(file: string): RunDatabase {
    const db = open(file, workshopFormat, { readonly: false });
    try {
        withStoreFaults({ file, called: file }, () => requireSound(db, 'quick_check'));
        return db;
    } catch (error) {
        db.close();
        throw error;
    }
}

/** A list of runs in memory, filled from the file if there is one, for a read-only data folder. */
export function openWorkshopCopy(file: string): RunDatabase {
    if (!fs.existsSync(file)) return open(':memory:', workshopFormat, { readonly: false });
    const db = open(file, { ...workshopFormat, readsOlder: true }, { readonly: true });
    try {
        return prepared(callFile(copyInMemory(db), file), workshopFormat, { readonly: false });
    } finally {
        db.close();
    }
}

/** Opens the cache of ratings, creating it where there is none. */
export function openRatingCacheDatabase(file: string): RunDatabase {
    return open(file, ratingCacheFormat, { readonly: false, patienceMs: briefly });
}

/** Opens the record of benchmarks; whoever may write creates it where there is none. */
export function openBenchmarksDatabase(file: string, options: OpenOptions = { readonly: false }): RunDatabase {
    return open(file, { ...benchmarksFormat, readsOlder: true }, options); // what is new in it are whole tables
}

function open(
    file: string,
    format: Format,
    { readonly, untrusted = false, patienceMs = 5000, called = file }: OpenOptions,
): RunDatabase {
    requireNodeApi(process.versions.napi);
    return withStoreFaults({ file, called }, () => {
        // defensive mode is better-sqlite3's default
        const connect = (): RunDatabase => new Database(file, { readonly, timeout: patienceMs });
        const ready = (db: RunDatabase): RunDatabase => prepared(callFile(db, called), format, { readonly, untrusted });
        try {
            return ready(connect());
        } catch (error) {
            if (!mayBeFrozen(file, error)) throw error;
            if (!readonly) throw mayOnlyBeRead(called);
            return ready(openFrozen(file, called));
        }
    });
}

function prepared(db: RunDatabase, format: Format, { readonly, untrusted = false }: OpenOptions): RunDatabase {
    try {
        guard(db);
        refuseForeign(db, format, untrusted);
        if (!readonly) {
            db.pragma('journal_mode = WAL');
            db.pragma('synchronous = FULL'); // "recorded" means it is on the disk
            db.pragma('journal_size_limit = 67108864');
            migrate(db, format);
        }
        if (untrusted) inspect(db, format);
        lendViews(db, format);
        return db;
    } catch (error) {
        db.close();
        throw error;
    }
}

function guard(db: RunDatabase): void {
    db.pragma('trusted_schema = OFF'); // a foreign schema must not call functions with side effects
    db.pragma('cell_size_check = ON');
    db.pragma('foreign_keys = ON');
}

const versionOf = (db: RunDatabase): number => Number(db.pragma('user_version', { simple: true }));

/**
 * better-sqlite3 13 is built on Node-API 10; older hosts, some Electrons among them, crash on it without a message.
 * @throws bad input where the host's Node-API is older
 */
export function requireNodeApi(version: string | undefined): void {
    if (Number(version) >= 10) return;
    throw badInput(
        `The record of a run needs Node-API 10 and this program offers ${version ?? 'none'}; nothing was changed. Use Node 24, or the Electron that comes with Storyloop.`,
    );
}

function refuseForeign(
    db: RunDatabase,
    { applicationId, noun, migrations, readsNewer, readsOlder }: Format,
    untrusted: boolean,
): void {
    const file = nameOf(db);
    const version = versionOf(db);
    const owner = Number(db.pragma('application_id', { simple: true }));
    const objects = Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
    const isNew = owner === 0 && version === 0 && objects === 0;
    if (owner !== applicationId && !(isNew && !db.readonly))
        throw badInputAbout(
            'foreign',
            `${file} is not a ${noun} of Storyloop; it was left as it is. Choose another file.`,
        );
    if (version > migrations.length && !(readsNewer && db.readonly && onlyAdds(db, migrations)))
        throw badInputAbout(
            'newer',
            `${file} was written by a newer Storyloop (version ${version}, this one knows ${migrations.length}); nothing was changed. Open it with the newer one.`,
        );
    const lacks = migrations.slice(version);
    if (db.readonly && !readsOlder && lacks.length > 0 && (untrusted || !lacks.every(onlyMakesViews)))
        throw badInputAbout(
            'older',
            `${file} was written by an older Storyloop and has to be brought up to date; nothing was changed. Open it once with permission to write.`,
        );
}

const onlyMakesViews = (sql: string): boolean =>
    sql
        .replaceAll(/--.*$/gm, '')
        .split(';')
        .every((statement) => /^\s*(CREATE VIEW\s|$)/.test(statement));

/**
 * Views that a file of an older version lacks, on a connection that may not write them into it: a run on a read-only
 * disk is read as any other.
 */
function lendViews(db: RunDatabase, { migrations }: Format): void {
    if (!db.readonly) return;
    const lacks = migrations.slice(versionOf(db));
    if (!lacks.every(onlyMakesViews)) return; // a copy in memory is brought up to date
    for (const sql of lacks) db.exec(sql.replaceAll(/^CREATE VIEW/gm, 'CREATE TEMP VIEW'));
}

/** Was the run written by a newer Storyloop? What this one knows of it can be read, and nothing of it changed. */
export function isNewerRun(db: RunDatabase): boolean {
    return versionOf(db) > runFormat.migrations.length;
}

interface Described {
    readonly type: string;
    readonly name: string;
    readonly sql: string | null;
}

/**
 * Does a newer schema hold all that this one reads, as this one knows it? Tables may have more columns, and there may
 * be more tables; a view or a virtual table must be the same word for word.
 */
function onlyAdds(db: RunDatabase, migrations: readonly string[]): boolean {
    const pristine = pristineOf(migrations);
    try {
        const theirs = new Map(described(db).map((each) => [each.name, each]));
        return described(pristine)
            .filter(({ type }) => type === 'table' || type === 'view')
            .every(({ type, name, sql }) => {
                const found = theirs.get(name);
                if (found?.type !== type) return false;
                if (type === 'view' || isVirtual(sql)) return found.sql === sql;
                const has = new Set(columnsOf(db, name));
                return !isVirtual(found.sql) && columnsOf(pristine, name).every((column) => has.has(column));
            });
    } finally {
        pristine.close();
    }
}

function pristineOf(migrations: readonly string[]): RunDatabase {
    const pristine = new Database(':memory:');
    for (const sql of migrations) pristine.exec(sql);
    return pristine;
}

const described = (db: RunDatabase): readonly Described[] =>
    db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all() as Described[];

const isVirtual = (sql: string | null): boolean => /^\s*CREATE\s+VIRTUAL/i.test(sql ?? '');

/** Stored columns with their types, without generated ones. */
function columnsOf(db: RunDatabase, table: string): readonly string[] {
    return (db.pragma(`table_info("${table}")`) as { name: string; type: string; pk: number }[]).map(
        ({ name, type, pk }) => JSON.stringify([name, type, pk]),
    );
}

function migrate(db: RunDatabase, { applicationId, migrations }: Format): void {
    if (versionOf(db) === migrations.length) return;
    db.transaction(() => {
        const version = versionOf(db); // again: another process may have been first
        for (const sql of migrations.slice(version)) db.exec(sql);
        db.pragma(`application_id = ${applicationId}`);
        db.pragma(`user_version = ${migrations.length}`);
    }).exclusive();
}

/** `quick_check` leaves out what costs most: whether indexes hold what their tables do. */
function requireSound(db: RunDatabase, check: 'quick_check' | 'integrity_check'): void {
    const verdict = String(db.pragma(`${check}(1)`, { simple: true }));
    if (verdict === 'ok') return;
    const found = verdict.replace(/\s+/g, ' ').replace(/^\*\*\* in database main \*\*\* /, '');
    throw badInputAbout(
        'damaged',
        `${nameOf(db)} is damaged (${found}); nothing was read from it. Ask for another copy.`,
    );
}

/** A file from elsewhere must be sound and hold our tables, views and triggers, word for word, and nothing else. */
function inspect(db: RunDatabase, { noun, migrations }: Format): void {
    const file = nameOf(db);
    requireSound(db, 'integrity_check');
    const pristine = pristineOf(migrations.slice(0, versionOf(db))); // an older one is brought up to date afterwards
    const isNewer = versionOf(db) > migrations.length; // `refuseForeign` has found that it only adds
    const isOurs = isNewer || JSON.stringify(described(db)) === JSON.stringify(described(pristine));
    pristine.close();
    if (!isOurs)
        throw badInput(
            `${file} is not a plain ${noun} (its tables were altered); nothing was read from it. Ask for another copy.`,
        );
    const broken = brokenRule(db);
    if (broken !== null)
        throw badInputAbout(
            'damaged',
            `${file} is damaged (${broken}); nothing was read from it. Ask for another copy.`,
        );
}
