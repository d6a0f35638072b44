/** `tell` writes stories with a checkpoint, `evaluate` scores it; neither changes anything. */
import type { Command } from 'commander';
import type { EngineEvent } from '../../../../shared/contracts/engine.ts';
import { badInput } from '../../../../shared/faults.ts';
import type { ConfigKey, RunConfig } from '../../../../shared/run/config.ts';
import { benchmarkTasks, ownPairs } from '../../../../shared/benchmarks/benchmarks.ts';
import { readBenchmarks, tasksOf } from '../benchmarks/benchmarks.ts';
import { evaluateCheckpoints } from './checkpoints.ts';
import { openWorkbench } from '../../../service/workbench.ts';
import { follow, printJson, reportEnd } from '../../following.ts';
import { addConfigOptions, readConfigOptions } from '../../options.ts';
import { printEvaluation } from '../../reports.ts';

type Evaluation = Extract<EngineEvent, { type: 'evaluation' }>;

interface TellOptions {
    readonly from: string;
    readonly stories: string;
    readonly json?: boolean;
}

interface EvaluateOptions extends Omit<TellOptions, 'stories'> {
    readonly run?: readonly string[];
    readonly tasks?: string;
    readonly only?: string;
}

/** Only what a person gave counts: a checkpoint keeps the prompt and the temperature it learned with. */
function givenForWriting(given: Readonly<Partial<Record<ConfigKey, string>>>): {
    readonly temperature?: number;
    readonly prompt?: string;
} {
    const { 'rollout.temperature': temperature, 'rollout.prompt': prompt } = given;
    return {
        ...(temperature === undefined ? {} : { temperature: Number(temperature) }),
        ...(prompt === undefined ? {} : { prompt }),
    };
}

/** Where the runtime is not chosen, stories are told on the processor, which has float32 alone. */
function refusePrecision(asked: string | undefined, kind: RunConfig['runtime.kind']): void {
    if (kind !== 'auto' || (asked !== 'tf32' && asked !== 'bf16')) return;
    throw badInput(
        (name) =>
            `tell computes on the processor, in float32, unless ${name('runtime.kind')} names CUDA; nothing was started. Add ${name('runtime.kind')} cuda, or leave ${name('runtime.precision')} ${asked} out.`,
    );
}

export function addTellCommand(program: Command): void {
    const command = program
        .command('tell')
        .summary('write stories with any checkpoint')
        .description(
            'Writes stories with any checkpoint, on the processor unless --runtime-kind says otherwise. The same seed tells the same stories.',
        )
        .option(
            '--from <source>',
            'a checkpoint folder, a run, a Hugging Face GPT-2 folder, or the shipped student',
            'shipped',
        )
        .option('--stories <number>', 'how many', '3')
        .option('--json', 'one JSON object a line for machines');
    addConfigOptions(command, 'tell', 'improved').action(async (options: TellOptions) => {
        const { preset, config, given } = readConfigOptions(options as unknown as Record<string, unknown>);
        const stories = Number(options.stories);
        if (!Number.isInteger(stories) || stories < 1 || stories > 100_000)
            throw badInput(`--stories cannot be "${options.stories}": it must be a whole number from 1 to 100000.`);
        refusePrecision(given['runtime.precision'], config['runtime.kind']);
        const json = options.json === true;
        const task = openWorkbench().tell({ preset, config, from: options.from, stories, ...givenForWriting(given) });
        task.onEvent((event) => {
            if (event.type !== 'story') return;
            const { seed, prompt, story, words, finished } = event.sample;
            if (json) printJson({ type: 'story', seed, prompt, story, words, finished });
            else console.log(`${prompt}${story}${finished ? '' : ' …'}\n`);
        });
        reportEnd(await follow(task, { json, pausable: false }), null, json);
    });
}

export function addEvaluateCommand(program: Command): void {
    const command = program
        .command('evaluate')
        .summary('a clean score of a checkpoint')
        .description(
            'Writes stories from fixed seeds in evaluation mode and rates them: a clean score with its 95 % interval. Nothing is trained.',
        )
        .option(
            '--from <source>',
            'a checkpoint folder, a run, a Hugging Face GPT-2 folder, or the shipped student',
            'shipped',
        )
        .option(
            '--run <runs...>',
            'every checkpoint that these runs kept, one after the other; what is there already is not computed again',
        )
        .option(
            '--tasks <folder>',
            `read the BabyLM benchmarks of this folder instead, and count what the student knows; "${ownPairs}" for Storyloop’s own pairs of sentences`,
        )
        .option(
            '--only <tasks>',
            `of those, only these, with commas between: ${benchmarkTasks.join(', ')}; grammar, which is Storyloop’s own, needs no folder`,
        )
        .option('--json', 'one JSON object a line for machines');
    addConfigOptions(command, 'evaluate', 'improved').action(async (options: EvaluateOptions) => {
        const { preset, config, given } = readConfigOptions(options as unknown as Record<string, unknown>);
        const json = options.json === true;
        const tasks = options.tasks ?? (options.only?.trim() === 'grammar' ? ownPairs : undefined);
        if (tasks === undefined && options.only !== undefined)
            throw badInput('--only chooses among the tasks of a folder; nothing was started. Name it with --tasks.');
        if (options.run === undefined && tasks !== undefined) return readBenchmarks(tasks, options, { preset, config });
        if (tasks === undefined && config['evaluation.stories'] === 0)
            throw badInput('--evaluation-stories cannot be 0 here: there would be nothing to score.');
        if (options.run !== undefined) {
            const asked = { preset, config, given, runs: options.run };
            const only = options.only === undefined ? [] : tasksOf(options.only);
            return evaluateCheckpoints(asked, tasks === undefined ? null : { data: tasks, only }, json);
        }
        const task = openWorkbench().evaluate({ preset, config, from: options.from, ...givenForWriting(given) });
        let measured: Evaluation | null = null;
        task.onEvent((event) => {
            if (event.type === 'evaluation') measured = event;
        });
        if (reportEnd(await follow(task, { json, pausable: false }), null, json) && measured !== null)
            printEvaluation(measured, json); // the result is the last line
    });
}
