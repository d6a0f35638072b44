/** `benchmarks series` and `benchmarks equivalence`: what checkpoints of runs have in common. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { badInput } from '../../../../shared/faults.ts';
import type {
    Equivalent,
    SweepMeasure,
    MeasuredEquivalents,
    MeasuredSeries,
    ReachInterval,
    Series,
    SeriesPoint,
} from '../../../../shared/benchmarks/sweep.ts';
import { sayEquivalent, sayReaches } from '../../../../shared/findings/sweep-words.ts';
import { counted, measured, rounded, signed } from '../../../../shared/text/numbers.ts';
import { equivalentsOfRuns, seriesOfRuns } from '../../../service/reports/sweep/sweeps.ts';
import { csvOf } from '../../csv.ts';
import { printJson } from '../../following.ts';
import { addCountingOptions, countingOf, wantsJson, type CountingOptions } from './counting.ts';

type SweepOptions = CountingOptions & { readonly of?: string; readonly csv?: string };

export function addSweepCommands(benchmarks: Command): void {
    sweepCommand(
        benchmarks,
        'series',
        'Shows what was measured of the checkpoints of runs over what they read and were taught, against each run’s own start. Runs that differ in nothing but their seed are one series: its intervals are over seeds.',
    ).action((runs: readonly string[], options: SweepOptions, command: Command) => {
        const found = chosen(seriesOfRuns(runs, countingOf(options)), options.of);
        if (options.csv !== undefined) writeCsv(options.csv, found.flatMap(seriesRows));
        for (const { measure, series } of found)
            if (wantsJson(command)) for (const each of series) printJson({ type: 'series', measure, ...each });
            else printSeries(measure, series);
    });
    sweepCommand(
        benchmarks,
        'equivalence',
        'Says how many more words a student would have had to read to be as good as feedback made it: learning runs are held against the checkpoints of pretraining. Name the runs of pretraining, or some of learning, or both.',
    ).action((runs: readonly string[], options: SweepOptions, command: Command) => {
        const found = chosen(equivalentsOfRuns(runs, countingOf(options)), options.of);
        if (options.csv !== undefined) writeCsv(options.csv, found.flatMap(equivalentRows));
        for (const each of found)
            if (wantsJson(command)) printJson({ type: 'equivalence', ...each });
            else printEquivalents(each);
    });
}

function sweepCommand(benchmarks: Command, name: string, description: string): Command {
    const command = benchmarks
        .command(name)
        .description(description)
        .argument('<runs...>', 'by name, id or folder')
        .option('--of <measures>', 'only these, with commas between: score (the teacher’s), or names of tasks')
        .option('--csv <file>', 'also write the table to a new file');
    return addCountingOptions(command);
}

/** @throws bad input for a measure that is not there */
function chosen<Found extends { readonly measure: SweepMeasure }>(
    found: readonly Found[],
    of: string | undefined,
): readonly Found[] {
    if (of === undefined) return found;
    const wanted = of.split(',').map((name) => name.trim());
    const isOf = (name: string, { key, task }: SweepMeasure): boolean => key === name || task === name;
    const unknown = wanted.find((name) => !found.some(({ measure }) => isOf(name, measure)));
    if (unknown === undefined) return found.filter(({ measure }) => wanted.some((name) => isOf(name, measure)));
    throw badInput(
        `Nothing was measured by "${unknown}" of two of these checkpoints; nothing was written. Choose from ${found.map(({ measure }) => measure.key).join(', ')}.`,
    );
}

const range = ({ low, high }: { readonly low: number; readonly high: number }, digits: number): string =>
    `[${measured(low, digits)}, ${measured(high, digits)}]`;

const digitsOf = ({ key }: SweepMeasure): number => (key === 'score' ? 2 : 1);

