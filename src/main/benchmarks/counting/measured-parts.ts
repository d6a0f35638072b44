/** Tasks without right and wrong: how they are measured, and measured again on items drawn anew. */
import type { ScoredItem } from '../../../shared/benchmarks/benchmarks.ts';
import type { Counting } from '../../../shared/benchmarks/counting.ts';
import { readingScores, readingWords, repeatedReading } from './reading.ts';
import { wugCorrelation } from './wug.ts';

export type MeasuredTask = 'wug_adj' | 'wug_past' | 'reading';

/** A score measured again on drawn items; (items) how often each was drawn. */
type Again = (times: Uint32Array) => number | undefined;

export interface MeasuredPart {
    readonly part: 'eye-tracking' | 'self-paced' | null;
    /** Undefined: there is none, as of a correlation where nothing varies. */
    readonly scoreOf: (scored: readonly ScoredItem[]) => number | undefined;
    readonly repeatedly: (scored: readonly ScoredItem[]) => Again;
    /** How many items the score is of. */
    readonly takingPart: (scored: readonly ScoredItem[]) => number;
}

/** Two for reading, one for the wug tests. */
export function measuredParts(task: MeasuredTask, counting: Counting): readonly MeasuredPart[] {
    if (task !== 'reading')
        return [
            {
                part: null,
                scoreOf: (scored) => correlationOf(scored, counting),
                repeatedly: repeatedWug(counting),
                takingPart: ({ length }) => length,
            },
        ];
    return (['eye-tracking', 'self-paced'] as const).map((part) => ({
        part,
        scoreOf: (scored) => readingScores(scored, counting)[part === 'self-paced' ? 'paced' : 'eyes'],
        repeatedly: (scored) => repeatedReading(scored, part, counting),
        takingPart: (scored) => readingWords(scored, part, counting).length,
    }));
}

function correlationOf(scored: readonly ScoredItem[], { precision }: Counting): number | undefined {
    const rho = wugCorrelation(scored, precision);
    return rho === undefined ? undefined : 100 * rho;
}

const repeatedWug =
    (counting: Counting) =>
    (scored: readonly ScoredItem[]): Again =>
    (times) =>
        correlationOf(
            scored.flatMap((item, i) => Array.from({ length: times[i]! }, () => item)),
            counting,
        );
