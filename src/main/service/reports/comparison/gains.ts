/**
 * What several runs gained: each with an interval over its stories, and all together with one over seeds and stories.
 */
import type { GainsMeasured, RunsGains } from '../../../../shared/views/runs.ts';
import { overRuns, overStories, type Gain } from '../../../learning/statistics/gain.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';
import { gainsOfRun, gainsOver } from './comparison.ts';
import { controlOf, isAlike, likenessOf } from './control.ts';

/** The gains of one run. `over`: its gain at equal length minus its control's. */
interface RunGains {
    readonly total: Gain;
    readonly atEqualLength: Gain | null;
    readonly over: Gain | null;
}

export function gainsOfRuns(databases: readonly string[]): RunsGains {
    const gains = databases.map(gainsAboveControl);
    return {
        runs: gains.map((found) => found && each(found, overStories)),
        together: areOneRun(databases) ? togetherOf(gains) : null,
    };
}

function gainsAboveControl(database: string): RunGains | null {
    const own = gainsOfRun(database);
    if (own === null) return null;
    const controlDatabase = controlOf(database);
    const control = controlDatabase === null ? null : gainsOfRun(controlDatabase);
    return {
        total: own.total,
        atEqualLength: own.lengthMatched,
        over: control && gainsOver(own, control).lengthMatched,
    };
}

function each<Found>(
    gains: RunGains,
    interval: (gain: Gain) => Found,
): Record<keyof GainsMeasured, Found | null> & {
    readonly total: Found;
} {
    const of = (gain: Gain | null): Found | null => gain && interval(gain);
    return { total: interval(gains.total), atEqualLength: of(gains.atEqualLength), overControl: of(gains.over) };
}

/** Runs that were not evaluated are left out everywhere, runs without a control where controls are compared. */
function togetherOf(gains: readonly (RunGains | null)[]): GainsMeasured | null {
    const all = (read: (gains: RunGains) => Gain | null): GainsMeasured['atEqualLength'] => {
        const found = gains.map((run) => run && read(run));
        return found.includes(null) ? null : overRuns(found as readonly Gain[]);
    };
    const total = all((run) => run.total);
    return total && { total, atEqualLength: all((run) => run.atEqualLength), overControl: all((run) => run.over) };
}

/** Are they repetitions of one run: the same settings and the same student to begin with, and different seeds? */
function areOneRun(databases: readonly string[]): boolean {
    const runs = databases.map((database) => {
        const db = openRunDatabase(database, { readonly: true });
        try {
            return likenessOf(db);
        } finally {
            db.close();
        }
    });
    const [first, ...others] = runs;
    const isShuffled = first!.config['teacher.shuffle'];
    const seeds = new Set(runs.map(({ config }) => config.seed));
    return (
        seeds.size === runs.length &&
        others.every((run) => isAlike(first!, run) && run.config['teacher.shuffle'] === isShuffled)
    );
}
