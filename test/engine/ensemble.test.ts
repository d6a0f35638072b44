/** A run that several teachers reward: what they pay together, and what is refused. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/shared/contracts/engine.ts';
import { learnInteractively } from '../../src/main/engine/tasks/learn.ts';
import { mean } from '../../src/main/learning/statistics/descriptive.ts';
import { listener, stored, writeStudent } from './small-learning.ts';

const root = mkdtempSync(join(tmpdir(), 'storyloop-ensemble-'));
afterAll(() => rmSync(root, { recursive: true }));
const student = join(root, 'student');
beforeAll(() => writeStudent(student));

async function firstEpisodes(
    teacher: string,
    ensemble: string,
): Promise<Extract<EngineEvent, { type: 'update' }>['episodes']> {
    const events: EngineEvent[] = [];
    const given = { teacher, 'reward.ensemble': ensemble, 'reward.lengthWeight': 0, 'budget.updates': 1 };
    const config = stored({ ...given, 'evaluation.stories': 0 });
    const folder = join(root, `${teacher}-${ensemble}`);
    const supervisor = { ...listener(events), resources: 'resources' };
    await learnInteractively({ kind: 'learn', folder, config, from: student }, supervisor);
    return events.find((event) => event.type === 'update')!.episodes;
}

it('each teacher has an even say, in the same stories with the same scores', async () => {
    const [byMean, even] = [await firstEpisodes('rules+random', 'mean'), await firstEpisodes('rules+random', 'even')];
    expect(even.map(({ story }) => story)).toEqual(byMean.map(({ story }) => story));
    const rewards = [byMean, even].map((episodes) => episodes.map(({ stages }) => stages['reward']!));
    expect(rewards[1]).not.toEqual(rewards[0]);
    expect(mean(rewards[1]!)).toBeCloseTo(mean(rewards[0]!), 1);
    expect(even.map(({ stages }) => stages['fraction'])).toEqual(byMean.map(({ stages }) => stages['fraction']));
});

it('of one teacher alone it is refused', async () => {
    await expect(firstEpisodes('length', 'lowest')).rejects.toThrow(
        /^.+ lowest is for several teachers, and .+ is one; nothing was started\./u,
    );
});
