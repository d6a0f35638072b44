/**
 * Finds runs that belong together: a run's control (the same with shuffled rewards), and its repetitions with other
 * seeds.
 */
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { FaultError } from '../../../../shared/faults.ts';
import { configKeys, fieldOf, resumableKeys, type ConfigKey, type RunConfig } from '../../../../shared/run/config.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { runFolderAt, runFolders, runsFolder } from '../../../store/home/run-folder.ts';
import { milestones } from '../../../store/run/checkpoints.ts';
import { evaluations } from '../../../store/run/evaluations.ts';
import { readConfig } from '../../../store/run/run.ts';

const learningRates: readonly ConfigKey[] = ['ppo.lr', 'pretrain.lr'];
/** The settings on which learning depends: all but the seed, the control's switch, measuring, keeping and devices. */
const telling = configKeys.filter(
    (key) =>
        fieldOf(key).jobs.includes('learn') &&
        !/^(seed$|teacher\.shuffle$|evaluation\.|runtime\.|record\.)/u.test(key) &&
        (learningRates.includes(key) || !(resumableKeys as readonly ConfigKey[]).includes(key)),
);

interface Likeness {
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

/**
 * The database of a run's control among the runs of its data folder: the one of the same seed, else the newest. Null
 * for a run that is itself a control, and where no control has been evaluated before and after learning.
 */
export function controlOf(database: string): string | null {
    const own = read(database, likenessOf);
    if (own.config['teacher.shuffle'] === 'on') return null;
    const home = dirname(dirname(dirname(database)));
    let found: string | null = null;
    for (const name of runFolders(home).toReversed()) {
        const { database: other } = runFolderAt(`${runsFolder(home)}/${name}`);
        if (name === basename(dirname(database)) || !existsSync(other)) continue;
        const seed = seedAsControl(other, own);
        if (seed === own.config.seed) return other;
        if (seed !== null) found ??= other;
    }
    return found;
}

/** The seed of a run, where it is a finished control of the other; else null. */
function seedAsControl(database: string, run: Likeness): number | null {
    try {
        return read(database, (db) => {
            const config = readConfig(db).values;
            if (config['teacher.shuffle'] !== 'on' || !isAlike(likenessOf(db), run)) return null;
            const phases = new Set(evaluations(db).map(({ phase }) => phase));
            return phases.has('before') && phases.has('after') ? config.seed : null;
        });
    } catch (error) {
        if (error instanceof FaultError) return null; // the list of runs says what is wrong with it
        throw error;
    }
}

function read<T>(database: string, work: (db: RunDatabase) => T): T {
    const db = openRunDatabase(database, { readonly: true });
    try {
        return work(db);
    } finally {
        db.close();
    }
}
