/**
 * The agreement report: every pair of raters, each rater against the people's mean, everybody together, and what could
 * mislead (length, training stage, raters who are inconsistent with themselves). All intervals come from the same draws
 * of stories.
 */
import {
    pairStatistics,
    peoplesMean,
    type AgreementReport,
    type AlphaAgreement,
    type CriterionReport,
    type Disagreement,
    type Measured,
    type PairAgreement,
    type PeoplesAgreement,
} from '../../../shared/ratings/agreement.ts';
import type { ScoresByLength } from '../../../shared/findings/length-words.ts';
import type { BootstrapOptions } from '../statistics/bootstrap.ts';
import { scoresByLength } from '../statistics/by-length.ts';
import { alphaMeasure } from './alpha.ts';
import { confusionOf } from './confusion.ts';
import { pairMeasure } from './pair.ts';
import { missing, panelOf, type DrawMeasure, type Panel } from './panel.ts';
import { partialMeasure } from './partial.ts';
import { meanColumn, scoreColumns, type RatingTable, type ScoreColumns } from './rating-table.ts';
import { measureWithIntervals, type PanelMeasure } from './resampling.ts';
import { trendOverStages } from './trend.ts';

const shownDisagreements = 20; // per teacher

/** @throws bad input for a table in which there is nothing to compare */
export function agreementReport(table: RatingTable, options: BootstrapOptions): AgreementReport {
    const columns = scoreColumns(table);
    const questionnaire = new Questionnaire();
    const criteria = columns.map((each) => new CriterionQuestions(table, each, questionnaire, options).askAll());
    questionnaire.measure(options);
    return {
        stories: table.stories.length,
        raters: table.raters,
        criteria: criteria.map((report) => report()),
        disagreements: disagreements(table, columns.at(-1)!),
        byLength: byLength(table, columns.at(-1)!),
    };
}

/** Of people's mean, and of each teacher; stories of unknown length are left out. */
function byLength(table: RatingTable, { first }: ScoreColumns): ScoresByLength | null {
    const { stories } = table;
    if (stories.every(({ words }) => words === null)) return null;
    const people = indicesOf(table, 'person');
    const mean = meanColumn(
        people.map((rater) => first[rater]!),
        stories.length,
    );
    const group = (name: string, column: Float64Array): Parameters<typeof scoresByLength>[0][number] => ({
        name,
        stories: stories.flatMap(({ words }, story) =>
            words === null || Number.isNaN(column[story]!) ? [] : [{ words, total: column[story]! }],
        ),
    });
    return scoresByLength([
        ...(people.length > 0 ? [group(peoplesMean, mean)] : []),
        ...indicesOf(table, 'teacher').map((rater) => group(table.raters[rater]!.id, first[rater]!)),
    ]);
}

/** Returns an answer once everything has been measured. */
type Deferred<Value> = () => Value;

/** Collects the measures, so that one set of draws serves all of them. */
class Questionnaire {
    readonly questions: PanelMeasure[] = [];
    #answers: readonly (readonly Measured[])[] = [];

    ask(panel: Panel, measure: DrawMeasure): Deferred<readonly Measured[]> {
        const at = this.questions.push({ panel, measure }) - 1;
        return () => this.#answers[at]!;
    }

    measure(options: BootstrapOptions): void {
        this.#answers = measureWithIntervals(this.questions, options);
    }
}

/** The questions about one criterion. */
class CriterionQuestions {
    readonly #table: RatingTable;
    readonly #criterion: string;
    readonly #first: ScoreColumns['first'];
    readonly #repeated: ScoreColumns['repeated'];
    readonly #questionnaire: Questionnaire;
    readonly #options: BootstrapOptions;
    readonly #people: readonly number[];
    readonly #teachers: readonly number[];
    /** Teachers, where there are people to compare them with. */
    readonly #judged: readonly number[];
    readonly #mean: Float64Array; // (stories), mean of the people's scores
    /** Columns: raters, the people's mean, then for each person the mean of the others. */
    readonly #panel: Panel;
    readonly #meanAt: number; // column of the mean; the means of the others follow it

    constructor(
        table: RatingTable,
        { criterion, first, repeated }: ScoreColumns,
        questionnaire: Questionnaire,
        options: BootstrapOptions,
    ) {
        this.#table = table;
        this.#criterion = criterion;
        this.#first = first;
        this.#repeated = repeated;
        this.#questionnaire = questionnaire;
        this.#options = options;
        this.#people = indicesOf(table, 'person');
        this.#teachers = indicesOf(table, 'teacher');
        this.#judged = this.#people.length >= 1 ? this.#teachers : [];
        const meanOf = (raters: readonly number[]): Float64Array =>
            meanColumn(
                raters.map((rater) => first[rater]!),
                table.stories.length,
            );
        this.#mean = meanOf(this.#people);
        const others = this.#people.map((person) => meanOf(this.#people.filter((other) => other !== person)));
        this.#panel = panelOf([...first, this.#mean, ...others]);
        this.#meanAt = first.length;
    }

