/** Finds the name and the size of the student that a run began with. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { StartingStudent } from '../../../../shared/views/runs.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import type { RunFolder } from '../../../store/home/run-folder.ts';
import { milestones } from '../../../store/run/checkpoints.ts';
import { readSummary } from '../../../store/run/run.ts';
import { readSource, sourceFile } from '../../sources/run-source.ts';
import { importedStudents, shippedStudent, shippedStudentFolder } from '../../sources/checkpoint-source.ts';
import { jsonOf } from '../../../../shared/text/json.ts';

/** What `config.json` of a GPT-2 says of its size, in Hugging Face's words. */
const sizeSchema = z.object({
    n_layer: z.number(),
    n_embd: z.number(),
    n_head: z.number(),
    n_positions: z.number(),
    vocab_size: z.number(),
});

/** The name that a person gave the run in a folder; null where it is not here. */
export type NamesOfRuns = (folder: string) => string | null;

/**
 * @param source what the run was told to start from; null for an imported run, where that is not known
 * @param start the run's own copy of that student, which may be gone
 */
export function startingStudent(
    home: string,
    source: string | null,
    start: string | null,
    runs: NamesOfRuns,
): StartingStudent | null {
    const folders = [start, source === null ? null : folderOf(source)].filter((each) => each !== null);
    const size = folders.map(sizeIn).find((each) => each !== null) ?? null;
    const name = source === null ? null : nameOfStudent(home, source, runs);
    return name === null && size === null ? null : { name, size };
}

/** The name of what a run of learning started from; null where nobody can say, as of a run that was imported. */
export function startOf(db: RunDatabase, folder: RunFolder, home: string, runs: NamesOfRuns): string | null {
    if (readSummary(db, 0).kind !== 'learn' || !existsSync(join(folder.folder, sourceFile))) return null;
    const { source } = readSource(folder);
    const start = milestones(db).find(({ kind }) => kind === 'initial');
    const isItsOwn = start !== undefined && join(folder.folder, start.path) === source;
    return isItsOwn ? null : nameOfStudent(home, source, runs);
}

/**
 * Its name as in lists of students: of one that ships or was imported its own, of a checkpoint the run's and its own.
 */
export function nameOfStudent(home: string, source: string, runs: NamesOfRuns): string {
    const folder = folderOf(source);
    const isAlone =
        folder === shippedStudentFolder() || importedStudents(home).some((imported) => imported.folder === folder);
    const checkpoints = dirname(folder);
    if (isAlone || basename(checkpoints) !== 'checkpoints') return basename(folder);
    const run = basename(dirname(checkpoints));
    return `${runs(run) ?? run} · ${basename(folder)}`;
}

/** `shipped` for the student that ships, whose path is different after every installation; else the source itself. */
export function knownSource(source: string): string {
    return source === shippedStudentFolder() ? shippedStudent : source;
}

function folderOf(source: string): string {
    return source === shippedStudent ? (shippedStudentFolder() ?? source) : source;
}

function sizeIn(folder: string): StartingStudent['size'] {
    const file = join(folder, 'config.json');
    if (!existsSync(file)) return null;
    const read = sizeSchema.safeParse(jsonOf(readFileSync(file, 'utf8')));
    if (!read.success) return null;
    const { n_layer: layers, n_embd: width, n_head: heads, n_positions: context, vocab_size: vocabulary } = read.data;
    // embeddings of tokens and positions, 12 w² + 13 w per layer, the last norm
    const parameters = (vocabulary + context) * width + layers * (12 * width ** 2 + 13 * width) + 2 * width;
    return { layers, width, heads, context, vocabulary, parameters };
}
