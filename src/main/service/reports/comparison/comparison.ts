/** What learning changed: compares a run's clean evaluations before and after, seed by seed, from its own record. */
import { compareBeforeAfter, type BeforeAfter } from '../../../learning/statistics/before-after.ts';
import type { IntervalEstimate } from '../../../learning/statistics/bootstrap.ts';
import { gainOf, gainOver, meanTotal, overStories, type Gain } from '../../../learning/statistics/gain.ts';
import {
    gainAtEqualLength,
    lengthMatchedGain,
    type LengthMatchedGain,
} from '../../../learning/statistics/length-matched.ts';
import { scoreByLength, type StoryLengthScore } from '../../../learning/statistics/by-length.ts';
import { pairBySeed, type CleanStory, type StoryPairs } from '../../../learning/statistics/pairs.ts';
import { RandomStream } from '../../../learning/random.ts';
import { distinctAtEqualCounts, normalWords } from '../../../text/diversity.ts';
import type { FlatteryFound } from '../../../../shared/findings/flattery-words.ts';
import type { LengthBin } from '../../../../shared/findings/length-words.ts';
import type { GainFound, JudgeFound } from '../../../../shared/findings/gain-words.ts';
import { bestTotal, totalScore, type Criterion } from '../../../../shared/ratings/rubric.ts';
import type { PeoplesGain } from '../../../../shared/ratings/peoples-gain.ts';
import type { Distribution, RunTeacher } from '../../../../shared/views/runs.ts';
import type { StoryPair } from '../../../../shared/views/stories.ts';
import {
    evaluations,
    judgedSamples,
    judgesOf,
    ratedSamples,
    samplePairs,
    type Judge,
    type RatedSample,
    type RecordedEvaluation,
} from '../../../store/run/evaluations.ts';
import { readRunDatabase, type ReadRun } from '../../../store/connection/open.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { rewardingRaters, runTeacher, teacherCriteria } from '../../../store/run/ratings/ratings.ts';
import { readSummary, shufflesRewards } from '../../../store/run/run.ts';
import { peoplesGainOfRun } from '../../people/gain-of-run.ts';
import { controlOf } from './control.ts';
import { distributionsOf, sortedChanges } from './distributions.ts';
import { flatteryIn } from './flattery.ts';

export interface RunComparison {
    readonly criteria: readonly Criterion[];
    readonly before: RecordedEvaluation;
    readonly after: RecordedEvaluation;
    readonly scores: BeforeAfter;
    readonly lengthMatched: LengthMatchedGain;
    /** Of each criterion the change between stories of equal length; null where too few are. */
    readonly criteriaAtEqualLength: Readonly<Record<string, IntervalEstimate | null>>;
    /** The share of different word pairs, before and after, over equally many pairs; 0–1. */
    readonly distinct2: readonly [number, number];
    /** Its own rewards were shuffled. */
    readonly isControl: boolean;
    /** The same run with shuffled rewards; null where there is none. */
    readonly control: ControlComparison | null;
    /** What teachers that did not reward the run say of the same stories. */
    readonly judges: readonly JudgeFound[];
    /** What people would say of the gain; null where too few stories of before and after are rated. */
    readonly people: PeoplesGain | null;
    /** The score at each length, before and after. */
    readonly byLength: readonly LengthBin[];
    /** Stories that speak to whoever rates them. */
    readonly flattery: FlatteryFound;
    /**
     * Three stories of each student from the same seeds: at the lower quartile, the median and the upper quartile of
     * change.
     */
    readonly examples: readonly StoryPair[];
    readonly distributions: readonly Distribution[];
    /** Of the total, pair by pair, sorted. */
    readonly changes: readonly number[];
}

/** What the control gained, and what the run gained above it. */
export interface ControlComparison {
    readonly name: string;
    readonly total: IntervalEstimate;
    readonly over: IntervalEstimate;
    /** The same at equal length of stories; null where the stories of either run do not allow it. */
    readonly overAtEqualLength: IntervalEstimate | null;
    /** The same of each criterion by itself. */
    readonly criteriaOverAtEqualLength: Readonly<Record<string, IntervalEstimate | null>>;
}

/** What a run gained, in the form in which several runs are combined. */
export interface MeasuredGains {
    readonly name: string;
    readonly total: Gain;
    readonly lengthMatched: Gain | null;
}

/** The same with the scores that it is between. */
export interface EvaluatedGains extends MeasuredGains {
    readonly criteria: readonly Criterion[];
    readonly pairs: number;
    /** Mean totals over the stories of the pairs, each as a gain from nothing. */
    readonly before: Gain;
    readonly after: Gain;
    /** The stories after learning. */
    readonly stories: readonly StoryLengthScore[];
}

/** The same by somebody else. */
interface JudgedGains extends MeasuredGains {
    readonly judge: Judge;
    readonly pairs: number;
}