function printSeries(measure: SweepMeasure, series: readonly Series[]): void {
    const digits = digitsOf(measure);
    printTitle(measure);
    for (const { runs, isControl, points } of series) {
        const seeds = runs.length > 1 ? `, ${runs.length} seeds` : '';
        console.log(`  ${runs.join(', ')}${seeds}${isControl ? ', control' : ''}`);
        for (const { checkpoints, words, feedbackWords, score, interval, change } of points) {
            const place = `${rounded(words)} read${feedbackWords === 0 ? '' : ` + ${rounded(feedbackWords)} feedback`}`;
            const name = checkpoints[0]!.split(' · ').at(-1)!;
            const moved = change && `${signed(change.difference, digits)} ${range(change.interval, digits)}`;
            console.log(
                `    ${name.padEnd(12)}${place.padEnd(30)}${measured(score, digits).padStart(6)} ${range(interval, digits).padEnd(16)}${moved ?? ''}`.trimEnd(),
            );
        }
    }
    console.log('');
}

function printTitle({ name, remarks }: SweepMeasure): void {
    console.log(name);
    for (const remark of remarks) console.log(`  ${remark}`);
}

function printEquivalents({ measure, curve, equivalents }: MeasuredEquivalents): void {
    const digits = digitsOf(measure);
    printTitle(measure);
    for (const equivalent of equivalents) console.log(`  ${sayEquivalent(measure, equivalent)}`);
    console.log('\n  Reading alone');
    for (const { checkpoints, words, tokens, score, interval, fitted } of curve)
        console.log(
            `    ${`${rounded(words)} words, ${rounded(tokens)} tokens`.padEnd(34)}${measured(score, digits).padStart(6)} ${range(interval, digits).padEnd(16)} curve ${measured(fitted, digits)}${checkpoints.length > 1 ? `, ${checkpoints.length} seeds` : ''}`,
        );
    console.log('\n  Feedback, and the reading that it was worth');
    for (const { runs, score, interval, start, feedback, words, tokens, flop } of equivalents) {
        const seeds = runs.length > 1 ? `${counted(runs.length, 'seed')}: ` : '';
        console.log(
            `    ${seeds}${runs.join(', ')}, from ${rounded(start.words)} words: ${measured(score, digits)} ${range(interval, digits)}`,
        );
        console.log(`      words   ${rounded(feedback.words).padEnd(8)} ≙ ${sayReaches(words)}`);
        console.log(`      tokens  ${rounded(feedback.tokens).padEnd(8)} ≙ ${sayReaches(tokens)}`);
        console.log(`      FLOP    ${rounded(feedback.flop).padEnd(8)} ≙ ${sayReaches(flop)}`);
    }
    console.log('');
}

type Row = Readonly<Record<string, string | number>>;

function seriesRows({ measure, series }: MeasuredSeries): readonly Row[] {
    return series.flatMap(({ runs, kind, isControl, points }) =>
        points.map(({ checkpoints, words, feedbackWords, update, score, interval, change }: SeriesPoint) => ({
            measure: measure.key,
            runs: runs.join('; '),
            kind,
            control: String(isControl),
            checkpoints: checkpoints.join('; '),
            words,
            feedback_words: feedbackWords,
            update,
            score,
            low: interval.low,
            high: interval.high,
            change: change?.difference ?? '',
            change_low: change?.interval.low ?? '',
            change_high: change?.interval.high ?? '',
        })),
    );
}

function equivalentRows({ measure, equivalents }: MeasuredEquivalents): readonly Row[] {
    const columns = (name: string, { value, low, high }: ReachInterval): Row => ({
        [`${name}_is`]: value.kind,
        [name]: value.value,
        [`${name}_low_is`]: low.kind,
        [`${name}_low`]: low.value,
        [`${name}_high_is`]: high.kind,
        [`${name}_high`]: high.value,
    });
    return equivalents.map(({ runs, start, feedback, score, interval, words, tokens, flop }: Equivalent) => ({
        measure: measure.key,
        runs: runs.join('; '),
        seeds: runs.length,
        start_words: start.words,
        start_tokens: start.tokens,
        feedback_words: feedback.words,
        feedback_updates: feedback.updates,
        feedback_tokens: feedback.tokens,
        feedback_flop: feedback.flop,
        score,
        low: interval.low,
        high: interval.high,
        ...columns('reading_words', words),
        ...columns('reading_tokens', tokens),
        ...columns('reading_flop', flop),
    }));
}

/** @throws bad input where the file is there */
function writeCsv(file: string, rows: readonly Row[]): void {
    try {
        writeFileSync(file, csvOf(rows), { flag: 'wx' });
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        throw badInput(`${file} is there already; it was left as it is. Name a new file.`);
    }
}
