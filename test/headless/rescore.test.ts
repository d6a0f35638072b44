/** `rescore`: another teacher rates the stories of a run, beside the first and without touching anything else. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { readAll } from '../../src/main/store/connection/statements.ts';
import { chatServer, json, says } from '../teacher/chat-server.ts';
import { writeModel } from '../teacher/llama/tiny-llama.ts';
import { readyStudent } from '../support/ready-student.ts';
import {
    expectSentence,
    start,
    storyloop,
    storyloopHere,
    succeeding,
    temporaryHome,
    tinyLearning,
} from './command-line.ts';
import { recordedRun } from './recorded.ts';

const home = temporaryHome(afterAll);
let run = '';
beforeAll(async () => {
    const checkpoint = await readyStudent(home);
    const learning = ['--teacher', 'length', ...tinyLearning];
    const end = await succeeding(home, 'learn', '--from', checkpoint, '--name', 'owl', ...learning);
    run = end['run'] as string;
});

interface Count {
    readonly rater: string;
    readonly episodes: number;
    readonly samples: number;
}

function ratingsByRater(): Record<string, [number, number]> {
    const db = openRunDatabase(join(run, 'run.sqlite'), { readonly: true });
    try {
        const rows = readAll<Count>(
            db,
            'SELECT rater, count(episode) AS episodes, count(sample) AS samples FROM rating GROUP BY rater',
        );
        return Object.fromEntries(rows.map(({ rater, episodes, samples }) => [rater, [episodes, samples]]));
    } finally {
        db.close();
    }
}

/** How many stories of evaluations from the same seed somebody rated, whatever the seed. */
function storiesOfASeed(rater: string): number[] {
    const db = openRunDatabase(join(run, 'run.sqlite'), { readonly: true });
    try {
        const sql = `SELECT DISTINCT count(*) AS stories FROM rating JOIN sample ON sample.id = rating.sample
                     WHERE rater = @rater GROUP BY seed`;
        return readAll<{ stories: number }>(db, sql, { rater }).map(({ stories }) => stories);
    } finally {
        db.close();
    }
}

describe('a run of three updates of eight stories, with eight samples before and after', () => {
    it('gets a second rater, a few stories first and then the rest; none is rated twice', async () => {
        const before = recordedRun(run);
        const part = await succeeding(home, 'rescore', 'owl', '--teacher', 'random', '--sample', '10', '--json');
        expect(part).toMatchObject({ type: 'result', rater: 'random', rated: 10, of: 10, fresh: 10 });
        expect(storiesOfASeed('random')).toEqual([2]); // before and after
        const rest = await succeeding(home, 'rescore', 'owl', '--teacher', 'random', '--json');
        expect(rest).toMatchObject({ rater: 'random', rated: 40, of: 40, fresh: 30 });
        const again = await succeeding(home, 'rescore', 'owl', '--teacher', 'random', '--json');
        expect(again).toMatchObject({ rated: 40, fresh: 0 });
        expect(ratingsByRater()).toEqual({ length: [24, 16], random: [24, 16] });
        const { updates, evaluations, weights } = recordedRun(run);
        expect({ updates, evaluations, weights }).toEqual({
            updates: before.updates,
            evaluations: before.evaluations,
            weights: before.weights,
        });
    });

    it('gets the rules as a rater of its own: alone they read otherwise than in a batch', async () => {
        const end = await succeeding(home, 'rescore', run, '--teacher', 'rules', '--stories', 'evaluations', '--json');
        expect(end).toMatchObject({ rater: 'rules-alone', rated: 16, of: 16 });
    });

    it('gets several teachers as one; what a member said before, alone, stays', async () => {
        const end = await succeeding(home, 'rescore', run, ...['--teacher', 'rules+random', '--json']);
        expect(end).toMatchObject({ rated: 40, of: 40, fresh: 40 });
        const ensemble = end['rater'] as string;
        // evaluations were rated by rules-alone before, and everything by random: nobody rates twice
        expect(ratingsByRater()).toMatchObject({ [ensemble]: [24, 16], 'rules-alone': [24, 16], random: [24, 16] });
    });

    it('is rated again by a model in a file and by a server, with rubrics of their own, and goes on after Ctrl-C', async () => {
        const rubric = join(home, 'wit.md');
        writeFileSync(rubric, '---\nwit: Wit, 0 to 4\n---\n{{student_completion}}\nAnswer:');
        const file = writeModel(home, { width: 384, layers: 6, heads: 6, feedForward: 768 }); // it takes its time
        const slowly = ['--teacher-side-by-side', '1', '--teacher-in-flight', '1', '--teacher-story-tokens', '300'];
        const byModel = [
            ...['rescore', run, '--teacher', file, '--teacher-rubric', rubric, '--json', ...slowly],
            ...['--teacher-device', 'cpu', '--teacher-threads', '1'],
        ];
        const interrupted = start(home, byModel);
        const hasBegun = (): boolean => Object.keys(ratingsByRater()).some((rater) => rater.startsWith('llama-'));
        while (!hasBegun()) await wait(20);
        interrupted.process.kill('SIGINT');
        const { code, lines } = await interrupted.ended;
        const paused = lines.at(-1)!;
        expect({ code, type: paused.type }).toEqual({ code: 130, type: 'paused' });
        expect(paused['rated']).toBeGreaterThan(0);
        expect(paused['rated']).toBeLessThan(40);
        const rest = await succeeding(home, ...byModel);
        expect(rest).toMatchObject({ rated: 40, of: 40, fresh: 40 - (paused['rated'] as number) });
        expect(ratingsByRater()).toMatchObject({ [rest['rater'] as string]: [24, 16] });

        const server = await chatServer(says('3'));
        const byServer = ['rescore', run, '--teacher', server.address, '--teacher-rubric', rubric, '--json'];
        const end = await succeeding(home, ...byServer, '--teacher-reading', 'digits', '--stories', 'evaluations');
        expect(end).toMatchObject({ rated: 16, of: 16, fresh: 16 });
        expect(end['rater']).toMatch(/^server-judge-digits-[0-9a-f]{8}$/);
        const { address } = await chatServer((_, response, count) => {
            if (count === 1) json(response, 200, { choices: [{ message: { content: '3' } }] });
            else response.destroy();
        });
        const lost = await storyloop(
            home,
            ...['rescore', run, '--teacher', `${address}#judge`, '--teacher-rubric', rubric, '--teacher-retries', '0'],
            ...['--teacher-reading', 'digits', '--teacher-cache', 'off', '--seed', '9', '--json'],
        );
        expectSentence(lost.err, /^The teacher stopped answering \(no connection: [^)]+\); /);
        expect(lost.code).toBe(1);
    });

    it('is still judged by its first teacher', async () => {
        const { lines } = await storyloopHere(home, 'runs', '--json');
        expect(lines.find(({ name }) => name === 'owl')).toMatchObject({ state: 'finished' });
    });
});

it('refuses in a sentence what it cannot rate', async () => {
    const refuse = async (says: RegExp, ...args: string[]): Promise<void> => {
        const { code, err } = await storyloopHere(home, 'rescore', ...args, '--json');
        expectSentence(err, says);
        expect(code).toBe(1);
    };
    await refuse(/^There is no teacher called "nobody"/, 'owl', '--teacher', 'nobody');
    await refuse(/^--sample cannot be "some"/, 'owl', '--sample', 'some');
    await refuse(/^The run has no such stories yet; nothing was rated\./, 'tiny');
});
