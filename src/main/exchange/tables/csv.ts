/**
 * Comma-separated values as spreadsheets, pandas and DuckDB read them (RFC 4180): CRLF after each row, quotes doubled,
 * line breaks inside quotes kept as they are.
 */
import type { Cell, Table } from '../../store/tables/tables.ts';

/**
 * `safe`: text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection): a story
 * may begin with `=`. `exact` and `quoted` keep every character, for programs that read it back; `quoted` quotes every
 * cell.
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
    if (style === 'quoted') return inQuotes(String(cell ?? ''));
    if (cell === null) return '';
    if (typeof cell !== 'string') return String(cell); // −0.5 stays a number
    if (style === 'exact') return /[",\r\n]/.test(cell) ? inQuotes(cell) : cell;
    const text = isFormula(cell) ? `'${cell}` : cell;
    return /[",\r\n\t;]/.test(text) ? inQuotes(text) : text;
}

function inQuotes(text: string): string {
    return text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`;
}

function isFormula(text: string): boolean {
    const first = text.charCodeAt(0);
    if (first > 64 && first < 127) return false; // starts with a letter, as nearly every story does
    return /^[\s\0]*[=+\-@\t\r＝＋－＠]/.test(text);
}

const quote = 34;
const lineFeed = 10;

/** Counts rows in pieces of a file as they come: line breaks outside of quotes. */
export class CsvRowCount {
    #lines = 0;
    #isQuoted = false;

    /** Jumps from quote to quote and line break to line break, because almost every byte is neither. */
    take(bytes: Buffer): void {
        let at = 0;
        let nextQuote = bytes.indexOf(quote);
        while (at < bytes.length) {
            if (this.#isQuoted) {
                if (nextQuote < 0) return;
                this.#isQuoted = false;
                at = nextQuote + 1;
                nextQuote = bytes.indexOf(quote, at);
                continue;
            }
            const end = bytes.indexOf(lineFeed, at);
            if (nextQuote >= 0 && (end < 0 || nextQuote < end)) {
                this.#isQuoted = true;
                at = nextQuote + 1;
                nextQuote = bytes.indexOf(quote, at);
            } else {
                if (end < 0) return;
                this.#lines++;
                at = end + 1;
            }
        }
    }

    /** Not counting the header line; null where a quote never closed, so the file is damaged. */
    rows(): number | null {
        return this.#isQuoted ? null : this.#lines - 1;
    }
}
