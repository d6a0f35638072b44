/**
 * Reads generated.csv and batch_stats.csv strictly: a broken quote, a missing column or a bad number stops the import.
 */
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { CsvError, parse } from 'csv-parse';
import { badInput } from '../../../shared/faults.ts';

export interface LoggedStory {
    readonly query: string;
    readonly student_output: string;
    readonly teacher_output: string;
}

/** One row of batch_stats.csv: the cells as they stand, and the numbers among them that are used. */
export interface LoggedBatch {
    readonly cells: Readonly<Record<string, string>>;
    readonly numbers: Readonly<Record<BatchNumber, number>>;
}

const storyColumns = ['query', 'student_output', 'teacher_output'] as const;
/** `[0.31]` is numpy’s way to print an array of one value; longer arrays are abbreviated with `...`. */
const batchNumbers = [
    'mean_non_reward',
    'mean_total_reward',
    'entropy',
    'value_loss',
    'student_len',
    'prompt_words',
    'gen_words',
    'learning_rate',
    'kl_coef',
    'kl',
] as const;
type BatchNumber = (typeof batchNumbers)[number];

const largestRecord = 1 << 24; // characters: a story has a thousand

export async function* readStories(path: string): AsyncGenerator<LoggedStory> {
    for await (const row of rowsOf(path, storyColumns)) yield row as unknown as LoggedStory;
}

/**
 * Every row of batch_stats.csv, in order.
 * @throws bad input where the table has no rows, or a number in it cannot be read
 */
export async function readBatches(path: string): Promise<readonly LoggedBatch[]> {
    const batches: LoggedBatch[] = [];
    for await (const cells of rowsOf(path, batchNumbers)) {
        const numbers = Object.fromEntries(
            batchNumbers.map((name) => [name, numberIn(cells[name]!, name, batches.length + 1, path)]),
        ) as Record<BatchNumber, number>;
        batches.push({ cells, numbers });
    }
    if (batches.length === 0) throw badInput(`${path} has no rows; nothing was imported.`);
    return batches;
}

function numberIn(text: string, column: BatchNumber, row: number, path: string): number {
    const [, inner = ''] = /^\s*\[?\s*([^\][]*?)\s*\]?\s*$/.exec(text) ?? [];
    const value = inner === '' ? NaN : Number(inner);
    const isCount = column === 'prompt_words' || column === 'gen_words';
    if (!Number.isFinite(value) || (isCount && (!Number.isSafeInteger(value) || value < 0)))
        throw badInput(
            `${path}, row ${row}: "${column}" is ${JSON.stringify(text.slice(0, 40))}, which is not a ${isCount ? 'count' : 'number'}; nothing was imported.`,
        );
    return value;
}

async function* rowsOf(path: string, columns: readonly string[]): AsyncGenerator<Readonly<Record<string, string>>> {
    const input = createReadStream(path);
    const parser = input.pipe(
        parse({
            bom: true,
            max_record_size: largestRecord,
            columns: (header: string[]) => {
                const missing = columns.filter((name) => !header.includes(name));
                if (missing.length > 0)
                    throw badInput(
                        `${path} lacks the column "${missing[0]!}"; nothing was imported. It should be the ${basename(path)} of the published system.`,
                    );
                if (new Set(header).size < header.length)
                    throw badInput(`${path} has two columns of one name; nothing was imported.`);
                return header;
            },
        }),
    );
    input.on('error', (error) => parser.destroy(error));
    try {
        for await (const row of parser) yield row as Readonly<Record<string, string>>;
    } catch (error) {
        if (!(error instanceof CsvError)) throw error;
        const line = typeof error['lines'] === 'number' ? ` near line ${error['lines']}` : '';
        throw badInput(`${path} is damaged${line} (${error.code}); nothing was imported. Ask for another copy.`);
    } finally {
        input.destroy();
    }
}
