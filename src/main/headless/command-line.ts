/** The command line as a program: every verb with its options, run on the arguments that are given. */
import { Command, CommanderError } from 'commander';
import { commandLine, faultOf } from '../../shared/faults.ts';
import { visible } from '../../shared/text/visible.ts';
import { version } from '../service/sources/version.ts';
import { addAgreementCommand } from './commands/agreement.ts';
import { addBenchmarksCommand } from './commands/benchmarks.ts';
import { addPassportCommand } from './commands/passport.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addDeviceCommand } from './commands/device.ts';
import { addExportCommand, addImportCommand } from './commands/exchanging.ts';
import { addFiguresCommand } from './commands/figures.ts';
import { reportFault } from './following.ts';
import { addModelsCommand } from './commands/models.ts';
import { addLearnCommand, addPretrainCommand, addResumeCommand } from './commands/running.ts';
import { addRescoreCommand } from './commands/rescoring.ts';
import { addRunsCommand } from './commands/runs.ts';
import { addTeacherCommand } from './commands/teacher.ts';
import { addServeCommand } from './commands/serve.ts';
import { addCalibrateCommand, addSetsCommand } from './commands/sets.ts';
import { addEvaluateCommand, addTellCommand } from './commands/telling.ts';

/** Runs one command to its end. What went wrong is said on standard error, and left in `process.exitCode`. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
    try {
        await programOf().parseAsync(args, { from: 'user' });
    } catch (error) {
        if (error instanceof CommanderError) {
            process.exitCode = error.exitCode; // commander has said it already
        } else {
            reportFault(faultOf(error), args.includes('--json'));
        }
    }
}

function programOf(): Command {
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
  ${commandLine} resume <run>                                     go on exactly where a run stopped
  ${commandLine} device                                           what this computer computes with
  ${commandLine} serve                                            the same and more in a browser
  ${commandLine} export <run> --what all --to <folder>           take everything elsewhere, checked

Runs live in $STORYLOOP_HOME, else ~/Storyloop. Ctrl-C pauses a run; a second Ctrl-C ends it at once, nothing recorded is lost.`,
        )
        .exitOverride();

    addDemoCommand(program);
    addPretrainCommand(program);
    addLearnCommand(program);
    addTellCommand(program);
    addEvaluateCommand(program);
    addBenchmarksCommand(program);
    addPassportCommand(program);
    addRunsCommand(program);
    addRescoreCommand(program);
    addModelsCommand(program);
    addTeacherCommand(program);
    addResumeCommand(program);
    addDeviceCommand(program);
    addServeCommand(program);
    addFiguresCommand(program);
    addExportCommand(program);
    addSetsCommand(program);
    addImportCommand(program);
    addAgreementCommand(program);
    addCalibrateCommand(program);
    return program;
}
