/** A comparison as a page shows it: each change with its sentence, and parts of a task tested as the many they are. */
import type { GroupChange, TaskChange } from '../../../shared/benchmark-results.ts';
import type { ComparedGroup, ComparedTask } from '../../../shared/views/benchmarks.ts';
import { isBeyondChance, sayChange } from '../../benchmarks/change-words.ts';
import { holm } from '../../benchmarks/statistics/significance.ts';

export function comparedTasks(changes: readonly TaskChange[]): readonly ComparedTask[] {
    return changes.map((change) => ({
        ...change,
        isBeyondChance: isBeyondChance(change),
        sentence: sayChange(change),
        groups: [...Map.groupBy(change.groups, ({ by }) => by).values()].flatMap(testedTogether),
    }));
}

/** Whoever looks at sixteen paradigms finds something in one of them: their p-values are Holm's. */
function testedTogether(groups: readonly GroupChange[]): readonly ComparedGroup[] {
    const adjusted = holm(groups.flatMap(({ test }) => (test === null ? [] : [test.p])));
    return groups.map((group) => {
        const tested = group.test === null ? group : { ...group, test: { ...group.test, p: adjusted.shift()! } };
        return { ...tested, isBeyondChance: isBeyondChance(tested) };
    });
}
