/**
 * The agreement report: every pair of raters, each rater against the people's mean, everybody together, and what could
 * mislead (length, training stage, raters who disagree with themselves). All intervals come from the same draws of stories.
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
} from '../../../shared/agreement.ts';
import type { BootstrapOptions } from '../bootstrap.ts';
import { alphaMeasure } from './alpha.ts';
import { confusionOf } from './confusion.ts';
import { pairMeasure } from './pair.ts';
import { missing, panelOf, type Measure, type Panel } from './panel.ts';
import { partialMeasure } from './partial.ts';
import { meanColumn, scoreColumns, type RatingTable, type ScoreColumns } from './rating-table.ts';
import { measureWithIntervals, type PanelMeasure } from './resampling.ts';
import { trendOverStages } from './trend.ts';

const shownDisagreements = 20; // of each teacher

/** Measures all there is to measure; refuses a table in which there is nothing to compare. */
export function agreementReport(table: RatingTable, options: BootstrapOptions): AgreementReport {
    const columns = scoreColumns(table);
    const questions = columns.map((each) => questionsOf(table, each, options));
    const answers = measureWithIntervals(
        questions.flatMap(({ asked }) => asked),
        options,
    );
    let at = 0;
    const criteria = questions.map(({ asked, answer }) => answer(answers.slice(at, (at += asked.length))));
    return {
        stories: table.stories.length,
        raters: table.raters,
        criteria,
        disagreements: disagreements(table, columns.at(-1)!),
    };
}

/** What is to be measured of one criterion, and how the numbers become its part of the report. */
interface Questions {
    readonly asked: readonly PanelMeasure[];
    answer(answers: readonly (readonly Measured[])[]): CriterionReport;
}

