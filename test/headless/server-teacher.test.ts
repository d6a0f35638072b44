/** `learn` from a teacher behind an address, from the command line to the record, with a server that comes and goes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { chatServer, countingJudge, json, says, type Judge } from '../teacher/chat-server.ts';
import { readyStudent } from '../support/ready-student.ts';
import {
    expectSentence,
    runsIn,
    start,
    storyloop,
    storyloopHere,
    succeeding,
    temporaryHome,
    tinyLearning,
    tinyStories,
    type Ended,
} from './command-line.ts';
import { recordedRun } from './recorded.ts';

const home = temporaryHome(afterAll);
let checkpoint = '';
let learning: readonly string[] = [];
beforeAll(async () => {
    checkpoint = await readyStudent(home);
    const quickly = ['--teacher-retries', '0', '--teacher-in-flight', '4'];
    learning = ['learn', '--from', checkpoint, ...tinyLearning, ...quickly];
});

const runWith = (home: string, address: string, ...more: string[]): Promise<Ended> =>
    start(home, [...learning, '--teacher', address, ...more], {}, { STORYLOOP_TEACHER_KEY: 'sesame-1234' }).ended;

it('learns, keeps address and key out of the record, and replays without asking again', async () => {
    const server = await chatServer(countingJudge);
    const first = await runWith(home, server.address);
    expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: '' });
    expect(server.asked.length).toBe(1 + 3 * 8 + 2 * 8); // a probe, three updates, two evaluations
    expect(new Set(server.keys)).toEqual(new Set(['Bearer sesame-1234']));
    const folder = first.lines.at(-1)!['run'] as string;
    for (const file of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())) {
        const bytes = readFileSync(join(file.parentPath, file.name));
        expect(bytes.includes('sesame-1234')).toBe(false);
        expect([file.name, bytes.includes('127.0.0.1')]).toEqual([file.name, file.name === 'source.json']);
    }

    const again = await runWith(home, server.address);
    expect(server.asked.length).toBe(1 + 3 * 8 + 2 * 8 + 1); // one more probe: who answers under no name may be another
    expect(recordedRun(again.lines.at(-1)!['run'] as string)).toEqual(recordedRun(folder));

    await runWith(home, server.address, '--teacher-model', 'judge', '--budget-updates', '1');
    server.close(); // a named model is known: not even a probe
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
        /^The teacher no longer rates \(it answers 500\); the run is paused and nothing is lost\. Fix what it reports, then resume the run\.$/m,
    );
    const last = { kind: 'teacher-lost', state: 'paused' };
    expect({ code: lost.code, last: lost.lines.at(-1) }).toMatchObject({ code: 1, last });
    const [folder] = runsIn(other);
    expect((await storyloopHere(other, 'runs', '--json')).lines).toMatchObject([
        { state: 'paused', attempt: { reason: 'paused', faultKind: 'teacher-lost' } },
    ]);
    const early = await storyloopHere(other, 'resume', folder!, '--json');
    expectSentence(early.err, /^The teacher’s server is in trouble \(it answers 500\); nothing was started\./);
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
        /^The teacher no longer rates \(it answers 503\); nothing that was recorded is lost\. Fix what it reports, then try again\.$/m,
    );
    isBack = true;
    const all = 3 * 8 + 2 * 8;
    expect(await succeeding(home, ...rescore)).toMatchObject({ type: 'result', rated: all, of: all });
});

it('starts nothing where nobody answers', async () => {
    const before = runsIn(home);
    const { code, err } = await runWith(home, 'http://127.0.0.1:9/v1');
    expectSentence(err, /^The teacher’s server does not answer \(no connection: .*\); nothing was started\./);
    expect({ code, runs: runsIn(home) }).toEqual({ code: 1, runs: before });
});

describe('a teacher that cannot be read', () => {
    const thinks: Judge = (_, response) =>
        json(response, 200, { choices: [{ message: { content: null, reasoning_content: 'The story has' } }] });
    const none =
        /^The teacher could rate none of 8 stories; .* Of the first it said “<think>The story has”\. A model that thinks first cannot answer within 8 tokens: turn its thinking off, or choose another model/m;

    it('pauses a run at its first evaluation, and is asked again once it is mended', async () => {
        let isMended = false;
        const server = await chatServer((asked, response, count) =>
            isMended ? countingJudge(asked, response, count) : thinks(asked, response, count),
        );
        const own = temporaryHome(onTestFinished);
        const run = await runWith(own, server.address, '--teacher-model', 'judge', '--teacher-reading', 'digits');
        expectSentence(run.err, none);
        expect({ code: run.code, last: run.lines.at(-1) }).toMatchObject({
            code: 1,
            last: { kind: 'teacher-unreadable', stories: 8, tokens: 8 },
        });
        expect(run.lines.filter(({ type }) => type === 'update' || type === 'evaluation')).toEqual([]);
        expect(server.asked.length).toBeLessThanOrEqual(1 + 2 * 8); // asked twice, and no update was begun
        isMended = true;
        expect(await storyloop(own, 'resume', runsIn(own)[0]!, '--json')).toMatchObject({ code: 0, err: '' });
    });

    it('pauses a run at its first update where there is no evaluation before', async () => {
        const server = await chatServer((_, response) => json(response, 200, { choices: [{ message: {} }] }));
        const run = await runWith(temporaryHome(onTestFinished), server.address, '--evaluation-stories', '0');
        expectSentence(run.err, /^The teacher could rate none of 8 stories; the run is paused .* it said nothing\./m);
        expect(run.lines.filter(({ type }) => type === 'update')).toEqual([]);
    });

    it('of half the stories goes on, and every mean says of how many', async () => {
        const server = await chatServer((asked, response, count) =>
            count % 2 === 0 ? countingJudge(asked, response, count) : void says('I like it.')(asked, response, count),
        );
        const own = temporaryHome(onTestFinished);
        const run = await runWith(
            own,
            server.address,
            '--teacher-reading',
            'digits',
            '--teacher-unreadable',
            'exclude',
        );
        expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: '' });
        const notes = run.lines.flatMap(({ type, text }) => (type === 'note' ? [text] : []));
        expect(notes).toContainEqual(
            expect.stringMatching(/^\d of 8 stories .* of the first the teacher said “I like it\.”\.$/),
        );
        const { pairs, unreadablePairs } = run.lines.at(-1)!;
        expect((pairs as number) + (unreadablePairs as number)).toBe(8);
        expect(unreadablePairs).toBeGreaterThan(0);

        const evaluate = [
            ...['evaluate', '--from', checkpoint, ...tinyStories, '--evaluation-stories', '6'],
            ...['--teacher', server.address, '--teacher-cache', 'off'],
        ];
        const { out } = await storyloop(
            own,
            ...evaluate,
            '--teacher-reading',
            'digits',
            '--teacher-unreadable',
            'exclude',
            '--teacher-in-flight',
            '1',
        );
        expect(out).toMatch(/^Clean score of 3 of 6 stories by server-judge-digits-\w+ \(95 % interval\):$/m);
        expect(out).toMatch(/^ {2}3 of 6 stories could not be rated; of the first the teacher said “I like it\.”\.$/m);
    });

    it('fails an evaluation, and counts a story once however many rate it', async () => {
        const server = await chatServer((asked, response, count) =>
            asked.model === 'thinks' ? thinks(asked, response, count) : countingJudge(asked, response, count),
        );
        const own = temporaryHome(onTestFinished);
        const stories = ['--from', checkpoint, ...tinyStories, '--evaluation-stories', '8'];
        const evaluate = (teacher: string, ...more: string[]): Promise<Ended> =>
            storyloop(own, 'evaluate', ...stories, '--teacher', teacher, ...more);
        const failed = await evaluate(`${server.address}#thinks`, '--json');
        expectSentence(failed.err, none);
        expect({ code: failed.code, last: failed.lines.at(-1)!.type }).toEqual({ code: 1, last: 'fault' });
        const both = await evaluate(`rules+${server.address}#judge`);
        expect(both.out).toMatch(/^Clean score of 8 stories by ensemble-/m);
        const member = await evaluate(`rules+${server.address}#thinks`, '--json');
        expectSentence(member.err, none); // the words of the one who cannot, and its tokens
    });
});
