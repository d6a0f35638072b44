/**
 * What students said of benchmarks, in `benchmarks.sqlite` beside the runs: written as it is read, and kept until a
 * person deletes it.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type {
    BenchmarkItem,
    BenchmarkPlan,
    BenchmarkStudent,
    BenchmarkTask,
    ReadItem,
} from '../../../shared/benchmarks/benchmarks.ts';
import { badInput, commandLine } from '../../../shared/faults.ts';
import type { StoredConfig } from '../../../shared/run/stored-config.ts';
import { isSameName } from '../../../shared/text/names.ts';
import type { Clock } from '../connection/lease.ts';
import { openBenchmarksDatabase } from '../connection/open.ts';
import { mayWriteDatabase } from '../connection/places.ts';
import { readAll, readOne, transaction, write } from '../connection/statements.ts';

export interface NewBenchmark {
    readonly id: string;
    readonly name: string;
    /** Folders of the student and of the tasks. */
    readonly checkpoint: string;
    readonly data: string;
    /** None: all that are there. */
    readonly only: readonly BenchmarkTask[];
    readonly config: StoredConfig;
    readonly storyloop: string;
}

/** One task of a benchmark, and how many of its items are recorded. */
export interface RecordedTask extends BenchmarkPlan {
    readonly done: number;
}

export interface RecordedBenchmark extends Omit<NewBenchmark, 'config' | 'storyloop'> {
    readonly createdAt: number;
    readonly student: BenchmarkStudent | null;
    readonly device: string | null;
    readonly finishedAt: number | null;
    readonly tasks: readonly RecordedTask[];
}

export interface Benchmarks {
    add(benchmark: NewBenchmark): void;
    /** Newest first. */
    list(): readonly RecordedBenchmark[];
    setDevice(id: string, device: string): void;
    /** What will be read; what is recorded of other items of the same task is dropped. */
    plan(id: string, student: BenchmarkStudent, tasks: readonly BenchmarkPlan[]): void;
    /**
     * The next items of a task.
     * @param after how many of the task's items are already recorded
     * @throws bad input where there are others: somebody else reads them, too
     */
    record(id: string, task: BenchmarkTask, items: readonly ReadItem[], after: number): void;
    finish(id: string): void;
    /** In the order of the task's file. */
    items(id: string, task: BenchmarkTask): readonly ReadItem[];
    remove(id: string): void;
    close(): void;
}

export const benchmarksFile = (home: string): string => path.join(home, 'benchmarks.sqlite');

interface StoredBenchmark {
    readonly id: string;
    readonly created_at: number;
    readonly name: string;
    readonly checkpoint: string;
    readonly data: string;
    readonly only_tasks: string;
    readonly student: string | null;
    readonly device: string | null;
    readonly finished_at: number | null;
}

/** Was anything ever read here? Looking makes no file. */
export function hasBenchmarks(home: string): boolean {
    return existsSync(benchmarksFile(home));
}

/**
 * The one with this id or beginning of an id; or the newest of this name.
 * @throws bad input where there is none
 */
export function findBenchmark(record: Pick<Benchmarks, 'list'>, named: string): RecordedBenchmark {
    const found = record
        .list()
        .find(({ id, name }) => (named.length >= 4 && id.startsWith(named.toUpperCase())) || isSameName(name, named));
    if (found !== undefined) return found;
    throw badInput(
        `No benchmark was read under the name "${named}"; nothing was changed.`,
        `"${commandLine} benchmarks" lists them.`,
    );
}

