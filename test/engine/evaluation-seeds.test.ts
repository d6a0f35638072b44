/** Which stories a run is measured on: its own, the same before and after, and never those of training. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/shared/contracts/engine.ts';
import { evaluationSeedsOf } from '../../src/main/engine/streams.ts';
import { learnInteractively } from '../../src/main/engine/tasks/learn.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import { listener, stored, writeStudent } from './small-learning.ts';

type Of<Type extends EngineEvent['type']> = Extract<EngineEvent, { type: Type }>;

const root = mkdtempSync(join(tmpdir(), 'storyloop-evaluation-seeds-'));
afterAll(() => rmSync(root, { recursive: true }));

interface Learned {
    /** (2)(N) before and after: seed and story. */
    readonly evaluated: readonly (readonly string[])[];
    readonly digests: readonly string[];
}

async function learn(seed: number, seeds: 'run' | 'fixed'): Promise<Learned> {
    const config = stored({ seed, 'evaluation.seeds': seeds, 'evaluation.stories': 30, 'budget.updates': 1 });
    const folder = join(root, `${seed}-${seeds}`);
    const events: EngineEvent[] = [];
    await learnInteractively({ kind: 'learn', folder, config, from: join(root, 'student') }, listener(events));
    return {
        evaluated: events
            .filter((event): event is Of<'evaluation'> => event.type === 'evaluation')
            .map(({ samples }) => samples.map(({ seed: of, story }) => `${of} ${story}`)),
        digests: events
            .filter((event): event is Of<'update'> => event.type === 'update')
            .map(({ update }) => update.digest),
    };
}

const numbers = (stories: readonly string[] | undefined): readonly string[] =>
    stories!.map((story) => story.split(' ')[0]!);

describe('the stories of a clean evaluation', () => {
    let one: Learned;
    let other: Learned;
    let fixed: Learned;
    beforeAll(async () => {
        writeStudent(join(root, 'student'));
        [one, other, fixed] = [await learn(1, 'run'), await learn(2, 'run'), await learn(1, 'fixed')];
    });

    it('have the same seeds before and after learning', () => {
        expect(one.evaluated).toHaveLength(2);
        expect(numbers(one.evaluated[1])).toEqual(numbers(one.evaluated[0]));
    });

    it('are others in a run of another seed', () => {
        const shared = one.evaluated[0]!.filter((story) => other.evaluated[0]!.includes(story));
        expect(shared).toEqual([]);
    });

    it('are the same in every run where the settings say so', async () => {
        expect((await learn(2, 'fixed')).evaluated[0]).toEqual(fixed.evaluated[0]);
        expect(numbers(fixed.evaluated[0])[0]).toBe('900000000');
    });

    it('change nothing of what is learned', () => expect(fixed.digests).toEqual(one.digests));

    it('lie far apart from one seed to another', () => {
        const ranges = Array.from({ length: 200 }, (_, seed) => {
            const [first, second] = evaluationSeedsOf(composeConfig('quick', { seed, 'evaluation.stories': 2 }));
            expect(second).toBe(first! + 1);
            return first!;
        }).sort((a, b) => a - b);
        const gaps = ranges.slice(1).map((first, i) => first - ranges[i]!);
        expect(Math.min(...gaps)).toBeGreaterThan(2000);
        expect(ranges.at(-1)).toBeLessThan(2 ** 31 - 1_000_000);
    });
});
