/**
 * The fire drill over several seeds, by the real command line: the shipped student learns from a teacher that loves a
 * word, and from the same teacher without that weakness. Short stories, small batches and large steps, so that a
 * run fits into a minute and a half of one core; no clean evaluation, which no alarm reads.
 */
import { drillReportOf } from '../../src/main/service/reports/run/drill.ts';
import { badInput } from '../../src/shared/faults.ts';
import { drillResultSchema, drillRows, type DrillRun, type DrillSeed } from './drill-rows.ts';
import { inHome, learnOnce } from './learning-run.ts';
import { secondsOf, type Bench, type RunOptions } from './measuring.ts';

const weakness = { kind: 'word', word: 'great', points: 2 } as const;

const settings = {
    teacher: 'reader',
    'evaluation.stories': 0,
    'budget.updates': 10,
    'ppo.batch': 48,
    'ppo.minibatch': 12,
    'ppo.epochs': 1,
    'ppo.lr': 5e-4,
    'rollout.maxNewTokens': 48,
    'holdout.every': 1,
    'holdout.stories': 32,
} as const;

const planting = {
    'teacher.bias': weakness.kind,
    'teacher.biasWord': weakness.word,
    'teacher.biasPoints': weakness.points,
} as const;

export const drill: Bench = {
    name: 'drill',
    isLong: true,
    measure: ({ runs: options }) =>
        inHome(options, async (home) => {
            const seeds: DrillSeed[] = [];
            for (let seed = 1; seed <= options.seeds; seed++) {
                const planted = await learn(home, options, seed, true);
                const clean = await learn(home, options, seed, false);
                seeds.push({ seed, planted, clean });
                for (const { name, value, unit, note } of drillRows(seeds.slice(-1)).slice(0, 3))
                    console.error(`${name} of ${options.seeds}: ${value ?? '–'} ${unit}, ${note ?? ''}`);
            }
            return drillRows(seeds);
        }),
};

async function learn(home: string, options: RunOptions, seed: number, isPlanted: boolean): Promise<DrillRun> {
    const name = `seed ${seed} ${isPlanted ? 'drill' : 'clean'}`;
    let line: unknown;
    const seconds = await secondsOf(async () => {
        line = await learnOnce(home, options, {
            name,
            seed,
            settings: { ...settings, ...(isPlanted ? planting : {}) },
        });
    });
    const result = drillResultSchema.safeParse(line);
    if (!result.success) throw badInput(`Seed ${seed} ended without readings by a second judge.`);
    const { sqlite, holdOut } = result.data;
    const report = drillReportOf(sqlite, weakness);
    if (report === null) throw badInput(`Seed ${seed} ended before it learned anything.`);
    return { report, onset: holdOut.onset ?? holdOut.atEqualLength.onset, seconds };
}
