/** Items of benchmarks as JSON, at most 500 of a task, for record_benchmarks.py: `benchmark-items.ts <evaluation_data>…`. */
import { findBenchmarks, readTask } from '../../src/main/benchmarks/find-tasks.ts';
import type { BenchmarkItem } from '../../src/shared/benchmarks.ts';

const most = 500;

/** Evenly over each task, in the order of its files. */
export function someItems(folders: readonly string[]): readonly BenchmarkItem[] {
    return folders
        .flatMap((folder) => findBenchmarks(folder).tasks)
        .flatMap((found) => {
            const { items } = readTask(found);
            const step = Math.max(1, items.length / most);
            return Array.from({ length: Math.min(most, items.length) }, (_, i) => items[Math.floor(i * step)]!);
        });
}

if (import.meta.main) process.stdout.write(JSON.stringify(someItems(process.argv.slice(2))));
