/** The numbers of the agreement report as they are printed. */
import { describe, expect, it } from 'vitest';
import {
    agreementLines,
    biasTicks,
    interval,
    printed,
    signed,
    statistic,
} from '../../../src/renderer/lib/figures/agreement-figures.ts';
import { storytellerCriteria } from '../../../src/shared/ratings/rubric.ts';

describe('numbers of the report', () => {
    it('that do not exist are n/a, never 0', () => {
        expect([statistic(null), signed(null)]).toEqual(['n/a', 'n/a']);
        expect(interval({ value: 0.5, low: null, high: null })).toBe('');
        expect([statistic(0), signed(0)]).toEqual(['.00', '0.00']);
    });
    it('have a true minus, and none before nothing', () => {
        expect([statistic(-0.054), statistic(1), statistic(-0.001)]).toEqual(['−.05', '1.00', '.00']);
        expect([signed(0.166), signed(-0.5), signed(-0.001)]).toEqual(['+0.17', '−0.50', '0.00']);
        expect(interval({ value: 0.5, low: -0.1, high: 0.789 })).toBe('[−.10, .79]');
    });
    it('of points keep their 0, in the value and in its interval', () => {
        const points = { value: 0.68, low: -0.55, high: 1.81 };
        expect(printed('bias', points)).toEqual(['+0.68', '[−0.55, 1.81]']);
        expect(printed('qwk', points)).toEqual(['.68', '[−.55, 1.81]']);
    });
    it('stand on an axis that holds every interval', () => {
        const bias = { value: 0.4, low: -0.2, high: 1.1 };
        const stage = { stage: 1, n: 9, bias, qwk: bias };
        const trend = { criterion: 'x', teacher: 't', stages: [stage], n: 9, rho: null, p: null };
        expect(biasTicks([trend])).toEqual([-0.5, 0, 0.5, 1, 1.5]);
        expect(biasTicks([])).toEqual([0, 0.5]);
    });
    it('are those of the chosen teacher', () => {
        const nothing = { value: null, low: null, high: null };
        const statistics = {
            qwk: nothing,
            kappa: nothing,
            spearman: nothing,
            kendall: nothing,
            bias: nothing,
            exact: nothing,
            within1: nothing,
        };
        const pair = (teacher: string) =>
            ({ criterion: 'coherence', raters: ['mean', teacher], n: 3, statistics }) as const;
        const criterion = {
            criterion: 'coherence',
            pairs: [pair('a'), pair('b')],
            alpha: { people: null, all: null },
            ceiling: null,
            asOnePerson: [],
            retests: [],
            confusions: [],
            lengths: [],
            trends: [],
        };
        const report = { stories: 3, raters: [], criteria: [criterion], disagreements: [], byLength: null };
        const [line] = agreementLines(report, storytellerCriteria, 'b');
        expect(line).toMatchObject({ name: 'Narrative coherence', index: 1, pair: { raters: ['mean', 'b'] } });
        expect(agreementLines(report, storytellerCriteria, null)[0]!.pair).toBeNull();
    });
});
