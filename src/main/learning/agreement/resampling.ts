/**
 * Percentile intervals over stories (Efron 1979) for all measures of one set of stories: as many stories as there are,
 * drawn with replacement. All measures see the same draws, so their results can be compared.
 */
import type { Measured } from '../../../shared/ratings/agreement.ts';
import { badInput } from '../../../shared/faults.ts';
import type { BootstrapOptions } from '../statistics/bootstrap.ts';
import { quantile } from '../statistics/descriptive.ts';
import type { DrawMeasure, Panel } from './panel.ts';

export interface PanelMeasure {
    readonly panel: Panel;
    readonly measure: DrawMeasure;
}

/** If a number is missing in a larger fraction of the draws, the rest is no longer the middle 95 %. */
const mostMissing = 0.05;

/**
 * The result of each measure, with intervals. All panels are about the same stories, in the same order. (measures) →
 * (measures)(numbers of the measure)
 * @throws bad input for fewer than 2000 resamples
 */
export function measureWithIntervals(
    measures: readonly PanelMeasure[],
    { random, resamples = 2000 }: BootstrapOptions,
): readonly (readonly Measured[])[] {
    if (!Number.isInteger(resamples) || resamples < 2000)
        throw badInput(
            `An interval from ${resamples} resamples would not be steady; nothing was measured. Take at least 2000.`,
        );
    const panels = [...new Set(measures.map(({ panel }) => panel))];
    const stories = panels[0]?.rowOf.length ?? 0;
    const counts = new Map(panels.map((panel) => [panel, new Float64Array(panel.rows)])); // of the current draw
    const out = measures.map(({ measure }) => new Float64Array(measure.size));
    const drawn = measures.map(({ measure }) => new Float64Array(measure.size * resamples)); // (size, resamples)
    const order = new Uint32Array(stories);
    for (let resample = 0; resample < resamples; resample++) {
        for (let i = 0; i < stories; i++) order[i] = random.integer(stories);
        for (const [{ rowOf }, rowCounts] of counts) {
            rowCounts.fill(0);
            for (let i = 0; i < stories; i++) rowCounts[rowOf[order[i]!]!]!++;
        }
        measures.forEach(({ panel, measure }, which) => {
            const [numbers, all] = [out[which]!, drawn[which]!];
            measure.measure(counts.get(panel)!, numbers);
            for (let number = 0; number < numbers.length; number++)
                all[number * resamples + resample] = numbers[number]!;
        });
    }
    return measures.map(({ panel, measure }, which) => {
        measure.measure(panel.counts, out[which]!);
        return Array.from(out[which]!, (value, number) =>
            intervalOf(value, drawn[which]!.subarray(number * resamples, (number + 1) * resamples)),
        );
    });
}

function intervalOf(value: number, drawn: Float64Array): Measured {
    if (Number.isNaN(value)) return { value: null, low: null, high: null };
    drawn.sort(); // what is not a number comes last
    let known = drawn.length;
    while (known > 0 && Number.isNaN(drawn[known - 1])) known--;
    const sorted = drawn.subarray(0, known);
    if (sorted.length < (1 - mostMissing) * drawn.length) return { value, low: null, high: null };
    return { value, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}
