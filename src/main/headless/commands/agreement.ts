/** `agreement`: how far raters agree, as a table, in words, and as lines for machines. */
import type { Command } from 'commander';
import type { AgreementReport, Measured, PairAgreement } from '../../../shared/ratings/agreement.ts';
import { peoplesMean } from '../../../shared/ratings/agreement.ts';
import type { SetGain } from '../../../shared/ratings/peoples-gain.ts';
import { badInput } from '../../../shared/faults.ts';
import type { MeasuredAgreement, SetAgreement } from '../../../shared/ratings/rating-sets.ts';
import { counted, countedStories, measured } from '../../../shared/text/numbers.ts';
import { agreementOfCsv } from '../../service/sets/agreement.ts';
import { openRatingSets } from '../../service/sets/rating-sets.ts';
import { printJson } from '../following.ts';
import { wrapped } from '../terminal.ts';
import { printGain } from './gain.ts';
import { printTruth } from './truth.ts';

interface AgreementOptions {
    readonly json?: boolean;
    readonly scale?: string;
    readonly people?: string;
    readonly all?: boolean;
}

export function addAgreementCommand(program: Command): void {
    program
        .command('agreement')
        .summary('how far people and teachers agree on stories')
        .description(
            'Measures agreement between raters: kappa, rank correlations, Krippendorff’s alpha, bias, each with its 95 % interval over stories. docs/agreement.md says what each number can and cannot say.',
        )
        .argument('<ratings>', 'a rating set, or a .csv file in long form: story,rater,criterion,score')
        .option('--scale <lowest-highest>', 'the scores there can be, as 1-5; others are refused')
        .option(
            '--people <names>',
            'raters that are people, with commas between; otherwise the column "kind" says, or names that begin with human, person, annotator, expert, crowd or participant',
        )
        .option('--json', 'one JSON object a line for machines')
        .option('--all', 'count also what was rated after looking at the teacher’s scores')
        .action(async (ratings: string, options: AgreementOptions) => {
            if (!/\.csv$/i.test(ratings)) {
                const truth = openRatingSets().truth(ratings, { all: options.all === true });
                for (const each of truth ?? [])
                    if (options.json) printJson({ type: 'known-truth', ...each });
                    else printTruth(each);
                if (truth !== null) return;
            }
            const measured: MeasuredAgreement & Partial<SetAgreement> = /\.csv$/i.test(ratings)
                ? await ofCsv(ratings, options)
                : await ofSet(ratings, options);
            const { gain = null } = measured;
            if (options.json) printLines(measured, gain);
            else printReport(measured, gain);
        });
}

const manyRatings = 20_000; // from here on it takes seconds

function ofCsv(file: string, { scale, people, all, json }: AgreementOptions): Promise<MeasuredAgreement> {
    return agreementOfCsv(file, {
        onRead: (ratings, stories) => {
            if (json !== true && ratings >= manyRatings)
                console.error(
                    `${counted(ratings, 'rating')} of ${countedStories(stories)} are read; measuring how far they agree, and how sure that is, takes a while …`,
                );
        },
        ...(scale === undefined ? {} : { scale: scaleOf(scale) }),
        ...(people === undefined ? {} : { people: people.split(',').map((name) => name.trim()) }),
        all: all === true,
    });
}

async function ofSet(set: string, { scale, people, all, json }: AgreementOptions): Promise<SetAgreement> {
    if (scale !== undefined || people !== undefined)
        throw badInput(
            'A rating set knows its scale and its people; nothing was computed. Leave out --scale and --people.',
        );
    const measured = await openRatingSets().agreement(set, { all: all === true });
    if (measured.missingRuns.length > 0 && !json)
        console.error(
            `What teachers said of some stories is missing: the runs ${measured.missingRuns.join(', ')} are not on this machine.`,
        );
    if (measured.otherScales.length > 0 && !json)
        console.error(
            `Left out, because they rate by other criteria or ranges than the set: ${measured.otherScales.join(', ')}.`,
        );
    return measured;
}

