/** Students that can write and learn: the one that ships, and every checkpoint of every run. */
import { basename } from 'node:path';
import type { StudentSource } from '../../../shared/views/new-run.ts';
import { importedStudents, shippedStudent, shippedStudentFolder } from '../checkpoint-source.ts';
import type { Handlers } from './handlers.ts';
import type { OpenRuns } from './open-runs.ts';
import type { RunList } from './run-list.ts';
import { checkpointsOf } from './runs.ts';

export function studentHandlers(home: string, runs: OpenRuns, list: RunList): Pick<Handlers, 'students.list'> {
    return {
        'students.list': () => {
            const ofRuns = list.rows().flatMap((row) =>
                row.kind === 'unreadable'
                    ? []
                    : runs
                          .read(row.run, checkpointsOf)
                          .filter(({ exists }) => exists)
                          .map(({ source, path, at, words, score, validationLoss }): StudentSource => ({
                              source,
                              kind: 'checkpoint',
                              label: `${row.name} · ${basename(path)}`,
                              run: row.run,
                              at,
                              words,
                              score,
                              validationLoss,
                          })),
            );
            const shipped = shippedStudentFolder();
            return [
                ...(shipped === null ? [] : [{ ...nothingKnown, label: basename(shipped) }]),
                ...importedStudents(home).map(({ name, folder }) => ({
                    ...nothingKnown,
                    kind: 'imported' as const,
                    source: folder,
                    label: name,
                })),
                ...ofRuns.toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0)),
            ];
        },
    };
}

const nothingKnown = {
    source: shippedStudent,
    kind: 'shipped',
    run: null,
    at: null,
    words: null,
    score: null,
    validationLoss: null,
} as const;
