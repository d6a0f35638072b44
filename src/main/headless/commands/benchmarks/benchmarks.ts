/** The zero-shot benchmarks of the BabyLM challenge: what students said of them, counted. */
import type { Command } from 'commander';
import { benchmarkTasks, type BenchmarkTask } from '../../../../shared/benchmarks/benchmarks.ts';
import { presetCounting } from '../../../../shared/benchmarks/counting.ts';
import { benchmarkNames, type TaskChange, type TaskScore } from '../../../../shared/benchmarks/results.ts';
import { badInput, commandLine } from '../../../../shared/faults.ts';
import { counted } from '../../../../shared/text/numbers.ts';
import {
    openReadBenchmarks,
    overSeeds,
    sayChange,
    type RecordedBenchmark,
} from '../../../service/reports/benchmarks/recorded.ts';
import { findTrashable, openTrash } from '../../../service/sources/trash-source.ts';
import { openWorkbench, type TaskRequest } from '../../../service/workbench.ts';
import { follow, printJson, reportEnd } from '../../following.ts';
import { addCountingOptions, countingOf, nameOf, wantsJson, type CountingOptions } from './counting.ts';
import { shortNumber } from '../../progress-line.ts';
import { addSweepCommands } from './sweeps.ts';

interface ReadOptions {
    readonly from: string;
    readonly only?: string;
    readonly json?: boolean;
}

/** `evaluate --tasks`. */
export async function readBenchmarks(data: string, options: ReadOptions, asked: TaskRequest): Promise<void> {
    const json = options.json === true;
    const only = options.only === undefined ? [] : tasksOf(options.only);
    const task = openWorkbench().benchmark({ ...asked, from: options.from, data, only });
    if (task.isResumed && !json) console.error('Going on where it stopped before.');
    const end = await follow(task, { json, pausable: true });
    const isDone = reportEnd(end, null, json);
    if (end.kind === 'paused' && !json) console.error('The same command goes on from there.');
    if (!isDone) return;
    const read = openReadBenchmarks();
    try {
        printScores(read.find(task.id), read.count(read.find(task.id), presetCounting('fair')), 'fair', json);
    } finally {
        read.close();
    }
}

export function addBenchmarksCommand(program: Command): void {
    const benchmarks = program
        .command('benchmarks')
        .summary('what students know: BabyLM’s zero-shot tasks, read and counted')
        .description(
            `Benchmarks that students have read with "${commandLine} evaluate --tasks <folder>", newest first. What was read stays in benchmarks.sqlite in the data folder, and is counted when it is shown.`,
        )
        .option('--json', 'one JSON object a line for machines')
        .action(({ json = false }: { json?: boolean }) => {
            withRecord(({ list }) => {
                if (list().length === 0 && !json)
                    console.log(`None were read yet. Read some with: ${commandLine} evaluate --tasks <folder>`);
                for (const benchmark of list())
                    if (json) printJson({ type: 'benchmark', ...benchmark });
                    else console.log(lineOf(benchmark));
            });
        });
    addCountingOptions(
        benchmarks
            .command('show')
            .description('Counts what a student said, task by task, with intervals and what chance gives.')
            .argument('<benchmark>', 'its name or id')
            .option('--groups', 'also the parts of each task: paradigms, fields, numbers of operations'),
    ).action((named: string, options: CountingOptions & { groups?: boolean }, command: Command) => {
        withRecord(({ find, count }) => {
            const benchmark = find(named);
            const scores = count(benchmark, countingOf(options));
            printScores(benchmark, scores, nameOf(options), wantsJson(command), options.groups === true);
        });
    });
    addCountingOptions(
        benchmarks
            .command('compare')
            .description(
                'Says what lies between two students, item by item, and what of it could be chance. Several pairs (before, after, before, after, …) are seeds: the mean of their differences is judged.',
            )
            .argument('<benchmarks...>', 'before and after, by name or id; more pairs behind them')
            .option('--groups', 'also the parts of each task'),
    ).action((named: readonly string[], options: CountingOptions & { groups?: boolean }, command: Command) => {
        if (named.length % 2 !== 0)
            throw badInput('Benchmarks are compared in pairs, before and after; nothing was counted. Name one more.');
        withRecord(({ find, compare }) => {
            const pairs = named.flatMap((_, i) =>
                i % 2 === 0 ? [[find(named[i]!), find(named[i + 1]!)] as const] : [],
            );
            const compared = pairs.map(([before, after]) => compare(before, after, countingOf(options)));
            printChanges(pairs, compared, nameOf(options), wantsJson(command), options.groups === true);
        });
    });
    addCountingOptions(
        benchmarks
            .command('ages')
            .description(
                'Says when checkpoints of a student learned the words of the task aoa, and how well that goes with when children do.',
            )
            .argument('<benchmarks...>', 'one for each checkpoint, by name or id')
            .option('--to <folder>', 'write the official file of surprisals instead: a folder that is empty or new'),
    ).action((named: readonly string[], options: CountingOptions & { to?: string }, command: Command) => {
        withRecord(({ find, acquisition, writeSurprisals }) => {
            if (options.to !== undefined) {
                const file = writeSurprisals(named.map(find), options.to);
                if (wantsJson(command)) printJson({ type: 'result', files: [file] });
                else console.log(file);
                return;
            }
            const { score, words } = acquisition(named.map(find), countingOf(options));
            if (wantsJson(command)) printJson({ type: 'ages', counting: nameOf(options), ...score, words });
            else {
                printScore(score, false);
                for (const { word, months, logWords } of words)
                    console.log(
                        `  ${word.padEnd(20)} ${months.toFixed(1)} months   ${Math.round(10 ** logWords - 1)} words`,
                    );
            }
        });
    });
    addSweepCommands(benchmarks);
    benchmarks
        .command('export')
        .description('Writes predictions and reports as the official pipeline of 2025 leaves them.')
        .argument('<benchmark>', 'its name or id')
        .requiredOption('--to <folder>', 'a folder that is empty or new')
        .option('--json', 'one JSON object a line for machines')
        .action((named: string, { to }: { to: string }, command: Command) => {
            withRecord(({ find, writePredictions }) => {
                const files = writePredictions(find(named), to);
                if (wantsJson(command)) printJson({ type: 'result', files });
                else console.log(`${counted(files.length, 'file')} in ${to}`);
            });
        });
    benchmarks
        .command('remove')
        .description('Moves what a student said of benchmarks to the trash; the student itself stays.')
        .argument('<benchmark>', 'its name or id')
        .action((named: string) => {
            const trash = openTrash();
            const id = trash.put(findTrashable(trash, 'benchmark', named));
            console.log(`Moved to the trash. Put it back with: ${commandLine} trash restore ${id}`);
        });
}

