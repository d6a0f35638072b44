/** Whole updates of the preset `quick` by the shipped student and the teacher `rules`, and how much of their time is arithmetic. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLearner } from '../../src/main/engine/learner.ts';
import type { Supervisor } from '../../src/main/engine/supervisor.ts';
import { learnFrom, writeAndRate } from '../../src/main/engine/update.ts';
import { resourcesFolder } from '../../src/main/service/resources.ts';
import { Turns } from '../../src/main/student/runtime/turns.ts';
import { composeConfig } from '../../src/shared/run-config.ts';
import { configVersion } from '../../src/shared/stored-config.ts';
import { median, secondsOf, type Bench } from './measuring.ts';
import { atMost } from './row.ts';

export const update: Bench = {
    name: 'update',
    async measure({ repeats, threads }) {
        const folder = mkdtempSync(join(tmpdir(), 'storyloop-bench-'));
        const config = composeConfig('quick', { teacher: 'rules', 'runtime.threads': threads });
        const task = {
            ...({ kind: 'learn', folder, from: join(resourcesFolder(), 'students', 'fairy-tales-2.6m') } as const),
            config: { version: configVersion, preset: 'quick', values: { ...config } },
        };
        const runs = countSecondsInRuns();
        const learner = await openLearner(task, config, null, silentSupervisor);
        const phases = { writing: [], scoring: [], learning: [], outside: [] } as Record<string, number[]>;
        try {
            for (let number = 0; number <= repeats; number++) {
                const [began, beganRuns] = [silentSupervisor.seconds(), runs.seconds];
                const rollout = await writeAndRate(learner, number + 1, silentSupervisor);
                const written = silentSupervisor.seconds();
                const { seconds } = await learnFrom(
                    learner,
                    rollout,
                    config['ppo.klInit'],
                    number + 1,
                    silentSupervisor,
                );
                const whole = silentSupervisor.seconds() - began;
                if (number === 0) continue; // compiles, and reads what stays in memory
                phases['writing']!.push(written - began);
                phases['scoring']!.push(seconds.scoring);
                phases['learning']!.push(seconds.learning);
                phases['outside']!.push(1 - (runs.seconds - beganRuns) / whole);
            }
        } finally {
            await learner.release();
            rmSync(folder, { recursive: true, force: true });
        }
        const unit = `s for ${config['ppo.batch']} stories`;
        return [
            { name: 'update.writing', value: median(phases['writing']!), unit, note: 'rated meanwhile' },
            { name: 'update.scoring', value: median(phases['scoring']!), unit, note: 'by policy and reference' },
            {
                name: 'update.learning',
                value: median(phases['learning']!),
                unit,
                note: `${config['ppo.epochs']} epochs`,
            },
            {
                name: 'update.outside',
                value: median(phases['outside']!),
                unit: 'of its time',
                target: atMost(0.03),
                note: `not in a run of onnxruntime; runtime ${learner.runtime.kind}`,
            },
        ];
    },
};

/** From now on, how long onnxruntime's runs take: all of them go through turns. */
function countSecondsInRuns(): { seconds: number } {
    const counted = { seconds: 0 };
    const { take } = Turns.prototype;
    Turns.prototype.take = function (this: Turns, uses, work) {
        return take.call(this, uses, async () => {
            counted.seconds += await secondsOf(work);
        });
    };
    return counted;
}

/** Hears what a run tells and keeps nothing. */
const silentSupervisor: Supervisor = {
    resources: resourcesFolder(),
    startTeacher: () => {
        throw new Error('the bench asks for no language model');
    },
    send() {},
    commit: () => Promise.resolve(),
    recall: (keys) => Promise.resolve(keys.map(() => null)),
    nextStories: () => Promise.resolve({ stories: [], done: 0, of: 0 }),
    pauseAsked: () => false,
    takeCheckpointAsked: () => false,
    now: () => Date.now(),
    seconds: () => performance.now() / 1000,
};
