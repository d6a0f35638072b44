/** Tables as files of comma-separated values. */

/** Columns are those of the first row; null is an empty cell. */
export function csvOf(rows: readonly Readonly<Record<string, string | number | null>>[]): string {
    const cell = (value: string | number | null): string => {
        const text = value === null ? '' : String(value);
        return typeof value === 'string' && /[",\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    const lines = [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))];
    return `${lines.map((cells) => cells.map(cell).join(',')).join('\n')}\n`;
}
