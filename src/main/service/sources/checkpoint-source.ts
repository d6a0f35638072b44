/** Finds what a person means by `--from`: the folder of a checkpoint, a run, or a student that ships with the app. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { badInput, commandLine, faultOf, isAbout } from '../../../shared/faults.ts';
import { isSameName } from '../../../shared/text/names.ts';
import { milestones } from '../../store/run/checkpoints.ts';
import { openRunDatabase } from '../../store/connection/open.ts';
import { readConfig } from '../../store/run/run.ts';
import { runFolderAt } from '../../store/home/run-folder.ts';
import { findRun, type Workshop } from '../../store/home/workshop.ts';
import { givenPath } from '../../store/home/given-path.ts';
import { resourcesFolder } from './resources.ts';

export const shippedStudent = 'shipped';

/** The checkpoint folder that is meant; of a run its latest. @throws bad input where there is none */
export function findCheckpoint(workshop: Workshop, from: string, now: number): string {
    if (from === shippedStudent) {
        const shipped = shippedStudentFolder();
        if (shipped !== null) return shipped;
        throw badInput(
            'No student ships with this copy of Storyloop; nothing was started. Pretrain one.',
            `Type: ${commandLine} pretrain --corpus storyworld`,
        );
    }
    const path = givenPath(from);
    if (isCheckpoint(path)) return path;
    const imported = importedStudents(workshop.home).find(({ name }) => isSameName(name, from));
    if (imported) return imported.folder;
    const run = findRunOrExplain(workshop, from, now);
    const db = openRunDatabase(run.database, { readonly: true });
    try {
        const last = milestones(db).findLast((checkpoint) => existsSync(join(run.folder, checkpoint.path)));
        if (last === undefined)
            throw badInput(
                `The run "${from}" has no checkpoint yet; nothing was started. Continue it, or choose another one.`,
            );
        return join(run.folder, last.path);
    } finally {
        db.close();
    }
}

/**
 * The prompt that a run's student was trained on; null for a checkpoint outside of runs, or in one that has no record.
 */
export function learnedPrompt(checkpoint: string): string | null {
    const { database } = runFolderAt(join(checkpoint, '..', '..')); // <run>/checkpoints/<name>
    if (!existsSync(database)) return null;
    try {
        const db = openRunDatabase(database, { readonly: true });
        try {
            return readConfig(db).values['rollout.prompt'];
        } finally {
            db.close();
        }
    } catch (error) {
        if (faultOf(error).kind === 'bad-input') return null; // a checkpoint may have no record, or somebody else's
        throw error;
    }
}

/** Does the folder hold a student, in our form or in Hugging Face's? */
export function isCheckpoint(folder: string): boolean {
    return existsSync(join(folder, 'model.safetensors')) || existsSync(join(folder, 'config.json'));
}

/** The folder of imported students; each has a folder of its name there. */
export function studentsFolder(home: string): string {
    return join(home, 'students');
}

/** The imported students, by name. */
export function importedStudents(home: string): readonly { readonly name: string; readonly folder: string }[] {
    const students = studentsFolder(home);
    const names = existsSync(students) ? readdirSync(students).sort() : [];
    return names
        .map((name) => ({ name, folder: join(students, name) }))
        .filter(({ name, folder }) => !name.startsWith('.') && isCheckpoint(folder));
}

function findRunOrExplain(workshop: Workshop, from: string, now: number): ReturnType<typeof findRun> {
    try {
        return findRun(workshop, from, now);
    } catch (error) {
        if (!isAbout(error, 'no-such-run')) throw error;
        if (existsSync(givenPath(from)))
            throw badInput(
                `"${from}" is neither a checkpoint (no config.json) nor a run (no run.sqlite); nothing was started. Name a checkpoint folder, a run, or "${shippedStudent}".`,
            );
        throw badInput(
            `There is no checkpoint folder or run "${from}"; nothing was started. "${shippedStudent}" is the student that comes with the app.`,
            `"${commandLine} runs" lists runs.`,
        );
    }
}

/** The folder of the student that comes with the app; null where none does. */
export function shippedStudentFolder(): string | null {
    const students = join(resourcesFolder(), 'students');
    if (!existsSync(students)) return null;
    const found = readdirSync(students).filter((name) => statSync(join(students, name)).isDirectory());
    return found.length === 0 ? null : join(students, found.sort().at(-1)!);
}
