/**
 * Comma-separated values as spreadsheets, pandas and DuckDB read them (RFC 4180): CRLF after each row, quotes doubled,
 * line breaks inside quotes kept as they are.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Cell, Table } from '../store/tables.ts';
import { badInput } from '../../shared/faults.ts';

/**
 * `safe`: text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection): a story may
 * begin with `=`. `exact` and `quoted` keep every character, for programs that read it back; `quoted` quotes every cell.
 */
export type CsvStyle = 'safe' | 'exact' | 'quoted';

/** The column names, then a line per row. */
export function* csvLines(table: Table, style: CsvStyle = 'safe'): Iterable<string> {
    yield csvLine(
        table.columns.map(({ name }) => name),
        style,
    );
    for (const row of table.rows()) yield csvLine(row, style);
}

/** One line with its ending. Missing values are empty. */
export function csvLine(cells: readonly Cell[], style: CsvStyle = 'safe'): string {
    let line = '';
    for (let i = 0; i < cells.length; i++)
        line += i === 0 ? csvCell(cells[i]!, style) : `,${csvCell(cells[i]!, style)}`;
    return `${line}\r\n`;
}

function csvCell(cell: Cell, style: CsvStyle): string {
    if (style === 'quoted') return `"${String(cell ?? '').replaceAll('"', '""')}"`;
    if (cell === null) return '';
    if (typeof cell !== 'string') return String(cell); // −0.5 stays a number
    const text = style === 'safe' && /^[\s\0]*[=+\-@\t\r＝＋－＠]/.test(cell) ? `'${cell}` : cell;
    const isPlain = style === 'safe' ? !/[",\r\n\t;]/.test(text) : !/[",\r\n]/.test(text);
    return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}

const quote = 34;
const lineFeed = 10;

/** Reads the file back and counts its rows, the first line left out; a quote that never closes is damage. */
export function countCsvRows(path: string): number {
    const file = openSync(path, 'r');
    const chunk = Buffer.alloc(1 << 20);
    let lines = 0;
    let quoted = false;
    try {
        for (;;) {
            const bytes = readSync(file, chunk, 0, chunk.length, null);
            if (bytes === 0) break;
            for (let i = 0; i < bytes; i++) {
                const byte = chunk[i];
                if (byte === quote) quoted = !quoted;
                else if (byte === lineFeed && !quoted) lines++;
            }
        }
    } finally {
        closeSync(file);
    }
    if (quoted) throw badInput(`${path} came out with a quote that never closes; it was removed. Export it again.`);
    return lines - 1;
}
