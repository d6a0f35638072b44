/** Scored items become numbers: one for each task, with its interval, its chance line and its groups. */
import type { BenchmarkTask, ScoredItem } from '../../shared/benchmarks/benchmarks.ts';
import type { Counting } from '../../shared/benchmarks/counting.ts';
import type { TaskScore } from '../../shared/benchmarks/results.ts';
import type { RandomStream } from '../learning/random.ts';
import { countChoices } from './counting/accuracy.ts';
import { countReading } from './counting/reading.ts';
import { countWug } from './counting/wug.ts';

/** A task that one student alone can be measured by; age of acquisition takes checkpoints (counting/acquisition.ts). */
export type CountedTask = Exclude<BenchmarkTask, 'aoa'>;

/** Two scores for reading, one for every other task. scored: of this task */
export function countTask(
    task: CountedTask,
    scored: readonly ScoredItem[],
    counting: Counting,
    random: RandomStream,
): readonly TaskScore[] {
    switch (task) {
        case 'wug_adj':
        case 'wug_past':
            return [countWug(task, scored, counting, random.fork('count', task))];
        case 'reading':
            return countReading(scored, counting, random.fork('count', task));
        default:
            return [countChoices(task, scored, counting, random.fork('count', task))];
    }
}
