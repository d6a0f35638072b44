import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gainInWords, gap } from '../../../src/main/headless/reports.ts';
import { count, counted, countedStories, measured } from '../../../src/shared/text/numbers.ts';

it.each([
    [counted(1, 'file'), '1 file'],
    [counted(0, 'file'), '0 files'],
    [counted(1234, 'word'), '1,234 words'],
    [countedStories(1), '1 story'],
    [countedStories(2), '2 stories'],
    [measured(-1.864), '−1.86'],
    [measured(-0.001), '0.00'],
])('%s', (said, wanted) => expect(said).toBe(wanted));

it('a difference in words has no sign', () => {
    expect([gap(0.517), gap(-2.27)]).toEqual(['0.52 below', '2.27 above']);
    expect(gainInWords(1.234)).toBe('The gain is 1.23 standard deviations of the scores before.');
    expect(gainInWords(-0.67)).toBe('The loss is 0.67 standard deviations of the scores before.');
    expect(gainInWords(-0.004)).toMatch(/^The mean score is as it was/);
});

it('groups the digits of any number as English does', () => {
    const english = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
    const agrees = (value: number): void => {
        expect(count(value)).toBe(english.format(value));
    };
    [0, -0, 999, -1000, 2.5, -2.5, 1e21, NaN, Infinity].forEach(agrees);
    fc.assert(fc.property(fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.double()), agrees));
});
