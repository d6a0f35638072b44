/**
 * What several runs gained: each with an interval over its stories, runs of one setting with one over seeds and
 * stories; and what can be concluded of the settings.
 */
import type {
    ComparedSetting,
    GainsMeasured,
    RunTeacher,
    RunGained,
    RunsGains,
    SecondVerdict,
} from '../../../../shared/views/runs.ts';
import { bestTotal } from '../../../../shared/ratings/rubric.ts';
import { scoresByLength } from '../../../learning/statistics/by-length.ts';
import { overRuns, overSettings, overStories, type Gain, type SeededGain } from '../../../learning/statistics/gain.ts';
import { mean } from '../../../learning/statistics/descriptive.ts';
import { withMethodNamed } from '../../../../shared/settings/methods.ts';
import { tellingSettings } from '../../../../shared/run/comparable.ts';
import { readRunDatabase, type ReadRun } from '../../../store/connection/open.ts';
import { evaluations } from '../../../store/run/evaluations.ts';
import { rewardingRaters, runTeacher } from '../../../store/run/ratings/ratings.ts';
import { lastUpdate } from '../../../store/run/updates.ts';
import { gainsOfRun, gainsOver, readersOf, type EvaluatedGains } from './comparison.ts';
import { controlAmong, finishedControls, homeOf, isAlike, likenessOf, type Likeness } from './control.ts';

/** The gains of runs by their evaluations, which never change: reading thousands of ratings takes a while. */
export type KnownGains = Map<string, EvaluatedGains | null>;

/** A run as it is compared. */
interface Compared {
    readonly likeness: Likeness;
    readonly teacher: RunTeacher | null;
    readonly readers: readonly RunTeacher[];
    /** Who rewarded it. */
    readonly rewarding: readonly string[];
    /** KL of its last update; null before the first. */
    readonly drift: number | null;
    readonly hasControl: boolean;
    /** Whose scores its gains are of. */
    readonly by: RunTeacher | null;
    readonly gainsBy: (judge: string) => EvaluatedGains | null;
    readonly gains: EvaluatedGains | null;
    /** Its gain at equal length minus its control's. */
    readonly over: Gain | null;
}

/**
 * @param nameOfStudent what a run started from, for whoever has to tell students apart
 * @param options judge: whose scores of all runs; null: each run's own teacher's
 */
export function gainsOfRuns(
    databases: readonly string[],
    nameOfStudent: (database: string) => string | null,
    options: { readonly judge?: string | null; readonly known?: KnownGains; readonly readRun?: ReadRun } = {},
): RunsGains {
    const { judge = null, known = new Map(), readRun = readRunDatabase } = options;
    const homes = new Map(
        [...new Set(databases.map(homeOf))].map((home) => [home, finishedControls(home, readRun)] as const),
    );
    const gainsIn = (database: string, evaluated: string): EvaluatedGains | null => {
        if (judge !== null) return gainsOfRun(database, readRun, judge); // it may have read more since
        const key = `${database} ${evaluated}`;
        if (!known.has(key)) known.set(key, gainsOfRun(database, readRun));
        return known.get(key)!;
    };
    const runs = databases.map((database): Compared => {
        const { evaluated, ...told } = read(database, readRun);
        const control = controlAmong(homes.get(homeOf(database))!, told.likeness);
        const gains = gainsIn(database, evaluated);
        const controls = gains === null || control === null ? null : gainsIn(control, read(control, readRun).evaluated);
        return {
            ...told,
            hasControl: control !== null,
            by: judge === null ? told.teacher : (told.readers.find(({ id }) => id === judge) ?? null),
            gainsBy: (other) => gainsOfRun(database, readRun, other),
            gains,
            over: gains && controls && gainsOver(gains, controls).lengthMatched,
        };
    });
    const settings = settingsOf(runs);
    const students = databases.map((database) => nameOfStudent(database));
    const haveOneStart = new Set(runs.map(({ likeness }) => likeness.start)).size === 1;
    return {
        runs: runs.map(gained),
        settings: settings.map((places): ComparedSetting => {
            const [first] = places.map((place) => runs[place]!);
            return {
                runs: places,
                seeds: places.map((place) => runs[place]!.likeness.config.seed),
                has: withMethodNamed(
                    differing(settings.map(([place]) => runs[place!]!.likeness)).map((key) => ({
                        key,
                        value: first!.likeness.config[key],
                    })),
                    first!.likeness.config,
                ),
                student: haveOneStart ? null : students[places[0]!]!,
                wordsAfter: wordsAfter(places.map((place) => runs[place]!)),
                together: togetherOf(places.map((place) => runs[place]!)),
                ...limitsOf(places.map((place) => runs[place]!)),
            };
        }),
        verdicts: verdictsOf(runs, settings, judge === null),
        judges: judgesOfAll(runs),
    };
}

