/** The main job over several seeds, by the real command line: the student's gain, and that of its control. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { demoSettings } from '../../src/main/headless/commands/runs/demo.ts';
import type { ConfigKey } from '../../src/shared/run/config.ts';
import { optionName } from '../../src/shared/settings/names.ts';
import { badInput } from '../../src/shared/faults.ts';
import { demoRows, resultSchema, type RunResult, type SeedResults } from './demo-rows.ts';
import { secondsOf, type Bench, type DemoOptions } from './measuring.ts';

const script = fileURLToPath(new URL('../../scripts/storyloop.mjs', import.meta.url));

export const demo: Bench = {
    name: 'demo',
    isLong: true,
    async measure({ demo: options }) {
        const home = options.home === null ? mkdtempSync(join(tmpdir(), 'storyloop-bench-')) : resolve(options.home);
        mkdirSync(home, { recursive: true });
        try {
            const seeds: SeedResults[] = [];
            for (let seed = 1; seed <= options.seeds; seed++) {
                console.error(`demo: seed ${seed} of ${options.seeds}`);
                const control = await learn(home, options, seed, 'on'); // first: the run looks for it
                let real: RunResult | undefined;
                const seconds = await secondsOf(async () => {
                    real = await learn(home, options, seed, 'off');
                });
                seeds.push({ seed, real: real!, seconds, control });
            }
            return demoRows(seeds);
        } finally {
            if (options.home === null) rmSync(home, { recursive: true, force: true });
        }
    },
};

async function learn(
    home: string,
    { from, updates, threads }: DemoOptions,
    seed: number,
    shuffle: 'on' | 'off',
): Promise<RunResult> {
    const args = ['learn', '--preset', 'quick', '--from', from, '--seed', String(seed), '--json'];
    args.push('--name', `seed ${seed} ${shuffle === 'on' ? 'control' : 'demo'}`, '--teacher-shuffle', shuffle);
    for (const [key, value] of Object.entries(demoSettings)) args.push(optionName(key as ConfigKey), String(value));
    if (updates !== null) args.push('--budget-updates', String(updates));
    if (threads !== null) args.push('--runtime-threads', String(threads));
    const child = spawn(process.execPath, [script, ...args], {
        env: { ...process.env, STORYLOOP_HOME: home },
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    if (code !== 0) throw badInput(err.trim() || `storyloop ${args.join(' ')} ended with code ${String(code)}.`);
    const result = resultSchema.safeParse(JSON.parse(out.trim().split('\n').at(-1)!));
    if (!result.success) throw badInput(`Seed ${seed} ended without a comparison: too few stories could be rated.`);
    return result.data;
}
