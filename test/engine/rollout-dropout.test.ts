/** Quirk R1: when a run writes with dropout, and that nothing else ever does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/shared/contracts/engine.ts';
import { learnInteractively } from '../../src/main/engine/tasks/learn.ts';
import { evaluateCheckpoint } from '../../src/main/engine/tasks/tell-and-evaluate.ts';
import { listener, stored, writeStudent } from './small-learning.ts';

const root = mkdtempSync(join(tmpdir(), 'storyloop-rollout-dropout-'));
afterAll(() => rmSync(root, { recursive: true }));
const student = join(root, 'student');

beforeAll(() => writeStudent(student));

async function learn(dropout: 'paper' | 'off', name: string, pauseAfter = Infinity): Promise<readonly EngineEvent[]> {
    const events: EngineEvent[] = [];
    const config = stored({ 'rollout.dropout': dropout, 'evaluation.seeds': 'fixed' });
    const task = { kind: 'learn', folder: join(root, name), config, from: student } as const;
    await learnInteractively(
        task,
        listener(events, () => updatesOf(events).length >= pauseAfter),
    );
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
        await evaluateCheckpoint(
            { kind: 'evaluate', config: stored({ 'rollout.dropout': 'off' }), from },
            listener(events),
        );
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
