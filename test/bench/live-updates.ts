/** Whole updates of the preset `quick` by the shipped student and the teacher `rules`, one after another. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLearner } from '../../src/main/engine/learning/learner.ts';
import type { Supervisor } from '../../src/main/engine/supervisor.ts';
import { learnFrom, writeAndRate } from '../../src/main/engine/learning/update.ts';
import { resourcesFolder } from '../../src/main/service/sources/resources.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import { configVersion } from '../../src/shared/run/stored-config.ts';

export const quick = composeConfig('quick', { teacher: 'rules' });

/** Seconds of the phases of an update, and of all of it. */
export interface PhaseSeconds {
    readonly writing: number;
    readonly scoring: number;
    readonly learning: number;
    readonly whole: number;
}

export interface LiveUpdates {
    /** What the arithmetic runs on. */
    readonly runtime: string;
    /** The next update, with no record of it. */
    next(): Promise<PhaseSeconds>;
    release(): Promise<void>;
}

export async function openLiveUpdates(threads: number): Promise<LiveUpdates> {
    const folder = mkdtempSync(join(tmpdir(), 'storyloop-bench-'));
    const config = { ...quick, 'runtime.threads': threads };
    const task = {
        ...({ kind: 'learn', folder, from: join(resourcesFolder(), 'students', 'tales-3m') } as const),
        config: { version: configVersion, preset: 'quick', values: config },
    };
    const learner = await openLearner(task, config, null, silentSupervisor);
    let number = 0;
    return {
        runtime: learner.runtime.kind,
        async next() {
            number++;
            const began = silentSupervisor.seconds();
            const rollout = await writeAndRate(learner, number, silentSupervisor);
            const written = silentSupervisor.seconds();
            const { seconds } = await learnFrom(learner, rollout, config['ppo.klInit'], number, silentSupervisor);
            const { scoring, learning } = seconds;
            return { writing: written - began, scoring, learning, whole: silentSupervisor.seconds() - began };
        },
        async release() {
            await learner.release();
            rmSync(folder, { recursive: true, force: true });
        },
    };
}

/** Hears what a run tells and keeps nothing. */
const silentSupervisor: Supervisor = {
    resources: resourcesFolder(),
    startTeacher: () => {
        throw new Error('the bench asks for no language model');
    },
    send() {},
    commit: () => Promise.resolve(),
    cudaVerdict: () => Promise.reject(new Error('the processor is measured')),
    recall: (keys) => Promise.resolve(keys.map(() => null)),
    nextStories: () => Promise.resolve({ stories: [], done: 0, of: 0 }),
    pauseAsked: () => false,
    takeCheckpointAsked: () => false,
    takeEarlierStudent: () => null,
    now: () => Date.now(),
    seconds: () => performance.now() / 1000,
};
