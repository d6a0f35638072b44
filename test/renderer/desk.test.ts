/** What keys do to a rating, and the numbers of the agreement report as they are printed. */
import { describe, expect, it } from 'vitest';
import {
    agreementLines,
    biasTicks,
    interval,
    signed,
    statistic,
} from '../../src/renderer/lib/figures/agreement-figures.ts';
import { Unanswered, openApp } from '../../src/renderer/lib/app/asking.ts';
import {
    erased,
    freshSetName,
    keyedScores,
    levelsOf,
    minutesLeft,
    nextIn,
    waitingCriterion,
} from '../../src/renderer/lib/desk.ts';
import type { PipeEnds } from '../../src/renderer/lib/app/pipe.ts';
import { storytellerCriteria } from '../../src/shared/ratings/rubric.ts';

describe('keys of the desk', () => {
    it('are the whole scores of the rubric, and no more than ten', () => {
        expect(keyedScores(storytellerCriteria)).toEqual([0, 1, 2, 3]);
        const wide = { ...storytellerCriteria[0]!, min: -1, max: 12 };
        expect(keyedScores([wide])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        expect(levelsOf({ min: 0.5, max: 2.5 })).toEqual([1, 2]);
    });
    it('fill the criteria in order, and Backspace empties them from the end', () => {
        const [first, second] = storytellerCriteria;
        expect(waitingCriterion(storytellerCriteria, {})).toBe(first);
        expect(waitingCriterion(storytellerCriteria, { readability: 0 })).toBe(second);
        expect(erased(storytellerCriteria, { readability: 0, coherence: 1 })).toEqual({ readability: 0 });
        expect(erased(storytellerCriteria, {})).toEqual({});
    });
    it('turn to the next open story, and from the last to one that was left', () => {
        const items = ['scored', 'open', 'skipped', 'scored'] as const;
        expect(nextIn(items, 0, 'open')).toBe(2);
        expect(nextIn(items, 4, 'open')).toBe(2);
        expect(nextIn(items, 0, 'skipped')).toBe(3);
        expect(nextIn(['scored'], 1, 'open')).toBeNull();
    });
});

it('the time left follows the middle pace: one story that was left open over lunch does not count', () => {
    expect(minutesLeft([10_000, 10_000], 60)).toBeNull();
    expect(minutesLeft([10_000, 12_000, 3_600_000], 60)).toBe(12);
});

it('a new set has a name that no set has', () => {
    expect(freshSetName([{ name: 'agreement-1' }, { name: 'trial' }])).toBe('agreement-2');
});

it('a question while nobody is there is given up at once, not never', async () => {
    let ends: PipeEnds | undefined;
    const sent: unknown[] = [];
    const app = openApp(
        (given) => {
            ends = given;
            return { send: (message) => void sent.push(message) };
        },
        { push: () => undefined, state: () => undefined },
    );
    await expect(app.ask('runs.list', {})).rejects.toThrow(Unanswered);
    expect(sent).toEqual([]);
    ends!.state('open');
    const asked = app.ask('runs.list', {});
    ends!.state('closed');
    await expect(asked).rejects.toThrow(Unanswered);
});

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
            ...{ qwk: nothing, kappa: nothing, spearman: nothing, kendall: nothing },
            ...{ bias: nothing, exact: nothing, within1: nothing },
        };
        const pair = (teacher: string) =>
            ({ criterion: 'coherence', raters: ['mean', teacher], n: 3, statistics }) as const;
        const criterion = {
            ...{ criterion: 'coherence', pairs: [pair('a'), pair('b')], alpha: { people: null, all: null } },
            ...{ ceiling: null, retests: [], confusions: [], lengths: [], trends: [] },
        };
        const report = { stories: 3, raters: [], criteria: [criterion], disagreements: [] };
        const [line] = agreementLines(report, storytellerCriteria, 'b');
        expect(line).toMatchObject({ name: 'Narrative coherence', index: 1, pair: { raters: ['mean', 'b'] } });
        expect(agreementLines(report, storytellerCriteria, null)[0]!.pair).toBeNull();
    });
});
