/** A figure for whoever hears it: where its lines begin and end, and what they are at the cursor. */
import { expect, it } from 'vitest';
import { courseWords, valuesAt } from '../../../src/renderer/lib/figures/spoken-values.ts';

const look = { colour: '--data-1', ink: '--data-1' };
const spec = {
    xs: [1, 2, 3],
    xTitle: 'updates',
    ticks: 3,
    lines: [
        { ...look, name: 'Readability', values: [2.258, 2.4, 2.61] },
        { ...look, name: 'Coherence', values: [null, 1.1, null] },
        { ...look, name: '', values: [4000, 5160, null], xs: [10, 20] },
        { ...look, name: 'Creativity', values: [null, null, null] },
    ],
};

it('tells where each line begins and ends, by three digits that count', () => {
    expect(courseWords(spec)).toBe('Readability 2.26 to 2.61, Coherence 1.1, 4 k to 5.16 k');
    expect(courseWords({ ...spec, lines: [] })).toBe('');
});

it('tells what was measured at the cursor, of lines on the figure’s own x', () => {
    expect(valuesAt(spec, 1)).toBe('Readability 2.4, Coherence 1.1');
    expect(valuesAt(spec, 2)).toBe('Readability 2.61');
    expect(valuesAt(spec, 9)).toBe('');
});

it('tells no more than six lines', () => {
    const many = Array.from({ length: 9 }, (_, i) => ({ ...look, name: `run ${i}`, values: [i] }));
    expect(courseWords({ ...spec, lines: many }).split(', ')).toHaveLength(6);
    expect(valuesAt({ ...spec, lines: many }, 0).split(', ')).toHaveLength(6);
});