    askAll(): Deferred<CriterionReport> {
        const everybody = [...this.#people, ...this.#teachers];
        const pairs = this.#askPairs(everybody);
        const [alphaPeople, alphaAll] = [this.#askAlpha(this.#people), this.#askAlpha(everybody)];
        const ceiling = this.#askCeiling();
        const asOnePerson = this.#judged.flatMap((teacher) => this.#askAsOnePerson(teacher) ?? []);
        const retests = this.#askRetests(everybody);
        const hasLengths = this.#table.stories.some(({ words }) => words !== null);
        const lengths = hasLengths ? this.#judged.map((teacher) => this.#askLength(teacher)) : [];
        const trends = this.#judged.flatMap((teacher) => this.#askTrend(teacher) ?? []);
        return () => ({
            criterion: this.#criterion,
            pairs: pairs.map((pair) => pair()),
            alpha: { people: alphaPeople(), all: alphaAll() },
            ceiling: ceiling(),
            asOnePerson: asOnePerson.map((each) => each()),
            retests: retests.map((retest) => retest()),
            confusions: this.#confusions(),
            lengths: lengths.map((length) => length()),
            trends: trends.map((trend) => trend()),
        });
    }

    /** Every pair of raters, then people and teachers against the mean of the (other) people. */
    #askPairs(everybody: readonly number[]): Deferred<PairAgreement>[] {
        const pairs = everybody.flatMap((a, i) =>
            everybody.slice(i + 1).map((b) => this.#askPair(this.#panel, a, b, [this.#name(a), this.#name(b)])),
        );
        const withMean = (column: number, rater: number): Deferred<PairAgreement> =>
            this.#askPair(this.#panel, column, rater, [peoplesMean, this.#name(rater)]);
        if (this.#people.length >= 2)
            this.#people.forEach((person, i) => pairs.push(withMean(this.#othersAt(i), person)));
        for (const teacher of this.#judged) pairs.push(withMean(this.#meanAt, teacher));
        return pairs;
    }

    #askPair(panel: Panel, a: number, b: number, raters: readonly [string, string]): Deferred<PairAgreement> {
        const measured = this.#questionnaire.ask(panel, pairMeasure(panel, a, b));
        return () => ({
            criterion: this.#criterion,
            raters,
            n: sharedStories(panel, [a, b], 2),
            statistics: named(pairStatistics, measured()),
        });
    }

    #askAlpha(raters: readonly number[]): Deferred<AlphaAgreement | null> {
        if (raters.length < 2) return () => null;
        const measured = this.#questionnaire.ask(this.#panel, alphaMeasure(this.#panel, raters));
        return () => ({
            raters: raters.map((rater) => this.#name(rater)),
            n: sharedStories(this.#panel, raters, 2),
            ...named(['ordinal', 'interval'], measured()),
        });
    }

    /** How well one person agrees with the others: the most that can be asked of a teacher. */
    #askCeiling(): Deferred<CriterionReport['ceiling']> {
        if (this.#people.length < 2) return () => null;
        const each = this.#people.map((person, i) => pairMeasure(this.#panel, this.#othersAt(i), person));
        return this.#askAverage(each);
    }

    /**
     * A teacher on equal terms with one person: against means of as few people as a person is held against. The mean of
     * all is steadier, and whoever is held against it agrees better with it.
     */
    #askAsOnePerson(teacher: number): Deferred<CriterionReport['asOnePerson'][number]> | null {
        if (this.#people.length < 2) return null;
        const each = this.#people.map((_person, i) => pairMeasure(this.#panel, this.#othersAt(i), teacher));
        const measured = this.#askAverage(each);
        return () => ({ teacher: this.#name(teacher), ...measured() });
    }

    #askAverage(each: readonly DrawMeasure[]): Deferred<PeoplesAgreement> {
        const measured = this.#questionnaire.ask(this.#panel, averageOf(each));
        return () => {
            const { qwk, spearman } = named(pairStatistics, measured());
            return { qwk, spearman };
        };
    }

    /** Raters who rated some story twice, against themselves. */
    #askRetests(everybody: readonly number[]): Deferred<PairAgreement>[] {
        const twice = everybody.filter((rater) => this.#repeated[rater]!.some((score) => !Number.isNaN(score)));
        const columns = [this.#first, this.#repeated].flatMap((scores) => twice.map((rater) => scores[rater]!));
        const panel = panelOf(columns);
        return twice.map((rater, i) =>
            this.#askPair(panel, i, twice.length + i, [this.#name(rater), `${this.#name(rater)}, again`]),
        );
    }

    /** How much of a teacher's agreement with people comes from length. */
    #askLength(teacher: number): Deferred<CriterionReport['lengths'][number]> {
        const words = Float64Array.from(this.#table.stories, (story) => story.words ?? missing);
        const complete = panelOf([
            this.#mean.map((score, i) => (Number.isNaN(words[i]!) ? missing : score)),
            this.#first[teacher]!,
            words,
        ]);
        const partial = this.#questionnaire.ask(complete, partialMeasure(complete, 0, 1, 2));
        const whole = this.#questionnaire.ask(complete, pairMeasure(complete, 0, 1));
        return () => ({
            criterion: this.#criterion,
            teacher: this.#name(teacher),
            n: sharedStories(complete, [0, 1, 2], 3),
            spearman: named(pairStatistics, whole()).spearman,
            ...named(['partial', 'peopleWithWords', 'teacherWithWords'], partial()),
        });
    }

    /** Whether a teacher drifts away from people over the stages of training. */
    #askTrend(teacher: number): Deferred<CriterionReport['trends'][number]> | null {
        const { stories } = this.#table;
        const difference = this.#first[teacher]!.map((score, i) => score - this.#mean[i]!);
        const both = stories.flatMap(({ stage }, i) =>
            stage === null || Number.isNaN(difference[i]!) ? [] : [{ stage, story: i }],
        );
        const stages = [...new Set(both.map(({ stage }) => stage))].sort((a, b) => a - b);
        if (stages.length < 2) return null;
        // One column per stage, so that every draw is counted once.
        const staged = panelOf([
            this.#first[teacher]!,
            ...stages.map((stage) => this.#mean.map((score, i) => (stories[i]!.stage === stage ? score : missing))),
        ]);
        const pairs = stages.map((_, i) => this.#askPair(staged, 1 + i, 0, [peoplesMean, this.#name(teacher)]));
        const { rho, p } = trendOverStages(
            Float64Array.from(both, ({ story }) => difference[story]!),
            Float64Array.from(both, ({ stage }) => stage),
            this.#options.random.fork('trend', this.#criterion, this.#name(teacher)),
        );
        return () => ({
            criterion: this.#criterion,
            teacher: this.#name(teacher),
            n: both.length,
            rho,
            p,
            stages: stages.map((stage, i) => {
                const { n, statistics } = pairs[i]!();
                return { stage, n, bias: statistics.bias, qwk: statistics.qwk };
            }),
        });
    }

    #confusions(): CriterionReport['confusions'] {
        const range = this.#table.criteria.find(({ id }) => id === this.#criterion);
        if (!range) return []; // a sum has too many values for a table
        const ofPeople = this.#people.flatMap((a, i) => this.#people.slice(i + 1).map((b) => [a, b] as const));
        return [
            ...this.#judged.map((teacher) =>
                confusionOf(range, [peoplesMean, this.#name(teacher)], [this.#mean, this.#first[teacher]!]),
            ),
            ...ofPeople.map(([a, b]) =>
                confusionOf(range, [this.#name(a), this.#name(b)], [this.#first[a]!, this.#first[b]!]),
            ),
        ];
    }

    #name(rater: number): string {
        return this.#table.raters[rater]!.id;
    }

    /** Column of the mean of all people but the i-th. */
    #othersAt(i: number): number {
        return this.#meanAt + 1 + i;
    }
}

function indicesOf({ raters }: RatingTable, kind: 'person' | 'teacher'): readonly number[] {
    return raters.flatMap((rater, i) => (rater.kind === kind ? i : []));
}

function named<Name extends string>(names: readonly Name[], measured: readonly Measured[]): Record<Name, Measured> {
    return Object.fromEntries(names.map((name, i) => [name, measured[i]!])) as Record<Name, Measured>;
}

/** Number of stories that at least `atLeast` of the columns scored. */
function sharedStories(panel: Panel, columns: readonly number[], atLeast: number): number {
    return panel.counts.reduce((stories, count, row) => {
        const raters = columns.filter((column) => panel.columns[column]![row]! >= 0).length;
        return stories + (raters >= atLeast ? count : 0);
    }, 0);
}

/** The mean of several measures; NaN where one of them is NaN. */
function averageOf(measures: readonly DrawMeasure[]): DrawMeasure {
    const size = measures[0]!.size;
    const one = new Float64Array(size);
    return {
        size,
        measure(counts, out) {
            out.fill(0, 0, size);
            for (const measure of measures) {
                measure.measure(counts, one);
                for (let i = 0; i < size; i++) out[i]! += one[i]! / measures.length;
            }
        },
    };
}

function disagreements(table: RatingTable, { first }: ScoreColumns): readonly Disagreement[] {
    const mean = meanColumn(
        indicesOf(table, 'person').map((person) => first[person]!),
        table.stories.length,
    );
    const apart = ({ people, teachers }: Disagreement): number => Math.abs(people - teachers);
    const wideFirst = (a: Disagreement, b: Disagreement): number => apart(b) - apart(a);
    return indicesOf(table, 'teacher')
        .flatMap((teacher) =>
            table.stories
                .map(({ id }, i) => ({
                    story: id,
                    teacher: table.raters[teacher]!.id,
                    people: mean[i]!,
                    teachers: first[teacher]![i]!,
                }))
                .filter((each) => apart(each) > 0) // excludes NaN
                .sort(wideFirst)
                .slice(0, shownDisagreements),
        )
        .sort(wideFirst);
}
