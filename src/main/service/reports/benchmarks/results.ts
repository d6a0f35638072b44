/** Counts recorded benchmarks: a student's scores, the differences between two students, ages of acquisition. */
import {
    benchmarkTasks,
    type BenchmarkItem,
    type BenchmarkTask,
    type ScoredItem,
} from '../../../../shared/benchmarks/benchmarks.ts';
import type { Counting } from '../../../../shared/benchmarks/counting.ts';
import type { TaskChange, TaskScore } from '../../../../shared/benchmarks/results.ts';
import { holmOver } from '../../../benchmarks/change-words.ts';
import { compareTask } from '../../../benchmarks/comparison.ts';
import {
    countAcquisition,
    type Acquisition,
    type AcquisitionCheckpoint,
} from '../../../benchmarks/counting/acquisition.ts';
import { badInput } from '../../../../shared/faults.ts';
import { countTask, type CountedTask } from '../../../benchmarks/count-tasks.ts';
import { RandomStream } from '../../../learning/random.ts';
import type { Benchmarks, RecordedBenchmark } from '../../../store/home/benchmarks.ts';

/** The seed of resampling: the same scores always give the same intervals. */
const seed = 42;

export interface ReadTask {
    /** Items whose texts all fit the student. */
    readonly scored: readonly ScoredItem[];
    /** Items with a text that was too long for it. */
    readonly tooLong: number;
}

export function readRecorded(record: Benchmarks, id: string, task: BenchmarkTask): ReadTask {
    const items = record.items(id, task);
    const scored = items.filter((item): item is ScoredItem => item.logprobs.every((logprob) => logprob !== null));
    return { scored, tooLong: items.length - scored.length };
}

/** The scores of every task but age of acquisition, which needs several checkpoints. */
export function countBenchmark(
    record: Benchmarks,
    benchmark: RecordedBenchmark,
    counting: Counting,
): readonly TaskScore[] {
    const tasks = benchmarkTasks.filter((task) => benchmark.tasks.some((recorded) => recorded.task === task));
    return tasks.filter(isCountedAlone).flatMap((task) => {
        const { scored, tooLong } = readRecorded(record, benchmark.id, task);
        if (scored.length === 0) return [];
        const { items, done } = benchmark.tasks.find((recorded) => recorded.task === task)!;
        const remarks = [
            ...(tooLong === 0 ? [] : [`${tooLong} items are longer than this student reads and are left out.`]),
            ...(done === items ? [] : [`So far ${done} of ${items} items were read.`]),
        ];
        return countTask(task, scored, counting, new RandomStream(seed, 'benchmark')).map((score) => ({
            ...score,
            remarks: [...remarks, ...score.remarks],
        }));
    });
}

/** The difference between two students on the items that both have read; p-values are Holm's over all tasks. */
export function compareBenchmarks(
    record: Benchmarks,
    before: RecordedBenchmark,
    after: RecordedBenchmark,
    counting: Counting,
): readonly TaskChange[] {
    const random = new RandomStream(seed, 'benchmark');
    const changes = benchmarkTasks.filter(isCountedAlone).flatMap((task) => {
        const [early, late] = [before, after].map(({ id }) => readRecorded(record, id, task).scored);
        const [ofBefore, ofAfter] = [early!, late!].map((scored) => new Set(scored.map(({ item }) => sameItem(item))));
        return compareTask(
            task,
            early!.filter(({ item }) => ofAfter!.has(sameItem(item))),
            late!.filter(({ item }) => ofBefore!.has(sameItem(item))),
            counting,
            random,
        );
    });
    return holmOver(changes);
}

/** One folder may hold fewer items than another, and one student reads longer texts than another. */
const sameItem = ({ uid, index, texts }: BenchmarkItem): string => JSON.stringify([uid, index, texts]);

/** Ages of acquisition over checkpoints that have read the task aoa, in the order of the words they were trained on. */
export function countAges(
    record: Benchmarks,
    benchmarks: readonly RecordedBenchmark[],
    counting: Counting,
): Acquisition {
    return countAcquisition(readCheckpoints(record, benchmarks), counting, new RandomStream(seed, 'benchmark'));
}

/**
 * What checkpoints answered to the task aoa, in the order of the words they were trained on.
 * @throws bad input where a checkpoint has not read the task, or its words are not known
 */
export function readCheckpoints(
    record: Benchmarks,
    benchmarks: readonly RecordedBenchmark[],
): readonly AcquisitionCheckpoint[] {
    const checkpoints = benchmarks.map(({ id, name, student }) => {
        const { scored } = readRecorded(record, id, 'aoa');
        const words = student?.words ?? null;
        if (words === null || scored.length === 0)
            throw badInput(
                words === null
                    ? `Nobody knows how many words "${name}" was trained on; nothing was counted. Leave it out.`
                    : `"${name}" has not read the task aoa; nothing was counted. Let it read that, or leave it out.`,
            );
        return { words, scored };
    });
    return checkpoints.toSorted((a, b) => a.words - b.words);
}

function isCountedAlone(task: BenchmarkTask): task is CountedTask {
    return task !== 'aoa';
}