function questionsOf(
    table: RatingTable,
    { criterion, first, repeated }: ScoreColumns,
    options: BootstrapOptions,
): Questions {
    const stories = table.stories.length;
    const people = indicesOf(table, 'person');
    const teachers = indicesOf(table, 'teacher');
    const nameOf = (rater: number): string => table.raters[rater]!.id;
    const mean = meanColumn(
        people.map((person) => first[person]!),
        stories,
    );
    const others = people.map((person) =>
        meanColumn(
            people.filter((other) => other !== person).map((other) => first[other]!),
            stories,
        ),
    );
    // columns of the panel: raters, the people's mean, then for each person the mean of the others
    const panel = panelOf([...first, mean, ...others]);
    const meanAt = first.length;

    const asked: PanelMeasure[] = [];
    let answers: readonly (readonly Measured[])[] = [];
    /** Asks now; the answer can be read once all is measured. */
    const ask = (of: Panel, measure: Measure): (() => readonly Measured[]) => {
        const at = asked.push({ panel: of, measure }) - 1;
        return () => answers[at]!;
    };
    const askPair = (of: Panel, a: number, b: number, raters: readonly [string, string]): (() => PairAgreement) => {
        const measured = ask(of, pairMeasure(of, a, b));
        return () => ({
            criterion,
            raters,
            n: sharedStories(of, [a, b], 2),
            statistics: named(pairStatistics, measured()),
        });
    };
    const askAlpha = (raters: readonly number[]): (() => AlphaAgreement | null) => {
        if (raters.length < 2) return () => null;
        const measured = ask(panel, alphaMeasure(panel, raters));
        return () => ({
            raters: raters.map(nameOf),
            n: sharedStories(panel, raters, 2),
            ...named(['ordinal', 'interval'], measured()),
        });
    };

    const ordered = [...people, ...teachers];
    const pairs = ordered.flatMap((a, i) =>
        ordered.slice(i + 1).map((b) => askPair(panel, a, b, [nameOf(a), nameOf(b)])),
    );
    if (people.length >= 2)
        people.forEach((person, i) =>
            pairs.push(askPair(panel, meanAt + 1 + i, person, [peoplesMean, nameOf(person)])),
        );
    if (people.length >= 1)
        for (const teacher of teachers) pairs.push(askPair(panel, meanAt, teacher, [peoplesMean, nameOf(teacher)]));
    const [alphaPeople, alphaAll] = [askAlpha(people), askAlpha(ordered)];
    const ceiling =
        people.length >= 2
            ? ask(panel, averageOf(people.map((person, i) => pairMeasure(panel, meanAt + 1 + i, person))))
            : null;
    const twice = ordered.filter((rater) => repeated[rater]!.some((score) => !Number.isNaN(score)));
    const again = panelOf([...twice.map((rater) => first[rater]!), ...twice.map((rater) => repeated[rater]!)]);
    const retests = twice.map((rater, i) =>
        askPair(again, i, twice.length + i, [nameOf(rater), `${nameOf(rater)}, again`]),
    );
    const judged = people.length >= 1 ? teachers : [];
    const lengths = table.stories.every(({ words }) => words === null)
        ? []
        : judged.map((teacher) => askLength(teacher));
    const trends = judged.flatMap((teacher) => askTrend(teacher) ?? []);

    function askLength(teacher: number): () => CriterionReport['lengths'][number] {
        const words = Float64Array.from(table.stories, (story) => story.words ?? missing);
        const complete = panelOf([
            mean.map((score, i) => (Number.isNaN(words[i]!) ? missing : score)),
            first[teacher]!,
            words,
        ]);
        const partial = ask(complete, partialMeasure(complete, 0, 1, 2));
        const whole = ask(complete, pairMeasure(complete, 0, 1));
        return () => ({
            criterion,
            teacher: nameOf(teacher),
            n: sharedStories(complete, [0, 1, 2], 3),
            spearman: named(pairStatistics, whole()).spearman,
            ...named(['partial', 'peopleWithWords', 'teacherWithWords'], partial()),
        });
    }

    function askTrend(teacher: number): (() => CriterionReport['trends'][number]) | null {
        const difference = first[teacher]!.map((score, i) => score - mean[i]!);
        const both = table.stories.flatMap(({ stage }, i) =>
            stage === null || Number.isNaN(difference[i]!) ? [] : [{ stage, story: i }],
        );
        const stages = [...new Set(both.map(({ stage }) => stage))].sort((a, b) => a - b);
        if (stages.length < 2) return null;
        // one column a stage, so that every draw is counted once
        const staged = panelOf([
            first[teacher]!,
            ...stages.map((stage) => mean.map((score, i) => (table.stories[i]!.stage === stage ? score : missing))),
        ]);
        const asking = stages.map((stage, i) => ({
            stage,
            pair: askPair(staged, 1 + i, 0, [peoplesMean, nameOf(teacher)]),
        }));
        const { rho, p } = trendOverStages(
            Float64Array.from(both, ({ story }) => difference[story]!),
            Float64Array.from(both, ({ stage }) => stage),
            options.random.fork('trend', criterion, nameOf(teacher)),
        );
        return () => ({
            criterion,
            teacher: nameOf(teacher),
            n: both.length,
            rho,
            p,
            stages: asking.map(({ stage, pair }) => {
                const { n, statistics } = pair();
                return { stage, n, bias: statistics.bias, qwk: statistics.qwk };
            }),
        });
    }

    return {
        asked,
        answer(measured) {
            answers = measured;
            const average = ceiling && named(pairStatistics, ceiling());
            return {
                criterion,
                pairs: pairs.map((pair) => pair()),
                alpha: { people: alphaPeople(), all: alphaAll() },
                ceiling: average && { qwk: average.qwk, spearman: average.spearman },
                retests: retests.map((retest) => retest()),
                confusions: confusions(),
                lengths: lengths.map((length) => length()),
                trends: trends.map((trend) => trend()),
            };
        },
    };

    function confusions(): CriterionReport['confusions'] {
        const range = table.criteria.find(({ id }) => id === criterion);
        if (!range) return []; // a sum has too many values for a table
        const ofPeople = people.flatMap((a, i) => people.slice(i + 1).map((b) => [a, b] as const));
        return [
            ...judged.map((teacher) => confusionOf(range, [peoplesMean, nameOf(teacher)], [mean, first[teacher]!])),
            ...ofPeople.map(([a, b]) => confusionOf(range, [nameOf(a), nameOf(b)], [first[a]!, first[b]!])),
        ];
    }
}

function indicesOf({ raters }: RatingTable, kind: 'person' | 'teacher'): readonly number[] {
    return raters.flatMap((rater, i) => (rater.kind === kind ? i : []));
}

function named<Name extends string>(names: readonly Name[], measured: readonly Measured[]): Record<Name, Measured> {
    return Object.fromEntries(names.map((name, i) => [name, measured[i]!])) as Record<Name, Measured>;
}

/** Stories that at least so many of the columns scored. */
function sharedStories(panel: Panel, columns: readonly number[], atLeast: number): number {
    return panel.counts.reduce((stories, count, row) => {
        const raters = columns.filter((column) => panel.columns[column]![row]! >= 0).length;
        return stories + (raters >= atLeast ? count : 0);
    }, 0);
}

/** The mean of what several measures say; NaN where one of them is. */
function averageOf(measures: readonly Measure[]): Measure {
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
                .filter((each) => apart(each) > 0) // NaN is not
                .sort(wideFirst)
                .slice(0, shownDisagreements),
        )
        .sort(wideFirst);
}
