/** The benchmarks recorded in a data folder: lists them, counts scores, writes the official files. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { badInput } from '../../../../shared/faults.ts';
import { benchmarkTasks } from '../../../../shared/benchmarks/benchmarks.ts';
import type { Counting } from '../../../../shared/benchmarks/counting.ts';
import type { TaskChange, TaskScore } from '../../../../shared/benchmarks/results.ts';
import type { Acquisition } from '../../../benchmarks/counting/acquisition.ts';
import { acquisitionFile, officialFiles, type OfficialFile } from '../../../benchmarks/predictions.ts';
import { findBenchmark, openBenchmarks, type RecordedBenchmark } from '../../../store/home/benchmarks.ts';
import { givenPath } from '../../../store/home/given-path.ts';
import { dataFolder } from '../../../store/home/run-folder.ts';
import { compareBenchmarks, countAges, countBenchmark, readCheckpoints, readRecorded } from './results.ts';

export type { RecordedBenchmark } from '../../../store/home/benchmarks.ts';
export { overSeeds, sayChange } from '../../../benchmarks/change-words.ts';

export interface ReadBenchmarks {
    /** Newest first. */
    list(): readonly RecordedBenchmark[];
    /** The one with this id or beginning of an id; or the newest of this name. */
    find(named: string): RecordedBenchmark;
    count(benchmark: RecordedBenchmark, counting: Counting): readonly TaskScore[];
    /** The change of each task, over the items that both have read. */
    compare(before: RecordedBenchmark, after: RecordedBenchmark, counting: Counting): readonly TaskChange[];
    /** When a student learned the words of the task aoa, from several of its checkpoints. */
    acquisition(checkpoints: readonly RecordedBenchmark[], counting: Counting): Acquisition;
    /** Writes the official file of surprisals at these checkpoints into `folder`; returns its path there. */
    writeSurprisals(checkpoints: readonly RecordedBenchmark[], folder: string): string;
    /** Writes the official folder of predictions into `folder`; returns the paths of its files there. */
    writePredictions(benchmark: RecordedBenchmark, folder: string): readonly string[];
    close(): void;
}

/** @param options readonly for whoever only looks, also where nobody may write */
export function openReadBenchmarks(
    home = dataFolder(),
    clock: () => number = Date.now,
    options: { readonly readonly?: boolean } = {},
): ReadBenchmarks {
    const record = openBenchmarks(home, clock, options);
    return {
        list: () => record.list(),
        find: (named) => findBenchmark(record, named),
        count: (benchmark, counting) => countBenchmark(record, benchmark, counting),
        compare: (before, after, counting) => compareBenchmarks(record, before, after, counting),
        acquisition: (checkpoints, counting) => countAges(record, checkpoints, counting),
        writePredictions(benchmark, folder) {
            const to = emptyFolder(folder);
            const files = benchmarkTasks.flatMap((task) => {
                // needs several checkpoints; are not in the challenge
                if (task === 'aoa' || task === 'zorro' || task === 'grammar') return [];
                const { scored } = readRecorded(record, benchmark.id, task);
                const dataset = benchmark.tasks.find((recorded) => recorded.task === task)?.dataset ?? task;
                const place = { model: folderNameOf(benchmark.name), revision: 'main' };
                return scored.length === 0 ? [] : officialFiles(task, dataset, scored, place);
            });
            return files.map((file) => put(file, to));
        },
        writeSurprisals(checkpoints, folder) {
            const to = emptyFolder(folder);
            const read = readCheckpoints(record, checkpoints);
            const steps = read.map((checkpoint) => ({ ...checkpoint, step: stepName(checkpoint.words) }));
            const model = folderNameOf(checkpoints[0]!.name);
            return put(acquisitionFile(steps, model, model), to);
        },
        close: () => record.close(),
    };
}

/** The path of a folder that is empty or not there yet. @throws bad input where something is in it */
function emptyFolder(folder: string): string {
    const to = givenPath(folder);
    if (existsSync(to) && readdirSync(to).length > 0)
        throw badInput(`${to} holds something already; nothing was written. Name a folder that is empty or new.`);
    return to;
}

function put({ path, text }: OfficialFile, folder: string): string {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    return path;
}

/** The challenge's name of a checkpoint: `chck_10M`. */
function stepName(words: number): string {
    return words < 1e6 ? `chck_${Math.round(words / 1e3)}k` : `chck_${Math.round(words / 1e6)}M`;
}

/** A student's name as the name of a folder, which the official scripts make of it. */
function folderNameOf(name: string): string {
    return name.replace(/[^\p{L}\p{N}_-]+/gu, '-').replace(/^-+|-+$/gu, '') || 'student';
}