/** Null where the run was not evaluated before and after, or fewer than two pairs of stories could be rated. */
export function compareRun(database: string): RunComparison | null {
    return readRunDatabase(database, (db) => {
        const found = evaluatedPairs(db);
        if (found === null) return null;
        const { criteria, before, after, earlier, later, pairs } = found;
        const random = new RandomStream('comparison', before.digest, after.digest);
        const ofCriteria = criteriaGains(found);
        const words = (stories: readonly RatedSample[]): (readonly string[])[] =>
            stories.map(({ story }) => normalWords(story));
        return {
            criteria,
            before,
            after,
            scores: compareBeforeAfter(criteria, pairs, { random: random.fork('difference') }),
            lengthMatched: lengthMatchedGain(criteria, pairs, { random: random.fork('length-matched') }),
            criteriaAtEqualLength: Object.fromEntries(
                [...ofCriteria].map(([id, gain]) => [id, gain && overStories(gain)]),
            ),
            distinct2: distinctAtEqualCounts([words(earlier), words(later)], 2, random.fork('distinct')),
            isControl: shufflesRewards(db),
            control: againstControl(gainsIn(db, found), ofCriteria, database),
            judges: judgesFound(db, found, database),
            people: peoplesGainOfRun(database),
            byLength: scoreByLength(criteria, pairs.pairs),
            flattery: flatteryIn(db, earlier, later, after),
            examples: exemplary(samplePairs(db, before.id, after.id)),
            distributions: distributionsOf(criteria, earlier, later),
            changes: sortedChanges(criteria, pairs.pairs),
        };
    });
}

/** What sentences about the gain need of the comparison. */
export function gainFound({
    criteria,
    scores,
    lengthMatched,
    before,
    after,
    isControl,
    control,
    judges,
}: RunComparison): GainFound {
    return {
        total: scores.total.difference,
        most: bestTotal(criteria),
        atEqualLength: lengthMatched.gain,
        words: [before.results['words'] ?? 0, after.results['words'] ?? 0],
        isControl,
        control,
        judges,
    };
}

/**
 * The gains of a run without intervals, which takes only milliseconds; null in the same cases.
 * @param judge whose scores they are; null: its own teacher's
 */
export function gainsOfRun(
    database: string,
    readRun: ReadRun = readRunDatabase,
    judge: string | null = null,
): EvaluatedGains | null {
    return readRun(database, (db) => {
        const own = evaluatedPairs(db);
        const found = own && judge !== null && judge !== runTeacher(db)?.id ? judgedPairs(db, own, judge) : own;
        return found && gainsIn(db, found);
    });
}

/** Who rated clean stories both before and after learning: the run's teacher and its judges. */
export function readersOf(db: RunDatabase): readonly RunTeacher[] {
    const done = evaluations(db);
    const before = done.findLast(({ phase }) => phase === 'before');
    const after = done.findLast(({ phase }) => phase === 'after');
    const teacher = runTeacher(db);
    if (!before || !after || !teacher) return [];
    return [teacher, ...judgesOf(db, before.id, after.id).map(({ id, name }) => ({ id, name }))];
}

/** What judges that rewarded nothing say of its gain; none where it was not evaluated before and after. */
export function judgedGainsOfRun(database: string): readonly JudgedGains[] {
    return readRunDatabase(database, judgedGainsOf);
}

/** Of each criterion by itself, at equal length; null where too few stories are equally long. */
function criteriaGains({ criteria, pairs }: EvaluatedPairs): ReadonlyMap<string, Gain | null> {
    return new Map(
        criteria.map((criterion) => [criterion.id, gainAtEqualLength([{ ...criterion, weight: 1 }], pairs)]),
    );
}

function againstControl(
    own: MeasuredGains,
    ofCriteria: ReadonlyMap<string, Gain | null>,
    database: string,
): ControlComparison | null {
    const controlDatabase = controlOf(database);
    if (controlDatabase === null) return null;
    const control = readRunDatabase(controlDatabase, (db) => {
        const found = evaluatedPairs(db);
        return found && { gains: gainsIn(db, found), ofCriteria: criteriaGains(found) };
    });
    if (control === null) return null;
    const over = gainsOver(own, control.gains);
    const overCriterion = (id: string, gain: Gain | null): IntervalEstimate | null => {
        const other = control.ofCriteria.get(id) ?? null;
        return gain === null || other === null ? null : overStories(gainOver(gain, other));
    };
    return {
        name: control.gains.name,
        total: overStories(control.gains.total),
        over: overStories(over.total),
        overAtEqualLength: over.lengthMatched && overStories(over.lengthMatched),
        criteriaOverAtEqualLength: Object.fromEntries(
            [...ofCriteria].map(([id, gain]) => [id, overCriterion(id, gain)]),
        ),
    };
}

/** Their gains, each with its own control's where the same judge has read that one too. */
function judgesFound(db: RunDatabase, found: EvaluatedPairs, database: string): readonly JudgeFound[] {
    const own = judgedGains(db, found);
    const controlDatabase = own.length === 0 ? null : controlOf(database);
    const controls = controlDatabase === null ? [] : judgedGainsOfRun(controlDatabase);
    return own.map(({ judge, pairs, ...gains }) => {
        const control = controls.find((other) => other.judge.id === judge.id);
        const over = control && gainsOver(gains, control).lengthMatched;
        return {
            name: judge.name,
            pairs,
            most: bestTotal(judge.criteria),
            total: overStories(gains.total),
            atEqualLength: gains.lengthMatched && overStories(gains.lengthMatched),
            overAtEqualLength: over ? overStories(over) : null,
        };
    });
}

