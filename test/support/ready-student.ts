/** The tiny student of `command-line.ts`, pretrained once for all test files and copied into each data folder. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { inject } from 'vitest';
import { storyloop, tinyStudent } from '../headless/command-line.ts';

/** Puts the finished run "tiny" of pretraining into a data folder. Returns the folder of its last checkpoint. */
export async function readyStudent(home: string): Promise<string> {
    const made = await pretrainedOnce(inject('madeOnce'));
    const runs = join(home, 'runs');
    cpSync(made, runs, { recursive: true }); // runs alone: the list of them is made anew wherever they lie
    return join(runs, readdirSync(made)[0]!, 'checkpoints', 'final');
}

/** Whoever comes first pretrains; all others, in other processes, wait for it. Returns the folder of runs. */
async function pretrainedOnce(folder: string): Promise<string> {
    const making = join(folder, 'making');
    const ready = join(folder, 'ready');
    const failed = join(folder, 'failed');
    if (mkdirOnce(making)) {
        const { code, err } = await storyloop(making, 'pretrain', '--name', 'tiny', ...tinyStudent);
        if (code === 0) renameSync(join(making, 'runs'), ready);
        else writeFileSync(failed, err || `exit code ${code}`);
    }
    while (!existsSync(ready)) {
        if (existsSync(failed)) throw new Error(`the tiny student was not pretrained: ${readFileSync(failed, 'utf8')}`);
        await setTimeout(50);
    }
    return ready;
}

/** False where somebody else has made the folder before: only one process can be told that it did. */
function mkdirOnce(folder: string): boolean {
    try {
        mkdirSync(folder);
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw error;
    }
}
