/** Memory at the published size, each job in a process of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Bench } from './measuring.ts';
import { arenaOverAlive } from '../../src/main/student/gpu-room.ts';
import type { ArenaOf } from './arena-process.ts';
import type { LargeJob } from './memory-process.ts';
import { atMost, type Row } from './row.ts';

const jobs: readonly { readonly job: LargeJob; readonly most: number; readonly note: string }[] = [
    { job: 'pretraining', most: 2.8, note: '97.7 M parameters, steps of 4×128 tokens' },
    {
        job: 'update',
        most: 8,
        note: '97.7 M parameters: 64 stories written, scored by policy and reference, learned from',
    },
];

const arenas: readonly ArenaOf[] = ['pretraining', 'pretraining with dropout', 'learning', 'scoring'];

export const memory: Bench = {
    name: 'memory',
    isLong: true,
    async measure({ threads }) {
        const rows: Row[] = [];
        for (const { job, most, note } of jobs)
            rows.push({
                name: `memory.${job}`,
                value: (await toldBy('memory-process.ts', [job, String(threads)])) / 1e9,
                unit: 'GB',
                target: atMost(most),
                note,
            });
        for (const graph of arenas)
            rows.push({
                name: `memory.arena: ${graph}`,
                value: await toldBy('arena-process.ts', [graph], ['--expose-gc']),
                unit: 'of what is alive at once',
                target: atMost(arenaOverAlive),
                note: 'on a rehearsed device; as much as the target is what a GPU is filled by',
            });
        return rows;
    },
};

/** The number that a process of its own finds. */
async function toldBy(script: string, args: readonly string[], execArgv: readonly string[] = []): Promise<number> {
    const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, { execArgv: [...execArgv] });
    const told = once(child, 'message') as Promise<[number]>;
    const gone = once(child, 'exit').then(([code]): never => {
        throw new Error(`the process that measures ${args[0]} ended with code ${String(code)}`);
    });
    return (await Promise.race([told, gone]))[0];
}
