/** Rows as CSV; nested values get columns of their own. */

/** RFC 4180: quotes around what holds commas, quotes or line breaks. */
export function tableOf(rows: readonly object[]): string {
    const flat = rows.map((row) =>
        Object.fromEntries(
            Object.entries(row).flatMap(([key, value]: [string, unknown]) =>
                value !== null && typeof value === 'object'
                    ? Object.entries(value).map(([inner, each]: [string, unknown]) => [`${key}.${inner}`, each])
                    : [[key, value]],
            ),
        ),
    );
    const columns = [...new Set(flat.flatMap((row) => Object.keys(row)))];
    const cell = (value: unknown): string => {
        const text = value === null || value === undefined ? '' : String(value);
        return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    return [columns, ...flat.map((row) => columns.map((column) => row[column]))]
        .map((cells) => `${cells.map(cell).join(',')}\r\n`)
        .join('');
}
