/** `learn` from a teacher behind an address, from the command line to the record, with a server that comes and goes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { chatServer, countingJudge, json } from '../teacher/chat-server.ts';
import {
    expectSentence,
    runsIn,
    start,
    storyloop,
    succeeding,
    temporaryHome,
    tinyLearning,
    tinyStudent,
    type Ended,
} from './command-line.ts';
import { recordedRun } from './recorded.ts';

const home = temporaryHome(afterAll);
let learning: readonly string[] = [];
beforeAll(async () => {
    const { checkpoint } = await succeeding(home, 'pretrain', ...tinyStudent, '--pretrain-epochs', '0.2');
    const quickly = ['--teacher-retries', '0', '--teacher-in-flight', '4'];
    learning = ['learn', '--from', checkpoint as string, ...tinyLearning, ...quickly];
});

const runWith = (home: string, address: string, ...more: string[]): Promise<Ended> =>
    start(home, [...learning, '--teacher', address, ...more], {}, { STORYLOOP_TEACHER_KEY: 'sesame-1234' }).ended;

it('learns, keeps address and key out of the record, and replays without asking again', async () => {
    const server = await chatServer(countingJudge);
    const first = await runWith(home, server.address);
    expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: '' });
    expect(server.asked.length).toBe(1 + 3 * 8 + 2 * 8); // a knock, three updates, two evaluations
    expect(new Set(server.keys)).toEqual(new Set(['Bearer sesame-1234']));
    const folder = first.lines.at(-1)!['run'] as string;
    for (const file of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())) {
        const bytes = readFileSync(join(file.parentPath, file.name));
        expect(bytes.includes('sesame-1234')).toBe(false);
        expect([file.name, bytes.includes('127.0.0.1')]).toEqual([file.name, file.name === 'source.json']);
    }

    const again = await runWith(home, server.address);
    expect(server.asked.length).toBe(1 + 3 * 8 + 2 * 8 + 1); // one more knock: who answers under no name may be another
    expect(recordedRun(again.lines.at(-1)!['run'] as string)).toEqual(recordedRun(folder));

    await runWith(home, server.address, '--teacher-model', 'judge', '--budget-updates', '1');
    server.close(); // a named model is known: not even a knock
    const offline = await runWith(home, server.address, '--teacher-model', 'judge');
    expect({ code: offline.code, err: offline.err }).toEqual({ code: 0, err: '' });
    expect(recordedRun(offline.lines.at(-1)!['run'] as string)).toEqual(recordedRun(folder));
});

it('pauses when the server is lost, and ends as if it had never been', async () => {
    const other = temporaryHome(); // no memory of what the judge said
    let isBack = false;
    const server = await chatServer((asked, response, count) => {
        const isWell = isBack || count <= 1 + 8 + 8 + 3; // lost in the second update
        return isWell ? countingJudge(asked, response, count) : json(response, 500, {});
    });
    const healthy = await chatServer(countingJudge);
    const undisturbed = await runWith(temporaryHome(onTestFinished), healthy.address);

    const lost = await runWith(other, server.address);
    expectSentence(
        lost.err,
        /^The teacher stopped answering \(it answers 500\); the run is paused and nothing is lost\. Start the teacher again, then resume the run\.$/m,
    );
    expect({ code: lost.code, last: lost.lines.at(-1) }).toMatchObject({ code: 1, last: { kind: 'teacher-lost' } });
    const [folder] = runsIn(other);
    const early = await storyloop(other, 'resume', folder!, '--json');
    expectSentence(early.err, /^The teacher’s server does not answer as one \(it answers 500\); nothing was started\./);
    isBack = true;
    const resumed = await storyloop(other, 'resume', folder!, '--json');
    expect({ code: resumed.code, err: resumed.err }).toEqual({ code: 0, err: '' });
    expect(recordedRun(folder!).weights).toBe(recordedRun(undisturbed.lines.at(-1)!['run'] as string).weights);
});

it('lost while stories are rated again, says that no run waits for it; the same command goes on', async () => {
    let isBack = false;
    const server = await chatServer((asked, response, count) =>
        isBack || count <= 4 ? countingJudge(asked, response, count) : json(response, 503, {}),
    );
    const rescore = ['rescore', runsIn(home)[0]!, '--teacher', server.address, '--teacher-reading', 'digits', '--json'];
    const lost = await storyloop(home, ...rescore, '--teacher-retries', '0');
    expect(lost.code).toBe(1);
    expectSentence(
        lost.err,
        /^The teacher stopped answering \(it answers 503\); nothing that was recorded is lost\. Start the teacher again, then do the same again\.$/m,
    );
    isBack = true;
    const all = 3 * 8 + 2 * 8;
    expect(await succeeding(home, ...rescore)).toMatchObject({ type: 'result', rated: all, of: all });
});

it('starts nothing where nobody answers', async () => {
    const before = runsIn(home);
    const { code, err } = await runWith(home, 'http://127.0.0.1:9/v1');
    expectSentence(err, /^The teacher’s server does not answer as one \(no connection: .*\); nothing was started\./);
    expect({ code, runs: runsIn(home) }).toEqual({ code: 1, runs: before });
});
