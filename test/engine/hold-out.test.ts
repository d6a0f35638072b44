/** The trial looks on: teacher and second judge read before, after and in between, and nothing is learned otherwise. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/shared/contracts/engine.ts';
import { learnInteractively } from '../../src/main/engine/tasks/learn.ts';
import type { ConfigKey } from '../../src/shared/run/config.ts';
import { listener, stored, writeStudent } from './small-learning.ts';

const root = mkdtempSync(join(tmpdir(), 'storyloop-hold-out-'));
afterAll(() => rmSync(root, { recursive: true }));
const student = join(root, 'student');

type Told = Extract<EngineEvent, { type: 'held-out' }>['reading'];

async function learn(
    name: string,
    given: Readonly<Partial<Record<ConfigKey, string | number>>>,
    wantsPause?: (events: readonly EngineEvent[]) => boolean,
): Promise<{ readonly learned: readonly EngineEvent[]; readonly readings: readonly Told[] }> {
    const events: EngineEvent[] = [];
    const config = stored({ 'evaluation.stories': 20, 'budget.updates': 3, 'holdout.stories': 10, ...given });
    const task = { kind: 'learn', folder: join(root, name), config, from: student } as const;
    await learnInteractively(
        task,
        listener(events, () => wantsPause?.(events) ?? false),
    );
    return {
        learned: events.filter(({ type }) => type === 'update' || type === 'checkpoint' || type === 'evaluation'),
        readings: events.flatMap((event) => (event.type === 'held-out' ? [event.reading] : [])),
    };
}

const judged = { 'evaluation.judge': 'random' } as const;

describe('a run with a trial', () => {
    beforeAll(() => writeStudent(student));

    it('learns the same to the last bit as one without', async () => {
        const without = await learn('without', { ...judged, 'holdout.every': 0 });
        const tried = await learn('tried', { ...judged, 'holdout.every': 2 });
        expect(without.readings).toEqual([]);
        expect(tried.learned).toEqual(without.learned);
        expect(tried.readings.map(({ update }) => update)).toEqual([0, 2, 3]);
        const [first, , last] = tried.readings;
        expect(first!.stories).toHaveLength(10);
        expect([first!.teacher, first!.judge]).toEqual(['length', 'random']);
        expect(last!.stories.map(({ seed }) => seed)).toEqual(first!.stories.map(({ seed }) => seed));
        expect(last!.stories.map(({ story }) => story)).not.toEqual(first!.stories.map(({ story }) => story));
        expect(first!.stories.every(({ kl }) => Math.abs(kl) < 1e-4)).toBe(true); // nothing is learned yet
        expect(last!.stories.some(({ kl }) => Math.abs(kl) > 1e-3)).toBe(true);
        for (const { teacher, judge } of last!.stories) {
            expect(teacher).toBeGreaterThanOrEqual(0);
            expect(judge).toBeGreaterThanOrEqual(0);
        }
    });

    it('reads stories that training and evaluation never see', async () => {
        const { learned, readings } = await learn('apart', { ...judged, 'holdout.every': 1, 'budget.updates': 1 });
        const elsewhere = learned.flatMap((event) =>
            event.type === 'evaluation'
                ? event.samples.map(({ story }) => story)
                : event.type === 'update'
                  ? event.episodes.map(({ story }) => story)
                  : [],
        );
        const fresh = readings[0]!.stories.filter(({ story }) => !elsewhere.includes(story));
        expect(fresh.length).toBeGreaterThan(5);
    });

    it('reads again what a pause cut off, and the same', async () => {
        const settings = { ...judged, 'holdout.every': 1, 'budget.updates': 2 } as const;
        const whole = await learn('whole', settings);
        const paused = await learn('paused', settings, (events) => events.some(({ type }) => type === 'update'));
        const resumed = await learn('paused', settings);
        const stories = (readings: readonly Told[]): unknown =>
            readings.map(({ update, stories: all }) => [update, all]);
        expect(stories([...paused.readings, ...resumed.readings])).toEqual(stories(whole.readings));
    });

    it('has no trial where nobody judges', async () => {
        const { readings } = await learn('nobody', {
            'evaluation.judge': 'none',
            'holdout.every': 1,
            'budget.updates': 1,
        });
        expect(readings).toEqual([]);
    });
});
