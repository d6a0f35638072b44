/**
 * Age of acquisition (Chang & Bergen 2022; children's ages from Wordbank, Frank et al. 2017): words in contexts, to be
 * scored at every checkpoint, and at what age how many children say them. An item is a word in one context.
 */
import { z } from 'zod';
import { isGap, parseCsv } from './csv.ts';
import { brokenLines } from './json-lines.ts';
import { ending, type Draft, type Drafts, type TaskFile } from './task-file.ts';
import { jsonOf } from '../../../shared/text/json.ts';

/** Months of age at which children were asked about. */
export const ages = Array.from({ length: 15 }, (_, i) => 16 + i);

export const contextsShape = z.record(z.string(), z.array(z.object({ context: z.string() })));

/** What is missing is null: contexts alone can be scored, but not compared with children. */
export function readAcquisition(contexts: TaskFile | null, children: TaskFile | null): Drafts {
    if (contexts === null)
        return {
            drafts: [],
            remarks: [
                'The contexts of the words (cdi_childes.json) are missing; age of acquisition is left out and the other tasks go on. Put the file beside cdi_human.csv.',
            ],
        };
    const parsed = contextsShape.safeParse(jsonOf(contexts.text));
    if (!parsed.success)
        return {
            drafts: [],
            remarks: [
                `${contexts.name} does not hold words with their contexts; age of acquisition is left out and the other tasks go on. Get the file again.`,
            ],
        };
    const { shares, remarks } = readChildren(children);
    const drafts = Object.entries(parsed.data).flatMap(([word, places]): Draft[] => {
        if (Array.from(word).length < 2) return []; // the pipeline leaves them out
        return places.map(({ context }) => ({
            task: 'aoa',
            uid: word,
            labels: { context },
            texts: [ending(`${stripped(context)} `, stripped(word))],
            human: shares.get(word) ?? {},
        }));
    });
    return { drafts, remarks };
}

function readChildren(file: TaskFile | null): {
    readonly shares: ReadonlyMap<string, Readonly<Record<string, number>>>;
    readonly remarks: readonly string[];
} {
    const shares = new Map<string, Readonly<Record<string, number>>>();
    if (file === null)
        return {
            shares,
            remarks: [
                'The ages of children (cdi_human.csv) are missing; words are scored, but nothing can be said about children. Put the file beside cdi_childes.json.',
            ],
        };
    const broken: number[] = [];
    for (const [i, row] of parseCsv(file.text).rows.entries()) {
        const word = row?.['word'] ?? '';
        if (word === '') broken.push(i + 2);
        else if (!shares.has(word)) shares.set(word, sharesOf(row!)); // of a word that comes twice, the first counts
    }
    return {
        shares,
        remarks: broken.length === 0 ? [] : [brokenLines(file.name, broken, 'a word with its ages', shares.size)],
    };
}

const sharesOf = (row: Readonly<Record<string, string>>): Readonly<Record<string, number>> =>
    Object.fromEntries(
        ages.flatMap((age) => {
            const cell = row[age] ?? '';
            const share = isGap(cell) ? Number.NaN : Number(cell);
            return Number.isFinite(share) ? [[`${age}`, share] as const] : [];
        }),
    );

/** What Python's strip() takes away, which is not quite what trim() does. */
function stripped(text: string): string {
    return text.replace(/^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/gu, '');
}
