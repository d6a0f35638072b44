/**
 * Whoever changed a record with another program may have put anything into any cell. Each cell is tried with values
 * that nobody ever wrote: the file is refused in one sentence that names it, or what comes in is read without a fault.
 */
import fs from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { adoptDatabase } from '../../src/main/store/adopting/adopting.ts';
import { recordCheckpoint } from '../../src/main/store/run/checkpoints.ts';
import { evaluations, ratedSamples, recordEvaluation } from '../../src/main/store/run/evaluations.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { readProvenance } from '../../src/main/store/run/provenance.ts';
import { addSetRating, raterNamed, readSetHead, setRatings } from '../../src/main/store/sets/rating-set.ts';
import { knownCriteria } from '../../src/main/store/run/ratings/ratings.ts';
import { readConfig, readSummary } from '../../src/main/store/run/run.ts';
import { importSet, listSets, withSet } from '../../src/main/store/home/set-files.ts';
import { recordUpdate, updatesAfter } from '../../src/main/store/run/updates.ts';
import { FaultError } from '../../src/shared/faults.ts';
import { aLease, temporaryFolder } from './a-run.ts';
import { aSetFile, anAnswer } from './sets/a-set.ts';
import { anEvaluation, anUpdate, episodesOf, ratingOf, ratingsOf, samplesOf, start } from './records.ts';

const odd = ['-1', '9007199254740993', '9223372036854775807', '9e999', "'NaN'", "'x'", "''", "'{}'", "'[1]'", "x'00'"];

/** Three of them, others for the next cell: all of them with all cells take minutes. */
const someOf = (i: number): readonly string[] => [0, 1, 2].map((more) => odd[(3 * i + more) % odd.length]!);

/** Writes past every rule: of types, of checks, of keys, of triggers. */
function spoil(file: string, table: string, column: string, value: string): boolean {
    const db = new Database(file);
    db.unsafeMode();
    try {
        db.pragma('ignore_check_constraints = ON');
        db.pragma('foreign_keys = OFF');
        const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
            name: string;
            sql: string;
        }[];
        for (const { name } of triggers) db.exec(`DROP TRIGGER "${name}"`);
        const { changes } = db
            .prepare(
                `UPDATE "${table}" SET "${column}" = ${value} WHERE rowid IN (SELECT rowid FROM "${table}" LIMIT 1)`,
            )
            .run();
        for (const { sql } of triggers) db.exec(sql);
        db.pragma('wal_checkpoint(TRUNCATE)');
        return changes > 0;
    } catch {
        return false; // of another type, the same key twice: not even such a program can write it
    } finally {
        db.close();
    }
}

/** Columns of tables with a rowid, which the statement above can reach. */
function cellsOf(file: string): readonly (readonly [string, string])[] {
    const db = new Database(file, { readonly: true });
    const tables = db
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'story_text%' AND sql NOT LIKE '%WITHOUT ROWID%'",
        )
        .pluck()
        .all() as string[];
    const cells = tables.flatMap((table) =>
        (db.pragma(`table_info("${table}")`) as { name: string }[]).map(({ name }) => [table, name] as const),
    );
    db.close();
    return cells;
}

/** Undefined where it went well. */
function refusal(work: () => unknown): unknown {
    try {
        work();
        return undefined;
    } catch (error) {
        return error;
    }
}

function expectSentence(error: unknown, file: string, what: string): void {
    expect(error, `${what}: ${String(error)}`).toBeInstanceOf(FaultError);
    const { fault, message } = error as FaultError;
    expect(fault.kind, what).toBe('bad-input');
    expect(message, what).toContain(file);
    expect(message.split('\n'), what).toHaveLength(1);
    expect(message.length, what).toBeLessThan(600);
}

describe('a run', () => {
    it('is refused in a sentence or read without a fault, whatever stands in a cell', { timeout: 300_000 }, () => {
        const lease = aLease();
        const { name: database } = lease.db;
        for (const number of [1, 2])
            recordUpdate(lease, anUpdate(number), episodesOf(number), ratingsOf(episodesOf(number)));
        for (const [phase, update] of [
            ['before', 0],
            ['after', 2],
        ] as const) {
            const samples = samplesOf(phase);
            recordEvaluation(
                lease,
                anEvaluation(phase, update),
                samples,
                samples.map(({ seed }) => ratingOf(seed, 2)),
            );
        }
        recordCheckpoint(lease, {
            path: 'checkpoints/a',
            kind: 'initial',
            at: start,
            words: 0,
            update: 0,
            digest: 'd',
        });
        lease.db.pragma('wal_checkpoint(TRUNCATE)');
        const whole = fs.readFileSync(database);
        const cells = cellsOf(database);
        expect(cells.length).toBeGreaterThan(80);
        const folder = temporaryFolder();
        let refused = 0;
        let read = 0;
        for (const [i, [table, column]] of cells.entries())
            for (const value of someOf(i)) {
                const file = `${folder}/run.sqlite`;
                fs.writeFileSync(file, whole);
                if (!spoil(file, table, column, value)) continue;
                const what = `${table}.${column} = ${value}`;
                const error = refusal(() =>
                    adoptDatabase(file, 'the-file.sqlite', { knownRuns: [], name: null, at: start }),
                );
                if (error !== undefined) {
                    expectSentence(error, 'the-file.sqlite', what);
                    refused++;
                } else {
                    const db = openRunDatabase(file, { readonly: true });
                    const wrong = refusal(() => [
                        [
                            readSummary(db, start),
                            readConfig(db),
                            readProvenance(db),
                            updatesAfter(db, 0),
                            knownCriteria(db),
                        ],
                        evaluations(db).map(({ id }) => ratedSamples(db, id)),
                    ]);
                    db.close();
                    expect(wrong, what).toBeUndefined();
                    read++;
                }
            }
        expect([refused > 50, read > 20]).toEqual([true, true]);
    });
});

