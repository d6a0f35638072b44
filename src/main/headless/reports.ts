/** Prints the result of a finished task, as text for people or JSON for machines. */
import { basename, join } from 'node:path';
import type { EngineEvent } from '../../shared/contracts/engine.ts';
import { commandLine } from '../../shared/faults.ts';
import { bestTotal } from '../../shared/ratings/rubric.ts';
import { ratedOf, unratedWords } from '../../shared/ratings/unrated.ts';
import {
    besideGain,
    change,
    gainHeadline,
    judgeSays,
    oneSeed,
    type Interval,
} from '../../shared/findings/gain-words.ts';
import { guardSentence } from '../../shared/findings/guard-words.ts';
import { holdOutSentence } from '../../shared/findings/hold-out-words.ts';
import { shellWord } from '../../shared/text/shell-word.ts';
import { counted } from '../../shared/text/numbers.ts';
import { flatterySentence } from '../../shared/findings/flattery-words.ts';
import { lengthPays, type LengthBin } from '../../shared/findings/length-words.ts';
import { peopleSay } from '../../shared/findings/peoples-gain-words.ts';
import { compareRun, gainFound, type RunComparison } from '../service/reports/comparison/comparison.ts';
import { pretrainingSummary } from '../service/reports/run/pretraining-summary.ts';
import { guardReportOf } from '../service/reports/run/guard.ts';
import { drillWords } from '../service/reports/run/drill.ts';
import { healthOfRun } from '../service/reports/run/health.ts';
import type { RunHandle, TaskEnd } from '../service/workbench.ts';
import { printJson } from './following.ts';
import { duration, shortNumber } from './progress-line.ts';

type Finished = Extract<TaskEnd, { kind: 'finished' }>;

const percent = (fraction: number): string => `${Math.round(100 * fraction)} %`;
const rounded = ({ mean, low, high }: Interval): Interval => ({
    mean: round(mean),
    low: round(low),
    high: round(high),
});
const round = (value: number): number => Math.round(value * 1e6) / 1e6;

/** Largest memory of all our processes together, in megabytes. */
function peakRssMB(engineBytes: number): number {
    return Math.round((engineBytes + process.resourceUsage().maxRSS * 1024) / 1e6);
}

export function printPretraining(run: RunHandle, end: Finished, seconds: number, json: boolean): void {
    const summary = pretrainingSummary(run.database, run.folder);
    const grammar = guardReportOf(run.database);
    const peak = peakRssMB(end.peakRssBytes);
    if (json) {
        printJson({
            type: 'result',
            ...summary,
            ...(grammar === null ? {} : { grammar }),
            seconds: round(seconds),
            peakRssMB: peak,
            run: run.folder,
            sqlite: run.database,
        });
        return;
    }
    const { words, tokens, validationLoss, unigramLoss, checkpoint } = summary;
    console.log(`Pretrained in ${duration(seconds)}: ${counted(words, 'word')} read (${counted(tokens, 'token')}).`);
    if (validationLoss !== null && unigramLoss !== null)
        console.log(
            `Held-out loss ${validationLoss.toFixed(3)} nats per token, ${gap(unigramLoss - validationLoss)} what token frequencies alone give (${unigramLoss.toFixed(3)}).`,
        );
    if (grammar !== null) console.log(guardSentence(grammar));
    console.log(`Checkpoint  ${checkpoint}\nSQLite      ${run.database}\n`);
    const from = shellWord(basename(run.folder)); // the one name that no other run has
    console.log(
        `Next:\n  ${commandLine} tell --from ${from} --stories 3\n  ${commandLine} learn --from ${from} --preset quick`,
    );
}

