/** The zero-shot benchmarks of the BabyLM challenge: what a student says of them, counted. */
import { benchmarkTasks, type BenchmarkTask } from '../../../shared/benchmarks.ts';
import { badInput } from '../../../shared/faults.ts';
import { openWorkbench, type TaskRequest } from '../../service/workbench.ts';
import { follow, reportEnd } from '../following.ts';

interface ReadOptions {
    readonly from: string;
    readonly only?: string;
    readonly json?: boolean;
}

/** `evaluate --tasks`. */
export async function readBenchmarks(data: string, options: ReadOptions, asked: TaskRequest): Promise<void> {
    const json = options.json === true;
    const only = options.only === undefined ? [] : tasksOf(options.only);
    const task = openWorkbench().benchmark({ ...asked, from: options.from, data, only });
    if (task.isResumed && !json) console.error('Going on where this stopped before.');
    if (!reportEnd(await follow(task, { json, pausable: true }), null, json)) return;
}

function tasksOf(typed: string): readonly BenchmarkTask[] {
    return typed.split(',').map((name) => {
        const task = benchmarkTasks.find((known) => known === name.trim());
        if (task === undefined)
            throw badInput(
                `--only cannot hold "${name}"; nothing was started. Choose from ${benchmarkTasks.join(', ')}.`,
            );
        return task;
    });
}
