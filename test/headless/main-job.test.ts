/** The whole main job from the command line: pretrain, tell, evaluate, learn, list, in lines that machines rely on. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
    oneThread,
    storyloop,
    succeeding,
    temporaryHome,
    tinyLearning,
    tinyStories,
    tinyStudent,
    type JsonLine,
} from './command-line.ts';
import { recordedRun } from './recorded.ts';

const home = temporaryHome(afterAll);
const tell = ['--from', 'tiny', '--json', '--stories', '5', ...tinyStories];
const interval = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });
const place = {
    version: z.literal(1),
    type: z.literal('result'),
    seconds: z.number().positive(),
    peakRssMB: z.number().positive(),
    run: z.string(),
    sqlite: z.string(),
};
let pretrained: JsonLine;
let learned: JsonLine;

beforeAll(async () => {
    pretrained = await succeeding(home, 'pretrain', '--name', 'tiny', ...tinyStudent);
    learned = await succeeding(home, 'learn', '--name', 'one', '--from', 'tiny', ...tinyLearning);
});

async function storiesTold(...args: string[]): Promise<unknown[]> {
    const { code, err, lines } = await storyloop(home, 'tell', ...args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return lines.filter(({ type }) => type === 'story').map(({ story }) => story);
}

describe('lines of JSON', () => {
    it('end pretraining with its losses, words and checkpoint', () => {
        z.object({
            ...place,
            words: z.number().positive(),
            tokens: z.number().positive(),
            trainingLoss: z.number(),
            validationLoss: z.number(),
            unigramLoss: z.number(),
            checkpoint: z.string(),
        }).parse(pretrained);
        expect(pretrained['validationLoss']).toBeLessThan(pretrained['unigramLoss'] as number); // it did learn
    });

    it('end learning with the difference it made', () => {
        const { perCriterion, difference } = z
            .object({
                ...place,
                difference: interval,
                perCriterion: z.record(z.string(), interval),
                pairs: z.literal(8),
            })
            .parse(learned);
        expect(Object.keys(perCriterion)).toEqual(['readability', 'coherence', 'creativity']);
        const sum = Object.values(perCriterion).reduce((total, { mean }) => total + mean, 0);
        expect(sum).toBeCloseTo(difference.mean, 4);
        expect(learned['before']).toMatchObject({ stories: 8, score: expect.any(Number) as number });
    });

    it('tell a machine every update, evaluation and checkpoint, each with its version', async () => {
        const { lines } = await storyloop(
            home,
            'learn',
            '--name',
            'lines',
            '--from',
            'tiny',
            ...tinyLearning,
            '--budget-updates',
            '1',
        );
        expect(lines.every(({ version }) => version === 1)).toBe(true);
        const kinds = lines.map(({ type }) => type).filter((type) => type !== 'progress');
        expect(kinds).toEqual([
            'run',
            'checkpoint',
            'ready',
            'evaluation',
            'update',
            'evaluation',
            'checkpoint',
            'result',
        ]);
    });

    it('claim no loss for weights on which none was measured', () => {
        const losses = (line: JsonLine): unknown =>
            (
                JSON.parse(
                    readFileSync(join(line['run'] as string, 'checkpoints', 'final', 'storyloop.json'), 'utf8'),
                ) as { losses: unknown }
            ).losses;
        expect(losses(pretrained)).toMatchObject({ validation: pretrained['validationLoss'] });
        expect(losses(learned)).toEqual({});
    });

    it('end with a last validation of everything also where the time is over', async () => {
        const limit = ['--pretrain-epochs', '50', '--pretrain-minutes', '0.002', '--pretrain-validate-every', '1000'];
        const result = await succeeding(home, 'pretrain', '--name', 'timed', ...tinyStudent, ...limit);
        const { steps } = recordedRun(result['run'] as string);
        const validated = steps.filter((step) => step['validation_loss'] !== null);
        expect(validated).toEqual([steps.at(-1)]);
        expect(result['validationLoss']).toBe(validated[0]!['validation_loss']);
    });

    it('say null where nothing was compared', async () => {
        const result = await succeeding(
            home,
            'learn',
            '--name',
            'blind',
            '--from',
            'tiny',
            ...tinyLearning,
            '--evaluation-stories',
            '0',
            '--budget-updates',
            '1',
        );
        expect(result).toMatchObject({ type: 'result', difference: null });
        const one = await succeeding(
            home,
            'learn',
            '--name',
            'single',
            '--from',
            'tiny',
            ...tinyLearning,
            '--evaluation-stories',
            '1',
            '--budget-updates',
            '1',
        );
        expect(one).toMatchObject({ type: 'result', difference: null });
    });

    it('list every run with its state', async () => {
        const { lines } = await storyloop(home, 'runs', '--json');
        expect(lines.find(({ name }) => name === 'one')).toMatchObject({
            type: 'run',
            kind: 'learn',
            state: 'finished',
            episodes: 24,
            lastUpdate: { number: 3 },
        });
        expect(lines.find(({ name }) => name === 'tiny')).toMatchObject({ kind: 'pretrain', state: 'finished' });
    });

    it('score a checkpoint', async () => {
        const { results } = await succeeding(
            home,
            'evaluate',
            '--from',
            'one',
            '--json',
            '--evaluation-stories',
            '8',
            ...tinyStories,
            ...oneThread,
        );
        expect(results).toMatchObject({
            stories: 8,
            unreadable: 0,
            temperature: 0.8, // quick's, in the weights that learned with it
            score: expect.any(Number) as number,
            'score.low': expect.any(Number) as number,
        });
    });
});

describe('for a person', () => {
    it('tells stories and runs in words', async () => {
        const told = await storyloop(home, 'tell', '--from', 'one', '--stories', '2', ...tinyStories, ...oneThread);
        expect(told.code).toBe(0);
        expect(told.out.match(/^Once upon a time/gm)).toHaveLength(2);
        const runs = await storyloop(home, 'runs');
        expect(runs.out).toMatch(/-one +learn +finished +3 updates/);
        const refused = await storyloop(home, 'resume', 'one');
        expect(refused).toMatchObject({ code: 1, out: '' });
        expect(refused.err).toMatch(/is finished; it is as it was/);
    });
});

describe('the same to the bit', () => {
    it('with the same seed, and with another number of threads', async () => {
        const other = temporaryHome();
        const again = await succeeding(other, 'pretrain', '--name', 'tiny', ...tinyStudent, '--runtime-threads', '2');
        expect(recordedRun(again['run'] as string)).toEqual(recordedRun(pretrained['run'] as string));
        const learnedAgain = await succeeding(
            other,
            'learn',
            '--from',
            'tiny',
            ...tinyLearning,
            '--runtime-threads',
            '2',
        );
        expect(recordedRun(learnedAgain['run'] as string)).toEqual(recordedRun(learned['run'] as string));
        expect(learnedAgain['difference']).toEqual(learned['difference']);
        rmSync(join(other, 'runs'), { recursive: true });
    });

    it('and another seed is another run', async () => {
        const stories = await storiesTold(...tell, ...oneThread);
        expect(await storiesTold(...tell, '--runtime-threads', '2')).toEqual(stories);
        expect(await storiesTold(...tell, ...oneThread, '--seed', '7')).not.toEqual(stories);
        // each story is its own
        expect(await storiesTold(...tell, ...oneThread, '--stories', '2')).toEqual(stories.slice(0, 2));
    });

    it('for both runtimes, where they write; where they learn, to a rounding', async () => {
        const official = ['--runtime-kind', 'official'];
        expect(await storiesTold(...tell, ...oneThread, ...official)).toEqual(await storiesTold(...tell, ...oneThread));
        const result = await succeeding(
            home,
            'learn',
            '--name',
            'official',
            '--from',
            'tiny',
            ...tinyLearning,
            ...official,
        );
        const [ours, theirs] = [learned, result].map(({ run }) => recordedRun(run as string).updates);
        expect(theirs!.map(({ policy_loss: loss }) => loss)).toHaveLength(3);
        theirs!.forEach((update, i) => {
            expect(update['policy_loss']).toBeCloseTo(ours![i]!['policy_loss'] as number, 4);
            expect(update['score_mean']).toBeCloseTo(ours![i]!['score_mean'] as number, 4);
        });
    });
});
