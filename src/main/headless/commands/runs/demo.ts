/** `demo`: interactive learning in a few minutes, with the shipped student and the built-in teacher. */
import type { Command } from 'commander';
import { composeConfig } from '../../../../shared/run/config.ts';
import { commandLine } from '../../../../shared/faults.ts';
import { shellWord } from '../../../../shared/text/shell-word.ts';
import { counted, countedStories } from '../../../../shared/text/numbers.ts';
import { shippedStudent } from '../../../service/sources/checkpoint-source.ts';
import { openWorkbench } from '../../../service/workbench.ts';
import { follow, printJson, reportEnd } from '../../following.ts';
import { addConfigOptions, readConfigOptions } from '../../options.ts';
import { printComparison } from '../../reports.ts';

/** What the demo sets otherwise than its preset: a teacher that reads, and fewer clean stories, to end in minutes. */
export const demoSettings = { teacher: 'reader', 'evaluation.stories': 1000 } as const;

export function addDemoCommand(program: Command): void {
    const command = program
        .command('demo')
        .summary('the shipped student learns from a built-in teacher, in a few minutes')
        .description(
            'The main job in a few minutes: the shipped student writes stories, the teacher `reader` rates them, PPO turns ratings into learning. Ends with clean scores before and after, and with what a second judge says that never rewarded. `--teacher` and every other option may say otherwise.',
        )
        .option('--json', 'one JSON object a line for machines');
    addConfigOptions(command, 'learn', 'quick').action(async (options: { json?: boolean }) => {
        const json = options.json === true;
        const { preset, given } = readConfigOptions(options as unknown as Record<string, unknown>);
        const config = composeConfig(preset, { ...demoSettings, ...given });
        const run = openWorkbench().learn({ name: 'demo', preset, config, from: shippedStudent });
        const began = performance.now();
        if (json) printJson({ type: 'run', run: run.folder, name: run.name });
        else
            console.error(
                `A small language model learns to tell stories: ${counted(config['budget.updates'], 'update')} of ${countedStories(config['ppo.batch'])},\neach rated 0–3 for readability, coherence and creativity by the teacher ${config.teacher}.\n`,
            );
        const end = await follow(run, { json, pausable: true });
        if (!reportEnd(end, run, json) || end.kind !== 'finished') return;
        printComparison(run, end, (performance.now() - began) / 1000, json);
        if (json) return;
        console.log(`What the teacher rewards is all it learned: it sees language, not plots (docs/teachers.md).

Next:
  ${commandLine} tell --from ${shellWord(run.folder)} --stories 3
  ${commandLine} pretrain --corpus storyworld --name mine      a student of your own
  ${commandLine} learn --from mine --preset quick              and let it learn
  ${commandLine} --help`);
    });
}