/** @param readonly for whoever only looks, also where nobody may write */
export function openBenchmarks(home: string, clock: Clock, { readonly = false } = {}): Benchmarks {
    const file = benchmarksFile(home);
    // else it is opened for writing, and brought up to date
    const db = openBenchmarksDatabase(file, { readonly: readonly && !mayWriteDatabase(file) });
    const tasksOf = (id: string): readonly RecordedTask[] =>
        readAll<RecordedTask>(
            db,
            `SELECT task, dataset, digest, items,
                    (SELECT coalesce(max(place) + 1, 0) FROM score
                     WHERE score.benchmark = @id AND score.task = benchmark_task.task) AS done
             FROM benchmark_task WHERE benchmark = @id ORDER BY task`,
            { id },
        );
    return {
        add: ({ id, name, checkpoint, data, only, config, storyloop }) =>
            void write(
                db,
                `INSERT INTO benchmark (id, created_at, name, checkpoint, data, only_tasks, preset, config, storyloop)
                 VALUES (@id, @createdAt, @name, @checkpoint, @data, @only, @preset, @config, @storyloop)`,
                {
                    id,
                    name,
                    checkpoint,
                    data,
                    storyloop,
                    createdAt: clock(),
                    preset: config.preset,
                    only: JSON.stringify(only),
                    config: JSON.stringify(config),
                },
            ),
        list: () =>
            readAll<StoredBenchmark>(db, 'SELECT * FROM benchmark ORDER BY created_at DESC, id DESC').map((row) => ({
                id: row.id,
                name: row.name,
                checkpoint: row.checkpoint,
                data: row.data,
                device: row.device,
                only: JSON.parse(row.only_tasks) as BenchmarkTask[],
                createdAt: row.created_at,
                finishedAt: row.finished_at,
                student: row.student === null ? null : (JSON.parse(row.student) as BenchmarkStudent),
                tasks: tasksOf(row.id),
            })),
        setDevice: (id, device) =>
            void write(db, 'UPDATE benchmark SET device = @device WHERE id = @id', { id, device }),
        plan: (id, student, tasks) =>
            transaction(db, () => {
                write(db, 'UPDATE benchmark SET student = @student WHERE id = @id', {
                    id,
                    student: JSON.stringify(student),
                });
                for (const { task, dataset, digest, items } of tasks) {
                    write(
                        db,
                        'DELETE FROM benchmark_task WHERE benchmark = @id AND task = @task AND digest <> @digest',
                        {
                            id,
                            task,
                            digest,
                        },
                    );
                    write(
                        db,
                        `INSERT INTO benchmark_task (benchmark, task, dataset, digest, items)
                         VALUES (@id, @task, @dataset, @digest, @items)
                         ON CONFLICT DO NOTHING`,
                        { id, task, dataset, digest, items },
                    );
                }
            }),
        record: (id, task, items, after) =>
            transaction(db, () => {
                const { next } = readOne<{ next: number }>(
                    db,
                    'SELECT coalesce(max(place) + 1, 0) AS next FROM score WHERE benchmark = @id AND task = @task',
                    { id, task },
                )!;
                if (next !== after)
                    throw badInput(
                        'Another Storyloop reads these tasks with the same student, so this one stopped; what was read is kept. Continue once the other one has finished.',
                    );
                items.forEach(({ item, logprobs }, at) =>
                    write(
                        db,
                        `INSERT INTO score (benchmark, task, place, item, logprobs)
                         VALUES (@id, @task, @place, @item, @logprobs)`,
                        { id, task, place: next + at, item: itemRow(item), logprobs: JSON.stringify(logprobs) },
                    ),
                );
            }),
        finish: (id) => void write(db, 'UPDATE benchmark SET finished_at = @now WHERE id = @id', { id, now: clock() }),
        items: (id, task) =>
            readAll<{ content: string; logprobs: string }>(
                db,
                `SELECT content, logprobs FROM score JOIN item ON item.id = score.item
                 WHERE benchmark = @id AND task = @task ORDER BY place`,
                { id, task },
            ).map(({ content, logprobs }) => ({
                item: JSON.parse(content) as BenchmarkItem,
                logprobs: JSON.parse(logprobs) as (number | null)[],
            })),
        remove: (id) =>
            transaction(db, () => {
                write(db, 'DELETE FROM benchmark WHERE id = @id', { id });
                write(db, 'DELETE FROM item WHERE id NOT IN (SELECT item FROM score)');
            }),
        close: () => void db.close(),
    };

    /** Kept once, whoever reads it. */
    function itemRow(item: BenchmarkItem): number {
        const content = JSON.stringify(item);
        const digest = createHash('sha256').update(content).digest().subarray(0, 16);
        const known = readOne<{ id: number }>(db, 'SELECT id FROM item WHERE digest = @digest', { digest });
        if (known !== undefined) return known.id;
        return write(db, 'INSERT INTO item (digest, content) VALUES (@digest, @content)', { digest, content }).id;
    }
}
