/** The main job over several seeds, by the real command line: the student's gain, and that of its control. */
import { demoSettings } from '../../src/main/headless/commands/runs/demo.ts';
import { badInput } from '../../src/shared/faults.ts';
import { demoRows, resultSchema, type RunResult, type SeedResults } from './demo-rows.ts';
import { inHome, learnOnce } from './learning-run.ts';
import { secondsOf, type Bench, type RunOptions } from './measuring.ts';

export const demo: Bench = {
    name: 'demo',
    isLong: true,
    measure: ({ runs: options }) =>
        inHome(options, async (home) => {
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
        }),
};

async function learn(home: string, options: RunOptions, seed: number, shuffle: 'on' | 'off'): Promise<RunResult> {
    const name = `seed ${seed} ${shuffle === 'on' ? 'control' : 'demo'}`;
    const settings = { ...demoSettings, 'teacher.shuffle': shuffle };
    const result = resultSchema.safeParse(await learnOnce(home, options, { name, seed, settings }));
    if (!result.success) throw badInput(`Seed ${seed} ended without a comparison: too few stories could be rated.`);
    return result.data;
}
