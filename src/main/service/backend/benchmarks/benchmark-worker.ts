/**
 * The thread that reads, counts and deletes benchmarks, and works out what a paper asks of runs; `benchmark-thread.ts`
 * starts it.
 */
import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { presetCounting, type CountingPreset } from '../../../../shared/benchmarks/counting.ts';
import type { TaskScore } from '../../../../shared/benchmarks/results.ts';
import { badInput, faultOf, type Fault } from '../../../../shared/faults.ts';
import type { Passport } from '../../../../shared/passport/passport.ts';
import type {
    BenchmarkAges,
    BenchmarksInFolder,
    ComparedTask,
    DrawnEquivalents,
    DrawnFigures,
} from '../../../../shared/views/benchmarks.ts';
import type { TrashedThing } from '../../../../shared/views/computer.ts';
import { findBenchmarks, readTask } from '../../../benchmarks/find-tasks.ts';
import { moveToTrash, takeBack, type Trashable } from '../../../store/home/trash.ts';
import { openReadBenchmarks, type ReadBenchmarks } from '../../reports/benchmarks/recorded.ts';
import { comparedTasks } from '../../reports/benchmarks/compared-tasks.ts';
import { figuresOfRuns } from '../../reports/figures/figures.ts';
import { equivalenceCharts } from '../../reports/figures/sweep-figures.ts';
import { makePassport } from '../../reports/passport/passports.ts';
import { equivalentsOfRuns } from '../../reports/sweep/sweeps.ts';
import { version } from '../../sources/version.ts';

/** The jobs that can be asked for, and the answer to each. */
export interface BenchmarkAnswers {
    readonly look: BenchmarksInFolder;
    readonly count: readonly TaskScore[];
    readonly compare: readonly ComparedTask[];
    readonly ages: BenchmarkAges;
    /** The paths of the files in the folder. */
    readonly write: readonly string[];
    /** Its id in the trash. */
    readonly delete: string;
    readonly 'take back': TrashedThing;
    readonly equivalents: readonly DrawnEquivalents[];
    readonly figures: DrawnFigures;
    readonly passport: Passport;
    readonly submit: readonly string[];
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
    | { readonly does: 'delete'; readonly thing: Trashable }
    | { readonly does: 'take back'; readonly id: string }
    | { readonly does: 'equivalents'; readonly runs: readonly string[]; readonly counting: CountingPreset }
    | {
          readonly does: 'figures';
          readonly runs: readonly string[];
          readonly counting: CountingPreset;
          readonly published: string | null;
      }
    | { readonly does: 'passport'; readonly checkpoint: string }
    /** `folder` must not exist yet. */
    | { readonly does: 'submit'; readonly checkpoint: string; readonly folder: string };
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
            return writeWhole(job.folder, (folder) => writePredictions(job.benchmark, folder));
        case 'delete':
            return moveToTrash(home, job.thing, Date.now());
        case 'take back':
            return takeBack(home, job.id);
        case 'equivalents': {
            const found = equivalentsOfRuns(job.runs, presetCounting(job.counting));
            return equivalenceCharts(found, null).map((chart, i) => ({ ...found[i]!, chart }));
        }
        case 'figures':
            return figuresOfRuns(job.runs, presetCounting(job.counting), job.published);
        case 'passport':
            return makePassport(job.checkpoint, null).passport;
        case 'submit':
            return writeWhole(job.folder, (folder) => {
                makePassport(job.checkpoint, folder);
                return filesUnder(folder);
            });
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

/**
 * Writes a folder under another name until it is complete: a folder of the right name always is.
 * @param write returns the paths of its files in the folder
 */
function writeWhole(folder: string, write: (folder: string) => readonly string[]): readonly string[] {
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    try {
        const files = write(partial);
        const listed = files.map((path) => ({ path, bytes: statSync(join(partial, path)).size }));
        const manifest = { version: 1, storyloop: version, at: new Date().toISOString(), files: listed };
        writeFileSync(join(partial, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
        renameSync(partial, folder);
        return files;
    } catch (error) {
        rmSync(partial, { recursive: true, force: true });
        throw error;
    }
}

function writePredictions(benchmark: string, folder: string): readonly string[] {
    const files = recorded((record) => record.writePredictions(record.find(benchmark), folder));
    if (files.length > 0) return files;
    throw badInput(
        'None of these tasks has an official file of predictions (Zorro and age of acquisition have none); nothing was written.',
    );
}

function filesUnder(folder: string): readonly string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
        .toSorted();
}

function recorded<T>(work: (record: ReadBenchmarks) => T): T {
    const record = openReadBenchmarks(home, Date.now, { readonly: true });
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
