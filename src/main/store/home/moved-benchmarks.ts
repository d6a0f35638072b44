/**
 * What one student said of benchmarks as a file of its own, of the same tables, so that it can leave the record and
 * come back. It is whole in the one before it goes from the other.
 */
import fs from 'node:fs';
import { openBenchmarksDatabase } from '../connection/open.ts';
import { transaction, write, type RunDatabase } from '../connection/statements.ts';
import { benchmarksFile, openBenchmarks } from './benchmarks.ts';

/** Is it in the record of this data folder? */
export function isRecorded(home: string, id: string): boolean {
    if (!fs.existsSync(benchmarksFile(home))) return false;
    const record = openBenchmarks(home, Date.now, { readonly: true });
    try {
        return record.list().some((benchmark) => benchmark.id === id);
    } finally {
        record.close();
    }
}

/** Moves it into the file, which is not there yet. */
export function moveBenchmarkOut(home: string, id: string, file: string): void {
    const partial = `${file}.partial`;
    beside(home, partial, (db) => {
        write(db, 'INSERT INTO other.benchmark SELECT * FROM main.benchmark WHERE id = @id', { id });
        write(db, 'INSERT INTO other.benchmark_task SELECT * FROM main.benchmark_task WHERE benchmark = @id', { id });
        write(
            db,
            'INSERT INTO other.item SELECT * FROM main.item WHERE id IN (SELECT item FROM main.score WHERE benchmark = @id)',
            { id },
        );
        write(db, 'INSERT INTO other.score SELECT * FROM main.score WHERE benchmark = @id', { id });
    });
    fs.renameSync(partial, file);
    const record = openBenchmarks(home, Date.now);
    try {
        record.remove(id);
    } finally {
        record.close();
    }
}

/** Takes it back into the record; the file stays. */
export function moveBenchmarkIn(home: string, id: string, file: string): void {
    if (isRecorded(home, id)) return; // the program died before it went
    beside(home, file, (db) => {
        write(db, 'INSERT INTO main.benchmark SELECT * FROM other.benchmark');
        write(db, 'INSERT INTO main.benchmark_task SELECT * FROM other.benchmark_task');
        write(
            db,
            `INSERT INTO main.item (digest, content) SELECT digest, content FROM other.item
             WHERE digest NOT IN (SELECT digest FROM main.item)`,
        );
        write(
            db,
            `INSERT INTO main.score (benchmark, task, place, item, logprobs)
             SELECT benchmark, task, place, here.id, logprobs FROM other.score
             JOIN other.item AS there ON there.id = other.score.item
             JOIN main.item AS here ON here.digest = there.digest`,
        );
    });
}

/** Works on the record with the file as `other`; both of the version that this program writes. */
function beside(home: string, file: string, work: (db: RunDatabase) => void): void {
    openBenchmarksDatabase(file).close();
    const db = openBenchmarksDatabase(benchmarksFile(home));
    try {
        write(db, 'ATTACH DATABASE @file AS other', { file });
        transaction(db, () => work(db));
    } finally {
        db.close();
    }
}