/** Those who have read all runs that were evaluated; the teacher of all of them says nothing new. */
function judgesOfAll(runs: readonly Compared[]): readonly RunTeacher[] {
    const [first, ...others] = runs.filter(({ readers }) => readers.length > 0);
    const common = first?.readers.filter(({ id }) => others.every(({ readers }) => readers.some((r) => r.id === id)));
    return (common ?? []).filter(({ id }) => runs.some(({ teacher }) => teacher?.id !== id));
}

function read(
    database: string,
    readRun: ReadRun,
): Pick<Compared, 'likeness' | 'teacher' | 'readers' | 'rewarding' | 'drift'> & { readonly evaluated: string } {
    return readRun(database, (db) => ({
        likeness: likenessOf(db),
        teacher: runTeacher(db),
        readers: readersOf(db),
        rewarding: rewardingRaters(db),
        drift: lastUpdate(db)?.klMean ?? null,
        evaluated: evaluations(db)
            .map(({ id }) => id)
            .join(),
    }));
}

function gained({ gains, over }: Compared): RunGained | null {
    if (gains === null) return null;
    const { before, after, pairs, total, lengthMatched } = gains;
    return {
        pairs,
        before: overStories(before),
        after: overStories(after),
        total: overStories(total),
        atEqualLength: lengthMatched && overStories(lengthMatched),
        overControl: over && overStories(over),
    };
}

/** Places of the runs by setting. Two runs of one seed are one setting, too: the second says nothing new of it. */
function settingsOf(runs: readonly Compared[]): readonly (readonly number[])[] {
    const isSame = (one: Compared, other: Compared): boolean =>
        isAlike(one.likeness, other.likeness) &&
        one.likeness.config['teacher.shuffle'] === other.likeness.config['teacher.shuffle'] &&
        one.teacher?.id === other.teacher?.id;
    const groups: number[][] = [];
    runs.forEach((run, place) => {
        const group = groups.find(([first]) => isSame(runs[first!]!, run));
        if (group) group.push(place);
        else groups.push([place]);
    });
    const seedOf = (place: number): number => Number(runs[place]!.likeness.config.seed);
    return groups.map((places) => places.toSorted((one, other) => seedOf(one) - seedOf(other)));
}

/** The settings that are not the same everywhere. */
function differing(settings: readonly Likeness[]): readonly (keyof Likeness['config'])[] {
    return ([...tellingSettings('learn'), 'teacher.shuffle'] as const).filter(
        (key) => new Set(settings.map(({ config }) => config[key])).size > 1,
    );
}

function wordsAfter(runs: readonly Compared[]): number | null {
    const means = oneOfEachSeed(runs).map(({ gains }) => mean(gains!.stories.map(({ words }) => words)));
    return means.length === 0 ? null : mean(means);
}

/** What a comparison of their gains alone does not show. */
function limitsOf(runs: readonly Compared[]): Pick<ComparedSetting, 'hasControl' | 'drift'> {
    const evaluated = oneOfEachSeed(runs);
    const drifts = evaluated.flatMap(({ drift }) => drift ?? []);
    return {
        hasControl: evaluated.length > 0 && evaluated.every(({ hasControl }) => hasControl),
        drift: drifts.length === 0 ? null : mean(drifts),
    };
}

/** Runs that were not evaluated are left out, and one of two with the same seed; null for fewer than two. */
function togetherOf(runs: readonly Compared[]): GainsMeasured | null {
    const evaluated = oneOfEachSeed(runs);
    const all = (of: (run: Compared) => Gain | null): GainsMeasured['atEqualLength'] => {
        const found = evaluated.map(of);
        return found.includes(null) ? null : overRuns(found as readonly Gain[]);
    };
    const total = all(({ gains }) => gains!.total);
    return (
        total && {
            total,
            atEqualLength: all(({ gains }) => gains!.lengthMatched),
            overControl: all(({ over }) => over),
        }
    );
}

