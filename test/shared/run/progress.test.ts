import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluationInUpdates, fractionDone, updatesLeft, type Spent } from '../../../src/shared/run/progress.ts';
import { composeConfig, type RunConfig } from '../../../src/shared/run/config.ts';

/** 100 stories evaluated are worth 35 in updates of 10: 3.5 updates before and as much behind. */
function limits(changed: Partial<RunConfig>): RunConfig {
    const none = { 'budget.words': 0, 'budget.updates': 0, 'budget.minutes': 0 };
    return { ...composeConfig('quick', {}), ...none, 'evaluation.stories': 100, 'ppo.batch': 10, ...changed };
}
const spent = (changed: Partial<Spent>): Spent => ({ inputWords: 0, updates: 0, minutes: 0, ...changed });

describe('how far a run is', () => {
    const byUpdates = limits({ 'budget.updates': 20 });
    const byWords = limits({ 'budget.words': 1000 });
    const byTime = limits({ 'budget.minutes': 60 });

    it('counts the evaluations on both sides as work', () => {
        expect(evaluationInUpdates(byUpdates)).toBeCloseTo(3.5);
        expect(fractionDone(byUpdates, spent({ updates: 10 }))).toBeCloseTo(0.5);
        expect(fractionDone(byWords, spent({ updates: 10, inputWords: 500 }))).toBeCloseTo(0.5);
        expect(fractionDone(byTime, spent({ updates: 20, minutes: 60 }))).toBeCloseTo(23.5 / 27);
    });

    it('is never done, nor more than done, while the last evaluation is still to be made', () => {
        for (const config of [byUpdates, byWords, byTime])
            expect(fractionDone(config, spent({ updates: 20, inputWords: 1030, minutes: 62 }))).toBeCloseTo(23.5 / 27);
    });

    it('goes by a guess before the first update, and by nothing where there is none', () => {
        expect(fractionDone(byWords, spent({}), 50)).toBeCloseTo(3.5 / 27);
        expect(fractionDone(byWords, spent({}))).toBe(0);
        expect(fractionDone(byTime, spent({}))).toBe(0);
        expect(fractionDone(limits({}), spent({ updates: 3 }))).toBeNull();
        expect(updatesLeft(byWords, spent({}))).toBe(Infinity);
        expect(updatesLeft(byWords, spent({ updates: 4, inputWords: 200 }))).toBe(16);
    });

    it('goes by the limit that ends the run first', () => {
        const all = limits({ 'budget.updates': 20, 'budget.words': 1000, 'budget.minutes': 60 });
        expect(fractionDone(all, spent({ updates: 5, inputWords: 500, minutes: 1 }))).toBeCloseTo(8.5 / 17);
        expect(updatesLeft(all, spent({ updates: 19, inputWords: 500, minutes: 1 }))).toBe(1);
    });

    it('lies between 0 and 1, whatever was spent', () => {
        const amount = fc.integer({ min: 0, max: 5000 });
        fc.assert(
            fc.property(amount, amount, amount, amount, amount, amount, (w, u, m, inputWords, updates, minutes) => {
                const config = limits({ 'budget.words': w, 'budget.updates': u, 'budget.minutes': m });
                const done = fractionDone(config, { inputWords, updates, minutes });
                if (w + u + m === 0) expect(done).toBeNull();
                else expect(done! >= 0 && done! < 1).toBe(true);
            }),
        );
    });
});
