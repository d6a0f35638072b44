/** Writes a table as CSV, JSON lines or Parquet, and reads every file back before it counts as written. */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, openSync, writeSync } from 'node:fs';
import { badInput } from '../../shared/faults.ts';
import type { Table } from '../store/tables.ts';
import { countCsvRows, csvLines } from './csv.ts';
import { countJsonLines, jsonLines } from './jsonl.ts';
import { checkParquet, writeParquet } from './parquet.ts';
import type { Supervisor } from './supervisor.ts';

export type TableFormat = 'csv' | 'jsonl' | 'parquet';

export interface WrittenTable {
    readonly rows: number;
    readonly verified: string;
}

const chunkCharacters = 1 << 18;

/** @param createdBy what a Parquet file says wrote it */
export async function writeTable(
    path: string,
    table: Table,
    format: TableFormat,
    createdBy: string,
    supervisor: Supervisor,
): Promise<WrittenTable> {
    switch (format) {
        case 'csv': {
            await writeLines(path, csvLines(table), table.count + 1, supervisor);
            return checked(path, table.count, countCsvRows(path), 'every quote closed');
        }
        case 'jsonl': {
            await writeLines(path, jsonLines(table), table.count, supervisor);
            return checked(path, table.count, await countJsonLines(path), 'each line is JSON');
        }
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
            return checked(path, table.count, rows, 'counts and sums of every column equal');
        }
        default:
            return format satisfies never;
    }
}

/** Lines joined to pieces worth a write. The whole file is then on the disk, byte for byte what was meant. */
export async function writeLines(
    path: string,
    lines: Iterable<string>,
    expected: number,
    supervisor: Supervisor,
): Promise<void> {
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
            supervisor.progress((0.8 * done) / Math.max(1, expected), 'writing');
            await supervisor.turn();
        }
        flush();
        fsyncSync(file);
    } finally {
        closeSync(file);
    }
    if ((await fileDigest(path)) !== digest.digest('hex'))
        throw badInput(`${path} is not what was written to it and was removed. Check the disk, then export it again.`);
}

/** SHA-256 of a file, in hexadecimal. */
export async function fileDigest(path: string): Promise<string> {
    const digest = createHash('sha256');
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) digest.update(chunk as Buffer);
    return digest.digest('hex');
}

function sync(path: string): void {
    const file = openSync(path, 'r+');
    fsyncSync(file);
    closeSync(file);
}

/** Refuses a file that does not hold as many rows as there are. */
export function checked(path: string, expected: number, rows: number, verified: string): WrittenTable {
    if (rows !== expected)
        throw badInput(
            `${path} came out with ${rows} rows instead of ${expected} and was removed; the run is untouched. Export it again.`,
        );
    return { rows, verified: `read back: ${rows.toLocaleString('en-US')} rows, ${verified}` };
}
