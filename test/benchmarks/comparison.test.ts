/** What learning did: differences, tests against recorded and hand-made numbers, and the words for them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BenchmarkTask, ScoredItem } from '../../src/shared/benchmarks/benchmarks.ts';
import { presetCounting } from '../../src/shared/benchmarks/counting.ts';
import type { TaskChange } from '../../src/shared/benchmarks/results.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { holmOver, overSeeds, sayChange } from '../../src/main/benchmarks/change-words.ts';
import { compareTask } from '../../src/main/benchmarks/comparison.ts';
import { grammarBattery } from '../../src/main/benchmarks/grammar/battery.ts';
import { countTask } from '../../src/main/benchmarks/count-tasks.ts';
import { holm, mcnemar, signFlips } from '../../src/main/benchmarks/statistics/significance.ts';
import { readingLikeWords, recorded } from '../parity/benchmarks/made-up.ts';

const random = new RandomStream('comparison');
const fair = presetCounting('fair');

/** Items of a group, the first `right` of which are right. */
const group = (task: BenchmarkTask, uid: string, outcomes: readonly boolean[], texts = 2): ScoredItem[] =>
    outcomes.map((isRight, index) => {
        const [, split = '', operations = ''] = /^(.+)_(\d+)_ops$/.exec(uid) ?? [];
        return {
            item: {
                task,
                uid,
                index,
                labels: task === 'entity_tracking' ? { split, operations, nothing: 'no' } : {},
                texts: Array.from({ length: texts }, () => ({ kind: 'span', text: 'x', from: 0 })),
                human: {},
            },
            logprobs: Array.from({ length: texts }, (_, i) => (isRight ? -1 - i : -9 + i)),
        };
    });
const outcomes = (n: number, isRight: (i: number) => boolean): boolean[] =>
    Array.from({ length: n }, (_, i) => isRight(i));

describe('tests', () => {
    it('McNemar’s exact test and Holm’s steps are those of statsmodels', () => {
        const { mcnemar: tables, holm: adjusted } = recorded.tests;
        for (const { lost, won, p } of tables) expect(mcnemar(lost, won)).toBeCloseTo(p, 10);
        holm(tables.map(({ p }) => p)).forEach((p, i) => expect(p).toBeCloseTo(adjusted[i]!, 12));
    });

    it('McNemar: symmetric, at most 1, smaller the more uneven', () => {
        fc.assert(
            fc.property(fc.nat(400), fc.nat(400), (lost, won) => {
                const p = mcnemar(lost, won);
                expect(mcnemar(won, lost)).toBe(p);
                expect(p).toBeGreaterThan(0);
                expect(p).toBeLessThanOrEqual(1);
                if (lost > 0 && lost <= won) expect(mcnemar(lost - 1, won + 1)).toBeLessThanOrEqual(p + 1e-12);
            }),
        );
    });

    it('Holm: nothing gets smaller, the order stays, one test alone pays nothing', () => {
        fc.assert(
            fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (values) => {
                const adjusted = holm(values);
                values.forEach((value, i) => {
                    expect(adjusted[i]!).toBeGreaterThanOrEqual(value);
                    expect(adjusted[i]!).toBeLessThanOrEqual(1);
                    values.forEach((other, j) => {
                        if (value < other) expect(adjusted[i]!).toBeLessThanOrEqual(adjusted[j]!);
                    });
                });
            }),
        );
        expect(holm([0.02])).toEqual([0.02]);
        expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    });

    it('sign flips: five pairs that all fell give 2 of 32', () => {
        expect(signFlips([-1, -2, -1, -3, -0.5])).toBe(2 / 32);
        expect(signFlips([1, -1])).toBe(1);
    });
});

