/** CSV means the same to Python's pandas: what it read was recorded, and is held here. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { csvLines } from '../../src/main/exchange/tables/csv.ts';
import { adversarialTable } from './adversarial-table.ts';

interface Recorded {
    readonly csvSha256: string;
    readonly rows: number;
    readonly missing: Readonly<Record<string, number>>;
    readonly sums: Readonly<Record<string, number>>;
    readonly storySha256: string;
}

const recorded = JSON.parse(readFileSync(new URL('pandas.json', import.meta.url), 'utf8')) as Recorded;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

it('counts, sums, gaps and 1,000 adversarial stories are the same there', () => {
    const table = adversarialTable();
    expect(sha256([...csvLines(table)].join(''))).toBe(recorded.csvSha256); // if not: run record_pandas.py again
    const rows = [...table.rows()];
    expect(rows).toHaveLength(recorded.rows);
    for (const [i, { name, type }] of table.columns.entries()) {
        const cells = rows.map((row) => row[i]!);
        expect(recorded.missing[name]).toBe(cells.filter((cell) => cell === null).length);
        if (type === 'text') {
            const shown = cells.map((cell) => csvText(String(cell)));
            expect(sha256(shown.join('\x1e'))).toBe(recorded.storySha256);
        } else {
            const sum = cells.reduce<number>((total, cell) => total + Number(cell), 0);
            expect(Math.abs(recorded.sums[name]! - sum)).toBeLessThanOrEqual(1e-12 * Math.abs(sum));
        }
    }
});

/** With the apostrophe that keeps a spreadsheet from running it: before a sign, or white space that hides one. */
function csvText(text: string): string {
    return /^[\s\0]*[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
}
