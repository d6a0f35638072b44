/** Answers a page about benchmarks: starts, pauses, lists, counts, compares, exports and deletes them. */
import { basename, relative, resolve, sep } from 'node:path';
import { benchmarkTasks, type BenchmarkTask } from '../../../../shared/benchmarks/benchmarks.ts';
import type { TaskScore } from '../../../../shared/benchmarks/results.ts';
import type { EngineEvent } from '../../../../shared/contracts/engine.ts';
import { badInput, describeFault, FaultError } from '../../../../shared/faults.ts';
import { composeConfig } from '../../../../shared/run/config.ts';
import type { BenchmarkLive, BenchmarkRow, ComparedTask } from '../../../../shared/views/benchmarks.ts';
import type { TrashedThing } from '../../../../shared/views/computer.ts';
import type { Clock } from '../../../store/connection/lease.ts';
import { hasBenchmarks, openBenchmarks, type RecordedBenchmark } from '../../../store/home/benchmarks.ts';
import { givenPath } from '../../../store/home/given-path.ts';
import { runsFolder } from '../../../store/home/run-folder.ts';
import type { Trashable } from '../../../store/home/trash.ts';
import { shippedStudent } from '../../sources/checkpoint-source.ts';
import type { BenchmarkAsked, BenchmarkHandle } from '../../sessions/benchmarking.ts';
import type { Workbench } from '../../workbench.ts';
import { openBenchmarkThread } from './benchmark-thread.ts';
import { paperHandlers, writtenTo } from './paper.ts';
import type { Handlers } from '../handlers.ts';

type BenchmarkMethods = Extract<keyof Handlers, `${'benchmarks' | 'paper' | 'passport'}.${string}`>;

export interface Benchmarking {
    readonly handlers: Handlers<BenchmarkMethods>;
    /**
     * Moves what a student said to the trash, and ends its reading if that is under way; answered with its id there.
     */
    delete(thing: Trashable): Promise<string>;
    takeBack(id: string): Promise<TrashedThing>;
    /** Pauses what is under way, waits up to the time given, and ends what has not paused. */
    close(patienceMs: number): Promise<void>;
}

interface BenchmarkSurroundings {
    /** The folder for an export: within one that a person chose, or in the data folder. */
    placeOf(folder: string | null, name: string): string;
    changed(row: BenchmarkRow): void;
    gone(benchmark: string): void;
}

interface UnderWay {
    readonly handle: BenchmarkHandle;
    live: BenchmarkLive;
    /** By task, how many items are recorded. */
    readonly done: Map<BenchmarkTask, number>;
    /** The progress and the time when this engine began, for an estimate of what is left. */
    from: { readonly fraction: number; readonly at: number } | null;
    isDiscarded: boolean;
}

const tellEveryMs = 250;
const mostUnderWay = 2; // engines at once, each with a student in memory
const mostKept = 24; // counted results in memory

