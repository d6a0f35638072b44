/** Answers a page about runs: lists them, reads one, and stores what a person notes about it. */
import fs from 'node:fs';
import path from 'node:path';
import type { ListedRow, RunCheckpoint, RunDetails, RunRow } from '../../../../shared/views/runs.ts';
import { badInput } from '../../../../shared/faults.ts';
import type { RunKind } from '../../../../shared/run/record.ts';
import { configKeys, fieldOf, presetValue, type ConfigKey } from '../../../../shared/run/config.ts';
import { isApplied } from '../../../../shared/settings/applied.ts';
import { readStoredConfig } from '../../../../shared/run/stored-config.ts';
import { attempts, environmentOf } from '../../../store/run/attempts.ts';
import { milestones } from '../../../store/run/checkpoints.ts';
import { evaluations } from '../../../store/run/evaluations.ts';
import { knownCriteria } from '../../../store/run/ratings/ratings.ts';
import { changeNotes, readConfig, readSummary } from '../../../store/run/run.ts';
import type { Clock } from '../../../store/connection/lease.ts';
import type { RunFolder } from '../../../store/home/run-folder.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { addSample } from '../../sample.ts';
import { knownSource, nameOfStudent, startingStudent, type NamesOfRuns } from '../../reports/run/student-facts.ts';
import { readSource, sourceFile } from '../../sources/run-source.ts';
import type { Handlers } from '../handlers.ts';
import type { OpenRuns } from './open-runs.ts';
import type { RunList, SeenRow } from './run-list.ts';
import type { Work } from '../work.ts';

/** A recorded row with what only this app knows: whether its own engine is at work. */
export function withLive(row: SeenRow, { liveOf }: Pick<Work, 'liveOf'>): ListedRow {
    if (row.kind === 'unreadable') return row;
    const live = liveOf(row.run);
    if (live === null) return { ...row, isOurs: false, live };
    // its record may say "interrupted": while its database is locked the run waits and cannot renew its lease
    return { ...row, state: 'running', ended: null, isOurs: true, live, fraction: live.fraction ?? row.fraction };
}

export function runHandlers(
    runs: OpenRuns,
    list: RunList,
    work: Pick<Work, 'liveOf'>,
    { home, clock, changed }: { home: string; clock: Clock; changed: () => void },
): Pick<Handlers, 'runs.list' | 'run.read' | 'run.change' | 'run.draft' | 'sample.add'> {
    function rowOf(run: string): RunRow {
        const row = withLive(list.row(run), work);
        if (row.kind === 'unreadable') throw badInput(row.problem);
        return row;
    }
    const nameOfRun: NamesOfRuns = (folder) => {
        const row = list.rows().find(({ run }) => run === folder);
        return row?.kind === 'run' ? row.name : null;
    };
    return {
        'runs.list': () => list.rows().map((row) => withLive(row, work)),
        'run.read': ({ run }) =>
            runs.read(run, (db, folder) => ({
                row: rowOf(run),
                folder: folder.folder,
                ...beginningOf(home, db, folder, nameOfRun),
                criteria: knownCriteria(db),
                attempts: attempts(db).map(({ number, startedAt, endedAt, reason, message }) => ({
                    number,
                    startedAt,
                    endedAt,
                    reason,
                    message,
                    environment: environmentOf(db, number),
                })),
                checkpoints: checkpointsOf(db, folder),
                evaluations: evaluations(db),
            })),
        'run.change': ({ run, name, tags, notes, archived }) => {
            runs.write(run, (db) =>
                changeNotes(db, {
                    ...(name === undefined ? {} : { name }),
                    ...(tags === undefined ? {} : { tags }),
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
        'run.draft': ({ run }) =>
            runs.read(run, (db, folder) => {
                const { preset, values } = readStoredConfig(readConfig(db));
                const { kind, source } = readSource(folder);
                const isLearning = kind === 'learn';
                const changed = Object.entries(values).filter(
                    ([key, value]) => value !== presetValue(key as ConfigKey, preset),
                );
                return {
                    job: kind,
                    name: rowOf(run).name,
                    preset,
                    given: Object.fromEntries(changed),
                    source: isLearning ? knownSource(source) : source,
                    sourceName: isLearning ? nameOfStudent(home, source, nameOfRun) : source,
                };
            }),
    };
}

/** The settings that acted. A newer or imported run may have some that this table does not know. */
function appliedSettings(db: RunDatabase, kind: RunKind): RunDetails['config'] {
    const { values } = readConfig(db);
    return Object.fromEntries(
        Object.entries(values).filter(([key]) => !isKnownKey(key) || isApplied(key, fieldOf(key), kind, values)),
    );
}

const isKnownKey = (key: string): key is ConfigKey => configKeys.some((each) => each === key);

/** What the run began with: settings, and a student or a corpus. */
function beginningOf(
    home: string,
    db: RunDatabase,
    folder: RunFolder,
    nameOfRun: NamesOfRuns,
): Pick<RunDetails, 'config' | 'student' | 'corpus'> {
    const { kind } = readSummary(db, 0);
    const config = appliedSettings(db, kind);
    const hasSource = fs.existsSync(path.join(folder.folder, sourceFile)); // imported runs may have none
    const source = hasSource ? readSource(folder).source : null;
    if (kind !== 'learn') return { config, student: null, corpus: source === null ? null : path.basename(source) };
    const start = milestones(db).find((each) => each.kind === 'initial');
    const own = start === undefined ? null : path.join(folder.folder, start.path);
    return { config, student: startingStudent(home, own === source ? null : source, own, nameOfRun), corpus: null };
}

/** Checkpoints of a run, each with the path that starts a run or a story from it. */
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
