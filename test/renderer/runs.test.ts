/** Runs in a list: what each says of its end, and of what is safe. */
import { describe, expect, it } from 'vitest';
import { comparedFigures, shortened } from '../../src/renderer/lib/compared-figures.ts';
import { lastMeasure, waitingWords } from '../../src/renderer/lib/runs.ts';
import type { RunRow, UpdateRow } from '../../src/shared/views/runs.ts';

const row = (given: Partial<RunRow>): RunRow => ({ job: 'learn', scoreMost: 9, updates: 4, ...given }) as RunRow;

describe('the measure at the end', () => {
    it('carries its interval and the number of stories, and says which are clean', () => {
        const endScore = { mean: 6.018, halfInterval: 0.119, stories: 300, of: 300, isClean: true };
        expect(lastMeasure(row({ endScore }))).toEqual({
            value: '6.02',
            spread: '± 0.12',
            unit: 'of 9, n = 300 clean',
            says: 'Mean score of a clean evaluation of 300 stories, with half of its 95 % interval.',
        });
    });
    it('claims no interval where none is known', () => {
        const endScore = { mean: 5, halfInterval: null, stories: 1, of: 1, isClean: false };
        expect(lastMeasure(row({ endScore, scoreMost: 15 }))).toEqual({
            value: '5.00',
            spread: '',
            unit: 'of 15, n = 1',
            says: 'Mean score of the 1 rated story of the last update.',
        });
    });
    it('says of how many it is where some could not be rated', () => {
        const endScore = { mean: 5, halfInterval: null, stories: 180, of: 200, isClean: true };
        expect(lastMeasure(row({ endScore }))).toMatchObject({
            unit: 'of 9, n = 180 of 200 clean',
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

describe('a run that waits', () => {
    it('says what is safe after a pause that somebody asked for', () => {
        const paused = row({ state: 'paused', ended: { at: 0, message: 'paused as asked' } });
        expect(waitingWords(paused)).toBe('Paused as asked. Everything up to update 4 is saved.');
    });
    it('lets a fault speak for itself', () => {
        const message = 'The disk is full. Everything up to update 4 is saved. Free some space, then continue.';
        expect(waitingWords(row({ state: 'paused', ended: { at: 0, message } }))).toBe(message);
    });
    it('says why its process ended, where that is known', () => {
        const message = 'The training process ended unexpectedly (signal SIGKILL); everything recorded is safe.';
        expect(waitingWords(row({ state: 'interrupted', ended: { at: 0, message } }))).toBe(message);
        expect(waitingWords(row({ state: 'interrupted', ended: null }))).toMatch(
            /^Its process ended without a word\./u,
        );
    });
});

describe('runs compared', () => {
    const update = { inputWords: 10, scoreMean: 4 } as UpdateRow;
    const run = (
        name: string,
        scoreMost: number,
        updates = [update],
    ): Parameters<typeof comparedFigures>[0][number] => ({
        name,
        scoreMost,
        updates,
        steps: [],
    });
    it('are told apart where their rubrics have different ranges', () => {
        expect(comparedFigures([run('a', 9), run('b', 9)])[0]!.unit).toBe('sum of the criteria, at most 9');
        expect(comparedFigures([run('a', 15), run('b', 9)])[0]!.unit).toBe(
            'sum of the criteria. Not one scale, at most: a 15, b 9',
        );
    });
    it('of which one has recorded nothing share the scale of the others', () => {
        expect(comparedFigures([run('a', 15), run('b', 9, [])])[0]!.unit).toBe('sum of the criteria, at most 15');
    });
    it('leave their lines room, however long their names, and keep the end that tells them apart', () => {
        const [first, second] = ['seed-1', 'seed-2'].map((seed) =>
            shortened(`${'a very long name '.repeat(7)}${seed}`),
        );
        expect(first).not.toBe(second);
        expect(first!.length).toBeLessThanOrEqual(26);
        expect(shortened('night-owl-3')).toBe('night-owl-3');
    });
});
