/** `rescore`: another teacher rates the stories of a run, beside the first and without touching anything else. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRunDatabase } from '../../src/main/store/open.ts';
import { readAll } from '../../src/main/store/statements.ts';
import { expectSentence, storyloop, succeeding, temporaryHome, tinyLearning, tinyStudent } from './command-line.ts';
import { recordedRun } from './recorded.ts';

const home = temporaryHome(afterAll);
let run = '';
beforeAll(async () => {
    const { checkpoint } = await succeeding(home, 'pretrain', ...tinyStudent, '--pretrain-epochs', '0.2');
    const learning = ['--teacher', 'length', ...tinyLearning];
    const end = await succeeding(home, 'learn', '--from', checkpoint as string, '--name', 'owl', ...learning);
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

describe('a run of three updates of eight stories, with eight samples before and after', () => {
    it('gets a second rater, a few stories first and then the rest; none is rated twice', async () => {
        const before = recordedRun(run);
        const part = await succeeding(home, 'rescore', 'owl', '--teacher', 'random', '--sample', '10', '--json');
        expect(part).toMatchObject({ type: 'result', rater: 'random', rated: 10, of: 10, fresh: 10 });
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

    it('is still judged by its first teacher', async () => {
        const { lines } = await storyloop(home, 'runs', '--json');
        expect(lines.find(({ name }) => name === 'owl')).toMatchObject({ state: 'finished' });
    });
});

it('refuses in a sentence what it cannot rate', async () => {
    const refuse = async (says: RegExp, ...args: string[]): Promise<void> => {
        const { code, err } = await storyloop(home, 'rescore', ...args, '--json');
        expectSentence(err, says);
        expect(code).toBe(1);
    };
    await refuse(/^There is no teacher called "nobody"/, 'owl', '--teacher', 'nobody');
    await refuse(/^--sample cannot be "some"/, 'owl', '--sample', 'some');
    await refuse(/^The run has no such stories yet; nothing was rated\./, 'pretraining');
});
