/** Starts an engine that rates the stories of a run again, and records its ratings beside the first ones. */
import { faultOf } from '../../shared/faults.ts';
import { composeConfig, type ConfigKey } from '../../shared/run/config.ts';
import { configVersion, type StoredConfig } from '../../shared/run/stored-config.ts';
import { openRunDatabase } from '../store/connection/open.ts';
import type { RunFolder } from '../store/home/run-folder.ts';
import { findRun } from '../store/home/workshop.ts';
import { readConfig } from '../store/run/run.ts';
import { findTeachers } from './models/teacher-places.ts';
import type { OpenHome } from './sources/home.ts';
import { findRubric } from './sources/rubric-source.ts';
import { readSource, rubricOf } from './sources/run-source.ts';
import { afterEnd } from './sessions/after-end.ts';
import type { TaskHandle } from './sessions/engine-session.ts';
import type { StartEngine } from './sessions/remembering-engine.ts';
import { openRescoring, type RescoringSummary, type WhatToRate } from './sessions/rescoring.ts';

export interface RescoreHandle extends TaskHandle {
    readonly folder: string;
    readonly summary: () => RescoringSummary;
}

export interface RescoreRequest extends Pick<WhatToRate, 'stories' | 'sample'> {
    /** Settings of rating that shall differ from the run's own. */
    readonly given: Readonly<Partial<Record<ConfigKey, string>>>;
}

/** @throws bad input where the run or the teacher is unknown; `run-busy` where another process is at work on the run */
export function startRescoring(
    run: string,
    { given, stories, sample }: RescoreRequest,
    home: OpenHome,
    startEngine: StartEngine,
): RescoreHandle {
    const folder = findRun(home, run, home.clock());
    const { preset, values } = configOf(folder);
    const typed = composeConfig(preset, { ...values, ...given });
    const { teacher, places } =
        given.teacher === undefined
            ? { teacher: values.teacher, places: readSource(folder).teachers ?? {} }
            : findTeachers(typed.teacher, home.home);
    const own = given['teacher.rubric'] === undefined;
    const rubric = own
        ? { name: values['teacher.rubric'], text: rubricOf(folder) }
        : findRubric(typed['teacher.rubric']);
    const rescored = { ...typed, teacher, 'teacher.rubric': rubric.name };
    const task = {
        config: { version: configVersion, preset, values: rescored },
        teachers: places,
        rubric: rubric.text,
    };
    const together = 4 * Math.max(typed['teacher.inFlight'], typed['teacher.sideBySide']);
    const rescoring = openRescoring(folder, { stories, sample, seed: typed.seed, together }, home.clock);
    let engine: TaskHandle;
    try {
        engine = startEngine({ kind: 'rescore', ...task }, (event) => rescoring.record(event));
    } catch (error) {
        rescoring.close({ kind: 'failed', fault: faultOf(error) });
        throw error;
    }
    const kept = afterEnd(
        engine,
        (end) => rescoring.close(end),
        () => rescoring.leave(),
    );
    return { ...kept, folder: folder.folder, summary: rescoring.summary };
}

function configOf({ database }: RunFolder): StoredConfig {
    const db = openRunDatabase(database, { readonly: true });
    try {
        return readConfig(db);
    } finally {
        db.close();
    }
}
