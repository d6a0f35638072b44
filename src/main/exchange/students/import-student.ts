/** Imports a GPT-2 folder as a student: it is read and checked completely, then copied to `students/`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Imported, ImportJob } from '../../../shared/contracts/exchange.ts';
import { badInput } from '../../../shared/faults.ts';
import { folderName, moveToFreeName } from '../../store/home/run-folder.ts';
import { readCheckpoint, sealFile } from '../../student/checkpoints/checkpoint.ts';
import { parameterCount } from '../../student/gpt2/config.ts';
import { writeHuggingFaceFolder } from './hugging-face-folder.ts';
import { makeFolder } from '../../store/connection/places.ts';
import type { ExchangeSupervisor } from '../supervisor.ts';
import { count } from '../../../shared/text/numbers.ts';

export async function importStudent(
    { source, home, name, staging, storyloop }: ImportJob,
    supervisor: ExchangeSupervisor,
): Promise<Imported> {
    supervisor.progress(0, 'reading the student');
    const checkpoint = readCheckpoint(source);
    await supervisor.turn();
    makeFolder(dirname(staging));
    writeHuggingFaceFolder(staging, source, checkpoint, storyloop);
    await supervisor.turn();
    const students = join(home, 'students');
    makeFolder(students);
    if (name === null) refuseTwice(students, staging);
    const folder = moveToFreeName(staging, join(students, folderName(name ?? basename(source))));
    const { layers, width, vocabulary } = checkpoint.config;
    return {
        kind: 'student',
        folder,
        name: basename(folder),
        notes: [
            `${count(parameterCount(checkpoint.config))} parameters (${layers} layers, ${width} wide, ${count(vocabulary)} tokens)`,
            checkpoint.origin === null
                ? 'no seal of ours: weights, sizes and tokenizer were checked against each other'
                : 'sealed by Storyloop: every file is the one that was saved',
        ],
    };
}

function refuseTwice(students: string, staging: string): void {
    const seal = readFileSync(join(staging, sealFile));
    const known = readdirSync(students).find((name) => {
        const file = join(students, name, sealFile);
        return existsSync(file) && readFileSync(file).equals(seal);
    });
    if (known !== undefined)
        throw badInput(
            `This student is here already, as "${known}"; nothing was imported. To have it twice, give the copy another name.`,
        );
}
