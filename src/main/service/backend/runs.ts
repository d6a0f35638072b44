/** Runs: all of them, one of them, and what a person notes about one. */
import fs from 'node:fs';
import path from 'node:path';
import type { ListedRow, RunCheckpoint, RunRow } from '../../../shared/views/runs.ts';
import { badInput } from '../../../shared/faults.ts';
import { presetValue, type ConfigKey } from '../../../shared/run-config.ts';
import { readStoredConfig } from '../../../shared/stored-config.ts';
import { attempts, environmentOf } from '../../store/attempts.ts';
import { milestones } from '../../store/checkpoints.ts';
import { evaluations } from '../../store/evaluations.ts';
import { knownCriteria } from '../../store/ratings.ts';
import { changeNotes, readConfig } from '../../store/run.ts';
import type { Clock } from '../../store/lease.ts';
import type { RunFolder } from '../../store/run-folder.ts';
import type { RunDatabase } from '../../store/statements.ts';
import { addSample, removeSample } from '../sample.ts';
import { readSource } from '../workbench.ts';
import type { Handlers } from './handlers.ts';
import type { OpenRuns } from './open-runs.ts';
import type { RunList, SeenRow } from './run-list.ts';
import type { Work } from './work.ts';

/** A recorded row with what only this app knows: whether its own engine is at work. */
export function withLive(row: SeenRow, { liveOf }: Pick<Work, 'liveOf'>): ListedRow {
    if (row.kind === 'unreadable') return row;
    const live = liveOf(row.run);
    return { ...row, isOurs: live !== null, live, fraction: live?.fraction ?? row.fraction };
}

export function runHandlers(
    runs: OpenRuns,
    list: RunList,
    work: Pick<Work, 'liveOf'>,
    { home, clock, changed }: { home: string; clock: Clock; changed: () => void },
): Pick<Handlers, 'runs.list' | 'run.read' | 'run.change' | 'run.draft' | 'sample.add' | 'sample.remove'> {
    function rowOf(run: string): RunRow {
        const row = withLive(list.row(run), work);
        if (row.kind === 'unreadable') throw badInput(row.problem);
        return row;
    }
    return {
        'runs.list': () => list.rows().map((row) => withLive(row, work)),
        'run.read': ({ run }) =>
            runs.read(run, (db, folder) => ({
                row: rowOf(run),
                folder: folder.folder,
                config: readConfig(db).values,
                criteria: knownCriteria(db),
                attempts: attempts(db).map(({ number, startedAt, endedAt, reason, message }) => ({
                    ...{ number, startedAt, endedAt, reason, message },
                    environment: environmentOf(db, number),
                })),
                checkpoints: checkpointsOf(db, folder),
                evaluations: evaluations(db),
            })),
        'run.change': ({ run, name, tags, notes, archived }) => {
            runs.write(run, (db) =>
                changeNotes(db, {
                    ...(name === undefined ? {} : { name }),
                    ...(tags === undefined ? {} : { tags: [...new Set(tags)] }),
                    ...(notes === undefined ? {} : { notes }),
                    ...(archived === undefined ? {} : { archived }),
                }),
            );
            changed();
            return rowOf(run);
        },
        'sample.add': () => {
            const run = addSample(home, clock());
            changed();
            return { run };
        },
        'sample.remove': ({ run }) => {
            const { folder } = runs.folderOf(run);
            runs.forget(run);
            removeSample(folder);
            changed();
            return null;
        },
        'run.draft': ({ run }) =>
            runs.read(run, (db, folder) => {
                const { preset, values } = readStoredConfig(readConfig(db));
                const { kind, source } = readSource(folder);
                const given = Object.entries(values).filter(
                    ([key, value]) => value !== presetValue(key as ConfigKey, preset),
                );
                return { job: kind, name: rowOf(run).name, preset, given: Object.fromEntries(given), source };
            }),
    };
}

/** Checkpoints of a run, with what starts a run or a story from them. */
export function checkpointsOf(db: RunDatabase, { folder }: RunFolder): readonly RunCheckpoint[] {
    return milestones(db).map(({ path: place, kind, at, words, update, scoreMean, validationLoss }) => {
        const source = path.join(folder, place);
        return {
            path: place,
            kind,
            at,
            words,
            update,
            score: scoreMean,
            validationLoss,
            source,
            exists: fs.existsSync(source),
        };
    });
}
