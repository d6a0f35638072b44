/**
 * What was held and what is new, in order. A number seen before means that the run went back: its row replaces all
 * that was held from that number on.
 */
export function joined<Row>(
    held: readonly Row[],
    fresh: readonly Row[],
    numberOf: (row: Row) => number,
): readonly Row[] {
    const rows = [...held];
    for (const row of fresh) {
        while (rows.length > 0 && numberOf(rows.at(-1)!) >= numberOf(row)) rows.pop();
        rows.push(row);
    }
    return rows;
}
