/**
 * Lets a student read benchmarks and records each answer as it comes. One that was begun with the same student, folder
 * and tasks and not finished goes on where it stopped, so that starting again is also how to continue.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { ulid } from 'ulid';
import { ownPairs, type BenchmarkStudent, type BenchmarkTask } from '../../../shared/benchmarks/benchmarks.ts';
import type { EngineCommand, EngineEvent } from '../../../shared/contracts/engine.ts';
import { badInput } from '../../../shared/faults.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import type { PresetName } from '../../../shared/settings/field.ts';
import { configVersion } from '../../../shared/run/stored-config.ts';
import { requireWritable } from '../../store/connection/places.ts';
import { openBenchmarks, type Benchmarks, type RecordedBenchmark } from '../../store/home/benchmarks.ts';
import { givenPath } from '../../store/home/given-path.ts';
import type { Workshop } from '../../store/home/workshop.ts';
import { findCheckpoint, shippedStudent } from '../sources/checkpoint-source.ts';
import { version } from '../sources/version.ts';
import { afterEnd } from './after-end.ts';
import { startEngine, type EngineHost, type TaskHandle } from './engine-session.ts';

export interface BenchmarkAsked {
    readonly preset: PresetName;
    readonly config: RunConfig;
    /** A checkpoint folder, a run, a Hugging Face folder, or the shipped student. */
    readonly from: string;
    /** The folder of the tasks, or `own`. */
    readonly data: string;
    /** Only these tasks; empty: all that are there. */
    readonly only: readonly BenchmarkTask[];
    /** The id of the one to continue, where several were begun with the same student, folder and tasks. */
    readonly resumes?: string;
    /** Tells whether an engine is at work on one already; two would record every item twice. */
    readonly isUnderWay?: (id: string) => boolean;
}

export interface BenchmarkHandle extends TaskHandle {
    readonly id: string;
    readonly name: string;
    /** True where it goes on from an earlier start. */
    readonly isResumed: boolean;
}

/**
 * Starts an engine that reads the tasks, or goes on with a reading that was begun.
 * @throws bad input where the folder is missing, or this student is reading these tasks already
 */
export function startBenchmark(
    host: EngineHost,
    workshop: Workshop,
    { preset, config, from, data, only, resumes, isUnderWay = () => false }: BenchmarkAsked,
    clock: () => number,
): BenchmarkHandle {
    requireWritable(workshop.home);
    const checkpoint = findCheckpoint(workshop, from, clock());
    const asked = { checkpoint, data: data === ownPairs ? ownPairs : givenPath(data), only: [...only].sort() };
    if (asked.data !== ownPairs && !existsSync(asked.data))
        throw badInput(
            `There is no folder "${data}"; nothing was started. Name the folder evaluation_data of the BabyLM challenge, or one in it.`,
        );
    const record = openBenchmarks(workshop.home, clock);
    try {
        const begun = record
            .list()
            .find((benchmark) => (resumes === undefined ? isSameWork(benchmark, asked) : benchmark.id === resumes));
        if (begun !== undefined && isUnderWay(begun.id))
            throw badInput(
                'This student is reading these tasks already; nothing was changed. Its progress is in the list of results.',
            );
        const id = begun?.id ?? ulid(clock());
        const name = begun?.name ?? nameOf(from, checkpoint);
        const stored = { version: configVersion, preset, values: { ...config } };
        if (begun === undefined) record.add({ id, name, ...asked, config: stored, storyloop: version });
        const done: Done = Object.fromEntries(
            (begun?.tasks ?? []).map(({ task, digest, done: items }) => [task, { digest, items }]),
        );
        const engine = startEngine(
            host,
            { kind: 'benchmark', config: stored, from: checkpoint, data: asked.data, only: asked.only, done },
            (event) => take(record, { id, before: begun?.student ?? null, done }, event),
        );
        const noted = afterEnd(engine, (end) => {
            if (end.kind === 'finished') record.finish(id);
            const saidNothing = record.list().find((benchmark) => benchmark.id === id)?.student === null;
            if (end.kind === 'failed' && saidNothing) record.remove(id); // refused before anything was read
        });
        const closed = afterEnd(noted, () => record.close());
        return { ...closed, id, name, isResumed: begun !== undefined };
    } catch (error) {
        record.close();
        throw error;
    }
}

/** How many items of each task are recorded, of those with this digest. */
type Done = Partial<Record<BenchmarkTask, { digest: string; items: number }>>;

interface BenchmarkStart {
    readonly id: string;
    /** Who read what is recorded; null for nobody. */
    readonly before: BenchmarkStudent | null;
    /** Grows with what is recorded. */
    readonly done: Done;
}

function take(record: Benchmarks, { id, before, done }: BenchmarkStart, event: EngineEvent): EngineCommand | undefined {
    switch (event.type) {
        case 'ready':
            record.setDevice(id, event.device);
            break;
        case 'benchmarking':
            if (before !== null && before.digest !== event.student.digest) {
                record.finish(id);
                throw badInput(
                    'The student is not the one that began to read these benchmarks; what it said is kept as it is. Start again: it then begins anew.',
                );
            }
            record.plan(id, event.student, event.tasks);
            for (const { task, digest } of event.tasks)
                if (done[task]?.digest !== digest) done[task] = { digest, items: 0 };
            break;
        case 'scored': {
            const read = done[event.task]!;
            record.record(id, event.task, event.items, read.items);
            read.items += event.items.length;
            break;
        }
        default:
            break; // only shown, not recorded
    }
    return undefined;
}

function isSameWork(
    benchmark: RecordedBenchmark,
    asked: Pick<RecordedBenchmark, 'checkpoint' | 'data' | 'only'>,
): boolean {
    return (
        benchmark.finishedAt === null &&
        resolve(benchmark.checkpoint) === resolve(asked.checkpoint) &&
        benchmark.data === asked.data &&
        benchmark.only.join() === asked.only.join()
    );
}

/** The student's name: a run's, followed by that of the checkpoint. */
function nameOf(from: string, checkpoint: string): string {
    if (from === shippedStudent) return shippedStudent;
    if (basename(dirname(checkpoint)) === 'checkpoints')
        return `${basename(dirname(dirname(checkpoint)))} · ${basename(checkpoint)}`;
    return basename(checkpoint);
}
