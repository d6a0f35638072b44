/** The headline of a run: how far it is, and of how much. */
import { describe, expect, it } from 'vitest';
import { headlineOf } from '../../../src/renderer/lib/runs/progress.ts';
import type { RunRow } from '../../../src/shared/views/runs.ts';

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
