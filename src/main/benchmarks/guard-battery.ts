/** The pairs of sentences that guard a run: Storyloop's own, or some of a person's folder. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { ownPairs, type BenchmarkItem, type BenchmarkTask } from '../../shared/benchmarks/benchmarks.ts';
import { badInput } from '../../shared/faults.ts';
import { findBenchmarks, readTask } from './find-tasks.ts';
import { batteryName, grammarBattery } from './grammar/battery.ts';

export interface GuardBattery {
    /** Stands for the very sentences: two batteries of one name are the same. */
    readonly name: string;
    readonly items: readonly BenchmarkItem[];
    /** One sentence for everything that was not as it should be. */
    readonly remarks: readonly string[];
}

/** A guard has to be cheap: of a larger folder so many pairs are read, as many of each paradigm. */
export const mostGuardPairs = 1000;

const pairTasks: readonly BenchmarkTask[] = ['blimp', 'supplement', 'zorro'];

/** @param asked `own` or a folder. @throws bad input where there is no pair in it */
export function openGuardBattery(asked: string): GuardBattery {
    if (asked === ownPairs) return { name: batteryName, items: grammarBattery(), remarks: [] };
    const { tasks, remarks } = findBenchmarks(asked);
    const read = tasks.filter(({ task }) => pairTasks.includes(task)).map((task) => readTask(task));
    const all = read.flatMap(({ items }) => items);
    if (all.length === 0)
        throw badInput(
            (name) =>
                `There are no pairs of sentences in "${asked}"; nothing was changed. Choose a folder of BLiMP or Zorro for ${name('guard.battery')}, or "${ownPairs}".`,
        );
    const items = evenly(all, mostGuardPairs);
    const digest = createHash('sha256').update(JSON.stringify(items)).digest('hex').slice(0, 8);
    return {
        name: `${basename(asked)}-${digest}`,
        items,
        remarks: [...remarks, ...read.flatMap((task) => task.remarks)],
    };
}

/** The first of every paradigm, as many of each as there is room for. */
function evenly(items: readonly BenchmarkItem[], most: number): readonly BenchmarkItem[] {
    if (items.length <= most) return items;
    const paradigms = new Set(items.map(({ uid }) => uid)).size;
    const each = Math.max(1, Math.floor(most / paradigms));
    return items.filter(({ index }) => index < each);
}