export function openBenchmarking(
    workbench: Workbench,
    home: string,
    clock: Clock,
    { placeOf, changed, gone }: BenchmarkSurroundings,
): Benchmarking {
    const underWay = new Map<string, UnderWay>();
    const problems = new Map<string, string>(); // why a reading stopped, until it goes on
    const thread = openBenchmarkThread(home);
    const counted = keeper<readonly TaskScore[]>();
    const compared = keeper<readonly ComparedTask[]>();

    function list(): readonly RecordedBenchmark[] {
        if (!hasBenchmarks(home)) return [];
        const record = openBenchmarks(home, clock, { readonly: true });
        try {
            return record.list();
        } finally {
            record.close();
        }
    }
    function find(id: string): RecordedBenchmark {
        const found = list().find((each) => each.id === id);
        if (found) return found;
        throw badInput('This result is not here any more; nothing was changed. Choose another one.');
    }
    /** What a benchmark holds now; results that were counted of less are counted again. */
    const stateOf = ({ id, tasks }: RecordedBenchmark): readonly unknown[] => [id, tasks.map(({ done }) => done)];

    function rowOf({ id, name, checkpoint, createdAt, finishedAt, ...rest }: RecordedBenchmark): BenchmarkRow {
        const work = underWay.get(id);
        const { student, device, data: folder } = rest;
        return {
            id,
            createdAt,
            finishedAt,
            student,
            device,
            folder,
            name: name === shippedStudent ? basename(checkpoint) : name, // as the list of students calls it
            run: runOf(home, checkpoint),
            state: work ? 'running' : finishedAt === null ? 'waiting' : 'finished',
            tasks: rest.tasks
                .map(({ task, dataset, items, done }) => ({ task, dataset, items, done: work?.done.get(task) ?? done }))
                .toSorted((a, b) => benchmarkTasks.indexOf(a.task) - benchmarkTasks.indexOf(b.task)),
            live: work?.live ?? null,
            problem: problems.get(id) ?? null,
        };
    }
    /** Tells the pages how a benchmark is now, or that it was removed. */
    function tell(id: string): void {
        const found = list().find((each) => each.id === id);
        if (found) changed(rowOf(found));
        else gone(id);
    }

    /** @param asked the student and the tasks; answered once something is read, or refused */
    async function begin(
        asked: Pick<BenchmarkAsked, 'from' | 'data' | 'only' | 'resumes'>,
    ): Promise<{ readonly benchmark: string }> {
        if (underWay.size >= mostUnderWay)
            throw badInput(
                `${mostUnderWay} students are already reading benchmarks; nothing was started. Wait for one to finish, or pause one.`,
            );
        const config = composeConfig('improved', {});
        const isUnderWay = (id: string): boolean => underWay.has(id);
        const handle = workbench.benchmark({ preset: 'improved', config, ...asked, isUnderWay });
        const { id } = handle;
        const entry: UnderWay = { handle, live: atFirst, done: new Map(), from: null, isDiscarded: false };
        underWay.set(id, entry);
        problems.delete(id);
        let row = find(id);
        let timer: NodeJS.Timeout | null = null;
        const tellSoon = (): void => {
            timer ??= setTimeout(() => {
                timer = null;
                if (underWay.get(id) === entry) changed(rowOf(row));
            }, tellEveryMs);
        };
        const begun = Promise.withResolvers<null>();
        handle.onEvent((event) => {
            if (event.type === 'ready' || event.type === 'benchmarking') row = find(id); // now it has more to tell
            take(entry, row, event, clock);
            if (event.type === 'benchmarking') begun.resolve(null);
            tellSoon();
        });
        void handle.ended.then(async (end) => {
            if (timer) clearTimeout(timer);
            underWay.delete(id);
            if (end.kind === 'failed' && !entry.isDiscarded) problems.set(id, describeFault(end.fault, 'window'));
            if (end.kind === 'failed') begun.reject(new FaultError(end.fault));
            else begun.resolve(null);
            if (!entry.isDiscarded) tell(id);
        });
        tell(id);
        await begun.promise;
        return { benchmark: id };
    }

    return {
        handlers: {
            'benchmarks.list': () => list().map(rowOf),
            'benchmarks.look': ({ folder }, { gone: left }) =>
                thread({ does: 'look', folder: givenPath(folder) }, left),
            'benchmarks.start': ({ source, folder, tasks }) => begin({ from: source, data: folder, only: tasks }),
            'benchmarks.resume': ({ benchmark }) => {
                const { finishedAt, checkpoint, data, only } = find(benchmark);
                if (finishedAt !== null)
                    throw badInput('This student has read all of these tasks; there is nothing to continue.');
                return begin({ from: checkpoint, data, only, resumes: benchmark });
            },
            'benchmarks.pause': ({ benchmark }) => {
                const entry = underWay.get(benchmark);
                if (!entry)
                    throw badInput('Nothing reads these tasks now; nothing was changed. What was read is recorded.');
                entry.handle.pause();
                entry.live = { ...entry.live, pauseAsked: true };
                tell(benchmark);
                return null;
            },
            'benchmarks.results': ({ benchmark, counting }) =>
                counted([stateOf(find(benchmark)), counting], () => thread({ does: 'count', benchmark, counting })),
            'benchmarks.compare': ({ before, after, counting }) =>
                compared([stateOf(find(before)), stateOf(find(after)), counting], () =>
                    thread({ does: 'compare', before, after, counting }),
                ),
            'benchmarks.ages': ({ benchmarks, counting }) => {
                benchmarks.forEach(find);
                return thread({ does: 'ages', benchmarks, counting });
            },
            'benchmarks.export': async ({ benchmark, folder }) => {
                const { name } = rowOf(find(benchmark));
                const to = placeOf(folder, `${name} benchmarks`);
                const files = await thread({ does: 'write', benchmark, folder: to });
                return writtenTo(home, to, files);
            },
            ...paperHandlers({ home, thread, find, placeOf }),
        },
        async delete(thing) {
            find(thing.name);
            const entry = underWay.get(thing.name);
            if (entry) {
                entry.isDiscarded = true;
                entry.handle.kill();
                await entry.handle.ended;
            }
            problems.delete(thing.name);
            try {
                if (!list().some(({ id }) => id === thing.name))
                    throw badInput(`${thing.label} had read nothing yet, so nothing of it went to the trash.`);
                return await thread({ does: 'delete', thing });
            } finally {
                tell(thing.name);
            }
        },
        async takeBack(id) {
            const thing = await thread({ does: 'take back', id });
            tell(thing.name);
            return thing;
        },
        async close(patienceMs) {
            const handles = [...underWay.values()].map(({ handle }) => handle);
            for (const handle of handles) handle.pause();
            const timer = setTimeout(() => handles.forEach((handle) => handle.kill()), patienceMs);
            await Promise.all(handles.map(({ ended }) => ended));
            clearTimeout(timer);
        },
    };
}

