/**
 * How items become the scores of their groups and of the task. A cell holds the items of one group that share all
 * labels; every score is a mean over cells or a mean of such means, so it can be measured again on cells that were
 * drawn.
 */
import type { BenchmarkItem, BenchmarkTask } from '../../../shared/benchmarks/benchmarks.ts';
import type { Counting } from '../../../shared/benchmarks/counting.ts';
import type { Cells } from '../statistics/strata.ts';

/** Tasks in which one of several texts is right. */
export type ChoiceTask = Exclude<BenchmarkTask, 'wug_adj' | 'wug_past' | 'reading' | 'aoa'>;

export const isChoiceTask = (task: BenchmarkTask): task is ChoiceTask => task in labelsOf;

/** What else than by group a task is looked at. */
const labelsOf: Readonly<Record<ChoiceTask, readonly string[]>> = {
    blimp: ['field', 'linguistics_term'],
    supplement: ['field', 'linguistics_term'],
    ewok: ['context_type', 'context_contrast', 'target_contrast'],
    entity_tracking: ['split', 'operations'],
    comps: [],
    zorro: ['phenomenon'],
    grammar: [],
};

export interface AverageGroup {
    readonly by: string;
    readonly name: string;
    readonly cells: readonly number[];
}

export interface AverageLayout {
    readonly cellOf: (item: BenchmarkItem) => number;
    readonly cells: number;
    readonly groups: readonly AverageGroup[]; // by uid first; within each, in the order of the items
    /** The task's score, then one for each group, in 100; `column` of the cells is averaged. */
    readonly measure: (cells: Cells, column: number) => number[];
}

export function layoutOf(task: ChoiceTask, items: readonly BenchmarkItem[], counting: Counting): AverageLayout {
    const by = ['uid', ...labelsOf[task]];
    const valueOf = (item: BenchmarkItem, label: string): string =>
        label === 'uid' ? item.uid : (item.labels[label] ?? '');
    const keyOf = (item: BenchmarkItem): string => JSON.stringify(by.map((label) => valueOf(item, label)));
    const cells = new Map<string, number>();
    const groups = by.map(() => new Map<string, Set<number>>());
    for (const item of items) {
        const key = keyOf(item);
        const cell = cells.get(key) ?? cells.size;
        cells.set(key, cell);
        for (const [i, label] of by.entries()) {
            const name = valueOf(item, label);
            const members = groups[i]!.get(name) ?? new Set<number>();
            groups[i]!.set(name, members.add(cell));
        }
    }
    const all = groups.flatMap((named, i) =>
        [...named].map(([name, members]): AverageGroup => ({ by: by[i]!, name, cells: [...members] })),
    );
    const uids = groups[0]!.size;
    // entity tracking: a split and a number of operations are means over their groups, which are cells here
    const isMeanOfCells = ({ by }: AverageGroup): boolean => task === 'entity_tracking' && by !== 'uid';
    return {
        cellOf: (item) => cells.get(keyOf(item))!,
        cells: cells.size,
        groups: all,
        measure: (state, column) => {
            const scores = all.map((group) =>
                isMeanOfCells(group)
                    ? meanOfCells(state, column, group.cells)
                    : meanOfItems(state, column, group.cells),
            );
            const ofSplits = scores.filter((_, i) => all[i]!.by === 'split');
            const isBySplit = task === 'entity_tracking' && counting.entityMean === 'splits';
            return [mean(isBySplit ? ofSplits : scores.slice(0, uids)), ...scores];
        },
    };
}

function meanOfItems({ items, sums }: Cells, column: number, cells: readonly number[]): number {
    let [total, count] = [0, 0];
    for (const cell of cells) {
        total += sums[column]![cell]!;
        count += items[cell]!;
    }
    return (100 * total) / count;
}

function meanOfCells({ items, sums }: Cells, column: number, cells: readonly number[]): number {
    let total = 0;
    for (const cell of cells) total += (100 * sums[column]![cell]!) / items[cell]!;
    return total / cells.length;
}

function mean(values: readonly number[]): number {
    let total = 0;
    for (const value of values) total += value;
    return total / values.length;
}
