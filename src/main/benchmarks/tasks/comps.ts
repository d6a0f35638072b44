/**
 * COMPS (Misra et al. 2023): which of two things has a property? The same property is scored after two beginnings, the
 * right one first. Four files: known words, new words, and new words with a distraction before them or in between.
 */
import { z } from 'zod';
import { readJsonLines } from './json-lines.ts';
import { ending, stemOf, type Drafts, type TaskFile } from './task-file.ts';

const compsLine = z.object({
    prefix_acceptable: z.string(),
    prefix_unacceptable: z.string(),
    property_phrase: z.string().min(1),
});

/** The pipeline takes any other file for the last of these. */
const groupOfStem: Readonly<Record<string, string>> = {
    comps_base: 'base',
    comps_wugs: 'wugs',
    'comps_wugs_dist-before': 'wugs_dist_before',
};

export function readComps(file: TaskFile): Drafts {
    const uid = groupOfStem[stemOf(file.name)] ?? 'wugs_dist_in_between';
    return readJsonLines(file, compsLine, 'two beginnings with a property', (line) => ({
        task: 'comps',
        uid,
        labels: {},
        // the space between them is before the completion, not in it: a token that ends in it is not scored
        texts: [
            ending(`${line.prefix_acceptable} `, line.property_phrase),
            ending(`${line.prefix_unacceptable} `, line.property_phrase),
        ],
        human: {},
    }));
}
