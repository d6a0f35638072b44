/** `tournament`: the same start, seeds and words of the teacher for several methods, and one table. */
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import type { Interval } from '../../../../shared/findings/gain-words.ts';
import { badInput, commandLine } from '../../../../shared/faults.ts';
import { composeConfig, type ConfigKey } from '../../../../shared/run/config.ts';
import { methodKeys, methods, type MethodId } from '../../../../shared/settings/methods.ts';
import { svgOf } from '../../../../shared/figures/svg-chart.ts';
import { count, counted, measured } from '../../../../shared/text/numbers.ts';
import {
    enter,
    entrantName,
    entrantsOf,
    methodNamed,
    openPlan,
    runOf,
    type Entrant,
    type TournamentAsked,
    type TournamentPlan,
} from '../../../service/reports/comparison/tournament-plan.ts';
import { calledRater, standingsChart } from '../../../service/reports/figures/standings-figure.ts';
import {
    standingsOf,
    type EntrantResult,
    type MethodStanding,
    type Standings,
} from '../../../service/reports/comparison/standings.ts';
import { openWorkbench, type RunHandle, type Workbench } from '../../../service/workbench.ts';
import { csvOf } from '../../csv.ts';
import { follow, printJson, reportEnd } from '../../following.ts';
import { addConfigOptions, readConfigOptions } from '../../options.ts';

interface TournamentOptions {
    readonly from: string;
    readonly methods: string;
    readonly seeds: string;
    readonly out: string;
    readonly controls: boolean;
    readonly json?: boolean;
}

export function addTournamentCommand(program: Command): void {
    const command = program
        .command('tournament')
        .summary('several methods from the same start, with the same seeds and words, in one table')
        .description(
            'Lets a student learn by several methods: from the same start, with the same seeds, the same settings otherwise and the same budget of words, each with a control whose rewards are shuffled. Then writes what each gained at equal length, by the teacher and by the second judge. Broken off, the same command goes on.',
        )
        .option('--from <source>', 'as of learn: a checkpoint folder, a run, a student, or the shipped one', 'shipped')
        .option(
            '--methods <names>',
            'with commas between; the first is what the others are held against',
            'ppo,rloo,grpo,dr-grpo,reinforce++,remax,opo,gdpo,raft,online-dpo',
        )
        .option('--seeds <number>', 'how many, from the seed (--seed) upwards', '5')
        .requiredOption('--out <folder>', 'for the plan and the tables; empty, new, or of this tournament')
        .option('--no-controls', 'without the runs whose rewards are shuffled')
        .option('--json', 'one JSON object a line for machines');
    addConfigOptions(command, 'learn', 'improved', { hasMethod: false }).action(async (options: TournamentOptions) => {
        const asked = askedFor(options);
        const workbench = openWorkbench();
        const plan = await playAll(workbench, openPlan(options.out, asked), options);
        if (plan === null) return;
        const folders = foldersOf(workbench);
        const finished = entrantsOf(plan).map((entrant) => {
            const run = runOf(plan, entrant)!;
            return { ...entrant, run, database: folders.get(run)!.database };
        });
        writeStandings(options, standingsOf(finished));
    });
}

/** @throws bad input where methods, seeds or settings cannot be used */
function askedFor(options: TournamentOptions): TournamentAsked {
    const { preset, config, given } = readConfigOptions(options as unknown as Record<string, unknown>);
    const own = methodKeys.find((key) => given[key] !== undefined);
    if (own !== undefined)
        throw badInput((name) => `${name(own)} is what tells methods apart; leave it out, or let "learn" have it.`);
    if (given['teacher.shuffle'] !== undefined)
        throw badInput('A tournament has controls of its own; leave --teacher-shuffle out.');
    if (config['budget.words'] === 0 || given['budget.words'] === undefined)
        throw badInput('Methods compare at equal words of the teacher; say how many with --budget-words.');
    const names = options.methods.split(',').map((name) => name.trim());
    const unknown = names.find((name) => !methods.some(({ id }) => id === name));
    if (unknown !== undefined)
        throw badInput(`There is no method "${unknown}"; choose from ${methods.map(({ id }) => id).join(', ')}.`);
    if (new Set(names).size < names.length) throw badInput('A method is named twice; name each once.');
    const seeds = Number(options.seeds);
    if (!Number.isInteger(seeds) || seeds < 1 || seeds > 1000)
        throw badInput(`--seeds must be a whole number from 1 to 1000, not "${options.seeds}".`);
    const { seed, ...settings } = config;
    return {
        from: options.from,
        preset,
        // words alone bound a run: updates are not equal words, and minutes are not repeatable
        settings: Object.fromEntries(
            Object.entries({ ...settings, 'budget.updates': 0, 'budget.minutes': 0 }).filter(
                ([key]) => !methodKeys.some((each) => each === key) && key !== 'teacher.shuffle',
            ),
        ),
        methods: names as MethodId[],
        seeds: Array.from({ length: seeds }, (_, i) => seed + i),
        hasControls: options.controls,
    };
}

type Folders = ReadonlyMap<string, { readonly database: string; readonly isFinished: boolean }>;

function foldersOf(workbench: Workbench): Folders {
    return new Map(
        workbench.runs().map((each) => [
            basename(each.folder.folder),
            {
                database: each.folder.database,
                isFinished: each.kind === 'run' && each.summary.state === 'finished',
            },
        ]),
    );
}

