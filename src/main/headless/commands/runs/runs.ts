/** `runs`: lists all runs with their state. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { ratedOf } from '../../../../shared/ratings/unrated.ts';
import { counted } from '../../../../shared/text/numbers.ts';
import { openWorkbench } from '../../../service/workbench.ts';
import { printJson } from '../../following.ts';

export function addRunsCommand(program: Command): void {
    program
        .command('runs')
        .summary('list all runs with their state')
        .option('--json', 'one JSON object a line for machines')
        .action((options: { json?: boolean }) => {
            const listed = openWorkbench().runs();
            if (options.json) {
                for (const run of listed)
                    printJson(
                        run.kind === 'run'
                            ? { type: 'run', run: run.folder.folder, ...run.summary }
                            : { type: 'unreadable', run: run.folder.folder, problem: run.problem },
                    );
                return;
            }
            if (listed.length === 0) console.log('There are no runs yet. Start with: npm run demo');
            for (const run of listed) {
                if (run.kind === 'unreadable') {
                    console.log(`${basename(run.folder.folder).padEnd(36)} ${run.problem}`);
                    continue;
                }
                const { summary } = run;
                const { lastUpdate, lastStep } = summary;
                const progress = lastUpdate
                    ? `${counted(lastUpdate.number, 'update')} · ${counted(lastUpdate.inputWords, 'word')} · score ${lastUpdate.scoreMean?.toFixed(2) ?? '–'}${lastUpdate.unreadableCount === 0 ? '' : ` of ${ratedOf(lastUpdate.episodes - lastUpdate.unreadableCount, lastUpdate.episodes)}`}`
                    : lastStep
                      ? `${counted(lastStep.step, 'step')} · ${counted(lastStep.words, 'word')} · loss ${lastStep.loss.toFixed(3)}`
                      : 'nothing recorded yet';
                console.log(
                    `${basename(run.folder.folder).padEnd(36)} ${summary.kind.padEnd(9)} ${summary.state.padEnd(12)} ${progress}`,
                );
            }
        });
}
