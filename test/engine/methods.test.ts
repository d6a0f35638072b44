/** One real small run of every method: it learns, records what it did, and goes on after a pause to the same bits. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/shared/contracts/engine.ts';
import { learnInteractively } from '../../src/main/engine/tasks/learn.ts';
import type { ConfigKey } from '../../src/shared/run/config.ts';
import { methods } from '../../src/shared/settings/methods.ts';
import { listener, stored, writeStudent } from './small-learning.ts';

const root = mkdtempSync(join(tmpdir(), 'storyloop-methods-'));
afterAll(() => rmSync(root, { recursive: true }));
const student = join(root, 'student');

type Given = Readonly<Partial<Record<ConfigKey, string | number>>>;
type Update = Extract<EngineEvent, { type: 'update' }>;

const usual = {
    'budget.updates': 2,
    'evaluation.stories': 0,
    'evaluation.judge': 'none',
    'ppo.minibatch': 30,
    'rollout.dropout': 'off',
} as const;

async function learn(
    name: string,
    given: Given,
    wantsPause?: (events: readonly EngineEvent[]) => boolean,
): Promise<readonly Update[]> {
    const events: EngineEvent[] = [];
    const task = {
        kind: 'learn',
        folder: join(root, name),
        config: stored({ ...usual, ...given }),
        from: student,
    } as const;
    await learnInteractively(
        task,
        listener(events, () => wantsPause?.(events) ?? false),
    );
    return events.filter((event) => event.type === 'update');
}

const digests = (updates: readonly Update[]): readonly string[] => updates.map(({ update }) => update.digest);

/** After the first update, by method. */
const firstDigests = new Map<string, string>();

beforeAll(() => writeStudent(student));

describe.each(methods)('$name', ({ id, switches }) => {
    it('learns, and records what it measured', async () => {
        const updates = await learn(id, switches);
        expect(updates).toHaveLength(2);
        const [first, second] = updates.map(({ update }) => update);
        firstDigests.set(id, first!.digest);
        expect(second!.digest).not.toBe(first!.digest);
        expect(second!.klMean).not.toBe(0);
        expect(second!.policyLoss).not.toBe(0);
        const hasHead = id === 'ppo';
        expect(second!.explainedVariance === null).toBe(!hasHead);
        expect(second!.valueLoss === 0).toBe(!hasHead);
        expect('klLoss' in second!.extras!).toBe(switches['ppo.klPlace'].startsWith('loss'));
        expect('greedyReward' in second!.extras!).toBe(id === 'remax');
        const traces = updates.flatMap(({ episodes }) => episodes.flatMap(({ trace }) => trace ?? []));
        expect(traces.some(({ values }) => values.some((value) => value !== 0))).toBe(hasHead);
        expect(traces.every(({ advantages }) => advantages.every((each) => each === 0))).toBe(false);
    });
});

it('no two methods learn the same', () => {
    expect(new Set(firstDigests.values()).size).toBe(methods.length);
    expect(firstDigests.size).toBe(methods.length);
});