describe('a difference', () => {
    const before = [
        ...group(
            'blimp',
            'a',
            outcomes(400, (i) => i < 300),
        ),
        ...group(
            'blimp',
            'b',
            outcomes(100, (i) => i < 50),
        ),
    ];
    const after = [
        ...group(
            'blimp',
            'a',
            outcomes(400, (i) => i < 260),
        ), // 40 lost
        ...group(
            'blimp',
            'b',
            outcomes(100, (i) => i < 40 || i >= 95),
        ), // 10 lost, 5 won
    ];
    const [change] = compareTask('blimp', before, after, fair, random);

    it('is that of the two scores, with the items that only one got right', () => {
        expect(change).toMatchObject({ items: 500, before: 62.5, after: 55, test: { lost: 50, won: 5 } });
        expect(change!.difference).toBeCloseTo(-7.5, 12);
        expect(change!.test!.p).toBeCloseTo(mcnemar(50, 5), 15);
        expect(change!.groups.map(({ name, difference }) => [name, Math.round(1e9 * difference) / 1e9])).toEqual([
            ['a', -10],
            ['b', -5],
        ]);
    });

    it('has the interval of paired items, which is narrower than that of two measurements', () => {
        const variances = [0.1 - 0.01, 0.15 - 0.0025]; // of the differences, by group
        const deviation = Math.sqrt(variances[0]! / 400 + variances[1]! / 100) / 2;
        const { low, high } = change!.interval!;
        expect(high - low).toBeCloseTo(100 * 2 * 1.96 * deviation, 0);
        expect((low + high) / 2).toBeCloseTo(-7.5, 0);
        const alone = countTask('blimp', before, fair, random)[0]!.interval!;
        expect(high - low).toBeLessThan(alone.high - alone.low);
    });

    it('is refused of lists that hold other items', () => {
        expect(() => compareTask('blimp', before, after.slice(1), fair, random)).toThrow(
            'not measured on the same items',
        );
        expect(compareTask('blimp', before, after.toReversed(), fair, random)[0]!.difference).toBeCloseTo(-7.5, 12);
    });

    it('of a student with itself is none', () => {
        expect(compareTask('blimp', before, before, fair, random)[0]).toMatchObject({
            difference: 0,
            interval: { low: 0, high: 0 },
            test: { lost: 0, won: 0, p: 1 },
        });
    });

    it('entity tracking is looked at by number of operations, with its chance line', () => {
        const box = (right: readonly number[]): ScoredItem[] =>
            right.flatMap((n, operations) =>
                ['regular', 'ambiref'].flatMap((split) =>
                    group(
                        'entity_tracking',
                        `${split}_${operations}_ops`,
                        outcomes(20, (i) => i < n),
                        5,
                    ),
                ),
            );
        const [moved] = compareTask('entity_tracking', box([10, 4]), box([16, 4]), fair, random);
        expect(
            moved!.groups
                .filter(({ by }) => by === 'operations')
                .map(({ name, before: b, after: a, chance }) => [name, b, a, Math.round(chance)]),
        ).toEqual([
            ['0', 50, 80, 20],
            ['1', 20, 20, 20],
        ]);
    });

    it('of correlations and regressions is measured on items drawn for both at once', { tags: ['simulation'] }, () => {
        const wug = (sign: number): ScoredItem[] =>
            outcomes(40, () => true).map((_, index) => ({
                item: {
                    task: 'wug_adj',
                    uid: 'wug_adj',
                    index,
                    labels: {},
                    texts: [
                        { kind: 'span', text: 'x', from: 0 },
                        { kind: 'span', text: 'y', from: 0 },
                    ],
                    human: { ratio: index / 40 },
                },
                logprobs: [sign * ((index * 7) % 40) * 0.1 + index * 0.1 - 20, -18],
            }));
        const [ranks] = compareTask('wug_adj', wug(0), wug(-2), fair, random);
        expect(ranks).toMatchObject({ measure: 'rank-correlation', before: 100, test: null });
        expect(ranks!.interval!.high).toBeLessThan(0);

        const words = readingLikeWords();
        const muddled = words.map(({ item, logprobs }, i) => ({
            item,
            logprobs: logprobs.map((value) => value - ((i * 37) % 91)),
        }));
        const [eyes, paced] = compareTask('reading', words, muddled, fair, random);
        expect([eyes!.part, paced!.part]).toEqual(['eye-tracking', 'self-paced']);
        expect(eyes!.before).toBeCloseTo(countTask('reading', words, fair, random)[0]!.score!, 10);
        const counted = countTask('reading', words, fair, random).map(({ items }) => items); // not all have all numbers
        expect([eyes!.items, paced!.items]).toEqual(counted);
        expect(paced!.items).toBeLessThan(words.length);
        expect(eyes!.interval!.low).toBeLessThan(eyes!.difference);
        expect(eyes!.interval!.high).toBeGreaterThan(eyes!.difference);
    });
});

