/** `sets` and `calibrate`: stories for people to rate, and what a teacher's scores are worth to them. */
import { existsSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { badInput, commandLine } from '../../../shared/faults.ts';
import type { SetSummary } from '../../../shared/ratings/rating-sets.ts';
import type { StoryFilter } from '../../../shared/run/story-filter.ts';
import { counted, countedStories } from '../../../shared/text/numbers.ts';
import { visibleInLine } from '../../../shared/text/visible.ts';
import { givenPath, openRatingSets } from '../../service/sets/rating-sets.ts';
import { findRubric } from '../../service/sources/rubric-source.ts';
import { printJson } from '../following.ts';

export function addSetsCommand(program: Command): void {
    const sets = program
        .command('sets')
        .summary('stories for people to rate: list, make, export, import')
        .description('Rating sets: stories out of runs that people rate without knowing what a teacher said of them.')
        .option('--json', 'one JSON object a line for machines')
        .action(({ json }: { json?: boolean }) => {
            const listed = openRatingSets().list();
            if (listed.length === 0 && !json)
                console.log(`There are no rating sets yet. Make one with: ${commandLine} sets make <run> --name mine`);
            for (const set of listed)
                if (json) printJson({ ...set, type: set.kind });
                else console.log(set.kind === 'set' ? line(set) : `${set.file} ${set.problem}`);
        });
    sets.command('make')
        .description(
            'Chooses stories in equal numbers from every quarter of the teacher’s scores in every quarter of training. Every tenth is shown a second time, unannounced, to see how far raters agree with themselves.',
        )
        .argument('[runs...]', 'names, ids or folders of runs that were rated by the same rubric')
        .requiredOption('--name <name>', 'what to call the set')
        .option('--stories <number>', 'how many stories', '120')
        .option(
            '--gain',
            'a random sample of the run’s stories before and after learning instead, for what people would say of the gain',
        )
        .option(
            '--known-truth',
            'built-in stories instead, of no run: sound ones and their twins with one planted defect each',
        )
        .option('--rubric <file>', 'the rubric people rate by, instead of the teacher’s: a name, or a Markdown file')
        .option('--text <words>', 'only stories that hold these words')
        .option('--from-update <number>', 'only stories of this update and later')
        .option('--to-update <number>', 'only stories of this update and earlier')
        .option('--min-score <number>', 'only stories with at least this sum from the teacher')
        .option('--max-score <number>', 'only stories with at most this sum from the teacher')
        .option(
            '--episodes <numbers>',
            'these stories of the one run and no choice: their numbers, with commas between',
        )
        .option('--seed <number>', 'where choice and order begin', '42')
        .option('--json', 'one JSON object a line for machines')
        .action((runs: readonly string[], options: MakeOptions, command: Command) => {
            const set = openRatingSets().make({
                runs,
                name: options.name,
                stories: whole(options.stories, '--stories', 1),
                seed: whole(options.seed, '--seed', 0),
                where: filterOf(options),
                purpose: options.knownTruth === true ? 'known-truth' : options.gain === true ? 'gain' : 'agreement',
                ...(options.rubric !== undefined && { rubric: findRubric(options.rubric) }),
                ...(options.episodes !== undefined && {
                    episodes: options.episodes.split(',').map((typed) => whole(typed, '--episodes', 1)),
                }),
            });
            if (wantsJson(command)) printJson({ type: 'result', ...set });
            else console.log(`${line(set)}\n${set.file}`);
        });
    sets.command('export')
        .description('Writes the set with its ratings into one file for a colleague. Names of raters stay here.')
        .argument('<set>', 'name, id or file of the set')
        .requiredOption('--to <file>', 'a file that does not exist yet')
        .option('--json', 'one JSON object a line for machines')
        .action((set: string, options: { to: string }, command: Command) => {
            const to = givenPath(options.to);
            openRatingSets().export(set, to);
            if (wantsJson(command)) printJson({ type: 'result', file: to });
            else console.log(to);
        });
    sets.command('import')
        .description(
            'Imports a set that a colleague exported, or the ratings that the form of a report saved. If the set is here already, the ratings are added; what differs is shown and nothing is overwritten.',
        )
        .argument('<file>', 'the file')
        .option('--json', 'one JSON object a line for machines')
        .action((file: string, _options: object, command: Command) => {
            const { kind, file: put, added, known, conflicts } = openRatingSets().import(file);
            if (wantsJson(command)) {
                for (const conflict of conflicts) printJson({ type: 'conflict', ...conflict });
                printJson({ type: 'result', kind, file: put, added, known, conflicts: conflicts.length });
                return;
            }
            if (kind === 'new') {
                console.log(`The set was added: ${put}`);
                return;
            }
            console.log(
                added === 0 && conflicts.length === 0
                    ? `All ${counted(known, 'rating')} are here already; nothing was changed.`
                    : `${counted(added, 'rating')} added, ${known} known already.`,
            );
            for (const { position, rater, ours, theirs } of conflicts)
                console.log(
                    `Item ${position}, rater ${rater}: here ${JSON.stringify(ours.scores)}, in the file ${JSON.stringify(theirs.scores)}; ours was kept.`,
                );
        });
}

interface MakeOptions {
    readonly name: string;
    readonly stories: string;
    readonly seed: string;
    readonly gain?: boolean;
    readonly knownTruth?: boolean;
    readonly rubric?: string;
    readonly text?: string;
    readonly fromUpdate?: string;
    readonly toUpdate?: string;
    readonly minScore?: string;
    readonly maxScore?: string;
    readonly episodes?: string;
}

function filterOf({ text, fromUpdate, toUpdate, minScore, maxScore }: MakeOptions): StoryFilter {
    return {
        ...(text !== undefined && { text }),
        ...(fromUpdate !== undefined && { fromUpdate: whole(fromUpdate, '--from-update', 1) }),
        ...(toUpdate !== undefined && { toUpdate: whole(toUpdate, '--to-update', 1) }),
        ...(minScore !== undefined && { minScore: number(minScore, '--min-score') }),
        ...(maxScore !== undefined && { maxScore: number(maxScore, '--max-score') }),
    };
}

export function addCalibrateCommand(program: Command): void {
    program
        .command('calibrate')
        .summary('what a teacher’s scores are worth to the people who rated a set')
        .description(
            'Fits a rising line from the teacher’s scores to the people’s mean and says whether it helps on stories it was not fitted to. `learn --reward-calibration <file>` pays by it.',
        )
        .argument('<set>', 'name, id or file of the set')
        .requiredOption('--to <file>', 'a file that does not exist yet')
        .option('--teacher <id>', 'which teacher, where several rated the stories')
        .option('--json', 'one JSON object a line for machines')
        .action((set: string, { to, teacher, json }: { to: string; teacher?: string; json?: boolean }) => {
            const file = givenPath(to);
            if (existsSync(file)) throw badInput(`${file} exists already and was left as it is. Choose another name.`);
            const calibration = openRatingSets().calibrate(set, teacher ?? null);
            writeFileSync(file, `${JSON.stringify(calibration, null, 2)}\n`, { flag: 'wx' });
            if (json) {
                printJson({ type: 'result', file, ...calibration });
                return;
            }
            console.log(
                `${calibration.teacher} against ${counted(calibration.people, 'person', 'people')} on ${countedStories(calibration.stories)}`,
            );
            for (const [name, { errorBefore, errorAfter, errorConstant = 0 }] of [
                ...Object.entries(calibration.criteria),
                ['sum', calibration.sum],
            ] as const)
                console.log(
                    `  ${name.padEnd(16)} error ${errorBefore.toFixed(3)} as it is, ${errorAfter.toFixed(3)} calibrated, ${errorConstant.toFixed(3)} with one score for all, on stories not fitted (of 1)`,
                );
            console.log(file);
        });
}

function line({ id, name, stories, items, rubric, raters }: SetSummary): string {
    const who = raters.map((rater) => `${rater.name} ${rater.scored}/${items}`).join(', ');
    return `${id} ${visibleInLine(name).padEnd(20)} ${countedStories(stories)}, ${items} to rate · ${rubric} · ${who || 'nobody has rated yet'}`;
}

/** `--json` may stand before or after the verb. */
function wantsJson(command: Command): boolean {
    return command.optsWithGlobals<{ json?: boolean }>().json === true;
}

function number(typed: string, option: string): number {
    const value = Number(typed);
    if (typed.trim() === '' || !Number.isFinite(value))
        throw badInput(`${option} cannot be "${typed}": it must be a number.`);
    return value;
}

function whole(typed: string, option: string, least: number): number {
    const value = Number(typed);
    if (typed.trim() === '' || !Number.isSafeInteger(value) || value < least)
        throw badInput(`${option} cannot be "${typed}": it must be a whole number of at least ${least}.`);
    return value;
}
