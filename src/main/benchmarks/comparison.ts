/**
 * Before and after: what learning did to a benchmark. The same items, two students; differences are taken item by item,
 * so that what makes an item hard for both cancels out. Intervals are of resampled items within their groups and speak
 * of other items of the same kind, for these two students; only several seeds speak of other trainings.
 */
import type { ScoredItem } from '../../shared/benchmarks/benchmarks.ts';
import type { Counting } from '../../shared/benchmarks/counting.ts';
import type { ChangeTest, GroupChange, TaskChange } from '../../shared/benchmarks/results.ts';
import type { RandomStream } from '../learning/random.ts';
import { takesPart } from './counting/accuracy.ts';
import { isChoiceTask, layoutOf, type ChoiceTask } from './counting/averages.ts';
import { choiceOf } from './counting/choices.ts';
import { measuredParts, type MeasuredPart, type MeasuredTask } from './counting/measured-parts.ts';
import { unitsOf } from './counting/units.ts';
import type { CountedTask } from './count-tasks.ts';
import { mirroredEvidence } from './mirrored-evidence.ts';
import { pairItems, type ScoredPair } from './pair-items.ts';
import { bootstrap } from '../learning/statistics/bootstrap.ts';
import { mcnemar } from './statistics/significance.ts';
import { intervalOf, resampleStrata, tally } from './statistics/strata.ts';

/** Two for reading, one for every other task. p-values are of one test: `holmOver` makes them those of several. */
export function compareTask(
    task: CountedTask,
    before: readonly ScoredItem[],
    after: readonly ScoredItem[],
    counting: Counting,
    random: RandomStream,
): TaskChange[] {
    const pairs = pairItems(before, after);
    if (pairs.length === 0) return [];
    const stream = random.fork('compare', task);
    if (isChoiceTask(task)) {
        const evidence = task === 'grammar' ? mirroredEvidence(before, after, random.fork('mirrored')) : null;
        return [{ ...compareChoices(task, pairs, counting, stream), evidence }];
    }
    return measuredParts(task, counting).flatMap((measured) =>
        compareMeasured(task, measured, pairs, measured.part === null ? stream : stream.fork(measured.part)),
    );
}

/** Columns of a pair: credits before and after, their difference, chance, and who alone was right. */
const [early, late, change, chance, lost, won] = [0, 1, 2, 3, 4, 5];
const columns = 6;

function compareChoices(
    task: ChoiceTask,
    all: readonly ScoredPair[],
    counting: Counting,
    random: RandomStream,
): Omit<TaskChange, 'evidence'> {
    const pairs = all.filter(({ item }) => takesPart(item.labels, counting));
    const items = pairs.map(({ item }) => item);
    const layout = layoutOf(task, items, counting);
    const units = unitsOf(items, layout, (i) => {
        const { item } = pairs[i]!;
        const [a, b] = [pairs[i]!.before, pairs[i]!.after].map((logprobs) => choiceOf({ item, logprobs }, counting));
        return [
            a!.credit,
            b!.credit,
            b!.credit - a!.credit,
            1 / item.texts.length,
            a!.credit > b!.credit ? 1 : 0,
            b!.credit > a!.credit ? 1 : 0,
        ];
    });
    const whole = tally(units, layout.cells, columns);
    const of = (column: number): number[] => layout.measure(whole, column);
    const [befores, afters, chances] = [of(early!), of(late!), of(chance!)];
    const { measured, drawn } = resampleStrata(
        units,
        layout.cells,
        columns,
        (cells) => layout.measure(cells, change!),
        random,
    );
    const sumOf = (column: Float64Array, cells: readonly number[]): number =>
        cells.reduce((sum, cell) => sum + column[cell]!, 0);
    const changeOf = (place: number, cells: readonly number[]): Omit<GroupChange, 'by' | 'name'> => ({
        items: sumOf(whole.items, cells),
        before: befores[place]!,
        after: afters[place]!,
        difference: measured[place]!,
        interval: sumOf(whole.items, cells) > 1 ? intervalOf(drawn[place]!) : null,
        chance: chances[place]!,
        test: testOf(sumOf(whole.sums[lost!]!, cells), sumOf(whole.sums[won!]!, cells)),
    });
    const everywhere = Array.from({ length: layout.cells }, (_, cell) => cell);
    const groups = layout.groups.map((group, i) => ({
        by: group.by,
        name: group.name,
        ...changeOf(i + 1, group.cells),
    }));
    return {
        task,
        part: null,
        measure: 'accuracy',
        scale: 100,
        ...changeOf(0, everywhere),
        groups: groups.filter(({ by }) => by === 'uid' || groups.filter((other) => other.by === by).length > 1),
    };
}

const testOf = (lostItems: number, wonItems: number): ChangeTest => ({
    kind: 'mcnemar',
    lost: lostItems,
    won: wonItems,
    p: mcnemar(lostItems, wonItems),
});

/** Correlations and regressions: items are drawn, both students are measured on them, and the difference is taken. */
function compareMeasured(
    task: MeasuredTask,
    { part, scoreOf, repeatedly, takingPart }: MeasuredPart,
    pairs: readonly ScoredPair[],
    random: RandomStream,
): TaskChange[] {
    const side = (which: 'before' | 'after'): ScoredItem[] =>
        pairs.map((pair) => ({ item: pair.item, logprobs: pair[which] }));
    const [before, after] = [scoreOf(side('before')), scoreOf(side('after'))];
    if (before === undefined || after === undefined) return []; // there is no score, so there is no difference
    const [early, late] = [repeatedly(side('before')), repeatedly(side('after'))];
    const times = new Uint32Array(pairs.length);
    const difference = (rows: Uint32Array): readonly [number] | undefined => {
        times.fill(0);
        for (const row of rows) times[row]!++;
        const [a, b] = [early(times), late(times)];
        return a === undefined || b === undefined ? undefined : [b - a];
    };
    const estimate = bootstrap(pairs.length, difference, { random })![0]!;
    return [
        {
            task,
            part,
            measure: task === 'reading' ? 'partial-r2' : 'rank-correlation',
            scale: 100,
            items: takingPart(side('before')),
            before,
            after,
            difference: after - before,
            interval: { low: estimate.low, high: estimate.high },
            chance: 0,
            test: null,
            groups: [],
            evidence: null,
        },
    ];
}
