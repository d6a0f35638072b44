/**
 * Finds runs that belong together: a run's control (the same with shuffled rewards), and its repetitions with other
 * seeds.
 */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { FaultError } from '../../../../shared/faults.ts';
import type { RunConfig } from '../../../../shared/run/config.ts';
import { tellingSettings } from '../../../../shared/run/comparable.ts';
import { readRunDatabase, type ReadRun } from '../../../store/connection/open.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { runFolderAt, runFolders, runsFolder } from '../../../store/home/run-folder.ts';
import { milestones } from '../../../store/run/checkpoints.ts';
import { evaluations } from '../../../store/run/evaluations.ts';
import { readConfig, shufflesRewards } from '../../../store/run/run.ts';

const telling = tellingSettings('learn');

export interface Likeness {
    readonly config: RunConfig;
    /** SHA-256 of the weights that it began with; null where they were not recorded. */
    readonly start: string | null;
}

export function likenessOf(db: RunDatabase): Likeness {
    const start = milestones(db).find(({ kind }) => kind === 'initial')?.digest ?? null;
    return { config: readConfig(db).values, start };
}

/** Do two runs agree in everything on which learning depends, but for the seed and the shuffling of rewards? */
export function isAlike(one: Likeness, other: Likeness): boolean {
    return one.start === other.start && telling.every((key) => one.config[key] === other.config[key]);
}

/** A finished control of a data folder. */
export interface FinishedControl {
    readonly database: string;
    readonly likeness: Likeness;
}

/** All finished controls of a data folder, the newest first: runs that learned from shuffled rewards. */
export function finishedControls(home: string, readRun: ReadRun = readRunDatabase): readonly FinishedControl[] {
    return runFolders(home)
        .toReversed()
        .flatMap((name) => {
            const { database } = runFolderAt(`${runsFolder(home)}/${name}`);
            const likeness = existsSync(database) ? likenessOfControl(database, readRun) : null;
            return likeness === null ? [] : [{ database, likeness }];
        });
}

/** The folder that a run's folder lies in. */
export const homeOf = (database: string): string => dirname(dirname(dirname(database)));

/** Of these, the control of a run: the one of the same seed, else the newest; null for a control. */
export function controlAmong(controls: readonly FinishedControl[], run: Likeness): string | null {
    if (run.config['teacher.shuffle'] === 'on') return null;
    const alike = controls.filter(({ likeness }) => isAlike(likeness, run));
    const sameSeed = alike.find(({ likeness }) => likeness.config.seed === run.config.seed);
    return (sameSeed ?? alike[0])?.database ?? null;
}

/**
 * The database of a run's control among the runs of its data folder. Null for a run that is itself a control, and where
 * no control has been evaluated before and after learning.
 */
export function controlOf(database: string): string | null {
    return controlAmong(finishedControls(homeOf(database)), readRunDatabase(database, likenessOf));
}

function likenessOfControl(database: string, readRun: ReadRun): Likeness | null {
    try {
        return readRun(database, (db) => {
            if (!shufflesRewards(db)) return null;
            const phases = new Set(evaluations(db).map(({ phase }) => phase));
            return phases.has('before') && phases.has('after') ? likenessOf(db) : null;
        });
    } catch (error) {
        if (error instanceof FaultError) return null; // the list of runs says what is wrong with it
        throw error;
    }
}
