/** What a figure shows, for whoever hears it instead of seeing it. */
import { rounded } from '../../../shared/text/numbers.ts';
import type { PlotLine, PlotSpec } from './plot.ts';

/** Of a figure with more lines the first ones are told. */
const mostLines = 6;

/** "Readability 2.26 to 2.61, Coherence 1.1 to 1.46": where each line begins and ends. Empty: nothing was measured. */
export function courseWords({ lines }: PlotSpec): string {
    const told = lines.slice(0, mostLines).flatMap((line) => {
        const measured = line.values.flatMap((value) => value ?? []);
        const [first, last] = [measured[0], measured.at(-1)];
        if (first === undefined || last === undefined) return [];
        return [named(line, measured.length === 1 ? rounded(first) : `${rounded(first)} to ${rounded(last)}`)];
    });
    return told.join(', ');
}

/** "Readability 2.61, Coherence 1.46": every line that was measured at this place on the figure's own x. */
export function valuesAt({ lines }: PlotSpec, index: number): string {
    const told = lines.flatMap((line) => {
        const value = line.xs === undefined ? (line.values[index] ?? null) : null;
        return value === null ? [] : [named(line, rounded(value))];
    });
    return told.slice(0, mostLines).join(', ');
}

function named({ name }: PlotLine, value: string): string {
    return name === '' ? value : `${name} ${value}`;
}
