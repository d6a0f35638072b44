/** Writes a table as CSV, JSON lines or Parquet, and reads every file back before it counts as written. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { badInput } from '../../../shared/faults.ts';
import type { Table } from '../../store/tables/tables.ts';
import { csvLines, CsvRowCount, type CsvStyle } from './csv.ts';
import { JsonLineCount, jsonLines } from './jsonl.ts';
import { checkParquet, writeParquet } from './parquet.ts';
import type { ExchangeSupervisor } from '../supervisor.ts';
import { count } from '../../../shared/text/numbers.ts';

export type TableFormat = 'csv' | 'jsonl' | 'parquet';

export interface WrittenTable {
    readonly rows: number;
    readonly verified: string;
    /** Of the file as it was read back, in hexadecimal. */
    readonly sha256: string;
}

/** Takes a file as it is read back, piece by piece, and says how many rows it holds. */
interface RowCount {
    take(bytes: Buffer): void;
    /** Null: it ends in the middle of one. */
    rows(): number | null;
}

const chunkCharacters = 1 << 18;
const readBytes = 1 << 20;

/** @param createdBy what a Parquet file says wrote it */
export async function writeTable(
    path: string,
    table: Table,
    format: TableFormat,
    createdBy: string,
    supervisor: ExchangeSupervisor,
): Promise<WrittenTable> {
    switch (format) {
        case 'csv':
            return writeCsv(path, table, 'safe', supervisor);
        case 'jsonl':
            return writeLines(path, jsonLines(table), table, supervisor, {
                count: new JsonLineCount(),
                found: 'each line is JSON',
            });
        case 'parquet': {
            const sums = await writeParquet(path, table, {
                createdBy,
                onGroup: async (rows) => {
                    supervisor.progress((0.7 * rows) / Math.max(1, table.count), 'writing');
                    await supervisor.turn();
                },
            });
            sync(path);
            const rows = await checkParquet(path, table.columns, sums, () => supervisor.turn());
            const sha256 = await fileDigest(path, supervisor);
            return { ...checked(path, table.count, rows, 'counts and sums of every column equal'), sha256 };
        }
        default:
            return format satisfies never;
    }
}

export function writeCsv(
    path: string,
    table: Table,
    style: CsvStyle,
    supervisor: ExchangeSupervisor,
): Promise<WrittenTable> {
    const readBack = { count: new CsvRowCount(), found: 'every quote closed' };
    return writeLines(path, csvLines(table, style), table, supervisor, readBack);
}

/** Joins lines to pieces large enough to write, then reads the file back once for its digest and its rows. */
async function writeLines(
    path: string,
    lines: Iterable<string>,
    table: Table,
    supervisor: ExchangeSupervisor,
    { count, found }: { readonly count: RowCount; readonly found: string },
): Promise<WrittenTable> {
    const file = openSync(path, 'wx');
    const digest = createHash('sha256');
    try {
        let chunk = '';
        let done = 0;
        const flush = (): void => {
            const bytes = Buffer.from(chunk);
            digest.update(bytes);
            for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
            chunk = '';
        };
        for (const line of lines) {
            chunk += line;
            done++;
            if (chunk.length < chunkCharacters) continue;
            flush();
            supervisor.progress((0.8 * done) / Math.max(1, table.count), 'writing');
            await supervisor.turn();
        }
        flush();
        fsyncSync(file);
    } finally {
        closeSync(file);
    }
    const sha256 = await fileDigest(path, supervisor, count);
    if (sha256 !== digest.digest('hex'))
        throw badInput(`${path} is not what was written to it and was removed. Check the disk, then export it again.`);
    return { ...checked(path, table.count, count.rows(), found), sha256 };
}

/** SHA-256 of a file, in hexadecimal; whoever counts its rows is given the same bytes. */
export async function fileDigest(path: string, supervisor: ExchangeSupervisor, count?: RowCount): Promise<string> {
    const digest = createHash('sha256');
    const file = openSync(path, 'r');
    try {
        const chunk = Buffer.allocUnsafe(readBytes);
        for (;;) {
            const bytes = chunk.subarray(0, readSync(file, chunk));
            if (bytes.length === 0) return digest.digest('hex');
            digest.update(bytes);
            count?.take(bytes);
            await supervisor.turn();
        }
    } finally {
        closeSync(file);
    }
}

function sync(path: string): void {
    const file = openSync(path, 'r+');
    fsyncSync(file);
    closeSync(file);
}

/** Refuses a file that does not hold as many rows as there are. */
function checked(path: string, expected: number, rows: number | null, verified: string): Omit<WrittenTable, 'sha256'> {
    if (rows !== expected)
        throw badInput(
            `${path} came out with ${rows ?? 'broken'} rows instead of ${expected} and was removed; the run is untouched. Export it again.`,
        );
    return { rows, verified: `read back: ${count(rows)} rows, ${verified}` };
}
