import { expect, it } from 'vitest';
import { guardFigure, guardWords } from '../../../src/renderer/lib/figures/trial/guard-figure.ts';
import type { GuardReport } from '../../../src/shared/views/guard.ts';

const change = { difference: -12, interval: { low: -16, high: -8 }, p: 0.001 };
const report: GuardReport = {
    battery: 'storyloop-grammar-1',
    isOwn: true,
    pairs: 400,
    chance: 50,
    points: [
        { update: 0, inputWords: 0, seconds: 1, score: 82, interval: { low: 79, high: 85 }, change: null },
        { update: 5, inputWords: 900, seconds: 1, score: 70, interval: null, change },
    ],
    evidence: null,
    phenomena: [
        { name: 'verb_form', pairs: 50, before: 100, now: 76, ...change },
        { name: 'negation', pairs: 50, before: 84, now: 83.6, difference: -0.4, interval: { low: -3, high: 2 }, p: 1 },
    ],
};

it('draws the course with its interval and the chance line, on the axis of the other figures', () => {
    const spec = guardFigure(report, 'words', 'learn');
    expect(spec.xs).toEqual([0, 900]);
    expect(spec.lines.map(({ values, members }) => ({ values, members }))).toEqual([
        {
            values: [82, 70],
            members: [
                [79, null],
                [85, null],
            ],
        },
    ]);
    expect(spec.refs).toEqual([{ y: 50, label: 'chance' }]);
    expect(spec.bounds![0]).toBeLessThan(50);
    expect(guardFigure(report, 'time', 'learn').xs).toEqual([0, 5]); // readings know words and updates
});

it('names what fell beyond chance, and only that', () => {
    const { finding, rows } = guardWords(report);
    expect(finding).toMatch(/^Grammar fell from 82\.0 to 70\.0 of 100 /u);
    expect(rows).toEqual([
        { name: 'verb form', before: '100', now: '76', isFallen: true },
        { name: 'negation', before: '84', now: '84', isFallen: false },
    ]);
});