/** The difference that learning made, with its interval; of `learn` and `demo`. */
export function printComparison(run: RunHandle, end: Finished, seconds: number, json: boolean): void {
    const peak = peakRssMB(end.peakRssBytes);
    const comparison = compareRun(run.database);
    const { worries, grammar, holdOut } = healthOfRun(run.database);
    const drill = drillWords(run.database);
    if (json) {
        printJson({
            ...resultLine(run, comparison, seconds, peak),
            ...(grammar === null ? {} : { grammar }),
            ...(holdOut === null ? {} : { holdOut }),
            ...(drill === null ? {} : { drill }),
            ...(worries.length > 0 ? { worries: worries.map(({ id, says }) => ({ id, says })) } : {}),
        });
        return;
    }
    console.log(`Finished in ${duration(seconds)}: ${end.why}. Memory at most ${peak} MB.\n`);
    for (const { says, advice } of worries) console.log(`Worrying: ${says}. ${advice}\n`);
    if (comparison === null)
        console.log(
            'There is nothing to compare: fewer than two stories were rated before and after (--evaluation-stories).\n',
        );
    else printScores(comparison);
    if (grammar !== null) console.log(`${guardSentence(grammar)}\n`);
    if (holdOut !== null) console.log(`${holdOutSentence(holdOut)}\n`);
    if (holdOut?.before && !holdOut.wentBack)
        console.log(
            `From before it:\n  ${commandLine} learn --from ${shellWord(join(run.folder, holdOut.before.path))}\n`,
        );
    if (drill !== null) console.log(`${drill}\n`);
    console.log(`Run folder  ${run.folder}\nSQLite      ${run.database}\n`);
}

function resultLine(
    run: RunHandle,
    comparison: RunComparison | null,
    seconds: number,
    peak: number,
): Record<string, unknown> & { type: string } {
    const place = { seconds: round(seconds), peakRssMB: peak, run: run.folder, sqlite: run.database };
    if (comparison === null) return { type: 'result', difference: null, ...place };
    const { scores, lengthMatched, distinct2, control, judges, before, after } = comparison;
    return {
        type: 'result',
        difference: rounded(scores.total.difference),
        perCriterion: Object.fromEntries(
            Object.entries(scores.perCriterion).map(([id, { difference }]) => [id, rounded(difference)]),
        ),
        before: before.results,
        after: after.results,
        gainInDeviations: scores.total.gainInDeviations,
        lengthMatched: lengthMatched.gain && rounded(lengthMatched.gain),
        distinct2AtEqualCounts: distinct2.map(round),
        control: control && {
            name: control.name,
            difference: rounded(control.total),
            over: rounded(control.over),
            overLengthMatched: control.overAtEqualLength && rounded(control.overAtEqualLength),
        },
        judges: judges.map(({ total, atEqualLength, overAtEqualLength, ...judge }) => ({
            ...judge,
            difference: rounded(total),
            lengthMatched: atEqualLength && rounded(atEqualLength),
            overLengthMatched: overAtEqualLength && rounded(overAtEqualLength),
        })),
        pairs: scores.pairs,
        unreadablePairs: scores.unreadablePairs,
        ...place,
    };
}

/** "0.52 below", "0.10 above": a number with its direction needs no sign. */
export function gap(below: number): string {
    return `${Math.abs(below).toFixed(2)} ${below < 0 ? 'above' : 'below'}`;
}

export function gainInWords(deviations: number): string {
    const size = Math.abs(deviations).toFixed(2);
    if (Number(size) === 0) return 'The mean score is as it was, to a hundredth of the standard deviation before.';
    return `The ${deviations < 0 ? 'loss' : 'gain'} is ${size} standard deviations of the scores before.`;
}

/** "40 pairs of stories", and where one of a pair could not be rated, of how many. */
function pairsOf({ pairs, unreadablePairs }: RunComparison['scores']): string {
    if (unreadablePairs === 0) return `${counted(pairs, 'pair')} of stories`;
    return `${pairs} of ${counted(pairs + unreadablePairs, 'pair')} of stories, for of the others one or both could not be rated,`;
}

/** What length is paid, and stories that speak to their judge. */
function printLengths({ byLength, flattery }: RunComparison): void {
    const cell = ({ stories, score }: LengthBin['before']): string =>
        `${score === null ? 'n/a' : `${score.mean.toFixed(2)} [${score.low.toFixed(2)}, ${score.high.toFixed(2)}]`} (${stories})`;
    console.log(`${'words'.padEnd(12)}${'score before (stories)'.padEnd(28)}score after (stories)`);
    for (const { words, before, after } of byLength)
        console.log(`${words.join('–').padEnd(12)}${cell(before).padEnd(28)}${cell(after)}`);
    console.log([lengthPays(byLength), flatterySentence(flattery), ''].join('\n'));
}