describe('words', () => {
    const change = (more: Partial<TaskChange>): TaskChange => ({
        task: 'blimp',
        part: null,
        measure: 'accuracy',
        scale: 100,
        items: 59_875,
        before: 56.52,
        after: 56.31,
        difference: -0.21,
        interval: { low: -0.34, high: -0.08 },
        chance: 50,
        test: { kind: 'mcnemar', lost: 900, won: 780, p: 0.0061 },
        groups: [],
        evidence: null,
        ...more,
    });

    it.each([
        [
            {},
            'BLiMP fell from 56.5 to 56.3 (−0.2 [−0.3, −0.1], 59,875 pairs; p 0.006): learning cost a trace of grammar, or changed only which of two words the student prefers.',
        ],
        [
            { interval: { low: -0.34, high: 0.02 } },
            'BLiMP went from 56.5 to 56.3 (−0.2 [−0.3, +0.02], 59,875 pairs; p 0.006): the difference could be chance.',
        ],
        [
            { test: { kind: 'mcnemar', lost: 9, won: 7, p: 0.2 } },
            'BLiMP went from 56.5 to 56.3 (−0.2 [−0.3, −0.1], 59,875 pairs; p 0.20): the difference could be chance.',
        ],
        [
            {
                task: 'entity_tracking',
                before: 15,
                after: 18.4,
                difference: 3.4,
                interval: { low: 2, high: 4 },
                chance: 20,
                items: 360,
            },
            'Entity tracking rose from 15.0 to 18.4 (+3.4 [+2.0, +4.0], 360 questions; p 0.006): learning brought tracking of things in boxes, with both no better than chance (20.0).',
        ],
        [
            {
                task: 'reading',
                part: 'self-paced',
                measure: 'partial-r2',
                before: 0,
                after: 0.93,
                difference: 0.93,
                interval: { low: 0.2, high: 1.7 },
                test: null,
                items: 1_726,
            },
            'Reading, self-paced, rose from 0.0 to 0.9 (+0.9 [+0.2, +1.7], 1,726 words): learning brought a little prediction of reading times.',
        ],
        [
            {
                ...({ task: 'grammar', items: 400 } as const),
                evidence: { before: 2, now: 1.5, difference: -0.5, interval: { low: -0.8, high: -0.2 } },
            },
            'Grammar fell from 56.5 to 56.3 (−0.2 [−0.3, −0.1], 400 pairs; p 0.006): learning cost a trace of grammar. Each pair taken with its mirror image, in which the other word is right, so that liking a word does not count, the evidence for the right word went from 2.00 to 1.50 nats a pair (−0.50 [−0.80, −0.20]): 25.0 % of what it knows was lost.',
        ],
        [
            {
                ...({ task: 'grammar', items: 400 } as const),
                evidence: { before: 2, now: 1.98, difference: -0.02, interval: { low: -0.1, high: 0.06 } },
            },
            'Grammar fell from 56.5 to 56.3 (−0.2 [−0.3, −0.1], 400 pairs; p 0.006): learning changed which of two words the student prefers. Each pair taken with its mirror image, in which the other word is right, so that liking a word does not count, the evidence for the right word went from 2.00 to 1.98 nats a pair (−0.02 [−0.10, +0.06]): the student has come to prefer one word of a pair, and has lost at most 5.0 % of what it knows.',
        ],
        [
            {
                ...({ task: 'grammar', items: 400, before: 50, after: 53, difference: 3 } as const),
                interval: { low: 1, high: 5 },
                evidence: { before: 0, now: 0.3, difference: 0.3, interval: { low: 0.1, high: 0.5 } },
            },
            'Grammar rose from 50.0 to 53.0 (+3.0 [+1.0, +5.0], 400 pairs; p 0.006): learning brought grammar. Each pair taken with its mirror image, in which the other word is right, so that liking a word does not count, the evidence for the right word went from 0.00 to 0.30 nats a pair (+0.30 [+0.10, +0.50]).',
        ],
    ] as const)('%#: says what the numbers support', (more, sentence) => {
        expect(sayChange(change(more))).toBe(sentence);
    });

    it('pairs that mirror each other tell a liking for words from what is known', () => {
        const read = (liking: number): ScoredItem[] =>
            grammarBattery().map((item) => ({
                item,
                logprobs: [(item.index % 2 === 0 ? liking : -liking) - 19, -20],
            }));
        const [found] = compareTask('grammar', read(0), read(3), fair, random);
        expect(found).toMatchObject({ before: 100, after: 50, evidence: { before: 1, now: 1, difference: 0 } });
        expect(sayChange(found!)).toMatch(/learning changed which of two words the student prefers\. Each pair/u);
    });

    it('several tasks are tested together', () => {
        const [first, second, third] = holmOver([
            change({ test: { kind: 'mcnemar', lost: 1, won: 9, p: 0.03 } }),
            change({ test: null }),
            change({ test: { kind: 'mcnemar', lost: 1, won: 9, p: 0.04 } }),
        ]);
        expect([first!.test!.p, second!.test, third!.test!.p]).toEqual([0.06, null, 0.06]);
    });

    it('several seeds are the unit where there are several', () => {
        expect(overSeeds([change({})])).toEqual({ seeds: 1, difference: -0.21, interval: null, p: null });
        const seeds = overSeeds([-1, -2, -3].map((difference) => change({ difference })));
        expect(seeds).toMatchObject({ seeds: 3, difference: -2, p: 2 / 8 });
        expect(seeds.interval!.low).toBeCloseTo(-2 - 4.303 / Math.sqrt(3), 10);
    });
});
