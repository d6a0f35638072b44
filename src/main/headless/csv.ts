/** Figures and sweeps as comma-separated values; what leaves a run is written by `exchange/tables/csv.ts`. */

/** Every row has the first one's columns, in their order; null is an empty cell. */
export function csvOf(rows: readonly Readonly<Record<string, string | number | null>>[]): string {
    const cell = (value: string | number | null): string => {
        const text = value === null ? '' : String(value);
        return typeof value === 'string' && /[",\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    const lines = [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))];
    return `${lines.map((cells) => cells.map(cell).join(',')).join('\n')}\n`;
}