function scaleOf(typed: string): { readonly min: number; readonly max: number } {
    const match = /^(-?\d+(?:\.\d+)?)\s*[-–:]\s*(-?\d+(?:\.\d+)?)$/.exec(typed.trim());
    const [min, max] = [Number(match?.[1]), Number(match?.[2])];
    if (!(min < max))
        throw badInput(`--scale cannot be "${typed}": it must be the lowest and the highest score, such as 1-5.`);
    return { min, max };
}

type Numbers = Readonly<Record<string, Measured>>;

/** `{a: value, …, low: {a: …}, high: {a: …}}` */
function spread(numbers: Numbers): Record<string, unknown> {
    const pick = (part: keyof Measured): Record<string, number | null> =>
        Object.fromEntries(Object.entries(numbers).map(([name, measured]) => [name, measured[part]]));
    return { ...pick('value'), low: pick('low'), high: pick('high') };
}

function printLines({ report, words }: MeasuredAgreement, gain: SetGain | null): void {
    for (const { criterion, pairs, alpha, ceiling, asOnePerson, retests, ...rest } of report.criteria) {
        const { confusions, lengths, trends } = rest;
        for (const { raters, n, statistics } of pairs)
            printJson({ type: 'agreement', criterion, raters, n, ...spread(statistics) });
        const first = alpha.people ?? alpha.all;
        for (const [type, each] of [
            ['alpha', first],
            ['alpha-all', alpha.all === first || alpha.all?.raters.length === first?.raters.length ? null : alpha.all],
        ] as const) {
            if (each === null) continue;
            const { raters, n, ordinal, interval } = each;
            printJson({ type, criterion, raters, n, ...spread({ ordinal, interval }) });
        }
        if (ceiling) printJson({ type: 'ceiling', criterion, ...spread({ ...ceiling }) });
        for (const { teacher, qwk, spearman } of asOnePerson)
            printJson({ type: 'as-one-person', criterion, rater: teacher, ...spread({ qwk, spearman }) });
        for (const { raters, n, statistics } of retests)
            printJson({ type: 'retest', criterion, rater: raters[0], n, ...spread(statistics) });
        for (const { raters, levels, counts } of confusions)
            printJson({ type: 'confusion', criterion, raters, levels, counts });
        for (const { teacher, n, spearman, partial, peopleWithWords, teacherWithWords } of lengths)
            printJson({
                type: 'length',
                criterion,
                raters: [peoplesMean, teacher],
                n,
                ...spread({ spearman, partial, peopleWithWords, teacherWithWords }),
            });
        for (const { teacher, n, rho, p, stages } of trends)
            printJson({
                type: 'trend',
                criterion,
                raters: [peoplesMean, teacher],
                n,
                rho,
                p,
                stages: stages.map(({ stage, n: stories, bias, qwk }) => ({
                    stage,
                    n: stories,
                    ...spread({ bias, qwk }),
                })),
            });
    }
    if (report.byLength) printJson({ type: 'by-length', ...report.byLength });
    for (const disagreement of report.disagreements) printJson({ type: 'disagreement', ...disagreement });
    if (gain?.kind === 'found') for (const each of gain.gains) printJson({ type: 'gain', run: gain.run, ...each });
    else if (gain !== null) printJson({ type: 'gain', refused: gain.sentence });
    printJson({
        type: 'result',
        stories: report.stories,
        raters: report.raters,
        words: words.map(({ text }) => text).join(' '),
    });
}

const shown = ({ value, low, high }: Measured): string =>
    value === null
        ? 'n/a'
        : low === null
          ? measured(value)
          : `${measured(value)} [${measured(low)}, ${measured(high!)}]`;
/** The sum of the criteria at each length; `mean` is that of people. */
function printByLength({ byLength }: MeasuredAgreement['report']): void {
    if (byLength === null) return;
    console.log('\nMean score by words, with how many stories it is of');
    for (const { name, sides } of byLength.lines)
        for (const [i, { stories, score }] of sides.entries())
            console.log(
                `  ${name.padEnd(18)} ${byLength.bins[i]!.join('–').padEnd(10)} ${score === null ? 'n/a' : `${measured(score.mean)} [${measured(score.low)}, ${measured(score.high)}]`} (${stories})`,
            );
}

const share = ({ value }: Measured): string => (value === null ? 'n/a' : `${Math.round(100 * value)} %`);

