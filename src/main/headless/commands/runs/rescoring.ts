/** `rescore`: rates the stories of a run again, by another teacher, reading or rubric. */
import { Option, type Command } from 'commander';
import { badInput } from '../../../../shared/faults.ts';
import { configKeys, fieldOf } from '../../../../shared/run/config.ts';
import { countedStories } from '../../../../shared/text/numbers.ts';
import { openWorkbench } from '../../../service/workbench.ts';
import { storyChoices, type WhatToRate } from '../../../service/sessions/rescoring.ts';
import { follow, printJson, reportEnd } from '../../following.ts';
import { addConfigOption, readTyped } from '../../options.ts';

interface RescoreOptions {
    readonly stories: WhatToRate['stories'];
    readonly sample?: string;
    readonly json?: boolean;
}

export function addRescoreCommand(program: Command): void {
    const command = program
        .command('rescore')
        .summary('rate the stories of a run again with another teacher, reading or rubric')
        .description(
            'Rates stories of a run again, each by itself; the ratings stand beside the first ones under another rater, and nothing else changes. What is not given is as the run had it. Ctrl-C pauses; the same command goes on and rates nothing twice.',
        )
        .argument('<run>', 'the run’s name, id or folder')
        .addOption(new Option('--stories <which>', 'which stories').choices([...storyChoices]).default('all'))
        .option(
            '--sample <number>',
            'at most so many of them, drawn by the seed; what was written before and after learning from one seed stays together',
        )
        .option('--json', 'one JSON object a line for machines');
    for (const key of configKeys)
        if (fieldOf(key).jobs.includes('rescore')) addConfigOption(command, key, 'the run’s own');
    command.action(async (run: string, options: RescoreOptions) => {
        const given = readTyped(options as unknown as Record<string, unknown>);
        const sample = options.sample === undefined ? null : Number(options.sample);
        if (sample !== null && (!Number.isInteger(sample) || sample < 1))
            throw badInput(`--sample cannot be "${options.sample}": it must be a whole number from 1.`);
        const json = options.json === true;
        const task = openWorkbench().rescore(run, { given, stories: options.stories, sample });
        const end = await follow(task, { json, pausable: true });
        const { rater, rated, of, fresh, unreadable } = task.summary();
        if (end.kind === 'paused') {
            process.exitCode = 130;
            if (json) printJson({ type: 'paused', run: task.folder, rater, rated, of });
            else
                console.error(`Paused; ${rated} of ${countedStories(of)} rated by ${rater}. The same command goes on.`);
            return;
        }
        if (!reportEnd(end, null, json)) return;
        if (json) printJson({ type: 'result', run: task.folder, rater, rated, of, fresh, unreadable });
        else
            console.log(
                `${countedStories(fresh)} ${fresh === 1 ? 'was' : 'were'} read by ${rater}, which has read ${rated} of ${of} now.${unreadable > 0 ? ` It could not rate ${unreadable} of the ${fresh}.` : ''}`,
            );
    });
}