describe('a run without a value head', () => {
    it.each(['remax', 'gdpo', 'raft', 'online-dpo'])('goes on after a pause to the same bits: %s', async (id) => {
        const { switches } = methods.find((method) => method.id === id)!;
        const given = { ...switches, 'budget.updates': 3, 'rollout.dropout': 'paper' } as const; // dropout from update 2 on
        const whole = await learn(`whole-${id}`, given);
        const before = await learn(`paused-${id}`, given, (events) => events.some(({ type }) => type === 'update'));
        expect(before).toHaveLength(1);
        const after = await learn(`paused-${id}`, given);
        expect(digests([...before, ...after])).toEqual(digests(whole));
    });

    it('counts the words of the greedy story', async () => {
        const [remax] = await learn('words-remax', { ...methods[5]!.switches, 'budget.updates': 1 });
        const [rloo] = await learn('words-rloo', { ...methods[1]!.switches, 'budget.updates': 1 });
        const { greedyWords } = remax!.update.extras!;
        expect(remax!.update.studentWords - rloo!.update.studentWords).toBe(greedyWords);
        // two words of prompt and one of the teacher, whose score is one number
        expect(remax!.update.inputWords - rloo!.update.inputWords).toBe(3);
    });

    it('leaves out what was cut where PPO would guess how it goes on, and says so', async () => {
        const { switches } = methods.find(({ id }) => id === 'grpo')!;
        const [masked] = await learn('masked', { ...switches, 'ppo.truncation': 'bootstrap', 'budget.updates': 1 });
        const cut = masked!.episodes.filter(({ finished }) => !finished).length;
        expect(cut).toBeGreaterThan(0);
        expect(masked!.update.extras!['leftOut']).toBe(cut);
        const [paid] = await learn('paid', { ...switches, 'ppo.truncation': 'terminal', 'budget.updates': 1 });
        expect('leftOut' in paid!.update.extras!).toBe(false);
        expect(paid!.update.digest).not.toBe(masked!.update.digest);
    });

    it('that keeps the best of k trains on those alone', async () => {
        const { switches } = methods.find(({ id }) => id === 'raft')!;
        const [{ update, episodes }] = (await learn('kept', { ...switches, 'ppo.bestOf': 6, 'budget.updates': 1 })) as [
            Update,
        ];
        expect(update.extras!['kept']).toBe(10); // of 60
        const all = episodes.reduce((sum, { tokens }) => sum + tokens.length, 0);
        expect(update.tokensTrained).toBeLessThan((4 * all) / 2);
        expect(update.tokensTrained % 4).toBe(0); // epochs
    });

    it('that prefers the best of k to the worst counts pairs and ties, and prices drift by β alone', async () => {
        const { switches } = methods.find(({ id }) => id === 'online-dpo')!;
        const given = { ...switches, 'ppo.bestOf': 6, 'rollout.maxNewTokens': 4 } as const; // many are as long
        const updates = await learn('pairs', given);
        const [first, second] = updates.map(({ update }) => update);
        const { pairs, ties } = first!.extras!;
        expect(Number(pairs) + Number(ties)).toBe(10); // of 60
        expect(first!.klCoefficient).toBe(0);
        expect(second!.extras!['klPenaltyPerStory']).toBeCloseTo(0, 12);
        expect(first!.policyLoss).toBeLessThan(Math.log(2) + 1e-4); // where nothing moved yet, less with every step
        const strict = await learn('strict', { ...given, 'ppo.dpoBeta': 5 });
        expect(strict[0]!.update.digest).not.toBe(first!.digest);
        const elsewhere = await learn('unread', { ...given, 'ppo.klPlace': 'loss-k3', 'ppo.ratio': 'token' });
        expect(digests(elsewhere)).toEqual(digests(updates));
    });

    it.each(['opo', 'online-dpo'])(
        'takes no step where every story was cut, and records that nothing moved: %s',
        async (id) => {
            const { switches } = methods.find((method) => method.id === id)!;
            const given = { ...switches, 'ppo.truncation': 'bootstrap', 'rollout.maxNewTokens': 1 } as const;
            const [first, second] = await learn(`all-cut-${id}`, given);
            expect(second!.update.digest).toBe(first!.update.digest);
            const { ratioMean, policyLoss, clipFraction, extras } = second!.update;
            expect([ratioMean, policyLoss, clipFraction, extras!['leftOut']]).toEqual([1, 0, 0, 60]);
        },
    );

    it('is a control under shuffled rewards: it learns from the wrong stories', async () => {
        const { switches } = methods.find(({ id }) => id === 'gdpo')!;
        const right = await learn('right', { ...switches, 'budget.updates': 1 });
        const wrong = await learn('wrong', { ...switches, 'budget.updates': 1, 'teacher.shuffle': 'on' });
        expect(wrong[0]!.episodes.map(({ reward }) => reward)).toEqual(right[0]!.episodes.map(({ reward }) => reward));
        expect(digests(wrong)).not.toEqual(digests(right));
    });
});