/** Begins or goes on with one run after the other; null where one did not finish. */
async function playAll(
    workbench: Workbench,
    begun: TournamentPlan,
    { out, json = false }: TournamentOptions,
): Promise<TournamentPlan | null> {
    let plan = begun;
    const entrants = entrantsOf(plan);
    for (const [at, entrant] of entrants.entries()) {
        const known = runOf(plan, entrant);
        const folder = known === null ? undefined : foldersOf(workbench).get(known);
        if (folder?.isFinished) continue;
        const run = folder ? workbench.resume(known!) : begin(workbench, plan, entrant);
        if (!folder) plan = enter(out, plan, entrant, basename(run.folder));
        if (json) printJson({ type: 'run', run: run.folder, ...entrant });
        const opening = `${at + 1} of ${counted(entrants.length, 'run')}: ${entrantName(entrant)} · ${run.folder}`;
        const end = await follow(run, { json, pausable: true, opening });
        if (reportEnd(end, run, json)) continue;
        const isRefused = end.kind === 'failed' && end.fault.kind === 'bad-input';
        if (!json && !isRefused)
            console.error(`The same "${commandLine} tournament" goes on with this run, and with those after it.`);
        return null;
    }
    return plan;
}

function begin(workbench: Workbench, { from, preset, settings }: TournamentPlan, entrant: Entrant): RunHandle {
    const { switches } = methodNamed(entrant.method);
    const values = {
        ...settings,
        ...switches,
        seed: entrant.seed,
        'teacher.shuffle': entrant.isControl ? 'on' : 'off',
    };
    const name = preset as Parameters<typeof composeConfig>[0];
    return workbench.learn({
        name: entrantName(entrant),
        preset: name,
        config: composeConfig(name, values as Partial<Record<ConfigKey, string | number>>),
        from,
    });
}

const shown = (interval: Interval | null): string =>
    interval === null ? '–' : `${measured(interval.mean)} [${measured(interval.low)}, ${measured(interval.high)}]`;

function writeStandings({ out, json = false }: TournamentOptions, standings: Standings): void {
    const table = markdown(standings);
    writeFileSync(join(out, 'standings.md'), table);
    const chart = standingsChart(standings.methods);
    if (chart !== null) writeFileSync(join(out, 'standings.svg'), svgOf(chart));
    writeFileSync(join(out, 'methods.csv'), csvOf(standings.methods.flatMap(methodRows)));
    writeFileSync(join(out, 'runs.csv'), csvOf(standings.runs.flatMap(runRows)));
    if (json) for (const each of standings.methods) printJson({ type: 'standing', ...each });
    else console.log(`${table}\nAs a table, a figure and data: ${out}`);
}

/** The table that a person reads: a row for each method and rater. */
function markdown({ methods: all }: Standings): string {
    const first = all[0]?.name ?? '';
    const seeds = all[0]?.seeds ?? 0;
    const over =
        seeds > 1
            ? `${counted(seeds, 'seed')} and their stories`
            : 'the stories of one seed: they say nothing about other seeds';
    const head = [
        'method',
        'rater',
        'gain',
        'above its control',
        `above ${first}`,
        'KL',
        'words after',
        'input words',
        'updates',
        'seconds',
    ];
    const rows = all.flatMap(({ name, raters, kl, wordsAfter, inputWords, updates, seconds }) =>
        raters.map(({ rater, atEqualLength, overControl, overFirst }) => [
            ...[name, calledRater(rater), shown(atEqualLength), shown(overControl), shown(overFirst)],
            ...[kl === null ? '–' : measured(kl, 1), measured(wordsAfter, 0)],
            ...[count(Math.round(inputWords)), measured(updates, 1), measured(seconds, 0)],
        ]),
    );
    const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
    return [
        `Gain at equal length of stories, in points of the rater’s total; 95 % intervals over ${over}, each for itself. KL: nats per story after the last update.`,
        '',
        line(head),
        line(head.map(() => '---')),
        ...rows.map(line),
        '',
    ].join('\n');
}

type CsvCells = Readonly<Record<string, string | number | null>>;

const cellsOf = (name: string, interval: Interval | null): CsvCells => ({
    [name]: interval?.mean ?? null,
    [`${name}_low`]: interval?.low ?? null,
    [`${name}_high`]: interval?.high ?? null,
});

function methodRows({
    method,
    seeds,
    kl,
    wordsAfter,
    inputWords,
    updates,
    seconds,
    raters,
}: MethodStanding): readonly CsvCells[] {
    return raters.map(({ rater, atEqualLength, overControl, overFirst }) => ({
        method,
        rater: calledRater(rater),
        seeds,
        input_words: inputWords,
        updates,
        seconds,
        kl,
        words_after: wordsAfter,
        ...cellsOf('gain', atEqualLength),
        ...cellsOf('over_control', overControl),
        ...cellsOf('over_first', overFirst),
    }));
}

function runRows({ judges, total, atEqualLength, ...run }: EntrantResult): readonly CsvCells[] {
    const shared = {
        method: run.method,
        seed: run.seed,
        control: String(run.isControl),
        run: run.run,
        updates: run.updates,
        input_words: run.inputWords,
        student_words: run.studentWords,
        tokens_trained: run.tokensTrained,
        seconds: run.seconds,
        kl: run.kl,
        words_after: run.wordsAfter,
    };
    return [
        { ...shared, rater: 'teacher', ...cellsOf('gain', total), ...cellsOf('equal_length', atEqualLength) },
        ...judges.map(({ name, total: ofJudge, atEqualLength: judged }) => ({
            ...shared,
            rater: name,
            ...cellsOf('gain', ofJudge),
            ...cellsOf('equal_length', judged),
        })),
    ];
}
