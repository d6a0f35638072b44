import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrationTable, rewardOf, type RewardOptions } from '../../src/main/learning/ppo/rewards.ts';
import { countWords } from '../../src/main/text/words.ts';
import { storytellerCriteria, type Criterion, type Rating } from '../../src/shared/ratings/rubric.ts';
import { readGolden } from './golden.ts';

interface PublishedReward {
    readonly story: string;
    readonly words: number;
    readonly teacher: number;
    readonly lengthBonus: number;
    readonly reward: number;
}

const published: RewardOptions = {
    calibration: { kind: 'identity' },
    lengthWeight: 0.4,
    lengthUnit: 'words',
    lengthCap: 90,
    unreadable: 'half',
};
const improved: RewardOptions = { ...published, unreadable: 'exclude' };
const criteria = storytellerCriteria;
const scored = (readability: number, coherence: number, creativity: number): Rating => ({
    kind: 'scored',
    scores: { readability, coherence, creativity },
});

describe('the reward pipeline', () => {
    it.each(readGolden<readonly PublishedReward[]>('reward'))(
        'pays as published: $words words, teacher $teacher',
        (golden) => {
            const length = { words: countWords(golden.story), tokens: 0 };
            const stages = rewardOf(
                scored(3 * golden.teacher, 3 * golden.teacher, 3 * golden.teacher),
                length,
                criteria,
                published,
            )!;
            expect(length.words).toBe(golden.words);
            expect(stages.fraction).toBeCloseTo(golden.teacher, 12);
            expect(stages.lengthBonus).toBeCloseTo(golden.lengthBonus, 12);
            expect(stages.reward).toBeCloseTo(golden.reward, 12);
        },
    );

    it('leaves an unreadable story out, or calls it half when told so', () => {
        const unreadable: Rating = { kind: 'unreadable', reply: 'I cannot' };
        expect(rewardOf(unreadable, { words: 45, tokens: 60 }, criteria, improved)).toBeUndefined();
        expect(rewardOf(unreadable, { words: 45, tokens: 60 }, criteria, published)!.reward).toBeCloseTo(
            (0.5 + 0.2) / 1.4,
            12,
        );
    });

    it('weighs any number of criteria of any range', () => {
        const two: readonly Criterion[] = [
            { id: 'ending', name: 'Ending', means: '', min: 1, max: 5, weight: 3 },
            { id: 'voice', name: 'Voice', means: '', min: -1, max: 1, weight: 1 },
        ];
        const rating: Rating = { kind: 'scored', scores: { ending: 3, voice: 1 } };
        expect(rewardOf(rating, { words: 0, tokens: 0 }, two, improved)!.fraction).toBeCloseTo(
            (3 * 2 + 2) / (3 * 4 + 2),
            12,
        );
    });

    it('counts tokens when told so, and pays the whole bonus at the cap and no more', () => {
        const bonus = (tokens: number): number =>
            rewardOf(scored(0, 0, 0), { words: 1, tokens }, criteria, {
                ...improved,
                lengthUnit: 'tokens',
                lengthCap: 40,
            })!.lengthBonus;
        expect([bonus(20), bonus(40), bonus(90)]).toEqual([0.2, 0.4, 0.4]);
    });

    it('never pays less for a better score, whatever the table', () => {
        const fraction = fc.double({ min: 0, max: 1, noNaN: true });
        const table = fc
            .tuple(
                fc.uniqueArray(fraction, { minLength: 2, maxLength: 6 }),
                fc.array(fraction, { minLength: 6, maxLength: 6 }),
            )
            .map(([at, worth]) => {
                const ats = at.sort((a, b) => a - b);
                const worths = worth.sort((a, b) => a - b);
                return calibrationTable(ats.map((x, i) => [x, worths[i]!] as const));
            });
        fc.assert(
            fc.property(table, fraction, fraction, (calibration, one, other) => {
                const pay = (f: number): number =>
                    rewardOf(scored(3 * f, 3 * f, 3 * f), { words: 30, tokens: 40 }, criteria, {
                        ...improved,
                        calibration,
                    })!.reward;
                const [low, high] = one < other ? [one, other] : [other, one];
                expect(pay(low)).toBeLessThanOrEqual(pay(high) + 1e-12);
                expect(pay(high)).toBeLessThanOrEqual(1 + 1e-12);
            }),
        );
    });

    it('interpolates a table and holds its ends', () => {
        const calibration = calibrationTable([
            [0.2, 0.1],
            [0.6, 0.5],
            [0.8, 0.5],
        ]);
        const worth = (f: number): number =>
            rewardOf(scored(3 * f, 3 * f, 3 * f), { words: 0, tokens: 0 }, criteria, { ...improved, calibration })!
                .calibrated;
        expect(worth(0)).toBe(0.1);
        expect(worth(0.4)).toBeCloseTo(0.3, 12);
        expect(worth(0.7)).toBeCloseTo(0.5, 12);
        expect(worth(1)).toBe(0.5);
    });

    it.each([
        [[[0, 0]]],
        [
            [
                [0, 0],
                [0, 1],
            ],
        ],
        [
            [
                [0, 1],
                [1, 0],
            ],
        ],
        [
            [
                [0, 0],
                [1, 2],
            ],
        ],
        [
            [
                [Number.NaN, 0],
                [1, 1],
            ],
        ],
    ] as const)('refuses the table %j', (points) => {
        expect(() => calibrationTable(points as unknown as readonly (readonly [number, number])[])).toThrow(
            'calibration table',
        );
    });

    it('refuses scores that cannot be', () => {
        expect(() => rewardOf(scored(Number.NaN, 1, 1), { words: 1, tokens: 1 }, criteria, improved)).toThrow(
            'stopped being finite',
        );
        expect(() => rewardOf(scored(3.2, 1, 1), { words: 1, tokens: 1 }, criteria, improved)).toThrow('outside 0–3');
        expect(() =>
            rewardOf({ kind: 'scored', scores: { readability: 1 } }, { words: 1, tokens: 1 }, criteria, improved),
        ).toThrow('lacks a score');
    });
});
