/** Comma-separated values as spreadsheets and pandas read them (RFC 4180). */

export type Cell = string | number | boolean | null;

/** One line with its ending. Missing values are empty. */
export function csvLine(cells: readonly Cell[]): string {
    return `${cells.map(csvCell).join(',')}\r\n`;
}

/**
 * Text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection): a story may begin
 * with `=`. Numbers are never touched, so −0.5 stays a number.
 */
function csvCell(cell: Cell): string {
    if (cell === null) return '';
    if (typeof cell !== 'string') return String(cell);
    const text = /^[\s\0]*[=+\-@\t\r＝＋－＠]/.test(cell) ? `'${cell}` : cell;
    return /[",\r\n\t;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
