/** Killed at any moment and resumed, a run ends exactly as if nothing had happened. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { readyStudent } from '../support/ready-student.ts';
import {
    childrenOf,
    expectSentence,
    oneThread,
    start,
    succeeding,
    temporaryHome,
    tinyLearning,
    tinyStudent,
    type Started,
} from './command-line.ts';
import { attemptReasons, recordedRun } from './recorded.ts';

const home = temporaryHome(afterAll);
const pretraining = [
    'pretrain',
    ...tinyStudent,
    '--pretrain-epochs',
    '3',
    '--record-resume-steps',
    '12',
    '--pretrain-validate-every',
    '9',
    '--pretrain-dropout',
    '0.1',
    '--pretrain-optimiser',
    'muon',
];
const learning = [
    ...['learn', '--from', 'tiny', ...tinyLearning, '--budget-updates', '14', '--record-resume-every', '2'],
    ...['--record-checkpoint-words', '60', '--teacher', 'length'],
];
const isWork = ({ type }: { readonly type: string }): boolean => type !== 'run' && type !== 'ready' && type !== 'note';

beforeAll(async () => {
    await readyStudent(home);
});

/** Waits for some work to be told, a little longer, and kills the command line or its engine. */
async function killAtSomeMoment(
    started: Started,
    whom: 'command line' | 'engine',
    mostTold: number,
    random: RandomStream,
): Promise<void> {
    let told = random.integer(mostTold); // 0: somewhere in the start
    if (told > 0) await started.line((line) => isWork(line) && --told <= 0);
    else await started.line(({ type }) => type === 'run');
    await wait(Math.floor(random.uniform() * 60));
    const [engine] = started.process.exitCode === null ? childrenOf(started.process.pid!) : [];
    if (whom === 'command line' || engine === undefined) started.process.kill('SIGKILL');
    else process.kill(engine, 'SIGKILL');
}

/** Starts, kills and resumes until a number of kills is reached, then lets it finish. */
async function throughKills(
    command: readonly string[],
    kills: number,
    mostTold: number,
    seed: string,
): Promise<{ readonly folder: string; readonly killed: number }> {
    const random = new RandomStream(seed);
    let folder = '';
    for (let kill = 0; kill < kills; kill++) {
        const whom = kill % 2 === 0 ? 'command line' : 'engine';
        const started = start(home, folder === '' ? command : ['resume', folder, '--json']);
        const [line] = await Promise.all([
            started.line(({ type }) => type === 'run'),
            killAtSomeMoment(started, whom, mostTold, random),
        ]);
        folder = line!['run'] as string;
        const { code, signal, err } = await started.ended;
        if (signal === null && code !== 0)
            expectSentence(
                err,
                /^The training process ended unexpectedly \(signal SIGKILL\); everything recorded is safe/,
            );
        if (code === 0) return { folder, killed: kill }; // it was faster than we
    }
    const result = await succeeding(home, 'resume', folder, '--json', ...oneThread);
    expect(result.type).toBe('result');
    return { folder, killed: kills };
}

it.each([
    ['pretraining', pretraining, 6, 50],
    ['learning', learning, 8, 8],
    ['learning by the clock', [...learning, '--record-resume-seconds', '1'], 6, 8],
] as const)('%s', async (name, command, kills, mostTold) => {
    const undisturbed = await succeeding(home, ...command, '--name', `${name} undisturbed`);
    const { folder, killed } = await throughKills([...command, '--name', `${name} killed`], kills, mostTold, name);
    const expected = recordedRun(undisturbed['run'] as string);
    const found = recordedRun(folder);
    expect(found).toEqual(expected);
    const reasons = attemptReasons(folder);
    expect(killed).toBeGreaterThanOrEqual(5);
    expect(reasons).toHaveLength(killed + 1);
    // command line and engine were killed in turn: either way the attempt was interrupted
    expect(reasons).toEqual([...Array<string>(killed).fill('interrupted'), 'finished']);
    expect(readdirSync(folder, { recursive: true }).filter((file) => /partial|replaced/.test(String(file)))).toEqual(
        [],
    );
    expect(readdirSync(join(folder, 'checkpoints')).sort()).toEqual(
        readdirSync(join(undisturbed['run'] as string, 'checkpoints')).sort(),
    );
});