const atFirst: BenchmarkLive = { phase: 'starting', task: null, fraction: null, remaining: null, pauseAsked: false };

function take(entry: UnderWay, row: RecordedBenchmark, event: EngineEvent, clock: Clock): void {
    const { live, done } = entry;
    switch (event.type) {
        case 'benchmarking':
            for (const task of row.tasks) done.set(task.task, task.done);
            break;
        case 'phase': {
            const next = benchmarkTasks.find((name) =>
                row.tasks.some(({ task, items }) => task === name && (done.get(task) ?? 0) < items),
            );
            entry.live = { ...live, phase: event.phase, task: next ?? live.task };
            break;
        }
        case 'progress': {
            const now = clock();
            entry.from ??= { fraction: event.done, at: now };
            const read = event.done - entry.from.fraction;
            const remaining = read > 0.01 ? ((1 - event.done) * (now - entry.from.at)) / read / 1000 : null;
            entry.live = { ...live, fraction: event.done, remaining };
            break;
        }
        case 'scored':
            done.set(event.task, (done.get(event.task) ?? 0) + event.items.length);
            break;
        default:
            break;
    }
}

/** The run of a checkpoint at `<data folder>/runs/<run>/checkpoints/<name>`; null elsewhere. */
function runOf(home: string, checkpoint: string): string | null {
    const [run, folder, name, ...more] = relative(runsFolder(home), resolve(checkpoint)).split(sep);
    const isInRun = run !== undefined && run !== '..' && folder === 'checkpoints' && name !== undefined;
    return isInRun && more.length === 0 ? run : null;
}

/** Keeps the latest answers, because intervals take seconds and pages ask for them again and again. */
function keeper<T>(): (of: readonly unknown[], work: () => Promise<T>) => Promise<T> {
    const kept = new Map<string, Promise<T>>();
    return (of, work) => {
        const key = JSON.stringify(of);
        const known = kept.get(key) ?? work();
        kept.delete(key);
        kept.set(key, known); // the latest last
        known.catch(() => kept.delete(key)); // the caller gets the error; the next one tries again
        for (const oldest of [...kept.keys()].slice(0, -mostKept)) kept.delete(oldest);
        return known;
    };
}