function printScores(comparison: RunComparison): void {
    const { criteria, scores, lengthMatched, distinct2, before, after, examples } = comparison;
    const best = bestTotal(criteria);
    const found = gainFound(comparison);
    const people = comparison.people === null ? [] : [peopleSay(comparison.people)];
    console.log(
        [gainHeadline(found), ...people, besideGain(found), ...found.judges.map(judgeSays), oneSeed, ''].join('\n'),
    );
    printLengths(comparison);
    const row = (name: string, of: string, cells: readonly string[]): void =>
        console.log(`${name.padEnd(22)}${of.padStart(5)}  ${cells.map((cell) => cell.padStart(8)).join('')}`);
    row('clean score', 'of', ['before', 'after', '   difference, 95 % interval']);
    const line = (name: string, most: number, values: (typeof scores)['total']): void =>
        row(name, shortNumber(most), [
            values.before.mean.toFixed(2),
            values.after.mean.toFixed(2),
            `   ${change(values.difference)}`,
        ]);
    for (const criterion of criteria) line(criterion.name, criterion.max, scores.perCriterion[criterion.id]!);
    line('Sum', best, scores.total);
    const gain = scores.total.gainInDeviations;
    console.log(`\n${pairsOf(scores)} from the same seeds, written and rated outside training.`);
    if (gain !== null) console.log(gainInWords(gain));
    if (lengthMatched.gain)
        console.log(
            `Stories of equal length are ${percent(lengthMatched.matchedBefore)} of those before and ${percent(lengthMatched.matchedAfter)} of those after; between them it is ${change(lengthMatched.gain)}.`,
        );
    const measure = (name: string): [number, number] => [before.results[name] ?? 0, after.results[name] ?? 0];
    const [words, finished] = [measure('words'), measure('finished')];
    console.log(
        `Words ${words.map((value) => value.toFixed(0)).join(' → ')} · ended by themselves ${finished.map(percent).join(' → ')} · distinct word pairs, of equally many, ${distinct2.map(percent).join(' → ')}\n`,
    );
    console.log('Three pairs from the same seeds: a quarter, half and three quarters of the way to the best change');
    for (const { seed, before, after } of examples) {
        console.log(
            `\n  seed ${seed} · ${before.total!.toFixed(1)} → ${after.total!.toFixed(1)} of ${shortNumber(best)}`,
        );
        console.log(wrap('before', `${before.story.trim()}${before.finished ? '' : ' …'}`));
        console.log(wrap('after', `${after.story.trim()}${after.finished ? '' : ' …'}`));
    }
    console.log('');
}

export function printEvaluation(
    { evaluation, ratings }: Extract<EngineEvent, { type: 'evaluation' }>,
    json: boolean,
): void {
    const { results } = evaluation;
    const rater = ratings[0]!.rater; // before its members, where it is several
    const own = ratings.filter((rating) => rating.rater === rater);
    const firstUnreadable = own.find(({ kind }) => kind === 'unreadable')?.reply ?? null;
    if (json) {
        printJson({ type: 'result', results, ...(firstUnreadable === null ? {} : { firstUnreadable }) });
        return;
    }
    const rated = own.filter(({ kind }) => kind === 'scored').length;
    console.log(`Clean score of ${ratedOf(rated, own.length)} by ${rater} (95 % interval):`);
    for (const name of Object.keys(results).filter(
        (key) => key === 'score' || /^score\.(?!low$|high$)[^.]+$/.test(key),
    )) {
        const label = name === 'score' ? 'sum' : name.slice('score.'.length);
        console.log(
            `  ${label.padEnd(14)} ${results[name]!.toFixed(2)} [${results[`${name}.low`]!.toFixed(2)}, ${results[`${name}.high`]!.toFixed(2)}]`,
        );
    }
    console.log(
        `  ${results['words']!.toFixed(0)} words on average, ${percent(results['finished']!)} ended by themselves, distinct word pairs ${percent(results['distinct2']!)}, written at temperature ${results['temperature']!}`,
    );
    const unrated = unratedWords(own);
    if (unrated !== null) console.log(`  ${unrated}`);
}

/** A label and text beside it, in lines of at most 96 characters. */
function wrap(label: string, text: string): string {
    const margin = 12;
    const lines: string[] = [];
    let line = `    ${label}`.padEnd(margin);
    for (const word of text.split(/\s+/)) {
        if (line.length > margin && line.length + word.length > 96) {
            lines.push(line);
            line = ' '.repeat(margin);
        }
        line += line.length === margin ? word : ` ${word}`;
    }
    return [...lines, line].join('\n');
}
