/** The student that ships, and the text that it is compared on. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { resourcesFolder } from '../../src/main/service/sources/resources.ts';
import { readCheckpoint, type ReadCheckpoint } from '../../src/main/student/checkpoints/checkpoint.ts';

export const sampleText =
    'Once upon a time, in a faraway land, there lived a small owl who kept the moon in a jar. "Who are you?" asked the fox.';

export function shippedStudentFolder(): string {
    const students = join(resourcesFolder(), 'students');
    return join(students, readdirSync(students).sort().at(-1)!);
}

export function shippedStudent(): ReadCheckpoint {
    return readCheckpoint(shippedStudentFolder());
}
