/** Lists the students that can write and learn: the one that ships, imported ones, every checkpoint of every run. */
import { basename } from 'node:path';
import type { StudentScore, StudentSource } from '../../../../shared/views/new-run.ts';
import type { RunCheckpoint, RunRow } from '../../../../shared/views/runs.ts';
import { importedStudents, shippedStudent, shippedStudentFolder } from '../../sources/checkpoint-source.ts';
import { evaluations } from '../../../store/run/evaluations.ts';
import type { Handlers } from '../handlers.ts';
import type { OpenRuns } from '../runs/open-runs.ts';
import type { RunList } from '../runs/run-list.ts';
import { checkpointsOf } from '../runs/runs.ts';

export function studentHandlers(home: string, runs: OpenRuns, list: RunList): Pick<Handlers, 'students.list'> {
    return {
        'students.list': () => {
            const ofRuns = list.rows().flatMap((row) =>
                row.kind === 'unreadable'
                    ? []
                    : runs.read(row.run, (db, folder) => {
                          const evaluated = evaluations(db);
                          return checkpointsOf(db, folder)
                              .filter(({ exists }) => exists)
                              .map((checkpoint): StudentSource => {
                                  const { source, path, at, words, validationLoss } = checkpoint;
                                  return {
                                      source,
                                      kind: 'checkpoint',
                                      label: `${row.name} · ${basename(path)}`,
                                      run: row.run,
                                      at,
                                      words,
                                      score: scoreOf(row, checkpoint, evaluated),
                                      validationLoss,
                                  };
                              });
                      }),
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

/** The score in the list of runs, if it was measured with these weights. */
function scoreOf(
    { teacher, scoreMost: most }: Pick<RunRow, 'teacher' | 'scoreMost'>,
    { update, score }: RunCheckpoint,
    evaluated: ReturnType<typeof evaluations>,
): StudentScore | null {
    if (teacher === null) return null;
    const clean = evaluated.findLast((evaluation) => evaluation.update === update)?.results['score'];
    const mean = clean ?? score;
    return mean === null ? null : { mean, most, by: teacher.name, isClean: clean !== undefined };
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