function oneOfEachSeed(runs: readonly Compared[]): readonly Compared[] {
    const seeds = new Map(
        runs.filter(({ gains }) => gains !== null).map((run) => [run.likeness.config.seed, run] as const),
    );
    return [...seeds.values()];
}

function verdictsOf(
    runs: readonly Compared[],
    settings: readonly (readonly number[])[],
    isByTeacher: boolean,
): RunsGains['verdicts'] {
    const scaleOf = ({ by, gains }: Compared): string => `${by?.id ?? ''} ${bestTotal(gains!.criteria)}`;
    const evaluated = settings.flatMap((places, setting) => {
        const found = oneOfEachSeed(places.map((place) => runs[place]!));
        return found.length === 0 ? [] : [{ setting, runs: found }];
    });
    const scales = [...new Set(evaluated.map(({ runs: [first] }) => scaleOf(first!)))];
    return scales.map((scale) => {
        const rated = evaluated.filter(({ runs: [first] }) => scaleOf(first!) === scale);
        const areMatched = rated.every(({ runs: all }) => all.every(({ gains }) => gains!.lengthMatched !== null));
        const measure = areMatched ? ('lengthMatched' as const) : ('total' as const);
        const seeded = rated.map(({ setting, runs: all }) => {
            const gainsBy = (by: 'lengthMatched' | 'total'): readonly SeededGain[] =>
                all.map(({ likeness, gains }) => ({ seed: likeness.config.seed, gain: gains![by]! }));
            return { setting, runs: all, gains: gainsBy(measure), ofAllStories: gainsBy('total') };
        });
        const meanOf = ({ gains }: (typeof seeded)[number]): number =>
            gains.reduce((sum, { gain }) => sum + gain.mean, 0) / gains.length;
        const [best, ...others] = seeded.toSorted((one, other) => meanOf(other) - meanOf(one));
        // the best is chosen after looking: every two settings might have been compared (Bonferroni)
        const probability = 1 - 0.05 / Math.max(1, (seeded.length * (seeded.length - 1)) / 2);
        const [first] = rated[0]!.runs;
        return {
            teacher: first!.by?.name ?? '',
            most: bestTotal(first!.gains!.criteria),
            measure: areMatched ? ('at equal length' as const) : ('all stories' as const),
            byLength: scoresByLength(
                rated.map(({ setting, runs: all }) => ({
                    name: String(setting),
                    stories: all.flatMap(({ gains }) => gains!.stories),
                })),
            ),
            best: best!.setting,
            others: others.map(({ setting, gains, ofAllStories }) => {
                const { interval, over } = overSettings(best!.gains, gains, probability);
                const { interval: allStories } = overSettings(best!.ofAllStories, ofAllStories, probability);
                return { setting, difference: interval, allStories, over };
            }),
            isByTeacher,
            second: isByTeacher && others.length > 0 ? secondVerdict(best!.runs, others[0]!.runs, probability) : null,
        };
    });
}

/** The first that could rate enough stories of every run. */
function secondVerdict(
    best: readonly Compared[],
    nearest: readonly Compared[],
    probability: number,
): SecondVerdict | null {
    const all = [...best, ...nearest];
    const judges = best[0]!.readers.filter(({ id }) =>
        all.every(({ readers, rewarding }) => readers.some((each) => each.id === id) && !rewarding.includes(id)),
    );
    for (const { id, name } of judges) {
        const found = new Map(all.map((run) => [run, run.gainsBy(id)]));
        const gains = [...found.values()].flatMap((each) => each ?? []);
        const scales = new Set(gains.map(({ criteria }) => bestTotal(criteria)));
        if (gains.length < all.length || scales.size > 1) continue;
        const measure = gains.every(({ lengthMatched }) => lengthMatched !== null) ? 'lengthMatched' : 'total';
        const seeded = (runs: readonly Compared[]): readonly SeededGain[] =>
            runs.map((run) => ({ seed: run.likeness.config.seed, gain: found.get(run)![measure]! }));
        return {
            judge: name,
            most: [...scales][0]!,
            measure: measure === 'lengthMatched' ? 'at equal length' : 'all stories',
            difference: overSettings(seeded(best), seeded(nearest), probability).interval,
        };
    }
    return null;
}
