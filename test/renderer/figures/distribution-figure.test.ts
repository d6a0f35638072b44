/** Distributions as outlines. */
import { expect, it } from 'vitest';
import {
    changesFigure,
    changesSentence,
    distributionFigure,
} from '../../../src/renderer/lib/figures/distribution-figure.ts';

it('a distribution is drawn as steps, in per cent, before and after', () => {
    const { title, spec } = distributionFigure({
        id: 'coherence',
        name: 'Narrative coherence',
        from: 0,
        width: 1.5,
        before: [0.75, 0.25],
        after: [0.5, 0.5],
    });
    expect(title).toBe('Coherence');
    expect(spec.xs).toEqual([0, 1.5, 1.5, 3]);
    expect(spec.lines.map(({ name, values }) => [name, values])).toEqual([
        ['after', [50, 50, 50, 50]],
        ['before', [75, 75, 25, 25]],
    ]);
    expect(spec.bounds).toEqual([0, 75]);
});

it('changes stand pair by pair from the least to the most, and in a sentence', () => {
    const changes = [-1, 0, 0.5, 2];
    const { spec } = changesFigure(changes);
    expect(spec.xs).toEqual([0, 100 / 3, 200 / 3, 100]);
    expect(spec.lines[0]!.values).toEqual(changes);
    expect(changesSentence(changes)).toBe('50 % of pairs rose, 25 % fell.');
});
