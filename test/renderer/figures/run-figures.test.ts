import { expect, it } from 'vitest';
import { learningFigures } from '../../../src/renderer/lib/figures/run-figures.ts';
import type { UpdateRow } from '../../../src/shared/views/runs.ts';
import { anUpdate } from '../../store/records.ts';

const none = { criteria: [], checkpoints: [], attempts: [], klTarget: null, teacher: null };
const timeless = { secondsWriting: 0, secondsRating: 0, secondsScoring: 0, secondsLearning: 0 };
const rowOf = (number: number, changed: Partial<UpdateRow> = {}): UpdateRow => ({
    ...anUpdate(number),
    id: number,
    scores: {},
    ...changed,
});

it('what was clipped is shown of a run that was computed, and is n/a, not 0, of imported logs', () => {
    const clip = (updates: readonly UpdateRow[]): readonly unknown[] => {
        const figure = learningFigures({ ...none, updates }, 'update').find(({ id }) => id === 'clip')!;
        return [figure.unit, figure.spec.lines[0]!.values];
    };
    expect(clip([rowOf(1), rowOf(2)])).toEqual(['share of tokens', [0.05, 0.05]]);
    const logged = { ...timeless, clipFraction: 0 };
    expect(clip([rowOf(1, logged), rowOf(2, logged)])).toEqual([
        'n/a: not in the logs that were imported',
        [null, null],
    ]);
});

it('pairs of stories are shown in the place of what was clipped, with the ties that were left out', () => {
    const paired = (number: number, pairs: number): UpdateRow => rowOf(number, { extras: { pairs, ties: 30 - pairs } });
    const figures = learningFigures({ ...none, updates: [paired(1, 26), paired(2, 29)] }, 'update');
    const { unit, spec } = figures.find(({ id }) => id === 'pairs')!;
    expect(unit).toBe('of stories, the best and the worst of a few; 1 tie left out');
    expect(spec.lines[0]!.values).toEqual([26, 29]);
    expect(figures.some(({ id }) => id === 'clip')).toBe(false);
});
