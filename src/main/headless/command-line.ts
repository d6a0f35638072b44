/** The command line as a program: every verb with its options, run on the arguments that are given. */
import { Command, CommanderError } from 'commander';
import { commandLine, faultOf } from '../../shared/faults.ts';
import { visible } from '../../shared/text/visible.ts';
import { version } from '../service/sources/version.ts';
import { reportFault } from './following.ts';

type AddCommand = (program: Command) => void;

/** Every verb in the order of the help, loaded when it is asked for: a start takes as long as its one verb needs. */
const verbs: Readonly<Record<string, () => Promise<AddCommand>>> = {
    demo: async () => (await import('./commands/runs/demo.ts')).addDemoCommand,
    pretrain: async () => (await import('./commands/runs/running.ts')).addPretrainCommand,
    learn: async () => (await import('./commands/runs/running.ts')).addLearnCommand,
    tournament: async () => (await import('./commands/runs/tournament.ts')).addTournamentCommand,
    tell: async () => (await import('./commands/runs/telling.ts')).addTellCommand,
    evaluate: async () => (await import('./commands/runs/telling.ts')).addEvaluateCommand,
    benchmarks: async () => (await import('./commands/benchmarks/benchmarks.ts')).addBenchmarksCommand,
    passport: async () => (await import('./commands/passport.ts')).addPassportCommand,
    runs: async () => (await import('./commands/runs/runs.ts')).addRunsCommand,
    compare: async () => (await import('./commands/runs/comparing.ts')).addCompareCommand,
    rescore: async () => (await import('./commands/runs/rescoring.ts')).addRescoreCommand,
    models: async () => (await import('./commands/models.ts')).addModelsCommand,
    trash: async () => (await import('./commands/trash.ts')).addTrashCommand,
    teacher: async () => (await import('./commands/teacher.ts')).addTeacherCommand,
    resume: async () => (await import('./commands/runs/running.ts')).addResumeCommand,
    device: async () => (await import('./commands/device.ts')).addDeviceCommand,
    serve: async () => (await import('./commands/serve.ts')).addServeCommand,
    figures: async () => (await import('./commands/benchmarks/figures.ts')).addFiguresCommand,
    style: async () => (await import('./commands/runs/style.ts')).addStyleCommand,
    report: async () => (await import('./commands/runs/reporting.ts')).addReportCommand,
    export: async () => (await import('./commands/exchanging.ts')).addExportCommand,
    sets: async () => (await import('./commands/sets.ts')).addSetsCommand,
    import: async () => (await import('./commands/exchanging.ts')).addImportCommand,
    agreement: async () => (await import('./commands/agreement.ts')).addAgreementCommand,
    calibrate: async () => (await import('./commands/sets.ts')).addCalibrateCommand,
};

/** Runs one command to its end. What went wrong is said on standard error, and left in `process.exitCode`. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
    try {
        await (await programOf(args)).parseAsync(args, { from: 'user' });
    } catch (error) {
        if (error instanceof CommanderError) {
            process.exitCode = error.exitCode; // commander has said it already
        } else {
            reportFault(faultOf(error), args.includes('--json'));
        }
    }
}

async function programOf(args: readonly string[]): Promise<Command> {
    const program = new Command(commandLine)
        .description('A small language model learns to tell stories from feedback.')
        .version(version)
        .showSuggestionAfterError()
        .configureOutput({
            writeOut: (text) => process.stdout.write(visible(text)),
            writeErr: (text) => process.stderr.write(visible(text)), // repeats what was typed
        })
        .configureHelp({ sortSubcommands: false, helpWidth: Math.min(110, process.stdout.columns || 100) })
        .addHelpText(
            'after',
            `
A first evening:
  ${commandLine} demo                                             the shipped student learns in a few minutes
  ${commandLine} tell --stories 3                                 what it writes
  ${commandLine} pretrain --corpus storyworld --name mine         a student of your own, nothing downloaded
  ${commandLine} pretrain --corpus <folder> --name mine           the same from .train/.dev files or plain .txt
  ${commandLine} learn --from mine --preset quick --teacher rules let it learn from feedback
  ${commandLine} sets make <run> --name mine                      stories for people to rate
  ${commandLine} agreement mine                                   how far people and teacher agree
  ${commandLine} evaluate --from mine --tasks <folder>            what it knows: BLiMP and other benchmarks
  ${commandLine} runs                                             everything you have made
  ${commandLine} compare <runs>                                   which setting won, and how sure that is
  ${commandLine} resume <run>                                     go on exactly where a run stopped
  ${commandLine} device                                           what this computer computes with
  ${commandLine} serve                                            the same and more in a browser
  ${commandLine} report <run>                                     the run as one HTML file, for a reader without the app
  ${commandLine} export <run> --what all --to <folder>           take everything elsewhere, checked

Runs live in $STORYLOOP_HOME, else ~/Storyloop. Ctrl-C pauses a run; a second Ctrl-C ends it at once, nothing recorded is lost.`,
        )
        .exitOverride();

    for (const load of asked(args)) (await load())(program);
    return program;
}

/** The one verb that was typed; none where only the version is asked for; all of them for help and for guesses. */
function asked([first = '']: readonly string[]): readonly (() => Promise<AddCommand>)[] {
    const verb = Object.hasOwn(verbs, first) ? verbs[first] : undefined;
    if (verb !== undefined) return [verb];
    return first === '--version' || first === '-V' ? [] : Object.values(verbs);
}
