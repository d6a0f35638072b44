/**
 * Scores of one criterion as a table of distinct rows: stories that everybody scored alike form one row with a count.
 * All agreement statistics are functions of those counts, so resampling stories means drawing counts, however many
 * stories there are (the multinomial bootstrap; Efron & Tibshirani 1993, §13).
 */

/** A missing score. */
export const missing = Number.NaN;

export interface Panel {
    /** Distinct scores of all columns, ascending. (L) */
    readonly levels: Float64Array;
    /** For each column the level of each row, −1 where the score is missing. (columns)(P) */
    readonly columns: readonly Int32Array[];
    /** Number of distinct rows, P. */
    readonly rows: number;
    /** The row of each story. (N) */
    readonly rowOf: Int32Array;
    /** The number of stories in each row. (P) */
    readonly counts: Float64Array;
}

/** columns: one score per story each, NaN where missing, (columns)(N) */
export function panelOf(columns: readonly Float64Array[]): Panel {
    const stories = columns[0]?.length ?? 0;
    const scores = columns.flatMap((column) => [...column.filter((score) => !Number.isNaN(score))]);
    const levels = Float64Array.from(new Set(scores)).sort();
    const levelOf = new Map([...levels].map((score, level) => [score, level]));
    const known = new Map<string, number>();
    const rows: number[][] = [];
    const rowOf = new Int32Array(stories);
    for (let story = 0; story < stories; story++) {
        const row = columns.map((column) => levelOf.get(column[story]!) ?? -1);
        const key = row.join();
        let index = known.get(key);
        if (index === undefined) {
            known.set(key, (index = rows.length));
            rows.push(row);
        }
        rowOf[story] = index;
    }
    const counts = new Float64Array(rows.length);
    for (const row of rowOf) counts[row]!++;
    return {
        levels,
        columns: columns.map((_, c) => Int32Array.from(rows, (row) => row[c]!)),
        rows: rows.length,
        rowOf,
        counts,
    };
}

/** Computes statistics from the counts of a table's rows; writes NaN where a number does not exist. */
export interface DrawMeasure {
    /** How many numbers it writes. */
    readonly size: number;
    /** counts: (P), how many stories of each row are in this draw */
    measure(counts: Float64Array, out: Float64Array): void;
}

/**
 * Mid-ranks of levels with these counts, 1-based: tied values share their mean rank (Kendall & Gibbons 1990, §3). (L) →
 * (L); returns the number of values.
 */
export function midRanks(counts: Float64Array, ranks: Float64Array): number {
    let below = 0;
    for (let level = 0; level < counts.length; level++) {
        ranks[level] = below + (counts[level]! + 1) / 2;
        below += counts[level]!;
    }
    return below;
}
