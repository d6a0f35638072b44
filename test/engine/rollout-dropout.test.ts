/** Quirk R1: when a run writes with dropout, and that nothing else ever does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/shared/contract.ts';
import { composeConfig, configVersion } from '../../src/shared/run-config.ts';
import { learnInteractively } from '../../src/main/engine/interactive-run.ts';
import type { Supervisor } from '../../src/main/engine/supervisor.ts';
import { evaluateCheckpoint } from '../../src/main/engine/telling.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { writeCheckpoint } from '../../src/main/student/checkpoints/checkpoint.ts';
import { initialWeights, languageModelParameters } from '../../src/main/student/gpt2/parameters.ts';
import { trainBytePairs } from '../../src/main/text/bpe-training.ts';
import { Tokenizer } from '../../src/main/text/tokenizer.ts';

const root = mkdtempSync(join(tmpdir(), 'storyloop-rollout-dropout-'));
afterAll(() => rmSync(root, { recursive: true }));
const student = join(root, 'student');

/** A student with opinions: weights wide enough that dropout changes what it says. */
beforeAll(() => {
    const words = ['the', ' cat', ' sat', ' on', ' a', ' mat', ' and', ' slept', ' all', ' day'];
    const counts = new Map(words.map((word, at) => [word, 20 - at]));
    const tokenizer = new Tokenizer(trainBytePairs(counts, { vocabularySize: 280, minFrequency: 2 }));
    const config = { layers: 2, width: 32, heads: 2, vocabulary: tokenizer.vocabularySize, context: 32 };
    const drawn = initialWeights(config, languageModelParameters(config), new RandomStream('opinions'));
    const weights = new Map([...drawn].map(([name, values]) => [name, values.map((x) => (x === 1 ? 1 : 10 * x))]));
    const origin = { words: 0, tokens: 0, losses: {}, temperature: 1, parents: [] };
    writeCheckpoint(student, { config, tokenizer, weights, origin });
});

const given = {
    'rollout.prompt': 'the cat',
    'rollout.maxNewTokens': 16,
    teacher: 'length',
    'ppo.batch': 60,
    'ppo.minibatch': 60,
    'ppo.lr': 1e-4,
    'budget.updates': 3,
    'evaluation.stories': 40,
    'runtime.threads': 1,
};
const stored = (
    dropout: 'paper' | 'off',
): { version: number; preset: string; values: Record<string, string | number> } => ({
    version: configVersion,
    preset: 'paper',
    values: composeConfig('paper', { ...given, 'rollout.dropout': dropout }),
});

/** Keeps what the engine tells; asks for a pause once `pauseAfter` updates are recorded. */
function listener(events: EngineEvent[], pauseAfter = Infinity): Supervisor {
    let ticks = 0;
    const updates = (): number => events.filter(({ type }) => type === 'update').length;
    return {
        resources: '',
        startTeacher: () => {
            throw new Error('the test asks for no language model');
        },
        send: (event) => void events.push(event),
        commit: (event) => Promise.resolve(void events.push(event)),
        recall: (keys) => Promise.resolve(keys.map(() => null)),
        nextStories: () => Promise.resolve({ stories: [], done: 0, of: 0 }),
        pauseAsked: () => updates() >= pauseAfter,
        takeCheckpointAsked: () => false,
        now: () => 0,
        seconds: () => ticks++,
    };
}

async function learn(dropout: 'paper' | 'off', name: string, pauseAfter?: number): Promise<readonly EngineEvent[]> {
    const events: EngineEvent[] = [];
    const task = { kind: 'learn', folder: join(root, name), config: stored(dropout), from: student } as const;
    await learnInteractively(task, listener(events, pauseAfter));
    return events;
}

const updatesOf = (events: readonly EngineEvent[]): readonly Extract<EngineEvent, { type: 'update' }>[] =>
    events.filter((event) => event.type === 'update');
const storiesOf = (events: readonly EngineEvent[]): readonly (readonly string[])[] =>
    updatesOf(events).map(({ episodes }) => episodes.map(({ tokens }) => tokens.join()));
const evaluationsOf = (events: readonly EngineEvent[]): readonly Extract<EngineEvent, { type: 'evaluation' }>[] =>
    events.filter((event) => event.type === 'evaluation');

describe('a run with the published dropout', () => {
    let clean: readonly EngineEvent[];
    let published: readonly EngineEvent[];
    beforeAll(async () => {
        clean = await learn('off', 'clean');
        published = await learn('paper', 'published');
    });

    it('writes the first update cleanly and every later one with dropout, from equal weights', () => {
        const [cleanStories, publishedStories] = [storiesOf(clean), storiesOf(published)];
        const digests = [clean, published].map((events) => updatesOf(events)[0]!.update.digest);
        expect(publishedStories[0]).toEqual(cleanStories[0]);
        expect(digests[0]).toBe(digests[1]); // so both second updates begin at the same weights, with the same streams
        const same = publishedStories[1]!.filter((story, at) => story === cleanStories[1]![at]);
        expect(same.length).toBeLessThan(30);
        expect(updatesOf(clean).map(({ update }) => update.extras?.['rolloutDropout'])).toEqual([
            undefined,
            undefined,
            undefined,
        ]);
        expect(updatesOf(published).map(({ update }) => update.extras?.['rolloutDropout'])).toEqual([
            undefined,
            0.1,
            0.1,
        ]);
    });

    it('surprises the clean network that learns from it, as the published runs did', () => {
        const natsPerToken = (events: readonly EngineEvent[]): number[] =>
            updatesOf(events).map(({ update }) => update.entropyMean! / update.storyTokensMean!);
        const [before, after] = natsPerToken(published);
        expect(after! - before!).toBeGreaterThan(0.1); // log-probabilities are the clean network's
        expect(Math.abs(natsPerToken(clean)[1]! - natsPerToken(clean)[0]!)).toBeLessThan(0.1);
    });

    it('is evaluated without dropout, before and after', async () => {
        const events: EngineEvent[] = [];
        const from = join(root, 'published', 'checkpoints', 'final');
        await evaluateCheckpoint({ kind: 'evaluate', config: stored('off'), from }, listener(events));
        const [before, after] = evaluationsOf(published);
        expect(before!.samples).toEqual(evaluationsOf(clean)[0]!.samples);
        expect(after!.samples).toEqual(evaluationsOf(events)[0]!.samples); // a writer that has never known dropout
        expect(after!.samples).not.toEqual(before!.samples); // and the weights had moved
    });

    it('draws the masks again after a pause', async () => {
        const paused = await learn('paper', 'paused', 1);
        const resumed = await learn('paper', 'paused');
        expect(updatesOf(paused).length).toBe(1);
        expect([...updatesOf(paused), ...updatesOf(resumed)].map(({ update }) => update.digest)).toEqual(
            updatesOf(published).map(({ update }) => update.digest),
        );
    });
});
