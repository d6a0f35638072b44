/** Figures of several runs, one beside the other. */
import { describe, expect, it } from 'vitest';
import { comparedFigures } from '../../../src/renderer/lib/figures/compared-figures.ts';
import { foundAt, sceneOf } from '../../../src/renderer/lib/figures/plot.ts';
import type { UpdateRow } from '../../../src/shared/views/runs.ts';

describe('runs compared', () => {
    type Compared = Parameters<typeof comparedFigures>[0][number];
    const update = (inputWords: number, scoreMean = 4): UpdateRow => ({ inputWords, scoreMean }) as UpdateRow;
    const run = (name: string, teacher: string, given: Partial<Compared> = {}): Compared => ({
        name,
        teacher: { id: teacher, name: teacher },
        scoreMost: 9,
        updates: [update(10), update(20)],
        steps: [],
        ...given,
    });
    const scorePanels = (...runs: readonly Compared[]): readonly (readonly [string, readonly string[]])[] =>
        comparedFigures(runs)
            .filter(({ title }) => title === 'Teacher score')
            .map(({ unit, spec }) => [unit, spec.lines.map(({ name }) => name)]);

    it('that one teacher rated share a panel that shows the whole scale', () => {
        const runs = [run('a', 'rules'), run('b', 'rules')];
        expect(scorePanels(...runs)).toEqual([['rated by rules, sum of the criteria, 0 to 9', ['a', 'b']]]);
        expect(comparedFigures(runs)[0]!.spec.bounds).toEqual([0, 9]);
    });
    it('that different teachers rated have a panel for each, and keep their colours in it', () => {
        const runs = [run('a', 'rules'), run('dice', 'random'), run('b', 'rules')];
        expect(scorePanels(...runs)).toEqual([
            ['rated by rules, sum of the criteria, 0 to 9', ['a', 'b']],
            ['rated by random, sum of the criteria, 0 to 9', ['dice']],
        ]);
        const [first, second, kl] = comparedFigures(runs).map(({ spec }) => spec.lines.map(({ colour }) => colour));
        expect([first![0], second![0], first![1]]).toEqual(kl);
    });
    it('are apart too where one teacher, or teachers of one name, rate by another rubric', () => {
        expect(scorePanels(run('a', 'rules'), run('b', 'rules', { scoreMost: 15 }))).toHaveLength(2);
        const renamed = run('b', 'other', { teacher: { id: 'other', name: 'rules' } });
        expect(scorePanels(run('a', 'rules'), renamed)).toHaveLength(2);
    });
    it('of which one has recorded nothing share the panel of the others', () => {
        expect(scorePanels(run('a', 'rules'), run('b', 'random', { updates: [] }))).toHaveLength(1);
    });
    it('have a cursor that stands wherever one of them was measured, and says what each was there', () => {
        const [figure] = comparedFigures([
            run('a', 'rules', { updates: [update(10, 1), update(30, 3)] }),
            run('b', 'rules', { updates: [update(20, 5), update(40, 7)] }),
        ]);
        expect(figure!.spec.xs).toEqual([10, 20, 30, 40]);
        const said = [0, 1, 2, 3].map((at) =>
            foundAt(figure!.spec, sceneOf(figure!.spec, 0, 100), at).map(({ line, y }) => [line.name, y]),
        );
        expect(said).toEqual([
            [['a', 1]],
            [
                ['a', 1],
                ['b', 5],
            ],
            [
                ['a', 3],
                ['b', 5],
            ],
            [['b', 7]],
        ]);
    });
});