describe('a rating set', () => {
    it('is refused in a sentence or read without a fault, whatever stands in a cell', { timeout: 300_000 }, () => {
        const made = aSetFile();
        withSet(made, { readonly: false }, (db) => {
            const { id } = raterNamed(db, 'Ada', start);
            for (const position of [1, 2, 3]) addSetRating(db, anAnswer(id, position));
            db.pragma('wal_checkpoint(TRUNCATE)');
        });
        const whole = fs.readFileSync(made);
        const folder = temporaryFolder();
        let refused = 0;
        for (const [i, [table, column]] of cellsOf(made).entries())
            for (const value of someOf(i)) {
                const file = `${folder}/set.sqlite`;
                const home = `${folder}/home`;
                fs.writeFileSync(file, whole);
                if (!spoil(file, table, column, value)) continue;
                const what = `${table}.${column} = ${value}`;
                const error = refusal(() => importSet(home, file));
                if (error !== undefined) {
                    expectSentence(error, file, what);
                    expect(listSets(home, readSetHead), what).toEqual([]);
                    refused++;
                } else
                    expect(
                        refusal(() =>
                            withSet(listSets(home, readSetHead)[0]!.file, { readonly: true }, (db) => [
                                readSetHead(db),
                                setRatings(db),
                            ]),
                        ),
                        what,
                    ).toBeUndefined();
                fs.rmSync(home, { recursive: true, force: true });
            }
        expect(refused).toBeGreaterThan(15);
    });

    it.each([
        ['a scale too wide', `json_set(criteria, '$[0].max', 2000000000)`],
        ['a scale that does not go up', `json_set(criteria, '$[0].max', 0)`],
        ['a scale below zero', `json_set(criteria, '$[0].min', -5)`],
        ['half a grade', `json_set(criteria, '$[0].max', 2.5)`],
        ['a weight without end', `json_set(criteria, '$[1].weight', 1e300)`],
        ['the same criterion twice', `json_set(criteria, '$[1].id', 'readability')`],
        ['no criterion', `'[]'`],
        ['a name without end', `json_set(criteria, '$[0].name', hex(zeroblob(100000)))`],
    ])('is refused with what no rubric file may have: %s', (_, criteria) => {
        const file = aSetFile();
        const db = new Database(file);
        db.exec(`UPDATE rating_set SET criteria = ${criteria}`);
        db.pragma('journal_mode = DELETE');
        db.close();
        const home = temporaryFolder();
        expectSentence(
            refusal(() => importSet(home, file)),
            file,
            criteria,
        );
        expect(listSets(home, readSetHead)).toEqual([]);
    });

    it('is refused with any byte of its header changed, or read', { timeout: 120_000 }, () => {
        const whole = fs.readFileSync(aSetFile());
        const folder = temporaryFolder();
        for (let at = 0; at < 100; at++)
            for (const change of [0xff]) {
                const file = `${folder}/set.sqlite`;
                const bytes = Buffer.from(whole);
                bytes[at]! ^= change;
                fs.writeFileSync(file, bytes);
                const error = refusal(() => importSet(`${folder}/home`, file));
                if (error !== undefined) expectSentence(error, file, `byte ${at}`);
                fs.rmSync(`${folder}/home`, { recursive: true, force: true });
            }
    });

    it('that is broken hides none of the others', () => {
        const home = temporaryFolder();
        const [broken, sound] = [aSetFile(home), aSetFile(home, { id: '01M80J4D62TW65W8EK4FDWN09T' })];
        const db = new Database(broken);
        db.pragma('ignore_check_constraints = ON');
        db.exec("UPDATE rating_set SET criteria = 'NaN'");
        db.close();
        const [first, second] = listSets(home, readSetHead);
        expect(first).toMatchObject({
            kind: 'unreadable',
            file: broken,
            problem: expect.stringContaining(broken) as string,
        });
        expect(second).toMatchObject({ kind: 'set', file: sound });
    });
});
