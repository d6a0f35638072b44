/** Tasks in which one of several texts is right: how often it was the likeliest, group by group. */
import type { ScoredItem } from '../../../shared/benchmarks/benchmarks.ts';
import type { Counting } from '../../../shared/benchmarks/counting.ts';
import type { GroupScore, TaskScore } from '../../../shared/benchmarks/results.ts';
import { counted } from '../../../shared/text/numbers.ts';
import type { RandomStream } from '../../learning/random.ts';
import { intervalOf, resampleStrata, tally } from '../statistics/strata.ts';
import { layoutOf, type ChoiceTask } from './averages.ts';
import { choiceOf } from './choices.ts';
import { unitsOf } from './units.ts';

const [credit, chance, tie] = [0, 1, 2];

export function countChoices(
    task: ChoiceTask,
    all: readonly ScoredItem[],
    counting: Counting,
    random: RandomStream,
): TaskScore {
    const scored = all.filter(({ item }) => takesPart(item.labels, counting));
    const items = scored.map(({ item }) => item);
    const layout = layoutOf(task, items, counting);
    const units = unitsOf(items, layout, (i) => {
        const choice = choiceOf(scored[i]!, counting);
        return [choice.credit, 1 / items[i]!.texts.length, choice.isTie ? 1 : 0];
    });
    const whole = tally(units, layout.cells, 3);
    const chances = layout.measure(whole, chance!);
    const { measured, drawn } = resampleStrata(
        units,
        layout.cells,
        3,
        (cells) => layout.measure(cells, credit!),
        random,
    );
    const sumOf = (column: Float64Array, cells: readonly number[]): number =>
        cells.reduce((sum, cell) => sum + column[cell]!, 0);
    const groups = layout.groups.map(({ by, name, cells }, i): GroupScore => {
        const members = sumOf(whole.items, cells);
        return {
            by,
            name,
            items: members,
            score: measured[i + 1]!,
            interval: members > 1 ? intervalOf(drawn[i + 1]!) : null,
            chance: chances[i + 1]!,
            ties: sumOf(whole.sums[tie!]!, cells),
        };
    });
    const isEmpty = items.length === 0;
    const leftOut = all.length - scored.length;
    return {
        task,
        part: null,
        measure: 'accuracy',
        scale: 100,
        items: items.length,
        score: isEmpty ? null : measured[0]!,
        interval: items.length > 1 ? intervalOf(drawn[0]!) : null,
        chance: isEmpty ? 0 : chances[0]!,
        ties: groups.filter(({ by }) => by === 'uid').reduce((sum, { ties }) => sum + ties, 0),
        // a label that all items share parts nothing
        groups: groups.filter(({ by }) => by === 'uid' || groups.filter((other) => other.by === by).length > 1),
        remarks: leftOut === 0 ? [] : [`Left out: ${counted(leftOut, 'item')} with “nothing” among the answers.`],
    };
}

/** Scores alone, without intervals: the task's, and its groups' in the order of the items. */
export function accuracies(
    task: ChoiceTask,
    scored: readonly ScoredItem[],
    counting: Counting,
): { readonly average: number; readonly groups: readonly { by: string; name: string; score: number }[] } {
    const items = scored.map(({ item }) => item);
    const layout = layoutOf(task, items, counting);
    const units = unitsOf(items, layout, (i) => [choiceOf(scored[i]!, counting).credit]);
    const [average, ...scores] = layout.measure(tally(units, layout.cells, 1), credit!);
    return { average: average!, groups: layout.groups.map(({ by, name }, i) => ({ by, name, score: scores[i]! })) };
}

/** The challenge of 2026 leaves out items that name an empty box. */
export const takesPart = (labels: Readonly<Record<string, string>>, { entityItems }: Counting): boolean =>
    entityItems === 'all' || labels['nothing'] !== 'yes';