function judgedGainsOf(db: RunDatabase): readonly JudgedGains[] {
    const found = evaluatedPairs(db);
    return found === null ? [] : judgedGains(db, found);
}

/** Of teachers that rewarded nothing: a member of the ensemble is no second opinion. */
function judgedGains(db: RunDatabase, { before, after }: EvaluatedPairs): readonly JudgedGains[] {
    const { name } = readSummary(db, 0);
    const rewarding = rewardingRaters(db);
    return judgesOf(db, before.id, after.id)
        .filter((judge) => !rewarding.includes(judge.id))
        .flatMap((judge) => {
            const [earlier, later] = [before, after].map(({ id }) => storiesOf(judgedSamples(db, id, judge.id)));
            const pairs = pairBySeed(earlier!, later!);
            if (pairs.pairs.length < 2) return [];
            return [
                {
                    judge,
                    name,
                    pairs: pairs.pairs.length,
                    total: gainOf(judge.criteria, pairs.pairs),
                    lengthMatched: gainAtEqualLength(judge.criteria, pairs),
                },
            ];
        });
}

/** What a run gained above its control. */
export function gainsOver(own: MeasuredGains, control: MeasuredGains): MeasuredGains {
    const bothMatched = own.lengthMatched !== null && control.lengthMatched !== null;
    return {
        name: own.name,
        total: gainOver(own.total, control.total),
        lengthMatched: bothMatched ? gainOver(own.lengthMatched, control.lengthMatched) : null,
    };
}

/** The same stories with the scores of a judge; null where it read fewer than two pairs. */
function judgedPairs(db: RunDatabase, found: EvaluatedPairs, judge: string): EvaluatedPairs | null {
    const { before, after } = found;
    const criteria = judgesOf(db, before.id, after.id).find(({ id }) => id === judge)?.criteria;
    if (criteria === undefined) return null;
    const [earlier, later] = [before, after].map(({ id }) => judgedSamples(db, id, judge)) as [
        readonly RatedSample[],
        readonly RatedSample[],
    ];
    const pairs = pairBySeed(storiesOf(earlier), storiesOf(later));
    return pairs.pairs.length < 2 ? null : { criteria, before, after, earlier, later, pairs };
}

interface EvaluatedPairs {
    readonly criteria: readonly Criterion[];
    readonly before: RecordedEvaluation;
    readonly after: RecordedEvaluation;
    readonly earlier: readonly RatedSample[];
    readonly later: readonly RatedSample[];
    readonly pairs: StoryPairs;
}

function evaluatedPairs(db: RunDatabase): EvaluatedPairs | null {
    const done = evaluations(db);
    const before = done.findLast(({ phase }) => phase === 'before');
    const after = done.findLast(({ phase }) => phase === 'after');
    if (!before || !after) return null;
    const criteria = teacherCriteria(db);
    const [earlier, later] = [ratedSamples(db, before.id), ratedSamples(db, after.id)];
    const unreadable = new Set([...earlier, ...later].filter(({ scores }) => scores === null).map(({ seed }) => seed));
    if (earlier.length - unreadable.size < 2) return null;
    return { criteria, before, after, earlier, later, pairs: pairBySeed(storiesOf(earlier), storiesOf(later)) };
}

function gainsIn(db: RunDatabase, { criteria, pairs }: EvaluatedPairs): EvaluatedGains {
    const { name } = readSummary(db, 0);
    return {
        name,
        criteria,
        pairs: pairs.pairs.length,
        before: meanTotal(criteria, pairs.pairs, 'before'),
        after: meanTotal(criteria, pairs.pairs, 'after'),
        total: gainOf(criteria, pairs.pairs),
        lengthMatched: gainAtEqualLength(criteria, pairs),
        stories: pairs.pairs.map(({ after: { words, scores } }) => ({ words, total: totalScore(criteria, scores) })),
    };
}

function storiesOf(samples: readonly RatedSample[]): CleanStory[] {
    return samples.map(({ seed, words, scores }) => ({
        seed,
        words,
        rating: scores === null ? { kind: 'unreadable', reply: '' } : { kind: 'scored', scores },
    }));
}

/** Pairs that are typical of all of them, not the best ones. */
function exemplary(pairs: readonly StoryPair[]): readonly StoryPair[] {
    const changeOf = ({ before, after }: StoryPair): number => (after.total ?? 0) - (before.total ?? 0);
    const sorted = pairs
        .filter(({ before, after }) => before.total !== null && after.total !== null)
        .toSorted((a, b) => changeOf(a) - changeOf(b));
    return [0.25, 0.5, 0.75].flatMap((place) => sorted[Math.floor(place * sorted.length)] ?? []);
}
