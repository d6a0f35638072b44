/** `import` through the real command line: what comes in is in the list and goes on. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { start, storyloop, succeeding, temporaryHome, tinyLearning, tinyStories, tinyStudent } from './command-line.ts';
import { recordedRun } from './recorded.ts';

const here = temporaryHome(afterAll);
const there = temporaryHome(afterAll);

it('a paused run from another machine goes on here as if it had never left', async () => {
    const student = await succeeding(there, 'pretrain', '--name', 'small', ...tinyStudent, '--pretrain-epochs', '0.2');
    const from = ['--from', student['checkpoint'] as string];
    const learning = ['learn', ...from, ...tinyLearning, '--budget-updates', '6'];
    const whole = recordedRun((await succeeding(there, ...learning))['run'] as string);
    const moving = start(there, [...learning, '--name', 'moved']);
    await moving.line(({ type }) => type === 'update');
    moving.process.kill('SIGINT');
    const { code: paused, lines } = await moving.ended;
    expect(paused).toBe(130);

    const imported = await succeeding(here, 'import', lines[0]!['run'] as string, '--json');
    expect(imported).toMatchObject({ type: 'result', kind: 'run', name: 'moved' });
    rmSync(there, { recursive: true, force: true, maxRetries: 3 }); // nothing of the other machine is needed
    const listed = await storyloop(here, 'runs', '--json');
    expect(listed.lines).toMatchObject([{ type: 'run', name: 'moved', state: 'paused' }]);
    await succeeding(here, 'resume', 'moved', '--json');
    expect(recordedRun(imported['folder'] as string)).toEqual(whole);
    const first = join(imported['folder'] as string, 'checkpoints', 'start');
    const brought = await succeeding(here, 'import', first, '--name', 'small', '--json');
    expect(brought).toMatchObject({ kind: 'student', folder: join(here, 'students', 'small') });
    await succeeding(here, 'tell', '--from', 'small', '--stories', '1', '--json', ...tinyStories);
});
