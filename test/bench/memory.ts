/** Memory at the published size, each job in a process of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Bench } from './measuring.ts';
import type { LargeJob } from './memory-process.ts';
import { atMost, type Row } from './row.ts';

const script = fileURLToPath(new URL('memory-process.ts', import.meta.url));
const jobs: readonly { readonly job: LargeJob; readonly most: number; readonly note: string }[] = [
    { job: 'pretraining', most: 2.8, note: '97.7 M parameters, steps of 4×128 tokens' },
    {
        job: 'update',
        most: 8,
        note: '97.7 M parameters: 64 stories written, scored by policy and reference, learned from',
    },
];

export const memory: Bench = {
    name: 'memory',
    isLong: true,
    async measure({ threads }) {
        const rows: Row[] = [];
        for (const { job, most, note } of jobs)
            rows.push({
                name: `memory.${job}`,
                value: (await peakBytes(job, threads)) / 1e9,
                unit: 'GB',
                target: atMost(most),
                note,
            });
        return rows;
    },
};

async function peakBytes(job: LargeJob, threads: number): Promise<number> {
    const child = fork(script, [job, String(threads)]);
    const told = once(child, 'message') as Promise<[number]>;
    const gone = once(child, 'exit').then(([code]): never => {
        throw new Error(`the process that measures ${job} ended with code ${String(code)}`);
    });
    return (await Promise.race([told, gone]))[0];
}
