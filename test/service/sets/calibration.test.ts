/** From a teacher's scores to what they are worth to people, and into the configuration of a run. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calibrate, observedWorths, risingLine } from '../../../src/main/learning/agreement/isotonic.ts';
import { keepCalibration } from '../../../src/main/service/sources/calibrating.ts';
import { composeConfig } from '../../../src/shared/run/config.ts';
import { temporaryFolder } from '../../store/a-run.ts';
import { criteria, homeWithRun, noise, random, rateAll } from './a-rated-home.ts';

describe('calibration', () => {
    it('pools what falls and keeps what rises', () => {
        expect(risingLine([1, 2, 3, 4, 5, 6], [1, 3, 2, 4, 3.5, 5])).toEqual([
            [1, 1],
            [2, 2.5],
            [3, 2.5],
            [4, 3.75],
            [5, 3.75],
            [6, 5],
        ]);
        expect(risingLine([2, 1, 2, 1], [1, 0, 3, 0])).toEqual([
            [1, 0],
            [2, 2],
        ]);
    });

    it('is the nearest rising line: no other one of a fine grid comes nearer', () => {
        const x = [0, 1, 2, 3];
        const y = [0.4, 0.1, 0.9, 0.5];
        const error = (line: readonly number[]): number =>
            line.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0);
        const found = error(risingLine(x, y).map(([, worth]) => worth));
        const grid = Array.from({ length: 21 }, (_, i) => i / 20);
        let best = Infinity;
        for (const a of grid)
            for (const b of grid.filter((each) => each >= a))
                for (const c of grid.filter((each) => each >= b))
                    for (const d of grid.filter((each) => each >= c)) best = Math.min(best, error([a, b, c, d]));
        expect(found).toBeLessThanOrEqual(best + 1e-12);
    });

    it('helps a kind teacher on stories it was not fitted to, and no teacher who is right', () => {
        const worth = Array.from({ length: 200 }, (_, i) => random.fork('worth', i).uniform());
        const people = worth.map((value, i) =>
            Math.min(1, Math.max(0, value + 0.1 * random.fork('people', i).normal())),
        );
        const kind = calibrate(
            worth.map((value) => Math.sqrt(value)),
            people,
            random,
        );
        expect(kind.errorAfter).toBeLessThan(0.8 * kind.errorBefore);
        const right = calibrate(worth, people, random);
        expect(right.errorAfter).toBeGreaterThan(0.95 * right.errorBefore);
    });

    it('is worth nothing where one score for all is as near to people: by chance, and of a teacher who says the opposite', () => {
        const people = Array.from({ length: 200 }, (_, i) => random.fork('people of', i).uniform());
        const chance = calibrate(
            people.map((_, i) => random.fork('chance', i).uniform()),
            people,
            random,
        );
        const opposite = calibrate(
            people.map((value) => 1 - value),
            people,
            random,
        );
        for (const { errorBefore, errorAfter, errorConstant, isWorth } of [chance, opposite]) {
            expect(errorAfter).toBeLessThan(0.8 * errorBefore); // which is not to say that it helps
            expect(errorAfter).toBeGreaterThan(0.99 * errorConstant!);
            expect(isWorth).toBe(false);
        }
        const right = calibrate(people, people, random);
        expect(right.isWorth).toBe(true);
        expect(right.errorConstant).toBeCloseTo(chance.errorConstant!, 1); // other folds
    });

    it('takes few random teachers for worth something', () => {
        const taken = Array.from({ length: 200 }, (_, draw) => {
            const of = (who: string): number[] =>
                Array.from({ length: 60 }, (_story, i) => random.fork(who, draw, i).uniform());
            return calibrate(of('teacher'), of('people'), random).isWorth;
        }).filter(Boolean);
        expect(taken.length).toBeLessThanOrEqual(10);
    });

    it('is shown beside what people gave: by score where there are few, else by tenths of the stories', () => {
        expect(observedWorths([0.5, 0, 0.5, 1], [0.25, 0, 0.75, 1])).toEqual([
            { at: 0, worth: 0, stories: 1 },
            { at: 0.5, worth: 0.5, stories: 2 },
            { at: 1, worth: 1, stories: 1 },
        ]);
        const many = Array.from({ length: 95 }, (_, i) => i / 100);
        const groups = observedWorths(many, many);
        expect(groups).toHaveLength(10);
        expect(groups.reduce((sum, { stories }) => sum + stories, 0)).toBe(95);
        for (const { at, worth, stories } of groups) {
            expect(worth).toBeCloseTo(at, 12);
            expect(stories).toBeGreaterThanOrEqual(9);
        }
    });

    it('is made of a set, and kept in the configuration of the run that uses it', () => {
        const { sets, home } = homeWithRun();
        const { file } = sets.make({ runs: ['night owl'], name: 'trial', stories: 120, seed: 1 });
        rateAll(sets, file, 'ada', (given, item) => given - 0.9 + noise(0.2, item));
        const calibration = sets.calibrate('trial', null);
        expect(calibration).toMatchObject({ teacher: 'rules-1', stories: 120, people: 1 });
        expect(calibration.sum.errorAfter).toBeLessThan(0.6 * calibration.sum.errorBefore);
        expect(Object.keys(calibration.criteria)).toEqual([...criteria]);
        const path = join(home, 'calibration.json');
        writeFileSync(path, JSON.stringify(calibration));
        const kept = keepCalibration(composeConfig('quick', { 'reward.calibration': path }));
        expect(JSON.parse(kept['reward.calibration'])).toEqual(calibration);
        expect(keepCalibration(kept)).toBe(kept);
        expect(sets.calibrations('trial')).toMatchObject([{ kind: 'fitted', teacher: 'rules-1', calibration }]);
        const small = sets.make({ runs: ['night owl'], name: 'small', stories: 10, seed: 1 });
        rateAll(sets, small.file, 'ada', (given) => given);
        expect(sets.calibrations('small')).toEqual([
            { kind: 'refused', teacher: 'rules-1', sentence: expect.stringMatching(/Only 10 stories/) as string },
        ]);
        expect(() => sets.calibrate('trial', 'nobody')).toThrow(/--teacher: rules-1/);
        const blind = sets.make({ runs: ['night owl'], name: 'blind', stories: 60, seed: 1 });
        rateAll(sets, blind.file, 'ada', (_given, item) => 1.5 + noise(1, item));
        expect(() => sets.calibrate('blind', null)).toThrow(
            /^The scores of rules-1 are not shown to be worth anything: .*; nothing was written\. Rate more stories/,
        );
    });

    it.each([
        { what: 'no file', text: null, says: /no calibration at/ },
        { what: 'a text', text: 'once upon a time', says: /is not a calibration/ },
        { what: 'another JSON', text: '{"format":"else"}', says: /is not a calibration/ },
    ])('is refused where it is $what', ({ text, says }) => {
        const file = join(temporaryFolder(), 'calibration.json');
        if (text !== null) writeFileSync(file, text);
        expect(() => keepCalibration(composeConfig('quick', { 'reward.calibration': file }))).toThrow(says);
    });

    it('is refused of too few stories and of a teacher with one score', () => {
        expect(() => calibrate([0, 1], [0, 1], random)).toThrow(/Only 2 stories/);
        const many = Array.from({ length: 30 }, () => 0.5);
        expect(() => calibrate(many, many, random)).toThrow(/one score only/);
    });
});
