/**
 * Reading times (de Varda et al. 2023): one word of a sentence in its context, how likely a model thought it, and how
 * long people looked at it. The table has a row a word; the row's number is the item's id in the official predictions.
 */
import type { ScoredText } from '../../../shared/benchmarks/benchmarks.ts';
import { isGap, parseCsv } from './csv.ts';
import { brokenLines } from './json-lines.ts';
import type { Draft, Drafts, TaskFile } from './task-file.ts';

export const readingColumns = ['item', 'word', 'prev_word', 'prev_item', 'RTfirstfix', 'self_paced_reading_time'];

/** Numbers of a row that count; what a row lacks is left out of `human`, as the pipeline drops such rows. */
const numberColumns = [
    'Subtlex_log10',
    'length',
    'context_length',
    'prev_length',
    'RTfirstfix',
    'RTfirstpass',
    'RTgopast',
    'RTrightbound',
    'self_paced_reading_time',
];

export function readReading(file: TaskFile): Drafts {
    const { rows } = parseCsv(file.text);
    const drafts: Draft[] = [];
    const broken: number[] = [];
    for (const [i, row] of rows.entries()) {
        if (row?.['word'] === undefined || row['word'] === '')
            broken.push(i + 2); // the header is line 1
        else drafts.push(draftOf(row, i));
    }
    const means = 'a word with its context and reading times';
    return { drafts, remarks: broken.length === 0 ? [] : [brokenLines(file.name, broken, means, drafts.length)] };
}

function draftOf(row: Readonly<Record<string, string>>, number: number): Draft {
    const cell = (column: string): string => row[column] ?? '';
    const isFirst = isGap(cell('item'));
    // GPT-2 has nothing to predict a sentence's first word from: the pipeline puts the text None before it
    const context = isFirst ? 'None' : cell('item');
    const words: { readonly context: string; readonly word: string }[] = [{ context, word: cell('word') }];
    if (!isGap(cell('prev_item'))) words.push({ context: cell('prev_item'), word: cell('prev_word') });
    const text =
        (space: string) =>
        (scored: (typeof words)[number]): ScoredText => ({
            kind: 'word',
            context: scored.context,
            word: space + scored.word,
        });
    const numbers = numberColumns.flatMap((column) => {
        const value = isGap(cell(column)) ? Number.NaN : Number(cell(column));
        return Number.isFinite(value) ? [[column, value] as const] : [];
    });
    return {
        task: 'reading',
        uid: 'reading',
        labels: { context: isFirst ? 'none' : 'words', row: `${number}` },
        texts: [...words.map(text('')), ...words.map(text(' '))],
        human: Object.fromEntries(numbers),
    };
}
