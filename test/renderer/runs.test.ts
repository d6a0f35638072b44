/** Runs in a list: what each says of its end, and of what is safe. */
import { describe, expect, it } from 'vitest';
import { comparedFigures } from '../../src/renderer/lib/figures/compared-figures.ts';
import { foundAt, sceneOf } from '../../src/renderer/lib/figures/plot.ts';
import { lastMeasure, waitingWords } from '../../src/renderer/lib/runs/runs.ts';
import { shortened } from '../../src/renderer/lib/text/words.ts';
import type { RunRow, UpdateRow } from '../../src/shared/views/runs.ts';

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

describe('runs compared', () => {
    type Compared = Parameters<typeof comparedFigures>[0][number];
    const update = (inputWords: number, scoreMean = 4): UpdateRow => ({ inputWords, scoreMean }) as UpdateRow;
    const run = (name: string, teacher: string, given: Partial<Compared> = {}): Compared => ({
        name,
        teacher: { id: teacher, name: teacher },
        scoreMost: 9,
        updates: [update(10), update(20)],
        steps: [],
        ...given,
    });
    const scorePanels = (...runs: readonly Compared[]): readonly (readonly [string, readonly string[]])[] =>
        comparedFigures(runs)
            .filter(({ title }) => title === 'Teacher score')
            .map(({ unit, spec }) => [unit, spec.lines.map(({ name }) => name)]);

    it('that one teacher rated share a panel that shows the whole scale', () => {
        const runs = [run('a', 'rules'), run('b', 'rules')];
        expect(scorePanels(...runs)).toEqual([['rated by rules, sum of the criteria, 0 to 9', ['a', 'b']]]);
        expect(comparedFigures(runs)[0]!.spec.bounds).toEqual([0, 9]);
    });
    it('that different teachers rated have a panel for each, and keep their colours in it', () => {
        const runs = [run('a', 'rules'), run('dice', 'random'), run('b', 'rules')];
        expect(scorePanels(...runs)).toEqual([
            ['rated by rules, sum of the criteria, 0 to 9', ['a', 'b']],
            ['rated by random, sum of the criteria, 0 to 9', ['dice']],
        ]);
        const [first, second, kl] = comparedFigures(runs).map(({ spec }) => spec.lines.map(({ colour }) => colour));
        expect([first![0], second![0], first![1]]).toEqual(kl);
    });
    it('are apart too where one teacher, or teachers of one name, rate by another rubric', () => {
        expect(scorePanels(run('a', 'rules'), run('b', 'rules', { scoreMost: 15 }))).toHaveLength(2);
        const renamed = run('b', 'other', { teacher: { id: 'other', name: 'rules' } });
        expect(scorePanels(run('a', 'rules'), renamed)).toHaveLength(2);
    });
    it('of which one has recorded nothing share the panel of the others', () => {
        expect(scorePanels(run('a', 'rules'), run('b', 'random', { updates: [] }))).toHaveLength(1);
    });
    it('have a cursor that stands wherever one of them was measured, and says what each was there', () => {
        const [figure] = comparedFigures([
            run('a', 'rules', { updates: [update(10, 1), update(30, 3)] }),
            run('b', 'rules', { updates: [update(20, 5), update(40, 7)] }),
        ]);
        expect(figure!.spec.xs).toEqual([10, 20, 30, 40]);
        const said = [0, 1, 2, 3].map((at) =>
            foundAt(figure!.spec, sceneOf(figure!.spec, 0, 100), at).map(({ line, y }) => [line.name, y]),
        );
        expect(said).toEqual([
            [['a', 1]],
            [
                ['a', 1],
                ['b', 5],
            ],
            [
                ['a', 3],
                ['b', 5],
            ],
            [['b', 7]],
        ]);
    });
});

describe('long names', () => {
    it('leave their lines room, and keep the end that tells them apart', () => {
        const [first, second] = ['seed-1', 'seed-2'].map((seed) =>
            shortened(`${'a very long name '.repeat(7)}${seed}`, 26),
        );
        expect(first).not.toBe(second);
        expect(first!.length).toBeLessThanOrEqual(26);
        expect(shortened('night-owl-3', 26)).toBe('night-owl-3');
    });
    it('are cut between the characters that a reader sees', () => {
        expect(shortened('👩‍🚀'.repeat(9), 5)).toBe('👩‍🚀👩‍🚀…👩‍🚀👩‍🚀');
        expect(shortened('ää'.normalize('NFD').repeat(9), 3)).toBe('ä…ä'.normalize('NFD'));
    });
});
