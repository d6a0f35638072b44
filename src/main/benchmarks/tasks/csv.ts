/** Rows of a comma-separated table with a header (RFC 4180): quoted cells may hold commas, quotes and line ends. */

export interface CsvTable {
    readonly columns: readonly string[];
    /** Cells by column; undefined: a row that has more or fewer cells than the header. */
    readonly rows: readonly (Readonly<Record<string, string>> | undefined)[];
}

export function parseCsv(text: string): CsvTable {
    const [columns = [], ...records] = recordsOf(text);
    const rows = records.map((cells) =>
        cells.length === columns.length
            ? Object.fromEntries(columns.map((column, i) => [column, cells[i]!]))
            : undefined,
    );
    return { columns, rows };
}

/** A cell: quoted, where two quotes stand for one, or plain; and what ends it. */
const cell = /(?:"((?:[^"]|"")*)"([^,\r\n]*)|([^,\r\n]*))(,|\r\n|\n|\r|$)/gy;

function recordsOf(text: string): string[][] {
    const records: string[][] = [];
    let record: string[] = [];
    cell.lastIndex = 0;
    while (cell.lastIndex < text.length) {
        const [, quoted, rest = '', plain = '', end] = cell.exec(text)!; // the empty cell always matches
        record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"') + rest);
        if (end === ',') {
            if (cell.lastIndex === text.length) record.push('');
            else continue;
        }
        if (record.length > 1 || record[0] !== '') records.push(record); // pandas skips blank lines, too
        record = [];
    }
    return records;
}

/**
 * The words that pandas takes for a gap when it reads a table without being told otherwise. "None" is one of them: a
 * context that reads None is a gap, which the pipeline then fills with the text None.
 */
const gaps = new Set(
    [
        '',
        '#N/A',
        '#N/A N/A',
        '#NA',
        '-1.#IND',
        '-1.#QNAN',
        '-NaN',
        '-nan',
        '1.#IND',
        '1.#QNAN',
        '<NA>',
        'N/A',
        'NA',
    ].concat(['NULL', 'NaN', 'None', 'n/a', 'nan', 'null']),
);

export const isGap = (text: string): boolean => gaps.has(text);
