/** What learning changed, in a sentence. */
import { describe, expect, it } from 'vitest';
import { changeSentence } from '../../../src/renderer/lib/runs/change.ts';
import type { RunChange } from '../../../src/shared/views/runs.ts';

describe('what learning changed', () => {
    const interval = (mean: number, half: number) => ({ mean, low: mean - half, high: mean + half });
    const change = (mean: number, half: number): RunChange => {
        const of = {
            before: interval(4, 0.1),
            after: interval(4 + mean, 0.1),
            difference: interval(mean, half),
            gainInDeviations: 1,
        };
        const criteria = ['Readability', 'Creativity'].map((name) => ({
            id: name,
            name,
            means: '',
            min: 0,
            max: 3,
            weight: 1,
        }));
        const lesser = { ...of, difference: interval(mean / 9, half) };
        return {
            criteria,
            pairs: 10,
            unreadablePairs: 0,
            total: of,
            perCriterion: { Readability: lesser, Creativity: of },
            examples: [],
        };
    };
    it('is said only where the interval leaves chance out', () => {
        expect(changeSentence(change(0.6, 0.2))).toBe(
            'The teacher finds the stories better than before learning by 0.60 points, most of all in creativity.',
        );
        expect(changeSentence(change(-0.6, 0.2))).toContain('worse');
        expect(changeSentence(change(0.1, 0.2))).toBe('No change in the total score that chance couldn’t explain.');
    });
});