function withRecord(work: (record: ReturnType<typeof openReadBenchmarks>) => void): void {
    const record = openReadBenchmarks();
    try {
        work(record);
    } finally {
        record.close();
    }
}

function lineOf({ id, name, createdAt, finishedAt, student, tasks }: RecordedBenchmark): string {
    const items = tasks.reduce((sum, { done }) => sum + done, 0);
    const of = tasks.reduce((sum, task) => sum + task.items, 0);
    const state = finishedAt === null ? `${items} of ${counted(of, 'item')}` : counted(items, 'item');
    const size = student === null ? '' : ` · ${shortNumber(student.parameters)} parameters`;
    return `${id.slice(0, 10)}  ${new Date(createdAt).toISOString().slice(0, 10)}  ${name}${size} · ${counted(tasks.length, 'task')}, ${state}`;
}

function printScores(
    benchmark: RecordedBenchmark,
    scores: readonly TaskScore[],
    counting: string,
    json: boolean,
    withGroups = false,
): void {
    if (json) {
        for (const score of scores) printJson({ type: 'score', benchmark: benchmark.id, counting, ...score });
        return;
    }
    console.log(`${lineOf(benchmark)}\nCounted ${counting}.\n`);
    console.log(row('', 'score', '95 %', 'chance', 'items', 'ties'));
    for (const score of scores) printScore(score, withGroups);
}

function printScore(
    { task, part, score, interval, chance, items, ties, groups, remarks, scale }: TaskScore,
    withGroups: boolean,
): void {
    const digits = scale === 1 ? 3 : 1;
    const name = part === null ? benchmarkNames[task] : `${benchmarkNames[task]}, ${part}`;
    console.log(row(name, shown(score, digits), between(interval, digits), shown(chance, 0), `${items}`, `${ties}`));
    for (const remark of remarks) console.log(`    ${remark}`);
    for (const { name: group, ...of } of withGroups ? groups : [])
        console.log(
            row(
                `  ${group}`,
                ...[shown(of.score, digits), between(of.interval, digits), shown(of.chance, 0)],
                ...[`${of.items}`, `${of.ties}`],
            ),
        );
}

function printChanges(
    pairs: readonly (readonly [RecordedBenchmark, RecordedBenchmark])[],
    compared: readonly (readonly TaskChange[])[],
    counting: string,
    json: boolean,
    withGroups: boolean,
): void {
    for (const [i, changes] of compared.entries()) {
        const [before, after] = pairs[i]!;
        if (json) {
            for (const change of changes)
                printJson({ type: 'change', counting, pair: i, beforeId: before.id, afterId: after.id, ...change });
            continue;
        }
        console.log(`${lineOf(before)}\n${lineOf(after)}\nCounted ${counting}.\n`);
        if (changes.length === 0) console.log('They have read no item in common.');
        for (const change of changes) {
            console.log(sayChange(change));
            if (!withGroups) continue;
            for (const group of change.groups)
                console.log(
                    `    ${group.name.padEnd(44)}${signed(group.difference).padStart(7)}  ${between(group.interval, 1).padEnd(15)}${counted(group.items, 'item').padStart(14)}`,
                );
        }
        console.log('');
    }
    if (compared.length < 2) return;
    for (const [key, changes] of Map.groupBy(compared.flat(), ({ task, part }) => `${task} ${part ?? ''}`.trim())) {
        if (changes.length < 2) continue;
        const over = overSeeds(changes);
        if (json) printJson({ type: 'seeds', task: key, ...over });
        else
            console.log(
                `${benchmarkNames[changes[0]!.task]} over ${over.seeds} seeds: ${signed(over.difference)} ${between(over.interval, 1)}, p ${over.p!.toFixed(3)}`,
            );
    }
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;

function row(name: string, ...cells: readonly string[]): string {
    const [score = '', interval = '', chance = '', items = '', ties = ''] = cells;
    return `${name.padEnd(34)}${score.padStart(7)}  ${interval.padEnd(15)}${chance.padStart(6)}${items.padStart(8)}${ties.padStart(6)}`;
}

const shown = (value: number | null, digits: number): string => (value === null ? '–' : value.toFixed(digits));
const between = (interval: TaskScore['interval'], digits: number): string =>
    interval === null ? '' : `[${interval.low.toFixed(digits)}, ${interval.high.toFixed(digits)}]`;

/** @throws bad input for a name that no task has */
export function tasksOf(typed: string): readonly BenchmarkTask[] {
    return typed.split(',').map((name) => {
        const task = benchmarkTasks.find((known) => known === name.trim());
        if (task === undefined)
            throw badInput(
                `--only cannot hold "${name}"; nothing was started. Choose from ${benchmarkTasks.join(', ')}.`,
            );
        return task;
    });
}
