/** Sentences that a person relies on: health, change, time. */
import { describe, expect, it } from 'vitest';
import { healthOf } from '../../src/shared/health.ts';
import { headlineOf } from '../../src/renderer/lib/runs/progress.ts';
import { waitingWords } from '../../src/renderer/lib/runs/runs.ts';
import {
    ago,
    duration,
    durationRange,
    endsAbout,
    measured,
    moment,
    percent,
    short,
} from '../../src/renderer/lib/text/words.ts';
import type { RunRow, UpdateRow } from '../../src/shared/views/runs.ts';

const well = {
    ...{ episodes: 360, klMean: 3, ratioMean: 1.001, entropyMean: 350, storyTokensMean: 100, distinct2: 0.8 },
    ...{ unreadableCount: 0, explainedVariance: 0.4 },
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
        ['the same words again and again', { distinct2: 0.05 }, 'only 5 % distinct word pairs'],
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
        expect(says(after({ distinct2: 0.01 }))).toEqual(['only 1 % distinct word pairs']);
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

describe('numbers in words', () => {
    it('durations grow coarser', () => {
        expect([0.04, 31, 240, 16_500, 183_600].map(duration)).toEqual(['0.0 s', '31 s', '4 min', '4 h 35', '2 d 3 h']);
        expect(durationRange({ low: 16_500, high: 18_300 })).toBe('4 h 35 to 5 h 05');
        expect(durationRange({ low: 241, high: 239 })).toBe('4 min');
        expect(durationRange({ low: 180, high: 240 })).toBe('3 to 4 min');
        expect(durationRange({ low: 40, high: 240 })).toBe('40 s to 4 min');
    });
    it('an end is a clock with its uncertainty', () => {
        const noon = new Date(2026, 10, 22, 12, 0).getTime();
        expect(endsAbout(noon, { low: 3600, high: 5400 })).toBe('13:15, ± 15 min');
        expect(endsAbout(noon, { low: 50_000, high: 50_000 })).toBe('tomorrow 01:53');
    });
    it('a moment is written as logs write it', () =>
        expect(moment(new Date(2026, 10, 2, 6, 4, 7).getTime())).toBe('2026-11-02 06:04:07'));
    it('a minus is a minus, and nothing has none', () => {
        expect(measured(-0.25)).toBe('−0.25');
        expect(measured(-0.0004)).toBe('0.00');
        expect(percent(-0.06)).toBe('−6 %');
        expect([0, 1500, 2_000_000, 0.15].map(short)).toEqual(['0', '1.5k', '2M', '0.15']);
    });
});

it('a run that stopped says what is safe', () => {
    const row = { state: 'interrupted', ended: null, updates: 318, steps: 0, job: 'learn' } as RunRow;
    expect(waitingWords(row)).toBe(
        'It stopped without saying why (the computer or Storyloop may have been shut down). Everything up to update 318 is saved. Continue goes on from there.',
    );
});

describe('how far a run is, in its headline', () => {
    const words = { unit: 'input words', spent: 2000, of: 1_000_000 } as const;
    const row = { job: 'learn', updates: 3, steps: 0, words: 2000 } as const;
    const say = (budgets: RunRow['budgets']): string => {
        const { spent, of, unit, beside } = headlineOf({ ...row, budgets });
        return `${spent} of ${of} ${unit}; ${beside.join(', ')}`;
    };
    it.each([
        ['words, where they end it first', [words], '2,000 of 1,000,000 input words; update 3'],
        ['updates', [words, { unit: 'updates', spent: 3, of: 40 }], '3 of 40 updates; 2,000 input words'],
        [
            'updates, before the first',
            [
                { ...words, spent: 0 },
                { unit: 'updates', spent: 0, of: 40 },
            ],
            '3 of 40 updates; 2,000 input words',
        ],
        [
            'time',
            [words, { unit: 'minutes', spent: 5, of: 20 }],
            '5 min of 20 min of work; update 3, 2,000 input words',
        ],
        ['nothing that limits it', [], '2,000 of null input words; update 3'],
    ] as const)('leads with %s', (_, budgets, sentence) => expect(say(budgets)).toBe(sentence));
});

it('how long ago: what is still to come, by more than clocks differ, is its date', () => {
    const now = Date.UTC(2026, 10, 28, 12);
    const minute = 60_000;
    expect([30_000, 12 * minute, -2 * minute].map((past) => ago(now - past, now))).toEqual([
        'just now',
        '12 min ago',
        'just now',
    ]);
    expect([ago(Date.UTC(2099, 0, 1), now), ago(now + 60 * minute, now)]).toEqual(['2099-01-01', '2026-11-28']);
});
