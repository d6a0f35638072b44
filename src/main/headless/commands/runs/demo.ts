/** `demo`: interactive learning in a few minutes, with the shipped student and the built-in teacher. */
import type { Command } from 'commander';
import { commandLine } from '../../../../shared/faults.ts';
import { shellWord } from '../../../../shared/text/shell-word.ts';
import { counted, countedStories } from '../../../../shared/text/numbers.ts';
import { shippedStudent } from '../../../service/sources/checkpoint-source.ts';
import { openWorkbench } from '../../../service/workbench.ts';
import { follow, printJson, reportEnd } from '../../following.ts';
import { addConfigOptions, readConfigOptions } from '../../options.ts';
import { printComparison } from '../../reports.ts';

export function addDemoCommand(program: Command): void {
    const command = program
        .command('demo')
        .summary('the shipped student learns from the built-in teacher, in a few minutes')
        .description(
            'The main job in a few minutes: the shipped student writes stories, the rule-based teacher rates them, PPO turns ratings into learning. Ends with clean scores before and after.',
        )
        .option('--json', 'one JSON object a line for machines');
    addConfigOptions(command, 'learn', 'quick').action(async (options: { json?: boolean }) => {
        const json = options.json === true;
        const { preset, config } = readConfigOptions(options as unknown as Record<string, unknown>);
        const run = openWorkbench().learn({ name: 'demo', preset, config, from: shippedStudent });
        const began = performance.now();
        if (json) printJson({ type: 'run', run: run.folder, name: run.name });
        else
            console.error(
                `A small language model learns to tell stories: ${counted(config['budget.updates'], 'update')} of ${countedStories(config['ppo.batch'])},\neach rated 0–3 for readability, coherence and creativity by a teacher made of rules.\n`,
            );
        const end = await follow(run, { json, pausable: true });
        if (!reportEnd(end, run, json) || end.kind !== 'finished') return;
        printComparison(run, end, (performance.now() - began) / 1000, json);
        if (json) return;
        console.log(`What the teacher rewards is all it learned: it sees language, not plots (docs/teacher-rules.md).

Next:
  ${commandLine} tell --from ${shellWord(run.folder)} --stories 3
  ${commandLine} pretrain --corpus storyworld --name mine      a student of your own
  ${commandLine} learn --from mine --preset quick              and let it learn
  ${commandLine} --help`);
    });
}
