/** Reads and writes what a run works on: a corpus or a student, the places of its teachers, its copy of the rubric. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { badInput } from '../../../shared/faults.ts';
import type { RunFolder } from '../../store/home/run-folder.ts';
import { rubricFile } from './rubric-source.ts';
import { jsonOf } from '../../../shared/text/json.ts';

/** A file beside the database, so that exports of the database name no folder of this computer. */
export const sourceFile = 'source.json';
const sourceSchema = z.object({
    version: z.literal(1),
    kind: z.enum(['pretrain', 'learn']),
    source: z.string().min(1),
    /** Files and addresses of teachers, by name. */
    teachers: z.record(z.string(), z.string()).optional(),
});
export type RunSource = z.infer<typeof sourceSchema>;

/** @throws bad input where the run does not say what it works on */
export function readSource({ folder }: RunFolder): RunSource {
    const file = join(folder, sourceFile);
    const parsed = existsSync(file) ? sourceSchema.safeParse(jsonOf(readFileSync(file, 'utf8'))) : null;
    if (!parsed?.success)
        throw badInput(
            `The run in ${folder} does not say what it works on (${sourceFile}); its record is untouched. Start a new run from its last checkpoint.`,
        );
    return parsed.data;
}

/** The run's copy of the rubric; undefined where its teacher reads none. */
export function rubricOf({ folder }: RunFolder): string | undefined {
    const file = join(folder, rubricFile);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
