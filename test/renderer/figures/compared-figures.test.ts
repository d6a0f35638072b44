/** Figures of several runs, one beside the other. */
import { describe, expect, it } from 'vitest';
import { comparedFigures, leftOutWords, settingLooks } from '../../../src/renderer/lib/figures/compared-figures.ts';
import { foundAt, sceneOf } from '../../../src/renderer/lib/figures/plot.ts';
import type { UpdateRow } from '../../../src/shared/views/runs.ts';

describe('runs compared', () => {
    type Compared = Parameters<typeof comparedFigures>[0][number];
    type Look = Parameters<typeof comparedFigures>[2];
    const update = (inputWords: number, scoreMean = 4): UpdateRow =>
        ({
            inputWords,
            scoreMean,
            number: inputWords / 10,
            episodes: 5,
            tokensTrained: 100 * inputWords,
            secondsWriting: 1800,
            secondsRating: 0,
            secondsScoring: 0,
            secondsLearning: 1800,
        }) as UpdateRow;
    const look: Look = { axis: 'words', isEachRun: false, isWhole: true };
    const lookOf = (place: number): (typeof all)[number] => all[place]!;
    const all = settingLooks([false, false, false], ['a', 'b', 'c']);
    /** Each a setting of its own. */
    const figuresOf = (runs: readonly Compared[], how: Partial<Look> = {}): ReturnType<typeof comparedFigures> =>
        comparedFigures(
            runs,
            runs.map(({ name }, place) => ({ name, runs: [place], look: lookOf(place) })),
            { ...look, ...how },
        );
    const run = (name: string, teacher: string, given: Partial<Compared> = {}): Compared => ({
        name,
        teacher: { id: teacher, name: teacher },
        scoreMost: 9,
        isFinished: true,
        updates: [update(10), update(20)],
        steps: [],
        ...given,
    });
    const scorePanels = (...runs: readonly Compared[]): readonly (readonly [string, readonly string[]])[] =>
        figuresOf(runs)
            .filter(({ title }) => title === 'Teacher score')
            .map(({ unit, spec }) => [unit, spec.lines.map(({ name }) => name)]);

    it('that one teacher rated share a panel that shows the whole scale', () => {
        const runs = [run('a', 'rules'), run('b', 'rules')];
        expect(scorePanels(...runs)).toEqual([['rated by rules, sum of the criteria, 0 to 9', ['a', 'b']]]);
        expect(figuresOf(runs)[0]!.spec.bounds).toEqual([0, 9]);
    });
    it('that different teachers rated have a panel for each, and keep their colours in it', () => {
        const runs = [run('a', 'rules'), run('dice', 'random'), run('b', 'rules')];
        expect(scorePanels(...runs)).toEqual([
            ['rated by rules, sum of the criteria, 0 to 9', ['a', 'b']],
            ['rated by random, sum of the criteria, 0 to 9', ['dice']],
        ]);
        const [first, second, kl] = figuresOf(runs).map(({ spec }) => spec.lines.map(({ colour }) => colour));
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
        const [figure] = figuresOf([
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

    describe('of which several are one setting', () => {
        const runs = [
            run('one', 'rules', { updates: [update(10, 1), update(20, 3), update(30, 9)] }),
            run('two', 'rules', { updates: [update(12, 3), update(22, 4)] }),
            run('other', 'rules', { updates: [update(10, 5), update(20, 6)] }),
        ];
        const settings = [
            { name: 'Length weight 0.1', runs: [0, 1], look: lookOf(0) },
            { name: 'Length weight 0.4', runs: [2], look: lookOf(1) },
        ];
        it('are one line, their mean as far as all of them go, with their range around it', () => {
            const [score] = comparedFigures(runs, settings, look);
            expect(score!.spec.lines).toMatchObject([
                {
                    name: 'Length weight 0.1',
                    xs: [11, 21],
                    values: [2, 3.5],
                    members: [
                        [1, 3],
                        [3, 4],
                    ],
                },
                { name: 'Length weight 0.4', xs: [10, 20], values: [5, 6] },
            ]);
            const [first, second] = sceneOf(score!.spec, 0, 100).lines;
            expect(first!.band).toEqual([
                { x: 11, low: 1, high: 3 },
                { x: 21, low: 3, high: 4 },
            ]);
            expect(second!.band).toEqual([]);
        });
        it('leave one that is unfinished out of the mean, and say so', () => {
            const cut = [runs[0]!, { ...runs[1]!, isFinished: false }, runs[2]!];
            const [score] = comparedFigures(cut, settings, look);
            expect(score!.spec.lines[0]).toMatchObject({ name: 'Length weight 0.1', values: [1, 3, 9] });
            expect(leftOutWords(cut, settings)).toEqual([
                'two is unfinished: its curve stops at update 2 and is not in the mean.',
            ]);
            expect(leftOutWords(runs, settings)).toEqual([]);
        });
        it('are the mean of all of them while none is finished', () => {
            const going = runs.map((each) => ({ ...each, isFinished: false }));
            const [score] = comparedFigures(going, settings, look);
            expect(score!.spec.lines[0]).toMatchObject({ values: [2, 3.5] });
            expect(leftOutWords(going, settings)).toEqual([]);
        });
        it('are lines of one colour where each run is asked for', () => {
            const [score] = comparedFigures(runs, settings, { ...look, isEachRun: true });
            expect(score!.spec.lines.map(({ name }) => name)).toEqual(['one', 'two', 'other']);
            const [one, two, other] = score!.spec.lines.map(({ colour }) => colour);
            expect(one).toBe(two);
            expect(other).not.toBe(one);
        });
        it('leave their scale where it is not asked for whole', () => {
            const [score] = comparedFigures(runs, settings, { ...look, isWhole: false });
            expect(score!.spec.bounds).toBeUndefined();
        });
    });
    it.each([
        ['update', 'updates', [1, 2]],
        ['tokens', 'tokens trained on', [1000, 2000]],
        ['time', 'hours of work', [1, 2]],
    ] as const)('are drawn over %s, too', (axis, xTitle, xs) => {
        const [score] = figuresOf([run('a', 'rules')], { axis });
        expect(score!.spec).toMatchObject({ xTitle, xs });
    });
});

describe('the look of a setting', () => {
    const looksOf = (tried: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> => {
        const names = Object.keys(tried);
        const looks = settingLooks(
            names.map((name) => name.startsWith('control')),
            names.map((name) => tried[name]!),
        );
        return Object.fromEntries(names.map((name, i) => [name, looks[i]]));
    };
    const three = { rloo: '2', ppo: '1', control: '3' };
    it('stays when another is added that was tried later, whatever it is called and whether it is a control', () => {
        const more = looksOf({ dpo: '5', 'control of dpo': '6', ...three });
        expect(more).toMatchObject(looksOf(three));
        expect(new Set(Object.values(more).map((look) => JSON.stringify(look))).size).toBe(5);
    });
    it('does not follow the order in which they were chosen', () => {
        expect(looksOf({ control: '3', ppo: '1', rloo: '2' })).toEqual(looksOf(three));
    });
    it('is grey of a control, and differs in its dash where there are more of a kind than colours', () => {
        const looks = settingLooks([...Array<boolean>(8).fill(false), true, true], [...'abcdefghij']);
        expect(new Set(looks.map((look) => JSON.stringify(look))).size).toBe(10);
        const [first, second, ...rest] = looks.toReversed();
        expect(first!.colour).toBe(second!.colour);
        expect(rest.map(({ colour }) => colour)).not.toContain(first!.colour);
        expect(looks[6]).toEqual({ ...looks[0], dash: [5, 3] });
    });
});
