/** The benchmarks that were read in a data folder: listed, counted, taken out, removed. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { badInput, commandLine } from '../../shared/faults.ts';
import { benchmarkTasks } from '../../shared/benchmarks.ts';
import type { Counting } from '../../shared/benchmark-counting.ts';
import type { TaskChange, TaskScore } from '../../shared/benchmark-results.ts';
import { isSameName } from '../../shared/text/names.ts';
import { officialFiles } from '../benchmarks/predictions.ts';
import { openBenchmarks, type RecordedBenchmark } from '../store/home/benchmarks.ts';
import { givenPath } from '../store/home/given-path.ts';
import { dataFolder } from '../store/home/run-folder.ts';
import { compareBenchmarks, countBenchmark, readRecorded } from './reports/benchmark-results.ts';

export { overSeeds, sayChange } from '../benchmarks/change-words.ts';

export interface ReadBenchmarks {
    /** Newest first. */
    list(): readonly RecordedBenchmark[];
    /** By id, by the beginning of it, or by name: then the newest. */
    find(named: string): RecordedBenchmark;
    count(benchmark: RecordedBenchmark, counting: Counting): readonly TaskScore[];
    /** Of the items that both have read. */
    compare(before: RecordedBenchmark, after: RecordedBenchmark, counting: Counting): readonly TaskChange[];
    /** Writes the official folder of predictions into `folder`; the files, by their paths in it. */
    writePredictions(benchmark: RecordedBenchmark, folder: string): readonly string[];
    remove(benchmark: RecordedBenchmark): void;
    close(): void;
}

export function openReadBenchmarks(clock: () => number = Date.now): ReadBenchmarks {
    const record = openBenchmarks(dataFolder(), clock);
    return {
        list: () => record.list(),
        find(named) {
            const found = record
                .list()
                .find(
                    ({ id, name }) =>
                        (named.length >= 4 && id.startsWith(named.toUpperCase())) || isSameName(name, named),
                );
            if (found !== undefined) return found;
            throw badInput(
                `No benchmark was read under the name "${named}"; nothing was changed.`,
                `"${commandLine} benchmarks" lists them.`,
            );
        },
        count: (benchmark, counting) => countBenchmark(record, benchmark, counting),
        compare: (before, after, counting) => compareBenchmarks(record, before, after, counting),
        writePredictions(benchmark, folder) {
            const to = givenPath(folder);
            if (existsSync(to) && readdirSync(to).length > 0)
                throw badInput(
                    `${to} holds something already; nothing was written. Name a folder that is empty or new.`,
                );
            const files = benchmarkTasks.flatMap((task) => {
                if (task === 'aoa' || task === 'zorro') return []; // checkpoints together; no task of the challenge
                const { scored } = readRecorded(record, benchmark.id, task);
                const dataset = benchmark.tasks.find((recorded) => recorded.task === task)?.dataset ?? task;
                const place = { model: folderNameOf(benchmark.name), revision: 'main' };
                return scored.length === 0 ? [] : officialFiles(task, dataset, scored, place);
            });
            for (const { path, text } of files) {
                mkdirSync(dirname(join(to, path)), { recursive: true });
                writeFileSync(join(to, path), text);
            }
            return files.map(({ path }) => path);
        },
        remove: ({ id }) => record.remove(id),
        close: () => record.close(),
    };
}

/** The official scripts take a model's name as a folder's. */
function folderNameOf(name: string): string {
    return name.replace(/[^\p{L}\p{N}_-]+/gu, '-').replace(/^-+|-+$/gu, '') || 'student';
}
