/** Prepares a comparison for a page: each change with its sentence, and the parts of a task tested together. */
import type { GroupChange, TaskChange } from '../../../../shared/benchmarks/results.ts';
import type { ComparedGroup, ComparedTask } from '../../../../shared/views/benchmarks.ts';
import { isBeyondChance, sayChange } from '../../../benchmarks/change-words.ts';
import { holm } from '../../../benchmarks/statistics/significance.ts';

export function comparedTasks(changes: readonly TaskChange[]): readonly ComparedTask[] {
    return changes.map((change) => ({
        ...change,
        isBeyondChance: isBeyondChance(change),
        sentence: sayChange(change),
        groups: [...Map.groupBy(change.groups, ({ by }) => by).values()].flatMap(testedTogether),
    }));
}

/** Adjusts the parts' p-values by Holm: among sixteen paradigms, one would differ by chance. */
function testedTogether(groups: readonly GroupChange[]): readonly ComparedGroup[] {
    const adjusted = holm(groups.flatMap(({ test }) => (test === null ? [] : [test.p])));
    return groups.map((group) => {
        const tested = group.test === null ? group : { ...group, test: { ...group.test, p: adjusted.shift()! } };
        return { ...tested, isBeyondChance: isBeyondChance(tested) };
    });
}
