/** The guard looks on: it reads before, after and in between, and nothing is learned otherwise for it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/shared/contracts/engine.ts';
import { learnInteractively } from '../../src/main/engine/tasks/learn.ts';
import { pretrainFromScratch } from '../../src/main/engine/tasks/pretrain.ts';
import { composeConfig, type ConfigKey } from '../../src/shared/run/config.ts';
import { configVersion } from '../../src/shared/run/stored-config.ts';
import { listener, stored, writeStudent } from './small-learning.ts';

const root = mkdtempSync(join(tmpdir(), 'storyloop-guard-'));
afterAll(() => rmSync(root, { recursive: true }));
const student = join(root, 'student');

type Told = Extract<EngineEvent, { type: 'guarded' }>['reading'];

async function learn(
    name: string,
    given: Readonly<Partial<Record<ConfigKey, string | number>>>,
    wantsPause?: (events: readonly EngineEvent[]) => boolean,
): Promise<{ readonly learned: unknown; readonly readings: readonly Told[]; readonly notes: readonly string[] }> {
    const events: EngineEvent[] = [];
    const config = stored({ 'evaluation.stories': 20, 'budget.updates': 4, ...given });
    const task = { kind: 'learn', folder: join(root, name), config, from: student } as const;
    await learnInteractively(
        task,
        listener(events, () => wantsPause?.(events) ?? false),
    );
    const learned = events.filter(({ type }) => type === 'update' || type === 'checkpoint' || type === 'evaluation');
    return {
        learned,
        readings: events.flatMap((event) => (event.type === 'guarded' ? [event.reading] : [])),
        notes: events.flatMap((event) => (event.type === 'note' ? [event.text] : [])),
    };
}

describe('a run with a guard', () => {
    beforeAll(() => writeStudent(student));

    it('learns the same to the last bit as one without', async () => {
        const without = await learn('without', { 'guard.battery': 'off' });
        const guarded = await learn('guarded', { 'guard.battery': 'own', 'guard.every': 2 });
        expect(without.readings).toEqual([]);
        expect(guarded.learned).toEqual(without.learned);
        expect(guarded.readings.map(({ update }) => update)).toEqual([0, 2, 4]);
        const [first, , last] = guarded.readings;
        expect(first!.battery).toBe('storyloop-grammar-1');
        expect(first!.pairs.length).toBeGreaterThan(100);
        expect(last!.pairs.map(({ good, bad }) => [good, bad])).toEqual(
            first!.pairs.map(({ good, bad }) => [good, bad]),
        );
        expect(last!.pairs.map(({ logprobs }) => logprobs)).not.toEqual(first!.pairs.map(({ logprobs }) => logprobs));
        expect(last!.digest).not.toBe(first!.digest);
    });

    it('says how many pairs are longer than its student reads', async () => {
        const { notes, readings } = await learn('narrow', { 'guard.battery': 'own', 'budget.updates': 1 });
        const left = 400 - readings[0]!.pairs.length;
        expect(left).toBeGreaterThan(0); // the student of this test reads 32 tokens, most of them letters
        expect(notes.filter((text) => text.includes('of the guard are longer'))).toEqual([
            `${left} pairs of the guard are longer than this student reads; they are left out.`,
        ]);
    });

    it('reads again what a pause cut off, and the same', async () => {
        const whole = await learn('whole', { 'guard.battery': 'own', 'guard.every': 1, 'budget.updates': 2 });
        const updated = (events: readonly EngineEvent[]): boolean => events.some(({ type }) => type === 'update');
        const settings = { 'guard.battery': 'own', 'guard.every': 1, 'budget.updates': 2 } as const;
        const paused = await learn('paused', settings, updated);
        const resumed = await learn('paused', settings);
        const pairs = (readings: readonly Told[]): unknown => readings.map(({ update, pairs }) => [update, pairs]);
        expect(pairs([...paused.readings, ...resumed.readings])).toEqual(pairs(whole.readings));
    });

    it('reads a folder of a person, and no run begins where that is not there', async () => {
        const folder = join(root, 'pairs');
        mkdirSync(folder);
        writeFileSync(
            join(folder, 'agreement-own.txt'),
            'the cats sleeps .\nthe cats sleep .\na mat slept .\na mat sleep .\n',
        );
        const { readings } = await learn('folder', { 'guard.battery': folder, 'budget.updates': 1 });
        expect(readings[0]!.battery).toMatch(/^pairs-[0-9a-f]{8}$/u);
        expect(readings[0]!.pairs.map(({ phenomenon, good }) => [phenomenon, good])).toEqual([
            ['agreement-own', 'the cats sleep .'],
            ['agreement-own', 'a mat sleep .'],
        ]);
        await expect(learn('nowhere', { 'guard.battery': join(root, 'gone') })).rejects.toThrow(/There is no folder/u);
    });
});

describe('pretraining with a guard', () => {
    const small = {
        'corpus.stories': 120,
        'student.layers': 1,
        'student.width': 16,
        'student.heads': 2,
        'tokenizer.vocabulary': 400,
        'pretrain.epochs': 1,
        'pretrain.batch': 4,
        'runtime.threads': 1,
    } as const;

    async function pretrain(
        name: string,
        battery: string,
        wantsPause?: (events: readonly EngineEvent[]) => boolean,
    ): Promise<{ readonly learned: unknown; readonly readings: readonly Told[] }> {
        const events: EngineEvent[] = [];
        const values = composeConfig('quick', { ...small, 'guard.battery': battery });
        const config = { version: configVersion, preset: 'quick', values } as const;
        const task = { kind: 'pretrain', folder: join(root, name), config, corpus: 'storyworld' } as const;
        await pretrainFromScratch(
            task,
            listener(events, () => wantsPause?.(events) ?? false),
        );
        return {
            learned: events.filter(({ type }) => type === 'pretrained' || type === 'checkpoint'),
            readings: events.flatMap((event) => (event.type === 'guarded' ? [event.reading] : [])),
        };
    }

    it('trains the same to the last bit as one without, and reads before and at every kept checkpoint', async () => {
        const without = await pretrain('read without', 'off');
        const guarded = await pretrain('read guarded', 'own');
        expect(without.readings).toEqual([]);
        expect(guarded.learned).toEqual(without.learned);
        const [first, last, ...others] = guarded.readings;
        expect(others).toEqual([]); // so few words have no milestone between
        expect(first).toMatchObject({ update: 0, inputWords: 0, battery: 'storyloop-grammar-1' });
        expect(last!.inputWords).toBeGreaterThan(1000);
        expect(last!.pairs.map(({ good }) => good)).toEqual(first!.pairs.map(({ good }) => good));
        expect(last!.pairs.map(({ logprobs }) => logprobs)).not.toEqual(first!.pairs.map(({ logprobs }) => logprobs));
        expect(JSON.stringify(guarded.learned)).toContain(last!.digest); // what was kept is what read
    });

    it('reads the same where it was paused meanwhile', async () => {
        const whole = await pretrain('read whole', 'own');
        const paused = await pretrain('read paused', 'own', (events) => events.some(({ type }) => type === 'progress'));
        expect(paused.readings).toHaveLength(1);
        const resumed = await pretrain('read paused', 'own');
        const pairs = (readings: readonly Told[]): unknown => readings.map(({ update, pairs }) => [update, pairs]);
        expect(pairs([...paused.readings, ...resumed.readings])).toEqual(pairs(whole.readings));
    });
});
