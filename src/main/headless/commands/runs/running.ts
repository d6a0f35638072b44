/** `pretrain`, `learn` and `resume`: the commands that make and continue runs. */
import type { Command } from 'commander';
import { resumableKeys } from '../../../../shared/run/config.ts';
import { notThePaper } from '../../../../shared/settings/paper.ts';
import { openWorkbench, type RunHandle } from '../../../service/workbench.ts';
import { printComparison, printPretraining } from '../../reports.ts';
import { addConfigOption, addConfigOptions, readChanges, readConfigOptions } from '../../options.ts';
import { follow, printJson, reportEnd } from '../../following.ts';

async function seeThrough(run: RunHandle, json: boolean): Promise<void> {
    const began = performance.now();
    if (json) printJson({ type: 'run', run: run.folder, name: run.name });
    const end = await follow(run, { json, pausable: true, opening: `${run.name} · ${run.folder}` });
    if (reportEnd(end, run, json) && end.kind === 'finished') {
        const seconds = (performance.now() - began) / 1000;
        if (run.kind === 'pretrain') printPretraining(run, end, seconds, json);
        else printComparison(run, end, seconds, json);
    }
}

interface CommonOptions {
    readonly name?: string;
    readonly json?: boolean;
}

export function addPretrainCommand(program: Command): void {
    const command = program
        .command('pretrain')
        .summary('train a tokenizer and a student from scratch on a corpus')
        .description(
            'Trains a byte-level BPE tokenizer and a GPT-2 student from scratch by next-word prediction, with checkpoints at word milestones and the loss on held-out text.',
        )
        .option(
            '--corpus <path>',
            'a folder or file: .train/.dev (a line is a paragraph, an empty line ends a document), .txt (a file is a document), or `storyworld`, the built-in sample corpus',
            'storyworld',
        )
        .option('--name <name>', 'what to call the run', 'pretraining')
        .option('--json', 'one JSON object a line for machines');
    addConfigOptions(command, 'pretrain', 'improved').action(async (options: CommonOptions & { corpus: string }) => {
        const { preset, config } = readConfigOptions(options as unknown as Record<string, unknown>);
        const workbench = openWorkbench();
        const run = workbench.pretrain({ name: options.name ?? 'pretraining', preset, config, corpus: options.corpus });
        await seeThrough(run, options.json === true);
    });
}

export function addLearnCommand(program: Command): void {
    const command = program
        .command('learn')
        .summary('let a student learn interactively from a teacher’s ratings')
        .description(
            'Interactive learning: the student writes stories, the teacher rates them, PPO (or another `--method`) turns the ratings into learning, until the budget of words, updates or minutes is spent.',
        )
        .option(
            '--from <source>',
            'a checkpoint folder, a run (name or folder), a Hugging Face GPT-2 folder, or the shipped student',
            'shipped',
        )
        .option('--name <name>', 'what to call the run', 'learning')
        .option('--json', 'one JSON object a line for machines');
    addConfigOptions(command, 'learn', 'improved').action(async (options: CommonOptions & { from: string }) => {
        const { preset, config } = readConfigOptions(options as unknown as Record<string, unknown>);
        const workbench = openWorkbench();
        const run = workbench.learn({ name: options.name ?? 'learning', preset, config, from: options.from });
        const difference = notThePaper(preset, config.teacher);
        if (difference !== null) console.error(difference);
        await seeThrough(run, options.json === true);
    });
}

export function addResumeCommand(program: Command): void {
    const command = program
        .command('resume')
        .summary('go on with a paused or interrupted run')
        .description(
            'Goes on where the run stopped, with the same result as if it had never stopped, unless you change a learning rate, the runtime or, in the last digits, the micro-batch or a language model’s device or threads. On a GPU the same result is not guaranteed.',
        )
        .argument('<run>', 'the run’s name, id or folder')
        .option('--json', 'one JSON object a line for machines')
        .action(async (name: string, options: CommonOptions) => {
            const run = openWorkbench().resume(name, readChanges(options as unknown as Record<string, unknown>));
            await seeThrough(run, options.json === true);
        });
    for (const key of resumableKeys) addConfigOption(command, key, 'the run’s own');
}
