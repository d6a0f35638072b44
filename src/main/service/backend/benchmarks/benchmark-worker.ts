/** The thread that reads, counts and removes benchmarks; `benchmark-thread.ts` starts it. */
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { presetCounting, type CountingPreset } from '../../../../shared/benchmarks/counting.ts';
import type { TaskScore } from '../../../../shared/benchmarks/results.ts';
import { badInput, faultOf, type Fault } from '../../../../shared/faults.ts';
import type { BenchmarkAges, BenchmarksInFolder, ComparedTask } from '../../../../shared/views/benchmarks.ts';
import { findBenchmarks, readTask } from '../../../benchmarks/find-tasks.ts';
import { openReadBenchmarks, type ReadBenchmarks } from '../../reports/benchmarks/recorded.ts';
import { comparedTasks } from '../../reports/benchmarks/compared-tasks.ts';
import { version } from '../../sources/version.ts';

/** The jobs that can be asked for, and the answer to each. */
export interface BenchmarkAnswers {
    readonly look: BenchmarksInFolder;
    readonly count: readonly TaskScore[];
    readonly compare: readonly ComparedTask[];
    readonly ages: BenchmarkAges;
    /** The paths of the files in the folder. */
    readonly write: readonly string[];
    readonly remove: null;
}
export type BenchmarkJob =
    | { readonly does: 'look'; readonly folder: string }
    | { readonly does: 'count'; readonly benchmark: string; readonly counting: CountingPreset }
    | {
          readonly does: 'compare';
          readonly before: string;
          readonly after: string;
          readonly counting: CountingPreset;
      }
    | { readonly does: 'ages'; readonly benchmarks: readonly string[]; readonly counting: CountingPreset }
    /** `folder` must not exist yet. */
    | { readonly does: 'write'; readonly benchmark: string; readonly folder: string }
    | { readonly does: 'remove'; readonly benchmark: string };
/** A job, and the data folder that it is about. */
export interface BenchmarkWork {
    readonly home: string;
    readonly job: BenchmarkJob;
}
export type BenchmarkMessage =
    | { readonly kind: 'done'; readonly answer: BenchmarkAnswers[keyof BenchmarkAnswers] }
    | { readonly kind: 'fault'; readonly fault: Fault };

const { home, job } = workerData as BenchmarkWork;

function answerTo(job: BenchmarkJob): BenchmarkAnswers[keyof BenchmarkAnswers] {
    switch (job.does) {
        case 'look':
            return lookInto(job.folder);
        case 'count':
            return recorded(({ find, count }) => count(find(job.benchmark), presetCounting(job.counting)));
        case 'compare':
            return recorded(({ find, compare }) =>
                comparedTasks(compare(find(job.before), find(job.after), presetCounting(job.counting))),
            );
        case 'ages':
            return recorded(({ find, acquisition }) => {
                const found = job.benchmarks.map(find);
                const checkpoints = found
                    // refused below if unknown
                    .map(({ id, name, student }) => ({ id, name, words: student?.words ?? 0 }))
                    .toSorted((a, b) => a.words - b.words);
                return { ...acquisition(found, presetCounting(job.counting)), checkpoints };
            });
        case 'write':
            return write(job.benchmark, job.folder);
        case 'remove':
            recorded(({ find, remove }) => remove(find(job.benchmark)), { readonly: false });
            return null;
        default:
            return job satisfies never;
    }
}

function lookInto(folder: string): BenchmarksInFolder {
    const { tasks, missing, remarks } = findBenchmarks(folder);
    const read = tasks.map((found) => ({ found, ...readTask(found) }));
    return {
        tasks: read
            .map(({ found, items }) => ({ task: found.task, items: items.length, files: found.files.length }))
            .filter(({ items }) => items > 0),
        missing,
        remarks: [...remarks, ...read.flatMap((each) => each.remarks)],
    };
}

/** Writes the folder under another name until it is complete: a folder of the right name always is. */
function write(benchmark: string, folder: string): readonly string[] {
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    try {
        const files = recorded(({ find, writePredictions }) => writePredictions(find(benchmark), partial));
        if (files.length === 0)
            throw badInput(
                'None of these tasks has an official file of predictions (Zorro and age of acquisition have none); nothing was written.',
            );
        const listed = files.map((path) => ({ path, bytes: statSync(join(partial, path)).size }));
        const manifest = { version: 1, storyloop: version, at: new Date().toISOString(), files: listed };
        mkdirSync(partial, { recursive: true });
        writeFileSync(join(partial, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
        renameSync(partial, folder);
        return files;
    } catch (error) {
        rmSync(partial, { recursive: true, force: true });
        throw error;
    }
}

function recorded<T>(work: (record: ReadBenchmarks) => T, { readonly = true } = {}): T {
    const record = openReadBenchmarks(home, Date.now, { readonly });
    try {
        return work(record);
    } finally {
        record.close();
    }
}

function report(message: BenchmarkMessage): void {
    parentPort!.postMessage(message);
}

try {
    report({ kind: 'done', answer: answerTo(job) });
} catch (error) {
    report({ kind: 'fault', fault: faultOf(error) });
}
