/** The passport of a student as a table and sentences, or as a folder that is ready to be submitted. */
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { badInput } from '../../../../shared/faults.ts';
import { passportMarkdown, type Passport } from '../../../../shared/passport/passport.ts';
import { givenPath } from '../../../store/home/given-path.ts';
import { openReadBenchmarks } from '../benchmarks/recorded.ts';
import { passportOf } from './passport.ts';
import { findCheckpoint } from '../../sources/checkpoint-source.ts';
import { openHome } from '../../sources/home.ts';

export interface MadePassport {
    readonly passport: Passport;
    /** Of the folder that was written, by their paths in it; empty where none was asked for. */
    readonly files: readonly string[];
}

/** @param out a folder that is empty or new; null: nothing is written. @throws bad input where something lies there */
export function makePassport(from: string, out: string | null): MadePassport {
    const home = openHome();
    try {
        const checkpoint = findCheckpoint(home, from, home.clock());
        const passport = passportOf(home, checkpoint, home.clock());
        return { passport, files: out === null ? [] : writeFolder(passport, checkpoint, givenPath(out)) };
    } finally {
        home.close();
    }
}

function writeFolder(passport: Passport, checkpoint: string, to: string): readonly string[] {
    if (existsSync(to) && readdirSync(to).length > 0)
        throw badInput(`${to} holds something already; nothing was written. Name a folder that is empty or new.`);
    mkdirSync(to, { recursive: true });
    const students = [
        ['student', checkpoint] as const,
        ...passport.checkpoints.flatMap(({ words, folder }) =>
            folder === null ? [] : [[`checkpoints/chck_${words / 1e6}M`, folder] as const],
        ),
    ];
    for (const [name, folder] of students)
        cpSync(folder, join(to, name), { recursive: true, filter: (file) => !basename(file).startsWith('value_head') });
    const shown = {
        ...passport,
        checkpoints: passport.checkpoints.map(({ words, folder }) => ({ words, isThere: folder !== null })),
    };
    writeFileSync(join(to, 'passport.json'), `${JSON.stringify(shown, null, 2)}\n`);
    writeFileSync(join(to, 'passport.md'), passportMarkdown(passport));
    return ['passport.json', 'passport.md', ...students.map(([name]) => `${name}/`), ...predictions(passport, to)];
}

/** What these very weights said of benchmarks, as the official pipeline leaves it. */
function predictions({ digest }: Passport, to: string): readonly string[] {
    const read = openReadBenchmarks();
    try {
        const benchmark = read
            .list()
            .find(({ student, finishedAt }) => finishedAt !== null && student?.digest === digest);
        if (benchmark === undefined) return [];
        return read.writePredictions(benchmark, join(to, 'predictions')).map((file) => `predictions/${file}`);
    } finally {
        read.close();
    }
}