function printReport({ report, words }: MeasuredAgreement, gain: SetGain | null): void {
    const ids = (kind: 'person' | 'teacher'): readonly string[] =>
        report.raters.filter((rater) => rater.kind === kind).map(({ id }) => id);
    console.log(countedStories(report.stories));
    for (const [kind, label] of [
        ['person', 'people'],
        ['teacher', 'teachers'],
    ] as const)
        if (ids(kind).length > 0) console.log(`${label.padEnd(9)} ${ids(kind).join(', ')}`);
    printPairs(
        'Each rater against the people’s mean (beside a person, of the others)',
        report,
        ({ raters }) => raters[0] === peoplesMean,
    );
    const isPerson = new Set(ids('person'));
    printPairs(
        'People among themselves, teachers among themselves',
        report,
        ({ raters: [a, b] }) => a !== peoplesMean && isPerson.has(a) === isPerson.has(b),
    );
    console.log('\nKrippendorff’s alpha            ordinal              interval             n');
    for (const { criterion, alpha } of report.criteria)
        for (const [who, each] of [
            ['people', alpha.people],
            ['everybody', alpha.all],
        ] as const)
            if (each)
                console.log(
                    `  ${criterion.padEnd(18)} ${who.padEnd(10)} ${shown(each.ordinal).padEnd(20)} ${shown(each.interval).padEnd(20)} ${each.n}`,
                );
    printTrends(report);
    printByLength(report);
    printDisagreements(report);
    for (const { text } of words) console.log(`\n${wrapped(text)}`);
    if (gain !== null) printGain(gain);
    console.log('\nIn brackets the 95 % interval over stories. What each number says: docs/agreement.md');
}

function printTrends({ criteria }: AgreementReport): void {
    const trends = criteria.flatMap((criterion) => criterion.trends);
    if (trends.length === 0) return;
    console.log('\nTeacher − people’s mean over the stages of training, and ρ with the stage');
    for (const { criterion, teacher, stages, rho, p } of trends) {
        const line = stages.map(({ bias }) => (bias.value === null ? 'n/a' : measured(bias.value))).join(' → ');
        const trend =
            rho === null || p === null ? 'n/a' : `ρ ${measured(rho)}, p ${p < 0.001 ? '< 0.001' : p.toFixed(3)}`;
        console.log(`  ${teacher} ${criterion.padEnd(16)} ${line}   ${trend}`);
    }
}

const printedDisagreements = 5;

function printDisagreements({ disagreements }: AgreementReport): void {
    if (disagreements.length === 0) return;
    console.log('\nThe widest gaps (a story of a set is run/attempt/episode)');
    for (const { story, teacher, people, teachers } of disagreements.slice(0, printedDisagreements))
        console.log(`  ${story}   people ${measured(people)}   ${teacher} ${measured(teachers)}`);
}

function printPairs(title: string, { criteria }: AgreementReport, wanted: (pair: PairAgreement) => boolean): void {
    const pairs = criteria.flatMap((criterion) => criterion.pairs.filter(wanted));
    if (pairs.length === 0) return;
    const width = Math.max(...pairs.map(({ raters }) => raters.join(' · ').length));
    console.log(`\n${title}`);
    console.log(
        `  ${''.padEnd(width)} ${'criterion'.padEnd(16)} ${'κ quadratic'.padEnd(20)} ${'κ'.padEnd(5)} ${'Spearman ρ'.padEnd(20)} ${'τ-b'.padEnd(5)} ${'exact'.padEnd(6)} ${'±1'.padEnd(6)} ${'bias'.padEnd(21)} n`,
    );
    for (const { criterion, raters, n, statistics } of pairs) {
        const { qwk, kappa, spearman, kendall, bias, exact, within1 } = statistics;
        const plain = ({ value }: Measured): string => (value === null ? 'n/a' : measured(value));
        console.log(
            `  ${raters.join(' · ').padEnd(width)} ${criterion.padEnd(16)} ${shown(qwk).padEnd(20)} ${plain(kappa).padEnd(5)} ${shown(spearman).padEnd(20)} ${plain(kendall).padEnd(5)} ${share(exact).padEnd(6)} ${share(within1).padEnd(6)} ${shown(bias).padEnd(21)} ${n}`,
        );
    }
}
