/** Which items belong together and are drawn as one. */
import type { BenchmarkItem } from '../../../shared/benchmarks/benchmarks.ts';
import type { Unit } from '../statistics/strata.ts';
import type { AverageLayout } from './averages.ts';

/** `valuesOf(i)`: what item i adds to each column of its cell. Strata: the groups whose mean a task's score is. */
export function unitsOf(
    items: readonly BenchmarkItem[],
    layout: AverageLayout,
    valuesOf: (i: number) => readonly number[],
): Unit[] {
    const units: Unit[] = [];
    for (let i = 0; i < items.length; i++) {
        const item = items[i]!;
        const members = [{ cell: layout.cellOf(item), values: valuesOf(i) }];
        if (isTwin(item, items[i + 1])) {
            i++;
            members.push({ cell: layout.cellOf(items[i]!), values: valuesOf(i) });
        }
        units.push({ stratum: item.uid, items: members });
    }
    return units;
}

/**
 * EWoK asks every question twice, the second time the other way round: one question, not two that are independent. Of
 * Storyloop's own pairs every second mirrors the one before.
 */
function isTwin(item: BenchmarkItem, next: BenchmarkItem | undefined): boolean {
    if (next?.uid !== item.uid) return false;
    if (item.task === 'grammar') return item.index % 2 === 0 && next.index === item.index + 1;
    if (item.task !== 'ewok') return false;
    const [first, second] = item.texts.map(targetOf);
    const [third, fourth] = next.texts.map(targetOf);
    return first === fourth && second === third;
}

const targetOf = (text: BenchmarkItem['texts'][number]): string | null =>
    text.kind === 'span' ? text.text.slice(text.from) : null;
