/** `device`: checks what this computer computes with, by running small graphs. */
import type { Command } from 'commander';
import { findingsOf, verdictOf } from '../../../shared/findings/device.ts';
import { FaultError } from '../../../shared/faults.ts';
import type { Probed } from '../../../shared/contracts/engine.ts';
import { composeConfig } from '../../../shared/run/config.ts';
import { checkDevice } from '../../service/reports/device-check.ts';
import { openWorkbench } from '../../service/workbench.ts';
import { printJson } from '../following.ts';

const marks = { works: '✓', absent: '–', broken: '✗' } as const;

export function addDeviceCommand(program: Command): void {
    program
        .command('device')
        .summary('what this computer computes with, found by running small graphs')
        .description(
            'Lets a small student take a training step on the processor and, where they can be used, on a GPU by WebGPU and by CUDA (npm run setup:cuda), compares the losses, and times larger students; lets a tiny language model rate a story; writes to the data folder. Says what each uses, what is missing and what is unproven.',
        )
        .option('--cuda', 'treat missing CUDA as a failure: exit with 1 (CUDA is tried either way)')
        .option('--json', 'one JSON object a line for machines')
        .action(async (options: { readonly cuda?: boolean; readonly json?: boolean }) => {
            const workbench = openWorkbench();
            const report = await checkDevice(async (engine, given) => {
                const config = composeConfig('improved', given);
                const task = workbench.probe({ preset: 'improved', config, engine });
                let probed: Probed | null = null;
                task.onEvent((event) => {
                    if (event.type === 'probed') probed = event.probed;
                });
                const end = await task.ended;
                if (end.kind === 'failed') throw new FaultError(end.fault);
                if (probed === null) throw new Error('the engine ended without a word of what it found');
                return probed;
            }, 'command line');
            const findings = findingsOf(report, 'command line', { wantsCuda: options.cuda === true });
            for (const { name, state, says, advice } of findings) {
                if (options.json) printJson({ type: 'device', name, state, says, advice });
                else console.log(`${marks[state]} ${name}: ${says}${advice === '' ? '' : `\n  ${advice}`}`);
            }
            if (!options.json) console.log(verdictOf(findings));
            if (findings.some(({ state }) => state === 'broken')) process.exitCode = 1;
        });
}
