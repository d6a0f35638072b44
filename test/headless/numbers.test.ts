/**
 * Numbers that stop being finite stop a run at its last good state, and a lower learning rate lets it go on. AdamW and
 * the guards of PPO keep small students finite at any learning rate we allow, so the states here are made to overflow.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { readCheckpoint, writeCheckpoint } from '../../src/main/student/checkpoints/checkpoint.ts';
import { readResumeState, writeResumeState } from '../../src/main/student/checkpoints/resume-state.ts';
import type { StoredTensors } from '../../src/main/student/checkpoints/safetensors.ts';
import {
    expectSentence,
    start,
    storyloop,
    succeeding,
    temporaryHome,
    tinyLearning,
    tinyStudent,
} from './command-line.ts';
import { attemptReasons, eventsOf, recordedRun } from './recorded.ts';

const home = temporaryHome(afterAll);
const sentence =
    /^The .* stopped being finite numbers while .*; the run stopped at its last good state\. Resume it with a lower learning rate/;
const lastNorm = 'transformer.ln_f.weight';
let folder = '';

/** A run that was paused half-way. */
beforeAll(async () => {
    const started = start(home, ['pretrain', '--name', 'half', ...tinyStudent]);
    await started.line(({ type }) => type === 'pretrained');
    started.process.kill('SIGINT');
    folder = (await started.ended).lines[0]!['run'] as string;
});

it('while pretraining: nothing is saved, and the last good state goes on, at a lower learning rate for good', async () => {
    const file = join(folder, 'resume.safetensors');
    const good = readFileSync(file);
    const state = readResumeState(file, z.unknown());
    writeResumeState(file, { ...state, weights: overflowing(state.weights) });
    const broken = readFileSync(file);
    const steps = recordedRun(folder, 'start').steps.length;

    const { code, err, lines } = await storyloop(home, 'resume', folder, '--json');
    expectSentence(err, sentence);
    expect({ code, last: lines.at(-1) }).toMatchObject({
        code: 1,
        last: { type: 'fault', kind: 'numbers-not-finite', run: folder },
    });
    expect(readFileSync(file).equals(broken)).toBe(true);
    expect(recordedRun(folder, 'start').steps).toHaveLength(steps);
    expect(attemptReasons(folder)).toEqual(['paused', 'failed']);

    writeFileSync(file, good);
    const started = start(home, ['resume', folder, '--json', '--pretrain-lr', '0.001']);
    await started.line(({ type }) => type === 'pretrained');
    started.process.kill('SIGINT');
    await started.ended;
    await succeeding(home, 'resume', folder, '--json'); // keeps the rate it was given
    expect(eventsOf(folder, 'changed')).toEqual(['pretrain.lr: 0.02 → 0.001']);
    const rates = recordedRun(folder).steps.map(({ lr }) => lr as number);
    expect(Math.max(...rates.slice(0, steps))).toBeGreaterThan(0.01);
    expect(Math.max(...rates.slice(steps))).toBeLessThanOrEqual(0.001);
});

it('while learning: no update is recorded', async () => {
    const student = readCheckpoint(join(folder, 'checkpoints', 'start'));
    const broken = join(home, 'broken');
    writeCheckpoint(broken, {
        ...student,
        weights: new Map([...student.weights, [lastNorm, student.weights.get(lastNorm)!.map(() => 2e38)]]),
    });
    const { code, err, lines } = await storyloop(
        home,
        'learn',
        '--from',
        broken,
        ...tinyLearning,
        '--evaluation-stories',
        '0',
        '--rollout-temperature',
        '1',
    );
    expectSentence(err, sentence);
    expect({ code, last: lines.at(-1) }).toMatchObject({
        code: 1,
        last: { type: 'fault', kind: 'numbers-not-finite' },
    });
    expect(recordedRun(lines[0]!['run'] as string, 'start').updates).toEqual([]);
});

function overflowing(weights: StoredTensors): StoredTensors {
    const { dims, values } = weights.get(lastNorm)!;
    return new Map([...weights, [lastNorm, { dims, values: values.map(() => 3e38) }]]);
}
