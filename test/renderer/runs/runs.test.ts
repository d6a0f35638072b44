/** Runs in a list: what each says of its end, and of what is safe. */
import { describe, expect, it } from 'vitest';
import { fits, freshSeed, lastMeasure, peculiarityLine, waitingWords } from '../../../src/renderer/lib/runs/runs.ts';
import type { RunRow } from '../../../src/shared/views/runs.ts';

const row = (given: Partial<RunRow>): RunRow => ({ job: 'learn', scoreMost: 9, updates: 4, ...given }) as RunRow;

describe('the measure at the end', () => {
    it('carries its interval, what it was before, who rated, and of how many stories it is', () => {
        const endScore = { mean: 6.018, halfInterval: 0.119, stories: 300, of: 300, isClean: true, before: 3.871 };
        expect(lastMeasure(row({ endScore, teacher: { id: 'rules', name: 'rules' } }))).toEqual({
            before: '3.87',
            value: '6.02',
            spread: '± 0.12',
            unit: 'of 9',
            says: 'Mean score of a clean evaluation of 300 stories, rated by rules, with half of its 95 % interval. Before learning the same evaluation gave 3.87.',
        });
    });
    it('claims no interval where none is known', () => {
        const endScore = { mean: 5, halfInterval: null, stories: 1, of: 1, isClean: false, before: null };
        expect(lastMeasure(row({ endScore, scoreMost: 15 }))).toEqual({
            before: '',
            value: '5.00',
            spread: '',
            unit: 'of 15',
            says: 'Mean score of the 1 rated story of the last update.',
        });
    });
    it('says of how many it is where some could not be rated', () => {
        const endScore = { mean: 5, halfInterval: null, stories: 180, of: 200, isClean: true, before: null };
        expect(lastMeasure(row({ endScore }))).toMatchObject({
            unit: 'of 9, n = 180 of 200',
            says: 'Mean score of a clean evaluation of 180 stories. 20 others could not be rated.',
        });
    });
    it('is nothing before a story was rated', () => {
        expect(lastMeasure(row({ endScore: null }))).toBeNull();
    });
    it('is the loss of a pretraining, held out where it was measured', () => {
        const reading = row({ job: 'pretrain', loss: 4.6, validationLoss: 3.7 });
        expect(lastMeasure(reading)).toMatchObject({ value: '3.70', unit: 'nats per token, held out', spread: '' });
    });
});

it('another seed is one that no run with the same settings has', () => {
    const like = { preset: 'quick', student: 'owl', changes: [] };
    const [own, taken, unlike] = [
        row({ ...like, seed: 3 }),
        row({ ...like, seed: 4 }),
        row({ ...like, seed: 5, student: 'fox' }),
    ];
    expect(freshSeed(own, [own, taken, unlike])).toBe(5);
});

describe('a run that waits', () => {
    it('says what is safe after a pause that somebody asked for', () => {
        const paused = row({ state: 'paused', ended: { at: 0, message: 'paused as asked', isFault: false } });
        expect(waitingWords(paused)).toBe('Paused as asked. Everything up to update 4 is saved.');
    });
    it('lets a fault speak for itself', () => {
        const message = 'The disk is full. Everything up to update 4 is saved. Free some space, then continue.';
        expect(waitingWords(row({ state: 'paused', ended: { at: 0, message, isFault: true } }))).toBe(message);
    });
    it('says why its process ended, where that is known', () => {
        const message = 'The training process ended unexpectedly (signal SIGKILL); everything recorded is safe.';
        expect(waitingWords(row({ state: 'interrupted', ended: { at: 0, message, isFault: true } }))).toBe(message);
        expect(waitingWords(row({ state: 'interrupted', ended: null }))).toMatch(/^It stopped without saying why/u);
    });
});

it('a run that stopped says what is safe', () => {
    const row = { state: 'interrupted', ended: null, updates: 318, steps: 0, job: 'learn' } as RunRow;
    expect(waitingWords(row)).toBe(
        'It stopped without saying why (the computer or Storyloop may have been shut down). Everything up to update 318 is saved. Continue goes on from there.',
    );
});

describe('what tells a run from others', () => {
    const changes = ['reward.lengthWeight', 'ppo.klTarget', 'ppo.epochs', 'ppo.clipRange'].map((key, i) => ({
        key,
        value: i,
    }));
    it('is its student, what is not as in its preset, and its seed', () => {
        expect(peculiarityLine(row({ student: 'owl · final', changes: changes.slice(0, 2), seed: 3 }))).toBe(
            'from owl · final, length weight 0, KL target 1, seed 3',
        );
        expect(peculiarityLine(row({ student: null, changes: [], seed: 42 }))).toBe('seed 42');
    });
    it('is cut in the middle where a line has no room for it', () => {
        expect(peculiarityLine(row({ student: 'owl', changes, seed: 3 }))).toBe(
            'from owl, length weight 0, KL target 1, 2 more, seed 3',
        );
    });
    it('begins with the method and what tells it from the others of the list; what they share comes last', () => {
        const shared = { key: 'rollout.maxNewTokens', value: 48 };
        const of = (own: RunRow['changes'], seed: number): RunRow =>
            row({ student: 'tales', changes: [...own, shared], seed });
        const [grouped, plain] = [of([{ key: 'method', value: 'GRPO' }], 3), of([], 2)];
        const longer = of([{ key: 'reward.lengthWeight', value: 0.4 }], 1);
        expect(peculiarityLine(grouped, [grouped, plain])).toBe('GRPO, seed 3, from tales, story length limit 48');
        expect(peculiarityLine(plain, [grouped, plain])).toBe('PPO, seed 2, from tales, story length limit 48');
        expect(peculiarityLine(longer, [longer, plain])).toBe(
            'length weight 0.4, seed 1, from tales, story length limit 48',
        );
        const control = of([{ key: 'teacher.shuffle', value: 'on' }], 2);
        expect(peculiarityLine(control, [control, plain])).toBe(
            'control (rewards shuffled), seed 2, from tales, story length limit 48',
        );
    });
    it('finds it', () => {
        const found = row({
            name: 'a',
            run: 'b',
            student: 'owl',
            changes,
            seed: 3,
            state: 'paused',
            tags: [],
            notes: '',
        });
        expect(fits(found, 'owl length')).toBe(true);
        expect(fits(found, 'fox')).toBe(false);
    });
});
