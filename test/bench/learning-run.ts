/** A run of learning by the real command line, in processes of its own, and the line that it ends with. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { ConfigKey } from '../../src/shared/run/config.ts';
import { optionName } from '../../src/shared/settings/names.ts';
import { badInput } from '../../src/shared/faults.ts';
import type { RunOptions } from './measuring.ts';

const script = fileURLToPath(new URL('../../scripts/storyloop.mjs', import.meta.url));

export interface LearningRun {
    readonly name: string;
    readonly seed: number;
    readonly settings: Readonly<Partial<Record<ConfigKey, string | number>>>;
}

/**
 * The preset `quick` with these settings; the options of the bench go over them.
 * @throws bad input where the run fails
 */
export async function learnOnce(
    home: string,
    { from, updates, threads }: RunOptions,
    { name, seed, settings }: LearningRun,
): Promise<unknown> {
    const args = ['learn', '--preset', 'quick', '--from', from, '--seed', String(seed), '--json', '--name', name];
    const given = {
        ...settings,
        ...(updates === null ? {} : { 'budget.updates': updates }),
        ...(threads === null ? {} : { 'runtime.threads': threads }),
    };
    for (const [key, value] of Object.entries(given)) args.push(optionName(key as ConfigKey), String(value));
    const child = spawn(process.execPath, [script, ...args], {
        env: { ...process.env, STORYLOOP_HOME: home },
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    if (code !== 0) throw badInput(err.trim() || `storyloop ${args.join(' ')} ended with code ${String(code)}.`);
    return JSON.parse(out.trim().split('\n').at(-1)!);
}

/** The folder that the runs go to and stay in, or one that is gone afterwards. */
export async function inHome<T>({ home: given }: RunOptions, work: (home: string) => Promise<T>): Promise<T> {
    const home = given === null ? mkdtempSync(join(tmpdir(), 'storyloop-bench-')) : resolve(given);
    mkdirSync(home, { recursive: true });
    try {
        return await work(home);
    } finally {
        if (given === null) rmSync(home, { recursive: true, force: true });
    }
}
