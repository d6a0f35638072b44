/**
 * Entity tracking (Kim & Schuster 2023): what is in the box after so many operations? Five answers, the right one
 * first. A file is a split; a group is a split with one number of operations.
 */
import { z } from 'zod';
import { readJsonLines } from './json-lines.ts';
import { ending, stemOf, type Drafts, type TaskFile } from './task-file.ts';

/** All items, or (as in the challenge of 2026) only those where no answer says that a box holds nothing. */
export type EntityItems = 'all' | 'without-nothing';

const entityLine = z.object({
    input_prefix: z.string(),
    options: z.array(z.string().min(1)).min(2),
    numops: z.int().nonnegative(),
});

export function readEntityTracking(file: TaskFile, entityItems: EntityItems): Drafts {
    const split = stemOf(file.name);
    const read = readJsonLines(file, entityLine, 'a description of boxes with its answers', (line) => ({
        task: 'entity_tracking',
        uid: `${split}_${line.numops}_ops`,
        labels: {
            split,
            operations: `${line.numops}`,
            nothing: line.options.some((option) => option.includes('nothing')) ? 'yes' : 'no',
        },
        texts: line.options.map((option) => ending(line.input_prefix, option)),
        human: {},
    }));
    return entityItems === 'all'
        ? read
        : { ...read, drafts: read.drafts.filter(({ labels }) => labels['nothing'] === 'no') };
}
