/** Benchmarks of which a sweep's checkpoints read the same items. */
import { benchmarkNames } from '../../../../shared/benchmarks/results.ts';
import type { Counting } from '../../../../shared/benchmarks/counting.ts';
import { benchmarkTasks, type BenchmarkTask, type ScoredItem } from '../../../../shared/benchmarks/benchmarks.ts';
import { counted } from '../../../../shared/text/numbers.ts';
import { jointScores } from '../../../benchmarks/joint-scores.ts';
import { RandomStream } from '../../../learning/random.ts';
import type { Benchmarks, RecordedBenchmark } from '../../../store/home/benchmarks.ts';
import { missing, mostCommon, sweepSeed, type MeasuredSweep, type SweepCheckpoint } from './swept.ts';

/** One for every task, two for reading, that at least two checkpoints have read. */
export function taskSweeps(
    checkpoints: readonly SweepCheckpoint[],
    record: Benchmarks,
    counting: Counting,
): readonly MeasuredSweep[] {
    const listed = record.list();
    return benchmarkTasks.flatMap((task): MeasuredSweep[] => {
        if (task === 'aoa') return []; // its one number is of all checkpoints together
        const read = checkpoints.map(({ digest }) => readings(listed, digest, task));
        const items = mostCommon(read.map((found) => found.map(({ items: of }) => of)));
        if (items === null) return [];
        const chosen = read.map((found) => found.find(({ items: of }) => of === items));
        const present = checkpoints.flatMap((checkpoint, i) => (chosen[i] ? [{ checkpoint, id: chosen[i].id }] : []));
        if (present.length < 2) return [];
        const said = present.map(({ id }) => record.items(id, task));
        const fits = said[0]!.map((_, i) => said.every((items) => items[i]!.logprobs.every((each) => each !== null)));
        const scored = said.map((items) => items.filter((_, i) => fits[i]) as readonly ScoredItem[]);
        const tooLong = fits.filter((each) => !each).length;
        const remarks = [
            ...missing(checkpoints.length - present.length),
            ...(tooLong === 0 ? [] : [`Left out: ${counted(tooLong, 'item')} longer than a student reads.`]),
        ];
        const random = new RandomStream(sweepSeed, 'sweep');
        return jointScores(task, scored, counting, random).map(({ part, measured, drawn }) => ({
            measure: {
                subject: part === null ? benchmarkNames[task] : `${benchmarkNames[task]} (${part})`,
                key: part === null ? task : `${task} ${part}`,
                task,
                part,
                most: 100,
                remarks,
                name: part === null ? benchmarkNames[task] : `${benchmarkNames[task]}, ${part}`,
            },
            checkpoints: present.map(({ checkpoint }) => checkpoint),
            scores: { measured, drawn },
        }));
    });
}

/** Benchmarks in which these weights read the whole task, newest first, by the items that it had. */
function readings(
    listed: readonly RecordedBenchmark[],
    digest: string,
    task: BenchmarkTask,
): readonly { readonly id: string; readonly items: string }[] {
    return listed
        .filter(({ student }) => student?.digest === digest)
        .flatMap(({ id, tasks }) => {
            const found = tasks.find((each) => each.task === task);
            return found && found.done === found.items ? [{ id, items: found.digest }] : [];
        });
}
