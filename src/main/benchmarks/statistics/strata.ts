/**
 * Intervals of scores that are made of items in groups: in every resample each group is drawn anew, with replacement,
 * as many items as it has, so that no group grows at the cost of another (a stratified bootstrap; Efron & Tibshirani
 * 1993, chapter 8). That is what a mean over groups asks for. Items that belong together (the two lines of one EWoK
 * item) are drawn together.
 */
import type { RandomStream } from '../../learning/random.ts';
import { quantile } from '../../learning/statistics/descriptive.ts';
import { drawKinds } from './binomial.ts';

/** What is drawn as one: an item, or several that belong together. */
export interface Unit {
    readonly stratum: string;
    /** For each of its items: the cell that it counts in, and what it adds to each column there. */
    readonly items: readonly { readonly cell: number; readonly values: readonly number[] }[];
}

/** Items and sums of values of each cell, as measured or as drawn. */
export interface Cells {
    readonly items: Float64Array; // (cells)
    readonly sums: readonly Float64Array[]; // (columns)(cells)
}

export const fewestResamples = 2_000;

/** What `measure` returns, and what it returns in the resamples: (measures), (measures, resamples) sorted. */
export interface Resampled {
    readonly measured: readonly number[];
    readonly drawn: readonly Float64Array[];
}

/** What the units themselves hold. */
export function tally(units: readonly Unit[], cells: number, columns: number): Cells {
    const state = emptyCells(cells, columns);
    for (const { items } of units) addTimes(state, items, 1);
    return state;
}

/** A unit alone in its stratum is drawn as itself every time: it adds nothing to the width of an interval. */
export function resampleStrata(
    units: readonly Unit[],
    cells: number,
    columns: number,
    measure: (cells: Cells) => readonly number[],
    random: RandomStream,
    resamples = fewestResamples,
): Resampled {
    const strata = strataOf(units);
    const measured = measure(tally(units, cells, columns));
    const state = emptyCells(cells, columns);
    const drawn = measured.map(() => new Float64Array(resamples));
    for (let resample = 0; resample < resamples; resample++) {
        drawInto(state, strata, random);
        measure(state).forEach((value, which) => (drawn[which]![resample] = value));
    }
    for (const values of drawn) values.sort();
    return { measured, drawn };
}

/** The middle 95 % of what was drawn; null where something could not be measured. */
export function intervalOf(sorted: Float64Array): { readonly low: number; readonly high: number } | null {
    if (sorted.length === 0 || Number.isNaN(sorted[sorted.length - 1]!)) return null; // NaN sorts last
    return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

/** Units that add the same to the same cells are one kind, of which only the number matters. */
interface Stratum {
    readonly kinds: readonly Unit['items'][];
    readonly counts: readonly number[]; // (kinds) units of each
    readonly times: Uint32Array; // (kinds) as drawn
}

function strataOf(units: readonly Unit[]): Stratum[] {
    const strata = new Map<string, Map<string, { readonly items: Unit['items']; count: number }>>();
    for (const { stratum, items } of units) {
        const kinds = strata.get(stratum) ?? new Map<string, { readonly items: Unit['items']; count: number }>();
        strata.set(stratum, kinds);
        const key = items.map(({ cell, values }) => `${cell}:${values.join(',')}`).join(';');
        const kind = kinds.get(key);
        if (kind === undefined) kinds.set(key, { items, count: 1 });
        else kind.count++;
    }
    return [...strata.values()].map((kinds) => {
        const all = [...kinds.values()];
        return {
            kinds: all.map(({ items }) => items),
            counts: all.map(({ count }) => count),
            times: new Uint32Array(all.length),
        };
    });
}

function drawInto(state: Cells, strata: readonly Stratum[], random: RandomStream): void {
    state.items.fill(0);
    for (const column of state.sums) column.fill(0);
    for (const { kinds, counts, times } of strata) {
        drawKinds(random, counts, times);
        for (const [k, items] of kinds.entries()) if (times[k]! > 0) addTimes(state, items, times[k]!);
    }
}

const emptyCells = (cells: number, columns: number): Cells => ({
    items: new Float64Array(cells),
    sums: Array.from({ length: columns }, () => new Float64Array(cells)),
});

function addTimes(state: Cells, items: Unit['items'], times: number): void {
    for (const { cell, values } of items) {
        state.items[cell]! += times;
        for (let c = 0; c < values.length; c++) state.sums[c]![cell]! += times * values[c]!;
    }
}
