/** The health board: what is wrong with a run, and nothing where nothing is. */
import { describe, expect, it } from 'vitest';
import { healthOf } from '../../../src/shared/findings/health.ts';
import type { UpdateRow } from '../../../src/shared/views/runs.ts';

const well = {
    episodes: 360,
    klMean: 3,
    ratioMean: 1.001,
    entropyMean: 350,
    storyTokensMean: 100,
    distinct2: 0.8,
    unreadableCount: 0,
    explainedVariance: 0.4,
} as UpdateRow;
const run = (change: Partial<UpdateRow>, updates = 30): readonly UpdateRow[] =>
    Array.from({ length: updates }, (_, i) => ({ ...well, number: i + 1, ...(i < 15 ? {} : change) }));
const worries = (change: Partial<UpdateRow>): readonly string[] =>
    healthOf(run(change), 6)
        .filter(({ isFine }) => !isFine)
        .map(({ says }) => says);

describe('the health board', () => {
    it('finds a run well that is, and says nothing before there is enough to judge', () => {
        expect(worries({})).toEqual([]);
        expect(healthOf(run({}), 6).length).toBe(6);
        expect(healthOf(run({}, 2), 6)).toEqual([]);
    });
    it.each([
        ['negative KL', { klMean: -4 }, 'negative KL, −4.0 nats'],
        ['drift that nothing holds', { klMean: 328 }, 'KL 328.0 nats, far above the target of 6'],
        ['a ratio that blew up', { ratioMean: 2.5 }, 'ratio 2.50, far from 1'],
        ['collapsed entropy', { entropyMean: 20 }, 'entropy fell to 0.20'],
        ['the same words again and again', { distinct2: 0.05 }, 'only 5 % distinct word pairs, at first 80 %'],
        ['fewer and fewer words', { distinct2: 0.5 }, 'only 50 % distinct word pairs, at first 80 %'],
        ['unreadable ratings', { unreadableCount: 36 }, '10.0 % unreadable'],
        ['values that explain nothing', { explainedVariance: -0.2 }, 'value head explains nothing'],
    ])('notices %s', (_, change, sentence) => {
        expect(worries(change)).toEqual([sentence]);
        expect(healthOf(run(change), 6).find(({ says }) => says === sentence)!.advice).not.toBe('');
    });
});

describe('the health board of a run that broke in its last update', () => {
    const after = (change: Partial<UpdateRow>): readonly UpdateRow[] => [...run({}), { ...well, ...change }];
    const says = (updates: readonly UpdateRow[], target = 6): readonly string[] =>
        healthOf(updates, target)
            .filter(({ isFine }) => !isFine)
            .map((check) => check.says);

    it('names drift, entropy and repetition that the mean has not seen yet', () => {
        expect(says(after({ klMean: 492 }))).toEqual(['KL 492.0 nats, far above the target of 6']);
        expect(says(after({ entropyMean: 0 }))).toEqual(['entropy fell to 0.00']);
        expect(says(after({ distinct2: 0.01 }))).toEqual(['only 1 % distinct word pairs, at first 80 %']);
    });
    it('of three updates judges against the first, which was written before anything was learned', () => {
        const entropies = [260, 10, 0].map((entropyMean) => ({ ...well, entropyMean }));
        expect(says(entropies)).toEqual(['entropy fell to 0.00']);
    });
    it('measures drift by the run’s own target, and leaves room for what the coefficient brings back', () => {
        expect(says(run({ klMean: 25 }))).toEqual([]);
        expect(says(run({ klMean: 25 }), 0.1)).toEqual(['KL 25.0 nats, far above the target of 0.1']);
        expect(says(run({ klMean: 4 }), 0.1)).toEqual([]);
        expect(says(run({ klMean: 328 }), 1000)).toEqual([]);
    });
    it('judges a short run by its end, and says where drift is above its target though it may come back', () => {
        const rising = Array.from({ length: 12 }, (_, i) => ({ ...well, klMean: i }));
        const kl = healthOf(rising, 6).find(({ id }) => id === 'kl')!;
        expect(kl).toMatchObject({ isFine: true, says: 'KL 9.5 nats, above the target of 6' });
        expect(healthOf(rising.slice(0, 6), 6).find(({ id }) => id === 'kl')!.says).toBe('KL 4.0 nats');
    });
    it('asks nothing of a value head where none takes part', () => {
        const updates = Array.from({ length: 30 }, () => ({ ...well, explainedVariance: null }) as UpdateRow);
        expect(healthOf(updates, 6).map(({ id }) => id)).not.toContain('values');
        expect(says(updates)).toEqual([]);
    });
    it('says nothing of numbers that do not exist', () => {
        const unrated = {
            ratioMean: 0,
            klMean: null,
            entropyMean: null,
            storyTokensMean: null,
            explainedVariance: null,
        };
        const updates = Array.from({ length: 4 }, () => ({ ...well, ...unrated, unreadableCount: 360 }) as UpdateRow);
        expect(healthOf(updates, 6).map(({ id }) => id)).toEqual(['variety', 'readable']);
        expect(says(updates)).toEqual(['100.0 % unreadable']);
    });
});
