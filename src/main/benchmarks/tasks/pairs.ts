/**
 * BLiMP (Warstadt et al. 2020) and the supplement of BabyLM: two sentences that differ in one thing, the grammatical
 * one first. A line with a field is BLiMP's and names its group; the supplement's groups are its files.
 */
import { z } from 'zod';
import { readJsonLines } from './json-lines.ts';
import { stemOf, whole, type Drafts, type TaskFile } from './task-file.ts';

const pair = { sentence_good: z.string().min(1), sentence_bad: z.string().min(1) };
const blimpLine = z.object({ ...pair, field: z.string(), UID: z.string().min(1), linguistics_term: z.string() });
const supplementLine = z.object(pair);

export function readBlimp(file: TaskFile): Drafts {
    return readJsonLines(file, blimpLine, 'a pair of sentences with its phenomenon', (line) => ({
        task: 'blimp',
        uid: line.UID,
        labels: {
            // as the pipeline spells it in its reports
            field: line.field === 'syntax_semantics' ? 'syntax/semantics' : line.field,
            linguistics_term: line.linguistics_term,
        },
        texts: [whole(line.sentence_good), whole(line.sentence_bad)],
        human: {},
    }));
}

export function readSupplement(file: TaskFile): Drafts {
    return readJsonLines(file, supplementLine, 'a pair of sentences', (line) => ({
        task: 'supplement',
        uid: stemOf(file.name),
        labels: { field: 'supplement', linguistics_term: 'supplement' },
        texts: [whole(line.sentence_good), whole(line.sentence_bad)],
        human: {},
    }));
}
