/** `import` through the real command line: what comes in is in the list and goes on. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readyStudent } from '../support/ready-student.ts';
import {
    expectSentence,
    start,
    storyloopHere,
    succeeding,
    temporaryHome,
    tinyLearning,
    tinyStories,
} from './command-line.ts';
import { recordedRun } from './recorded.ts';

const here = temporaryHome(afterAll);
const there = temporaryHome(afterAll);

it('a paused run from another machine goes on here as if it had never left', async () => {
    const from = ['--from', await readyStudent(there)];
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
    const listed = await storyloopHere(here, 'runs', '--json');
    expect(listed.lines).toMatchObject([{ type: 'run', name: 'moved', state: 'paused' }]);
    await succeeding(here, 'resume', 'moved', '--json');
    expect(recordedRun(imported['folder'] as string)).toEqual(whole);
    const first = join(imported['folder'] as string, 'checkpoints', 'start');
    const brought = await succeeding(here, 'import', first, '--name', 'small', '--json');
    expect(brought).toMatchObject({ kind: 'student', folder: join(here, 'students', 'small') });
    await succeeding(here, 'tell', '--from', 'small', '--stories', '1', '--json', ...tinyStories);
});

it('what is here already is said to be, and is not taken twice', async () => {
    const home = temporaryHome();
    const run = join(await readyStudent(home), '../..');
    const out = join(home, 'out');
    await succeeding(home, 'export', 'tiny', '--what', 'database,student', '--to', out, '--json');
    const logs = join(home, 'logs');
    mkdirSync(logs);
    const story = '"Once","a fox","2 1 1"\r\n';
    writeFileSync(join(logs, 'generated.csv'), `"query","student_output","teacher_output"\r\n${story}${story}`);
    const columns = 'mean_non_reward,mean_total_reward,entropy,value_loss,student_len,prompt_words,gen_words';
    const stats = `${columns},learning_rate,kl_coef,kl\r\n0,0.6,190,0.3,2,5769,2,1e-06,0.2,0\r\n`;
    writeFileSync(join(logs, 'batch_stats.csv'), stats);
    for (const source of [logs, join(out, 'student')]) await succeeding(home, 'import', source, '--json');
    const before = (await storyloopHere(home, 'runs', '--json')).lines;
    expect(before).toHaveLength(2);
    for (const [source, says] of [
        [run, /^The run "tiny" is here already, with the same record \(.*\); nothing was imported\. To/],
        [out, /^The run "tiny" is here already, with the same record \(.*\); nothing was imported\. To/],
        [logs, /^These logs are here already, as the run "logs" \(.*-logs\); nothing was imported\. To/],
        [join(out, 'student'), /^This student is here already, as "student"; nothing was imported\. To/],
    ] as const) {
        const { code, err } = await storyloopHere(home, 'import', source, '--json');
        expectSentence(err, says);
        expect(code).toBe(1);
    }
    expect((await storyloopHere(home, 'runs', '--json')).lines).toEqual(before);
    expect(readdirSync(join(home, 'students'))).toEqual(['student']);
    await succeeding(home, 'import', logs, '--name', 'logs again', '--json');
    expect((await storyloopHere(home, 'runs', '--json')).lines).toHaveLength(3);
});
