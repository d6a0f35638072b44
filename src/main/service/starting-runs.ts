/** Starts and resumes runs: finds what a run works on, keeps that with it, and starts an engine. */
import { rmSync } from 'node:fs';
import type { ComputedOn, EngineEvent } from '../../shared/contracts/engine.ts';
import { badInput, commandLine } from '../../shared/faults.ts';
import { noJudge, onlookerRefused, rewardsByOnlooker } from '../../shared/ratings/teachers.ts';
import type { resumableKeys, RunConfig } from '../../shared/run/config.ts';
import { configVersion, type StoredConfig } from '../../shared/run/stored-config.ts';
import { givenName } from '../../shared/text/names.ts';
import { shellWord } from '../../shared/text/shell-word.ts';
import { openRunDatabase } from '../store/connection/open.ts';
import { requireWritable } from '../store/connection/places.ts';
import { createRunFolder } from '../store/home/run-folder.ts';
import { findRun } from '../store/home/workshop.ts';
import { lastComputedOn } from '../store/run/attempts.ts';
import { readConfig, readSummary } from '../store/run/run.ts';
import { findJudge, findTeachers } from './models/teacher-places.ts';
import type { TaskRequest } from './previews.ts';
import type { OpenHome } from './sources/home.ts';
import { findRubric, rubricFile } from './sources/rubric-source.ts';
import { readSource, sourceFile, type RunSource } from './sources/run-source.ts';
import { afterEnd } from './sessions/after-end.ts';
import type { StartEngine } from './sessions/remembering-engine.ts';
import { workOn, type RunHandle } from './sessions/run-session.ts';

export interface RunToStart extends TaskRequest {
    readonly kind: RunSource['kind'];
    /** The name as a person typed it. */
    readonly name: string;
    /** The corpus or the student's checkpoint. */
    readonly source: string;
}

/** Settings that may change when a run goes on. */
export type Changes = Partial<Pick<RunConfig, (typeof resumableKeys)[number]>>;

/** @throws bad input where the name, the teacher or the rubric cannot be used; then nothing was made */
export function startRun(
    { kind, name: typedName, preset, config, source }: RunToStart,
    home: OpenHome,
    startEngine: StartEngine,
): RunHandle {
    const name = givenName(typedName, 'a run');
    requireWritable(home.home);
    const { teacher, places } = findTeachers(config.teacher, home.home);
    if (kind === 'learn' && rewardsByOnlooker(teacher)) throw badInput(onlookerRefused);
    const judge = findJudge(kind === 'learn' ? config['evaluation.judge'] : noJudge, teacher, home.home);
    const rubric = findRubric(config['teacher.rubric']);
    const values = { ...config, teacher, 'teacher.rubric': rubric.name, 'evaluation.judge': judge.teacher };
    const stored: StoredConfig = { version: configVersion, preset, values };
    const written: RunSource = { version: 1, kind, source, teachers: { ...places, ...judge.places } };
    const readsRubric = Object.keys(written.teachers!).length > 0;
    const files = {
        [sourceFile]: JSON.stringify(written),
        ...(readsRubric ? { [rubricFile]: rubric.text } : {}),
    };
    const folder = createRunFolder(home.home, { name, kind, config: stored, files }, home.clock);
    const run = workOn({ folder, name, config: stored, source: written }, startEngine, home.clock);
    let hasResults = false;
    run.onEvent(({ type }) => (hasResults ||= isResult(type)));
    return afterEnd(run, (end) => {
        // its input was refused before it did anything, so there is nothing to keep or resume
        if (end.kind === 'failed' && end.fault.kind === 'bad-input' && !hasResults)
            rmSync(folder.folder, { recursive: true, force: true });
    });
}

/** @throws bad input where the run is unknown or finished; `run-busy` where another process is at work on it */
export function resumeRun(run: string, changes: Changes, home: OpenHome, startEngine: StartEngine): RunHandle {
    const folder = findRun(home, run, home.clock());
    const db = openRunDatabase(folder.database, { readonly: true });
    let config: StoredConfig;
    let computedOn: ComputedOn | undefined;
    let name: string;
    try {
        const summary = readSummary(db, home.clock());
        if (summary.state === 'finished')
            throw badInput(
                `The run "${summary.name}" is finished; it is as it was. Start a new run from it.`,
                `Type: ${commandLine} learn --from ${shellWord(run)}`,
            );
        config = readConfig(db);
        computedOn = lastComputedOn(db);
        name = summary.name;
    } finally {
        db.close();
    }
    const source = readSource(folder);
    return workOn({ folder, name, config, source, computedOn, changes }, startEngine, home.clock);
}

function isResult(type: EngineEvent['type']): boolean {
    return type === 'update' || type === 'pretrained' || type === 'evaluation';
}
