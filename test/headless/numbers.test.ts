/** Numbers that stop being finite stop the run at its last good state; a lower learning rate lets it go on. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectSentence, storyloop, succeeding, temporaryHome, tinyLearning, tinyStudent } from './command-line.ts';
import { attemptReasons, recordedRun } from './recorded.ts';

const home = temporaryHome(afterAll);
beforeAll(async () => {
    await succeeding(home, 'pretrain', '--name', 'student', ...tinyStudent, '--pretrain-epochs', '0.2');
});

it.each<[string, string[], string[]]>([
    [
        'pretraining',
        ['pretrain', ...tinyStudent, '--pretrain-lr', '1', '--pretrain-clip', '0', '--pretrain-schedule', 'constant', '--pretrain-weight-decay', '1', '--pretrain-warmup', '0'],
        ['--pretrain-lr', '0.001'],
    ],
    ['learning', ['learn', '--from', 'student', ...tinyLearning, '--ppo-lr', '1', '--ppo-gradient-clip', '0', '--budget-updates', '40'], ['--ppo-lr', '0.0001']],
])('%s', async (name, command, slower) => {
    const { code, err, lines } = await storyloop(home, ...command, '--name', name);
    expect({ code, err }).toMatchObject({ code: 1 });
    expectSentence(err, /stopped being finite numbers while .*; the run is paused at its last good state\. Resume it with a lower learning rate/);
    expect(lines.at(-1)).toMatchObject({ type: 'fault', kind: 'numbers-not-finite' });
    const folder = lines[0]!['run'] as string;
    expect(attemptReasons(folder)).toEqual(['failed']);
    await succeeding(home, 'resume', folder, '--json', ...slower);
    expect(recordedRun(folder).weights).toMatch(/^[0-9a-f]{64}/);
    expect(attemptReasons(folder).at(-1)).toBe('finished');
});
