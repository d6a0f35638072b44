/**
 * How the methods of a tournament stand: what each gained at equal length of stories, by the teacher that rewarded and
 * by judges that did not, above the same method with shuffled rewards, and above the first method. Intervals hold both
 * kinds of chance: other seeds of training, and other stories.
 */
import { gainOver, overRuns, overStories, type Gain } from '../../../learning/statistics/gain.ts';
import type { IntervalEstimate } from '../../../learning/statistics/bootstrap.ts';
import { mean } from '../../../learning/statistics/descriptive.ts';
import { readRunDatabase } from '../../../store/connection/open.ts';
import { evaluations } from '../../../store/run/evaluations.ts';
import { readSummary } from '../../../store/run/run.ts';
import { updatesAfter } from '../../../store/run/updates.ts';
import { gainsOfRun, judgedGainsOfRun } from './comparison.ts';
import { methodNamed, type Entrant } from './tournament-plan.ts';

export interface FinishedEntrant extends Entrant {
    /** Its folder under `runs/`. */
    readonly run: string;
    readonly database: string;
}

/** One finished run, as a row of the table of runs. */
export interface EntrantResult extends Entrant {
    readonly run: string;
    readonly updates: number;
    readonly inputWords: number;
    readonly studentWords: number;
    readonly tokensTrained: number;
    /** Writing, rating, scoring and learning of its updates. */
    readonly seconds: number;
    /** Of the last update, nats per story; null where nothing was learned in it. */
    readonly kl: number | null;
    /** Mean words of a story after learning. */
    readonly wordsAfter: number;
    /** By the teacher, with intervals over stories; null where there are too few stories of equal lengths. */
    readonly total: IntervalEstimate;
    readonly atEqualLength: IntervalEstimate | null;
    readonly judges: readonly {
        readonly name: string;
        readonly total: IntervalEstimate;
        readonly atEqualLength: IntervalEstimate | null;
    }[];
}

/** In points of the rater's total. Null where a run of it has too few stories of equal lengths. */
export interface Standing {
    readonly atEqualLength: IntervalEstimate | null;
    /** Less the gain of the same method and seed with shuffled rewards; null without controls. */
    readonly overControl: IntervalEstimate | null;
    /** Less the gain of the first method with the same seed; null for the first. */
    readonly overFirst: IntervalEstimate | null;
}

export interface MethodStanding {
    readonly method: Entrant['method'];
    readonly name: string;
    readonly seeds: number;
    /** Means over its runs, controls left out. */
    readonly inputWords: number;
    readonly updates: number;
    readonly seconds: number;
    /** After the last update, nats per story; null where a run learned nothing in it. */
    readonly kl: number | null;
    readonly wordsAfter: number;
    /** The teacher first, then the judges that read all of its runs. */
    readonly raters: readonly (Standing & { readonly rater: string })[];
}

export interface Standings {
    readonly runs: readonly EntrantResult[];
    readonly methods: readonly MethodStanding[];
}

/** By rater; the teacher under the empty name. */
type GainsByRater = ReadonlyMap<string, Gain | null>;

/** Runs that were not evaluated before and after are left out, and with them their seed of that method. */
export function standingsOf(entrants: readonly FinishedEntrant[]): Standings {
    const measured = entrants.flatMap((entrant) => {
        const found = measure(entrant);
        return found === null ? [] : [found];
    });
    const ids = [...new Set(measured.map(({ result }) => result.method))];
    return {
        runs: measured.map(({ result }) => result),
        methods: ids.map((id) => standingOf(id, ids[0]!, measured)),
    };
}

interface MeasuredEntrant {
    readonly result: EntrantResult;
    readonly gains: GainsByRater;
}

function measure({ database, ...entrant }: FinishedEntrant): MeasuredEntrant | null {
    const own = gainsOfRun(database);
    if (own === null) return null;
    const judges = judgedGainsOfRun(database);
    return readRunDatabase(database, (db) => {
        const { lastUpdate } = readSummary(db, 0);
        const updates = updatesAfter(db, 0, 1_000_000);
        const seconds = updates.reduce(
            (sum, each) => sum + each.secondsWriting + each.secondsRating + each.secondsScoring + each.secondsLearning,
            0,
        );
        const after = evaluations(db).findLast(({ phase }) => phase === 'after');
        const result: EntrantResult = {
            ...entrant,
            updates: lastUpdate?.number ?? 0,
            inputWords: lastUpdate?.inputWords ?? 0,
            studentWords: lastUpdate?.studentWords ?? 0,
            tokensTrained: lastUpdate?.tokensTrained ?? 0,
            seconds,
            kl: updates.at(-1)?.kl3Mean ?? null,
            wordsAfter: after?.results['words'] ?? 0,
            total: overStories(own.total),
            atEqualLength: own.lengthMatched && overStories(own.lengthMatched),
            judges: judges.map(({ judge, total, lengthMatched }) => ({
                name: judge.name,
                total: overStories(total),
                atEqualLength: lengthMatched && overStories(lengthMatched),
            })),
        };
        const byJudge = judges.map(({ judge, lengthMatched }) => [judge.name, lengthMatched] as const);
        return { result, gains: new Map([['', own.lengthMatched], ...byJudge]) };
    });
}

function standingOf(
    method: Entrant['method'],
    first: Entrant['method'],
    all: readonly MeasuredEntrant[],
): MethodStanding {
    const of = (wanted: Entrant['method'], isControl: boolean): readonly MeasuredEntrant[] =>
        all.filter(({ result }) => result.method === wanted && result.isControl === isControl);
    const own = of(method, false);
    const raters = [...own[0]!.gains.keys()].filter((rater) => own.every(({ gains }) => gains.has(rater)));
    const average = (read: (result: EntrantResult) => number): number => mean(own.map(({ result }) => read(result)));
    return {
        method,
        name: methodNamed(method).name,
        seeds: own.length,
        inputWords: average(({ inputWords }) => inputWords),
        updates: average(({ updates }) => updates),
        seconds: average(({ seconds }) => seconds),
        kl: own.some(({ result }) => result.kl === null) ? null : average(({ kl }) => kl!),
        wordsAfter: average(({ wordsAfter }) => wordsAfter),
        raters: raters.map((rater) => {
            const gainOfSeed = ({ gains }: MeasuredEntrant): Gain | null => gains.get(rater) ?? null;
            const over = (others: readonly MeasuredEntrant[]): IntervalEstimate | null =>
                together(
                    own.map((run) => {
                        const other = others.find(({ result }) => result.seed === run.result.seed);
                        const [gain, less] = [gainOfSeed(run), other ? gainOfSeed(other) : null];
                        return gain && less && gainOver(gain, less);
                    }),
                );
            return {
                rater,
                atEqualLength: together(own.map(gainOfSeed)),
                overControl: over(of(method, true)),
                overFirst: method === first ? null : over(of(first, false)),
            };
        }),
    };
}

/** Of one run the interval over its stories; of several that over seeds and stories. */
function together(gains: readonly (Gain | null)[]): IntervalEstimate | null {
    const found = gains.filter((gain) => gain !== null);
    if (found.length < gains.length || found.length === 0) return null;
    return found.length === 1 ? overStories(found[0]!) : overRuns(found);
}
